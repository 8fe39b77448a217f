"""When did it happen: events over time, one row of bars for each source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.charts import theme
from siemlib.charts.bars import highest, highest_row, rows_of_bars

if TYPE_CHECKING:
    from siemlib.case.answer import Answer, Chart


def activity(answer: Answer) -> Chart:
    """Draw an answer with the columns ``from``, ``to``, ``source``, ``events``."""
    if answer.frame.empty:
        return theme.nothing(answer)
    figure, drawn = rows_of_bars(answer.title, answer.frame, "source", "events", theme.style_of)
    most = highest(drawn, "events")
    return theme.chart(
        answer,
        figure,
        f"Events over time, one row of bars for each source ({drawn['source'].nunique()}), each on its own scale. "
        f"The highest bar: {most} ({highest_row(drawn, 'events')['source']}).",
    )
