"""Whose part is it: horizontal bars, the highest first, each with its share of the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.charts import theme
from siemlib.charts.few import Few, numbers
from siemlib.charts.text import amount, inert

if TYPE_CHECKING:
    from siemlib.case.answer import Answer, Chart

MOST = 20
"""Bars that are drawn by name; further ones are summed in a last one."""
_LEAST = 0.1
"""Percent that are told from nothing, and from the whole."""


def shares(answer: Answer, *, label: str, value: str) -> Chart:
    """Draw an answer with the columns ``label`` and ``value``, a count or amount; rows of one label are summed.

    Shares are of the sum of all rows, also of those that are not drawn by name.
    """
    frame = answer.frame
    if frame.empty:
        return theme.nothing(answer)
    amounts = numbers(frame[value])
    few = Few(frame[label], amounts, MOST)
    sums = amounts.groupby(few.places).sum().sort_index()
    counts, whole = [float(n) for n in sums], float(amounts.sum())
    styles = [theme.GOOD] * few.named + [theme.OTHER] * bool(few.summed)
    said = [f" {amount(count, value)}, {share(count, whole)}" for count in counts]
    figure = theme.figure(answer.title, 130 + 26 * len(few.labels))
    for style in dict.fromkeys(styles):
        drawn = [place for place, own in enumerate(styles) if own is style]
        figure.add_bar(
            x=[counts[place] for place in drawn],
            y=[few.labels[place] for place in drawn],
            orientation="h",
            text=[said[place] for place in drawn],
            textposition="outside",
            cliponaxis=False,
            marker=theme.bar_marker(style),
            hoverinfo="y+text",
        )
    figure.update_layout(barmode="overlay", bargap=0.25)
    figure.update_xaxes(**theme.amount_axis(value, max(counts)), range=theme.beside_bars(max(counts), said))
    figure.update_yaxes(**theme.name_axis())
    first = counts.index(max(counts[: few.named]))
    most = (
        f" Most: {few.labels[first]}, {amount(counts[first], value)}, {share(counts[first], whole)}." if whole else ""
    )
    return theme.chart(
        answer,
        figure,
        f"Bars of {inert(value)} by {inert(label)}: {few.words()}; {amount(whole, value)} in all.{most}",
    )


def share(part: float, whole: float) -> str:
    """A percentage that is never rounded to nothing, nor up to all of it."""
    percent = 100 * part / whole if whole else 0.0
    if 0 < percent < _LEAST:
        return f"under {_LEAST} %"
    return f"over {100 - _LEAST} %" if 100 - _LEAST < percent < 100 else f"{percent:.1f} %"  # noqa: PLR2004 - all of it
