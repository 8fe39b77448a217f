"""Answers drawn: each chart takes an :class:`~siemlib.case.answer.Answer` and gives a ``Chart``.

Whatever the answer holds, something honest is drawn: an empty answer is a plot that says "nothing found", one that is
not complete says so in its title, and a chart that cannot show every row says how many it shows. No chart has more than
``MOST_POINTS`` marks.
"""

from siemlib.charts.activity import activity
from siemlib.charts.areas import areas
from siemlib.charts.chronology import chronology
from siemlib.charts.flows import flows
from siemlib.charts.heatmap import heatmap
from siemlib.charts.levels import levels
from siemlib.charts.lines import lines
from siemlib.charts.matrix import matrix
from siemlib.charts.ports import ports
from siemlib.charts.shares import shares
from siemlib.charts.theme import MOST_POINTS
from siemlib.charts.timeline import timeline

CHARTS = (activity, timeline, chronology, areas, lines, heatmap, flows, ports, matrix, shares, levels)
"""Every chart, in the order in which a reader asks: when, in which order, how much, what passed, what was tried, who
with whom, whose part, how bad."""

__all__ = [
    "CHARTS",
    "MOST_POINTS",
    "activity",
    "areas",
    "chronology",
    "flows",
    "heatmap",
    "levels",
    "lines",
    "matrix",
    "ports",
    "shares",
    "timeline",
]
