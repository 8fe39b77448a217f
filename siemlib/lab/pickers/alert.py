"""Pick an alert out of those of the case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets
import pandas as pd

from siemlib.evidence.visible import visible
from siemlib.investigate.triage import alerts_of
from siemlib.investigate.words import count
from siemlib.lab.mirror import Mirror, Variable
from siemlib.lab.pickers.span import written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from siemlib.case import Case

MOST_LISTED = 500
"""Alerts in the list at once; a search narrows it."""
_LONGEST = 160
_VARIABLES = (
    Variable("alert", "either the id of an alert"),
    Variable("rule", "or the number of its rule, with the time"),
    Variable("time", "or the time of the alert, ISO 8601, UTC, with the rule; of several with one id, the nearest"),
)


def pick_alert(case: Case, names: dict[str, Any] | None = None) -> ipywidgets.VBox:
    """Pick the alert that the variables ``alert``, ``rule`` and ``time`` name; the highest levels are listed first.

    An alert with an id is named by that and its time, any other by its rule and time. ``names`` are the variables of
    the notebook, found if they are not given.
    """
    mirror = Mirror(_VARIABLES, names)
    answer = alerts_of(case)
    frame = answer.frame.sort_values(["level", "time"], ascending=[False, True], kind="stable", ignore_index=True)
    lines = [_line(row) for row in frame.to_dict("records")]
    search = ipywidgets.Text(description="Search", placeholder="rule, words, address …", continuous_update=False)
    chosen = ipywidgets.Select(rows=10, description="Alert")
    chosen.layout.width = "100%"
    said = ipywidgets.Label()

    def narrow(_change: dict[str, Any]) -> None:
        words = search.value.lower().split()
        places = [place for place, line in enumerate(lines) if all(word in line.lower() for word in words)]
        chosen.options = [("", None), *((lines[place], place) for place in places[:MOST_LISTED])]
        shown = min(len(places), MOST_LISTED)
        said.value = visible(f"showing {shown:,} of {count(len(places), 'alert')} found. {answer.reading}", keep="")

    def take(change: dict[str, Any]) -> None:
        if change["new"] is not None:
            mirror.set(_names(frame.iloc[change["new"]]))

    narrow({})
    search.observe(narrow, names="value")
    chosen.observe(take, names="value")
    return ipywidgets.VBox([search, chosen, said, *mirror.widgets])


def _names(row: pd.Series) -> dict[str, str]:
    """The parameters that name this alert: one id may stand in several, the nearest to the time is meant."""
    identifier = _text(row["id"])
    return {"alert": identifier, "rule": "" if identifier else _text(row["rule"]), "time": written(row["time"])}


def _line(row: Mapping[Any, Any]) -> str:
    level = "?" if pd.isna(row["level"]) else int(row["level"])
    parts = (_text(row[name]) for name in ("description", "address", "user", "host"))
    told = " · ".join(part for part in parts if part)
    return visible(f"{row['time']:%Y-%m-%d %H:%M:%S} · level {level} · rule {_text(row['rule'])} · {told}", keep="")[
        :_LONGEST
    ]


def _text(value: object) -> str:
    return "" if value is None or value is pd.NA or value != value else str(value)  # noqa: PLR0124 - NaN alone differs from itself
