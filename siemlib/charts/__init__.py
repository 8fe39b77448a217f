"""Answers drawn: each chart takes an :class:`~siemlib.case.answer.Answer` and gives a ``Chart``.

Whatever the answer holds, something honest is drawn: an empty answer is a plot that says "nothing found", and a chart
that cannot show every row says how many it shows. No chart has more than ``MOST_POINTS`` marks.
"""

from siemlib.charts.activity import activity
from siemlib.charts.flows import flows
from siemlib.charts.levels import levels
from siemlib.charts.ports import ports
from siemlib.charts.theme import MOST_POINTS
from siemlib.charts.timeline import timeline

CHARTS = (activity, timeline, flows, ports, levels)
"""Every chart, in the order in which a reader asks: when, in which order, what passed, what was tried, how bad."""

__all__ = ["CHARTS", "MOST_POINTS", "activity", "flows", "levels", "ports", "timeline"]
