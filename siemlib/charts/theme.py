"""How every chart looks: one template, colours that colour-blind readers tell apart, and a second sign beside colour.

The colours are those of Okabe and Ito (https://jfly.uni-koeln.de/color/), then Paul Tol's muted ones. A report may
be printed in grey, so that no meaning hangs on colour alone: bars also differ by pattern, dots by shape, and series are
labelled where they are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from siemlib.case.answer import Chart
from siemlib.charts.text import inert
from siemlib.sources import SOURCES

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case.answer import Answer

MOST_POINTS = 2_000
"""Marks that one chart draws; more make a page that does not open."""

INK = "#222222"
GRID = "#dddddd"
FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'


@dataclass(frozen=True, slots=True)
class Style:
    """What tells one series from another: ``colour``, ``pattern`` of bars, ``symbol`` of dots.

    ``solidity`` is the share of a bar that its pattern takes.
    """

    colour: str
    pattern: str
    symbol: str
    solidity: float = 0.25


_STYLES = (
    Style("#0072B2", "", "circle"),
    Style("#D55E00", "/", "square"),
    Style("#009E73", "x", "diamond"),
    Style("#CC79A7", "\\", "triangle-up"),
    Style("#E69F00", ".", "cross"),
    Style("#56B4E9", "-", "star"),
    Style("#000000", "+", "hexagon"),
    # There are eight patterns; the rest are told apart in grey by more white in the bar.
    Style("#332288", "/", "square-open", 0.6),
    Style("#88CCEE", "x", "diamond-open", 0.6),
    Style("#44AA99", "\\", "triangle-up-open", 0.6),
    Style("#117733", ".", "pentagon", 0.6),
    Style("#999933", "-", "star-diamond", 0.6),
    Style("#DDCC77", "+", "hexagon-open", 0.6),
    Style("#882255", "|", "bowtie", 0.6),
)
OTHER = Style("#777777", "|", "triangle-down")
_ANYTHING = "plain"
"""The source of what nobody knows looks like a log that nobody knows."""
GOOD, BAD = _STYLES[0], _STYLES[1]

_TEMPLATE = go.layout.Template(
    layout={
        "font": {"family": FONT, "size": 13, "color": INK},
        "title": {"font": {"size": 16}, "x": 0, "xanchor": "left", "xref": "paper"},
        "paper_bgcolor": "#ffffff",
        "plot_bgcolor": "#ffffff",
        "showlegend": False,
        "bargap": 0,
        "hoverlabel": {"align": "left", "font": {"family": FONT}},
        "margin": {"l": 60, "r": 40, "t": 70, "b": 60},
        "xaxis": {"gridcolor": GRID, "zerolinecolor": GRID, "linecolor": INK, "ticks": "outside"},
        "yaxis": {"gridcolor": GRID, "zerolinecolor": GRID, "linecolor": INK, "automargin": True},
    },
)


def style_of(source: str) -> Style:
    """The style of a source, the same in every chart; what is left when the colours are used up is grey."""
    names = [known.name for known in SOURCES if known.name != _ANYTHING]
    place = names.index(source) if source in names else len(_STYLES)
    return _STYLES[place] if place < len(_STYLES) else OTHER


def figure(title: str, height: int, rows: int = 1) -> go.Figure:
    """An empty figure in the theme, ``height`` in pixels, as wide as the page; ``rows`` share one x axis."""
    drawn = make_subplots(rows=rows, cols=1, shared_xaxes=True, vertical_spacing=0.3 / max(rows, 2))
    drawn.update_layout(template=_TEMPLATE, title={"text": inert(title, 160)}, height=height, autosize=True)
    return drawn


def nothing(answer: Answer) -> Chart:
    """A chart that says in the plot that there was nothing to draw, so that it is not taken for a broken one.

    An answer that rests on no run asked nothing: that is not the same as having found nothing.
    """
    said = "nothing found" if answer.runs else "not examined"
    drawn = figure(answer.title, 180)
    drawn.update_xaxes(visible=False, range=[0, 1])
    drawn.update_yaxes(visible=False, range=[0, 1])
    drawn.add_annotation(text=said, x=0.5, y=0.5, showarrow=False, font={"size": 18})
    return Chart(answer, drawn, f"Nothing to draw. {answer.reading}")


def bar_marker(style: Style) -> dict[str, object]:
    """The marker of a trace of bars."""
    # Without a background of its own a hatched bar is transparent, and a narrow one cannot be seen.
    pattern = {
        "shape": style.pattern,
        "bgcolor": style.colour,
        "fgcolor": "#ffffff",
        "size": 6,
        "solidity": style.solidity,
    }
    return {"color": style.colour, "pattern": pattern, "line": {"width": 0}}


def utc(times: pd.Series) -> list[str]:
    """Times as plotly takes them: ISO 8601 without a zone, in UTC, so that no browser moves them to its own."""
    return [time.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] for time in times.dt.tz_convert("UTC")]


def utc_axis() -> dict[str, object]:
    """The settings of a time axis."""
    return {
        "type": "date",
        "title": {"text": "time (UTC)"},
        "hoverformat": "%Y-%m-%d %H:%M:%S",
        "tickformatstops": [
            {"dtickrange": [None, 60_000], "value": "%H:%M:%S<br>%Y-%m-%d"},
            {"dtickrange": [60_000, 86_400_000], "value": "%H:%M<br>%Y-%m-%d"},
            {"dtickrange": [86_400_000, None], "value": "%Y-%m-%d"},
        ],
    }
