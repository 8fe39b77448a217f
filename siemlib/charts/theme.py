"""How every chart looks: one template, colours that colour-blind readers tell apart, and a second sign beside colour.

The colours are those of Okabe and Ito (https://jfly.uni-koeln.de/color/), then Paul Tol's muted ones. A report may
be printed in grey, so that no meaning hangs on colour alone: bars also differ by pattern, dots by shape, and series are
labelled where they are drawn.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from siemlib.case.answer import Chart
from siemlib.case.display import completeness_words
from siemlib.case.figure import NOT_COMPLETE
from siemlib.charts.text import inert, number
from siemlib.model.run import Completeness
from siemlib.sources import SOURCES

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

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
    return (
        chart(answer, drawn, f"Nothing to draw. {answer.reading}")
        if answer.runs
        else Chart(answer, drawn, f"Nothing to draw. {answer.reading}")
    )


def chart(answer: Answer, drawn: go.Figure, sentence: str) -> Chart:
    """The chart, which says in its title and in its sentence when the answer is not known to be complete."""
    if answer.completeness is Completeness.COMPLETE:
        return Chart(answer, drawn, sentence)
    words = completeness_words(answer.completeness)
    drawn.update_layout(title={"text": f"{inert(answer.title, 120)} ({NOT_COMPLETE}: {answer.completeness})"})
    return Chart(answer, drawn, f"{sentence} Not known to be complete: {words}.")


def ranked(place: int) -> Style:
    """The style of the series at a place, 0 the first; the last ones share that of what has no name."""
    return _STYLES[place] if place < len(_STYLES) else OTHER


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


def fill_pattern(style: Style) -> dict[str, object]:
    """The pattern of a filled area, in the colour and the signs of a bar of the same style."""
    return {
        "shape": style.pattern,
        "bgcolor": style.colour,
        "fgcolor": "#ffffff",
        "size": 8,
        "solidity": style.solidity,
    }


def dash(style: Style) -> str:
    """How a line of that style is broken."""
    place = _STYLES.index(style) if style in _STYLES else len(_STYLES)
    return _DASHES[place % len(_DASHES)]


def name_axis(noun: str = "") -> dict[str, object]:
    """The settings of a y axis of names, the first at the top."""
    return {
        "type": "category",
        "autorange": "reversed",
        "ticksuffix": " ",
        "title": {"text": inert(noun), "standoff": 14},
    }


_STEPS = (1, 2, 5, 10)


def amount_axis(unit: str, most: float = math.inf, marks: int = 5) -> dict[str, object]:
    """The settings of an axis of counts or amounts up to ``most``; of bytes with decimal prefixes.

    There is no half of an event, and so no mark for it: where few are drawn, the step is given, with at most ``marks``.
    What goes up to a part of one is no count, such as an average, and needs marks between.
    """
    axis: dict[str, object] = {"title": {"text": inert(unit)}}
    if unit == "bytes":
        return axis | {"tickformat": "~s", "ticksuffix": "B"}
    step = next((step for step in _STEPS if most <= step * marks), None) if float(most).is_integer() else None
    return axis | {"separatethousands": True} | ({"tick0": 0, "dtick": step} if step else {})


DARK = 0.55
"""Of the way from light to dark: beyond it, text on a shade is white."""
SHADES = [[0.0, "#d6e6f4"], [0.5, "#6499c7"], [1.0, "#0b2a4a"]]
"""One hue from light to dark, so that more is darker in colour and in grey; its lightest is not white."""
SHADES_UNDER_TEXT = [[0.0, "#d6e6f4"], [DARK, "#7fb0d6"], [DARK + 0.001, "#3a76ad"], [1.0, "#0b2a4a"]]
"""The same without the middle, on which neither black text nor white has the contrast that WCAG asks for (4.5 to 1)."""
SILENT = {"shape": "/", "bgcolor": "#ffffff", "fgcolor": "#767676", "size": 7, "solidity": 0.2}
"""The pattern of what is silent: hatched, as no shade is."""
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "5px 2px 1px 2px", "1px 4px")


def shades(amounts: NDArray[np.float64]) -> list[list[float | None]]:
    """What a heat map draws for amounts: logarithms of one more, and nothing where there is nothing."""
    return [[float(np.log10(1 + n)) if n > 0 else None for n in line] for line in amounts]


def shade_scale(highest: float, tall: float, *, under_text: bool = False) -> dict[str, object]:
    """The settings of a heat map of :func:`shades`, with a scale of the amounts; its plot is ``tall`` pixels high."""
    apart = _TICKS_APART / tall * np.log10(1 + highest)
    kept = [highest]
    for tick in (10**n for n in reversed(range(16)) if 10**n < highest):
        if np.log10(1 + kept[0]) - np.log10(1 + tick) >= apart:
            kept.insert(0, tick)
    return {
        "zmin": 0,
        "zmax": float(np.log10(1 + highest)),
        "colorscale": SHADES_UNDER_TEXT if under_text else SHADES,
        "colorbar": {
            "tickvals": [float(np.log10(1 + tick)) for tick in kept],
            "ticktext": [number(tick) for tick in kept],
            "thickness": 12,
            "ypad": 0,  # as high as the plot
            "outlinewidth": 0,
        },
    }


_TICKS_APART = 18
"""Pixels between the ticks of a scale of shades, whose labels would lie on each other."""
_LETTER = 7
"""Pixels of a letter of a label, about."""
_NARROWEST = 450
"""Pixels of the narrowest plot that labels beside bars are to fit: on paper, beside the names of the bars."""


def beside_bars(highest: float, labels: Sequence[str]) -> list[float]:
    """The range of an axis along which bars lie, each with its label right of it."""
    share = max(map(len, labels)) * _LETTER / _NARROWEST
    return [0, (highest or 1) / (1 - min(share, 0.7))]


def utc(times: pd.Series) -> list[str]:
    """Times as plotly takes them: ISO 8601 without a zone, in UTC, so that no browser moves them to its own."""
    return [time.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] for time in times.dt.tz_convert("UTC")]


def utc_axis() -> dict[str, object]:
    """The settings of a time axis."""
    return {
        "type": "date",
        "title": {"text": "time (UTC)", "standoff": 12},
        # What follows the line break is written where it changes, and not under every tick.
        "hoverformat": "%Y-%m-%d %H:%M:%S",
        "tickformatstops": [
            {"dtickrange": [None, 60_000], "value": "%H:%M:%S\n%Y-%m-%d"},
            {"dtickrange": [60_000, 86_400_000], "value": "%H:%M\n%Y-%m-%d"},
            {"dtickrange": [86_400_000, None], "value": "%Y-%m-%d"},
        ],
    }
