"""A result or an answer as JupyterLab shows it: how complete it is first, then a table that sorts and searches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from siemlib.case.cells import escaped, part
from siemlib.case.display import AMBER, completeness_words, state_words
from siemlib.evidence.visible import visible
from siemlib.lab.tables import shown_rows, table_html
from siemlib.model.run import Completeness
from siemlib.workbook.found import POINTER

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Answer
    from siemlib.workbook import Found


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is shown, in this order. Everything is plain text."""

    completeness: Completeness
    state: str
    sentences: tuple[str, ...]
    frame: pd.DataFrame
    below: str
    title: str = ""

    def html(self) -> str:
        """As a page's part, every text escaped; a state that is not "complete" stands out."""
        state = f"Completeness: {escaped(self.state)}"
        if self.completeness is not Completeness.COMPLETE:
            state = f'<strong style="{AMBER}">{state}</strong>'
        title = f"<p><strong>{escaped(self.title)}</strong></p>" if self.title else ""
        said = "".join(f"<p>{escaped(sentence)}</p>" for sentence in self.sentences if sentence)
        table = table_html(self.frame, self._caption()) if len(self.frame) else f"<p>{escaped(self._caption())}</p>"
        below = f"<p><small>{escaped(self.below)}</small></p>"
        return part(f"<p>{state}</p>{title}{said}{table}{below}")

    def _caption(self) -> str:
        rows = len(self.frame)
        if not rows:
            return "no rows"
        shown = shown_rows(self.frame)
        if shown < rows:
            return f"the first {shown:,} of {rows:,} rows; .frame holds them all"
        return "1 row" if rows == 1 else f"all {rows:,} rows"


def found_bundle(found: Found, include: object = None, exclude: object = None) -> dict[str, Any]:
    """What a query found. Its rows are named as in :attr:`Found.frame`, without the ids of events."""
    del include, exclude  # the whole bundle is small
    answer = found.answer("result", "")
    sheet = Sheet(
        found.completeness,
        completeness_words(found.completeness),
        (answer.reading, *found.notes),
        found.frame.drop(columns=POINTER, errors="ignore"),
        f"Searched: {answer.searched} Not an exhibit of the case: .exhibit(name, title) makes it one.",
    )
    return {"text/html": sheet.html(), "text/plain": found.text()}


def answer_bundle(answer: Answer, include: object = None, exclude: object = None) -> dict[str, Any]:
    """An answer that is no exhibit (yet)."""
    del include, exclude  # the whole bundle is small
    state = state_words(answer.completeness, len(answer.runs))
    sheet = Sheet(
        answer.completeness,
        state,
        (answer.reading,),
        answer.frame,
        f"Searched: {answer.searched} Not an exhibit of the case: case.show makes it one.",
        title=answer.title,
    )
    lines = [f"Completeness: {state}", answer.title, answer.reading, answer.searched]
    return {"text/html": sheet.html(), "text/plain": visible("\n".join(lines))}
