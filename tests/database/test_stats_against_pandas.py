"""Random ``stats`` over random events: the answer is that of pandas."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siemlib.database.memory import MemoryEvent
from tests.database.language import MINUTE, START, ask
from tests.database.oracle import number, text_of_json

SETTINGS = settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])

_measured = st.one_of(
    st.integers(-50, 50), st.sampled_from([0.5, -1.25, 3.5, "7", "2.5", "-4"]), st.sampled_from(["abc", "", None])
)
_keys = st.sampled_from(["k1", "k2", "K1", "7", 7, ""])
_event = st.fixed_dictionaries(
    {"minute": st.integers(0, 11)}, optional={"x": _measured, "y": _measured, "k": _keys, "l": _keys}
)

AGGREGATES = {
    "count(*)": len,
    "count(x)": lambda group: group["x"].notna().sum(),
    "sum(x)": lambda group: group["number"].sum(min_count=1),
    "avg(x)": lambda group: group["number"].mean(),
    "stddev(x)": lambda group: group["number"].std(ddof=0),
    "variance(x)": lambda group: group["number"].var(ddof=0),
    "min(x)": lambda group: group["number"].min(),
    "max(x)": lambda group: group["number"].max(),
    "pct(x, 0)": lambda group: group["number"].quantile(0),
    "pct(x, 50)": lambda group: group["number"].quantile(0.5),
    "pct(x, 90)": lambda group: group["number"].quantile(0.9),
    "countDistinct(k)": lambda group: group["k"].nunique(),
    "countDistinct(x)": lambda group: group["x"].nunique(),
    "sum(x) / count(*)": lambda group: group["number"].sum(min_count=1) / len(group),
}
KEYS = ("k", "l", "bin(5m)")


def frame_of(given_events: list[dict[str, Any]]) -> pd.DataFrame:
    rows = []
    for event in given_events:
        row = {name: text_of_json(event.get(name)) for name in ("x", "k", "l")}
        found = number(row["x"])
        time = START + event["minute"] * MINUTE
        floor = pd.Timestamp(time - time % (5 * MINUTE), unit="ms").strftime("%Y-%m-%d %H:%M:%S.000")
        rows.append({**row, "number": None if found is None else float(found), "bin(5m)": floor})
    frame = pd.DataFrame(rows, columns=["x", "k", "l", "number", "bin(5m)"])
    return frame.astype({"number": "float64"})


@SETTINGS
@given(
    st.lists(_event, min_size=1, max_size=14),
    st.lists(st.sampled_from(list(AGGREGATES)), min_size=1, max_size=4, unique=True),
    st.lists(st.sampled_from(KEYS), max_size=2, unique=True),
)
def test_aggregates_are_those_of_pandas(events: list[dict[str, Any]], wanted: list[str], keys: list[str]) -> None:
    frame = frame_of(events)
    groups = frame.groupby(keys, dropna=False) if keys else [((), frame)]
    expected = {
        tuple("" if pd.isna(part) else f"={part}" for part in key): {name: AGGREGATES[name](group) for name in wanted}
        for key, group in groups
    }
    items = ", ".join(f"{name} as v{place}" for place, name in enumerate(wanted))
    query = f"stats {items} by {', '.join(keys)}" if keys else f"stats {items}"
    given_events = [MemoryEvent(START + event["minute"] * MINUTE, json.dumps(event)) for event in events]
    rows = ask(query, given_events, span=(START, START + 60 * MINUTE)).rows
    found = {tuple(f"={row[key]}" if key in row else "" for key in keys): row for row in rows}
    assert len(found) == len(rows)
    assert set(found) == set(expected)
    for key, values in expected.items():
        for place, name in enumerate(wanted):
            shown = found[key].get(f"v{place}")
            if name in {"min(x)", "max(x)"} and pd.isna(values[name]):
                # Of texts alone the first or last; here "" and "abc".
                assert shown in {None, "", "abc"}
            elif pd.isna(values[name]):
                assert shown is None, name
            else:
                assert float(shown or "nan") == pytest.approx(float(values[name]), rel=1e-9, abs=1e-9), name
