"""What a query of the analyst found, and what can be done with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from siemlib.case.answer import SLUG, Answer
from siemlib.case.cells import escaped, part
from siemlib.case.display import AMBER, SHOWN_ROWS, completeness_words, showing, table_html
from siemlib.errors import UsageError
from siemlib.evidence.visible import visible
from siemlib.investigate.words import count, names
from siemlib.model.run import Completeness
from siemlib.workbook.pivot import Pivot

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from siemlib.case import Case, Exhibit
    from siemlib.case.custody import Custody
    from siemlib.engine import Result
    from siemlib.model.run import Run, Statistics

POINTER = "@ptr"
"""The column that identifies an event. It is in the frame, and not in what is shown."""


@dataclass(frozen=True, eq=False)
class Found:
    """The result of one query of a case; it is recorded, and no exhibit until :meth:`exhibit` makes it one."""

    case: Case
    result: Result
    custody: Custody
    """Where the query was entered, and will be that it became an exhibit."""
    warnings: tuple[str, ...] = ()
    """What was found wrong with the custody log when the query was entered, as sentences."""

    @property
    def rows(self) -> list[dict[str, str]]:
        """One dict for each row, in order: exactly the strings that GetQueryResults gives; a missing value has no key.

        >>> case.query("stats count(*) as events", "sshd").rows
        [{'events': '2977'}]
        """
        return self.result.rows

    @property
    def frame(self) -> pd.DataFrame:
        """The same with typed columns: whole numbers ``Int64``, other numbers ``Float64``, times aware UTC.

        What is missing stays missing. Rows that are events have their id in the last column, ``@ptr``.

        >>> case.query("fields @timestamp, @message | limit 2", "sshd").frame.dtypes.astype(str).to_dict()
        {'@timestamp': 'datetime64[ms, UTC]', '@message': 'string', '@ptr': 'string'}
        """
        return self.result.frame

    @property
    def completeness(self) -> Completeness:
        """Whether this is everything that was asked for. Read it before the rows.

        >>> str(case.query("fields @message", "vpc-flow").completeness)
        'truncated'
        >>> str(case.query("stats count(*)", "vpc-flow").completeness)
        'complete'
        """
        return self.result.completeness

    @property
    def statistics(self) -> Statistics:
        """Events matched and scanned, bytes of messages scanned, rows.

        >>> case.query("filter @message like /Accepted/ | stats count(*)", "sshd").statistics.records_scanned
        2977
        """
        return self.result.statistics

    @property
    def run(self) -> Run:
        """The recorded run: its query, timespan, log groups and id."""
        return self.result.run

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know to read the rows rightly, as sentences; often none."""
        return (*self.run.notes, *(f"Custody log: {warning}." for warning in self.warnings))

    def pivot(self, subject: str) -> Pivot:
        """Every question about one address or user: text that is an IP address is one, any other is a user.

        >>> case.query("fields @message | limit 1", "sshd").pivot("203.0.113.66").subject.noun
        'address'
        """
        pivot = Pivot.of(self.case, subject)
        self.custody.did(pivot.entered, run=self.run.id)
        return pivot

    def exhibit(
        self, name: str, title: str, *, reading: str = "", key: bool = False, given: Mapping[str, str] | None = None
    ) -> Exhibit:
        """Make the result an exhibit of the case: numbered, recorded with its data, and in the report.

        ``name`` is lower-case words joined by hyphens; its files are called so. ``reading`` is what you read in it: the
        exhibit counts the rows first and marks your sentence as yours. ``key``: that heads the report. ``given`` names
        phrases of your sentence whose numbers the rows do not hold, each with what it is.

        >>> found = case.query("filter @message like /Accepted/ | stats count(*) as logins", "sshd")
        >>> found.exhibit("accepted", "Accepted logins").answer.reading
        '1 row, from 256 of 2,977 events.'
        """
        exhibit = self.case.show(self.answer(name, title, reading=reading, given=given), key=key)
        self.custody.promoted(exhibit)
        return exhibit

    def answer(self, name: str, title: str, *, reading: str = "", given: Mapping[str, str] | None = None) -> Answer:
        """The result as an answer, for a chart. Raises UsageError for a name that cannot name a file."""
        if not SLUG.fullmatch(name):
            raise UsageError(
                f"not the name of an exhibit: {name[:40]!r}",
                hint="write lower-case words joined by hyphens: failed-logins",
            )
        said = f' In the words of the analyst: "{" ".join(reading.split())}"' if reading.strip() else ""
        told, known = f"{self._counted()}{said}", tuple((given or {}).items())
        return Answer(name, title.strip() or name, self.frame, told, self._asked(), (self.run,), given=known)

    def _counted(self) -> str:
        counts = self.statistics
        state = "" if self.completeness is Completeness.COMPLETE else f" ({completeness_words(self.completeness)})"
        return (
            f"{count(len(self.rows), 'row')}{state}, from {counts.records_matched:,} of"
            f" {count(counts.records_scanned, 'event')}."
        )

    def _asked(self) -> str:
        groups = [*self.run.log_groups, *self.run.inner_log_groups]
        noun = "log group" if len(groups) == 1 else "log groups"
        where = f"{noun} {names(groups, most=20)}" if groups else "no log group"
        return f"{where}, {self.run.timespan}, with the query of run {self.run.id}."

    def text(self) -> str:
        """Completeness first, then counts and the first rows, as plain text that is safe for a terminal."""
        head = [f"Completeness: {completeness_words(self.completeness)}", self._counted(), *self.notes]
        lines = [
            re.sub(r"\s+", " ", "  ".join(f"{k}={v}" for k, v in row.items() if k != POINTER)) for row in self.rows[:10]
        ]
        return visible("\n".join([*head, *lines]))

    def html(self) -> str:
        """The same as a page's part, with the first hundred rows; everything from logs is escaped."""
        state = escaped(completeness_words(self.completeness))
        if self.completeness is not Completeness.COMPLETE:
            state = f'<strong style="{AMBER}">{state}</strong>'
        notes = "".join(f"<p>{escaped(note)}</p>" for note in self.notes)
        shown = self.frame.drop(columns=POINTER, errors="ignore")
        caption = showing(len(shown), SHOWN_ROWS)
        table = table_html(shown, caption) if len(shown) else f"<p>{escaped(caption)}</p>"
        return part(
            f"<p>Completeness: {state}</p><p>{escaped(self._counted())}</p>{notes}{table}"
            f"<p><small>Searched: {escaped(self._asked())} Not an exhibit of the case.</small></p>"
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        del include, exclude  # the whole bundle is small
        return {"text/html": self.html(), "text/plain": self.text()}

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        return self.text()
