"""Which traffic passed: accepted and rejected flows over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.charts import theme
from siemlib.charts.bars import highest, rows_of_bars
from siemlib.charts.text import number

if TYPE_CHECKING:
    from siemlib.case.answer import Answer, Chart


def flows(answer: Answer) -> Chart:
    """Draw an answer with the columns ``from``, ``to``, ``action`` (``ACCEPT``, ``REJECT``), ``flows``."""
    if answer.frame.empty:
        return theme.nothing(answer)
    figure, drawn = rows_of_bars(answer.title, answer.frame, "action", "flows", _style)
    totals = drawn.groupby("action")["flows"].sum()
    counts = ", ".join(f"{number(count)} {action}" for action, count in totals.items())
    return theme.chart(
        answer,
        figure,
        f"Flows over time, one row of bars for each action, each on its own scale: {counts}. "
        f"The highest bar: {highest(drawn, 'flows')}.",
    )


def _style(action: str) -> theme.Style:
    return {"ACCEPT": theme.GOOD, "REJECT": theme.BAD}.get(action, theme.OTHER)
