"""Lists taken apart, against plain Python over random events."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.database.language import rows

_scalars = st.one_of(st.integers(-5, 5), st.sampled_from(["x", "", "[]", "[1,2]", '"', "{", "null", "a,b"]), st.none())
_values = st.recursive(
    _scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2)
)
_events = st.lists(st.dictionaries(st.sampled_from(["v", "w"]), _values, max_size=2), min_size=1, max_size=4)
_SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _cell(name: str, value: Any) -> dict[str, str]:  # noqa: ANN401 - any JSON value
    if value is None:
        return {}
    structured = isinstance(value, list | dict)
    return {name: json.dumps(value, separators=(",", ":")) if structured else str(value)}


def _messages(events: list[dict[str, Any]]) -> list[str]:
    return [json.dumps({**event, "id": n}) for n, event in enumerate(events)]


@given(_events)
@_SETTINGS
def test_unnest_gives_a_row_for_every_element_in_order(events: list[dict[str, Any]]) -> None:
    expected = []
    for event in reversed(events):
        value = event.get("v")
        elements = value if isinstance(value, list) else [] if value is None else [value]
        expected += [_cell("e", element) for element in elements]
    assert rows("unnest jsonParse(@message).v into e | display e", *_messages(events)) == expected


@given(_events)
@_SETTINGS
def test_expand_puts_every_element_in_the_place_of_the_list(events: list[dict[str, Any]]) -> None:
    expected = []
    for number, event in reversed(list(enumerate(events))):
        value = event.get("v")
        if isinstance(value, str) and value in {"[]", "[1,2]"}:
            value = json.loads(value)
        elements = value if isinstance(value, list) else [value]
        expected += [{**_cell("v", element), "id": str(number)} for element in elements]
    assert rows("expand v | display v, id", *_messages(events)) == expected


@given(st.lists(st.text(alphabet='ab", \t\n', max_size=6), min_size=1, max_size=4))
@_SETTINGS
def test_csv_reads_back_what_was_quoted(values: list[str]) -> None:
    names = [f"c{n}" for n in range(len(values))]
    line = ",".join('"' + value.replace('"', '""') + '"' for value in values)
    query = f"parse @message csv as {', '.join(names)} | display {', '.join(names)}"
    assert rows(query, line) == [dict(zip(names, values, strict=True))]


@given(st.dictionaries(st.sampled_from(["k", "level", "a.b", "é"]), st.text(max_size=6), min_size=1))
@_SETTINGS
def test_logfmt_reads_back_what_was_quoted(pairs: dict[str, str]) -> None:
    line = " ".join(f"{key}={json.dumps(value)}" for key, value in pairs.items())
    [row] = rows("parse @message logfmt as lf | display lf", line)
    assert json.loads(row["lf"]) == pairs
