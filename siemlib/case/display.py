"""How exhibits and sections look in JupyterLab. The report page draws the same from the records, in its own way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from siemlib.case.answer import Answer, Chart
from siemlib.case.cells import escaped, header_of, part, shown_rows_of
from siemlib.case.columns import styles
from siemlib.case.figure import chart_json
from siemlib.evidence.visible import visible
from siemlib.model.run import Completeness

if TYPE_CHECKING:
    import pandas as pd

SHOWN_ROWS = 100
"""Rows of a table that are shown in a notebook; the record holds them all."""

PLOTLY = "application/vnd.plotly.v1+json"
AMBER = "color:#7a4b00;background:#fff3d6;padding:0.1em 0.4em"
"""The style of a completeness that is not complete."""


def showing(rows: int, limit: int) -> str:
    """The words under a table: how many of its rows are there."""
    if rows == 0:
        return "no rows"
    return f"showing {min(rows, limit):,} of {rows:,} rows" if rows != 1 else "showing 1 of 1 row"


def completeness_words(completeness: Completeness) -> str:
    """What a completeness means for the reader."""
    match completeness:
        case Completeness.COMPLETE:
            return "complete"
        case Completeness.TRUNCATED:
            return "truncated: more rows matched than are held here"
        case Completeness.PARTIAL:
            return "partial: not everything that was asked for was searched"
        case Completeness.TIMED_OUT:
            return "timed out: the search ended before it was done"
        case Completeness.UNKNOWN:
            return "unknown: nothing says that this is everything"


def state_words(completeness: Completeness, runs: int) -> str:
    """The words for an exhibit that rests on so many runs: without any, it was not examined at all."""
    return completeness_words(completeness) if runs else "not examined: no query was run"


def table_html(frame: pd.DataFrame, caption: str, limit: int = SHOWN_ROWS) -> str:
    """The first rows of a frame as an HTML table, every cell escaped; ``caption`` is plain text."""
    rows = list(shown_rows_of(frame, limit))
    looks = styles(frame, rows)
    head = "".join(f'<th scope="col" style="text-align:left">{escaped(name)}</th>' for name in header_of(frame))
    body = "".join(
        "<tr>"
        + "".join(f'<td style="{look}">{escaped(text)}</td>' for text, look in zip(row, looks, strict=True))
        + "</tr>"
        for row in rows
    )
    return (
        f'<table><caption style="text-align:left">{escaped(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


@dataclass(frozen=True, eq=False)
class Exhibit:
    """A numbered table or chart. As the last value of a cell it shows itself."""

    id: str
    """``E01``, ``E02`` … in the order of the case."""
    item: Answer | Chart
    key: bool = False
    """Whether its reading belongs to the answer in five lines at the top of the report."""

    @property
    def answer(self) -> Answer:
        """The answer, also of a chart."""
        return self.item.answer if isinstance(self.item, Chart) else self.item

    @property
    def metadata(self) -> dict[str, Any]:
        """What marks the outputs of this exhibit in a notebook, so that the report finds their place."""
        return {"siem": {"exhibit": self.id}}

    def html(self) -> str:
        """Reading, table, what was searched and how complete it is. Everything from logs is escaped."""
        answer = self.answer
        state = escaped(state_words(answer.completeness, len(answer.runs)))
        if answer.completeness is not Completeness.COMPLETE:
            state = f'<strong style="{AMBER}">{state}</strong>'
        sentence = f"<p>{escaped(self.item.sentence)}</p>" if isinstance(self.item, Chart) else ""
        caption = f"{self.id} · {answer.title}: {showing(len(answer.frame), SHOWN_ROWS)}"
        table = table_html(answer.frame, caption) if len(answer.frame) else f"<p>{escaped(caption)}</p>"
        return part(
            f"<p><strong>{self.id} · {escaped(answer.title)}</strong></p>{sentence}"
            f"<p>{escaped(answer.reading)}</p>{table}"
            f"<p><small>Searched: {escaped(answer.searched)} Completeness: {state}</small></p>"
        )

    def text(self) -> str:
        """The same in a few lines of plain text, safe for a terminal."""
        answer = self.answer
        state = f"Completeness: {state_words(answer.completeness, len(answer.runs))}"
        rows = showing(len(answer.frame), SHOWN_ROWS)
        return visible("\n".join([f"{self.id} · {answer.title}", answer.reading, rows, answer.searched, state]))

    def bundles(self) -> list[dict[str, Any]]:
        """The MIME bundles that are displayed, in order: the chart, if there is one, then the rest."""
        table = {"text/html": self.html(), "text/plain": self.text()}
        if isinstance(self.item, Chart):
            return [{PLOTLY: chart_json(self.item), "text/plain": visible(self.item.sentence)}, table]
        return [table]

    def _ipython_display_(self) -> None:
        # IPython is there when this is called, and only then.
        from IPython.display import display  # noqa: PLC0415 - as said above

        for bundle in self.bundles():
            display(bundle, raw=True, metadata=self.metadata)  # type: ignore[no-untyped-call]


def preview(answer: Answer) -> dict[str, Any]:
    """The MIME bundle of an answer that is no exhibit (yet): its completeness first, then what an exhibit shows."""
    state = state_words(answer.completeness, len(answer.runs))
    marked = escaped(state)
    if answer.completeness is not Completeness.COMPLETE:
        marked = f'<strong style="{AMBER}">{marked}</strong>'
    caption = f"{answer.title}: {showing(len(answer.frame), SHOWN_ROWS)}"
    table = table_html(answer.frame, caption) if len(answer.frame) else f"<p>{escaped(caption)}</p>"
    page = part(
        f"<p><strong>{escaped(answer.title)}</strong></p><p>Completeness: {marked}</p>"
        f"<p>{escaped(answer.reading)}</p>{table}<p><small>Searched: {escaped(answer.searched)}"
        " Not an exhibit of the case: case.show makes it one.</small></p>"
    )
    lines = [answer.title, f"Completeness: {state}", answer.reading, caption, answer.searched]
    return {"text/html": page, "text/plain": visible("\n".join(lines))}


@dataclass(frozen=True, eq=False)
class Panel:
    """A section about the case itself: what it is, what it did not examine, where its numbers come from."""

    section: str
    """``case``, ``not-examined`` or ``provenance``."""
    title: str
    sentences: tuple[str, ...]
    frame: pd.DataFrame | None = None
    state: str = ""
    """What a section about something that was checked comes to, in a word or two."""
    caveat: str = ""
    """A sentence that belongs beside the status of a report."""

    def text(self) -> str:
        """The sentences, one a line."""
        return visible("\n".join([self.title, *self.sentences]))

    def html(self) -> str:
        """The sentences as a list, and the table."""
        items = "".join(f"<li>{escaped(sentence)}</li>" for sentence in self.sentences)
        caption = f"{self.title}: {showing(len(self.frame), SHOWN_ROWS)}" if self.frame is not None else ""
        table = "" if self.frame is None else table_html(self.frame, caption)
        return part(f"<p><strong>{escaped(self.title)}</strong></p><ul>{items}</ul>{table}")

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        del include, exclude  # the whole bundle is small
        return {"text/html": self.html(), "text/plain": self.text()}, {"siem": {"section": self.section}}
