"""Pick a range of time within the case: by a slider, or to the second."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import ipywidgets

from siemlib.errors import UsageError
from siemlib.lab.mirror import Mirror, Variable
from siemlib.model.timespan import TimeSpan, parse_time

if TYPE_CHECKING:
    from datetime import datetime

    from siemlib.case import Case

MOST_STEPS = 200
"""Of the slider."""
_STEPS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 180, 360, 720, 1440, 10_080))
_VARIABLES = (
    Variable("start", "first instant, ISO 8601, UTC; empty: the first event of an archive (not on live:)"),
    Variable(
        "end",
        "first instant after it, ISO 8601, UTC; empty: just after the last event of an archive (not on live:)",
    ),
)


def pick_time(case: Case, names: dict[str, Any] | None = None) -> ipywidgets.VBox:
    """Pick the times that the variables ``start`` and ``end`` hold, within the case; open the case again to use them.

    ``names`` are the variables of the notebook, found if they are not given.
    """
    mirror = Mirror(_VARIABLES, names)
    ticks = _ticks(case.timespan)
    slider = ipywidgets.SelectionRangeSlider(
        options=[(f"{tick:%Y-%m-%d %H:%M}", tick) for tick in ticks],
        index=(0, len(ticks) - 1),
        description="UTC",
        readout=False,
    )
    slider.layout.width = "100%"
    start = ipywidgets.Text(value=mirror.get("start"), description="Start", continuous_update=False)
    end = ipywidgets.Text(value=mirror.get("end"), description="End", continuous_update=False)

    def slid(change: dict[str, Any]) -> None:
        first, last = change["new"]
        if first == last:
            mirror.refuse(UsageError("the range is empty", hint="move one end of the slider"))
            return
        # Both texts before either is read, or the old end would refuse the new start.
        start.unobserve(typed, names="value")
        end.unobserve(typed, names="value")
        start.value, end.value = written(first), written(last)
        start.observe(typed, names="value")
        end.observe(typed, names="value")
        typed({})

    def typed(_change: dict[str, Any]) -> None:
        try:
            mirror.set(_read(case.timespan, start.value, end.value))
        except UsageError as error:
            mirror.refuse(error)

    slider.observe(slid, names="value")
    start.observe(typed, names="value")
    end.observe(typed, names="value")
    return ipywidgets.VBox([slider, start, end, *mirror.widgets])


def written(time: datetime) -> str:
    """``2026-03-04T13:55:00Z``; milliseconds where there are any."""
    return f"{time:%Y-%m-%dT%H:%M:%S}" + (f".{time.microsecond // 1000:03d}" if time.microsecond else "") + "Z"


def _read(span: TimeSpan, start: str, end: str) -> dict[str, str]:
    """What the variables shall hold. An empty text stays empty. Raises UsageError for what is no span."""
    first = parse_time(start)[0] if start.strip() else span.start
    last = parse_time(end)[0] if end.strip() else span.end
    TimeSpan(first, last)
    return {"start": written(first) if start.strip() else "", "end": written(last) if end.strip() else ""}


def _ticks(span: TimeSpan) -> list[datetime]:
    """The ends of the span, and round times between them."""
    step = next((step for step in _STEPS if (span.end - span.start) / step <= MOST_STEPS), None)
    step = step or (span.end - span.start) / MOST_STEPS
    day = span.start.replace(hour=0, minute=0, second=0, microsecond=0)
    tick = day + step * ((span.start - day) // step + 1)
    ticks = [span.start]
    while tick < span.end:
        ticks.append(tick)
        tick += step
    return [*ticks, span.end]
