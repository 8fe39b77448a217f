"""The custody log of a case: whatever an analyst asked by hand, answered or not, and what became of it.

The log is ``custody.jsonl`` in the folder that ``SIEM_CUSTODY`` names, else in ``custody`` beside the notebook (where
its kernel runs); several cases may share it, each entry names its own. It is anchored and may be written by several
kernels at once (see :mod:`siemlib.evidence.custody`). A notebook that runs as a report has none: the report's record
holds every run, and its own custody log who built it.

An entry about a query has the members ``case``, ``engine``, ``run``, ``query``, ``parameters``, ``every_row``,
``timespan``, ``log_groups``, ``completeness``, ``rows`` and ``rows_sha256`` (the digest of the run's record). One that
gave no result has ``failed``, the reason, in the place of what it gave: it may have read a lot before. No entry holds a
path of the machine.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from siemlib.case.display import Panel
from siemlib.case.record import ENVIRONMENT as RECORD
from siemlib.errors import SiemError, UsageError
from siemlib.evidence import custody
from siemlib.evidence.digest import sha256_rows
from siemlib.evidence.scrub import archive_of, path_words, recorded_url, scrub

if TYPE_CHECKING:
    from collections.abc import Mapping

    from siemlib.case.case import Case
    from siemlib.case.display import Exhibit
    from siemlib.engine import Result

ENVIRONMENT = "SIEM_CUSTODY"
"""The environment variable that names the folder of the log."""
FOLDER = "custody"
FILE = "custody.jsonl"
_SHOWN = ("sequence", "time", "who", "what", "query", "completeness", "rows", "why")
_LATEST = 100
"""Entries that the panel shows."""
_HINT = f"name another folder in {ENVIRONMENT}, or when the case is opened"


@dataclass(frozen=True, slots=True)
class Custody:
    """Enters what an analyst did in the custody log. ``log`` is ``None`` while a report is made."""

    log: Path | None
    case: str
    """The title of the case."""
    engine: str

    @classmethod
    def of(cls, case: Case, folder: str | Path | None = None) -> Custody:
        """The log of a case: in ``folder``, or where the environment says. It is made with its first entry."""
        chosen = folder or os.environ.get(ENVIRONMENT)
        if not chosen and os.environ.get(RECORD):
            return cls(None, case.title, case.engine.url)
        return cls(Path(chosen or FOLDER).absolute() / FILE, case.title, case.engine.url)

    def ready(self) -> None:
        """Make sure that an entry can be written, before anything is asked.

        Raises UsageError where it cannot, and where the folder lies within the archive, which nobody may write to.
        """
        if self.log is None:
            return
        folder = self.log.parent
        archive = archive_of(self.engine)
        if archive is not None and folder.resolve().is_relative_to(archive.resolve()):
            raise UsageError(f"the custody log may not lie within the archive, as {folder} does", hint=_HINT)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with self.log.open("ab"):
                pass
        except OSError as error:
            raise UsageError(f"the custody log {self.log} cannot be written: {error.strerror}", hint=_HINT) from None

    def asked(self, result: Result, *, every_row: bool, why: str = "") -> tuple[str, ...]:
        """Enter a query and what it gave; what was found wrong with the end of the log is given back, as sentences."""
        run = result.run
        groups = [*run.log_groups, *run.inner_log_groups]
        details = {
            "run": run.id,
            "query": run.query,
            "parameters": dict(run.parameters),
            "every_row": every_row,
            "timespan": {"start": run.timespan.start.isoformat(), "end": run.timespan.end.isoformat()},
            "log_groups": groups,
            "completeness": run.completeness.value,
            "rows": len(result.rows),
            "rows_sha256": sha256_rows(result.rows),
        }
        noun = "log group" if len(groups) == 1 else "log groups"
        return self._enter(f"asked {len(groups):,} {noun} a query", why, details)

    def failed(self, error: BaseException, asked: Mapping[str, object], *, why: str = "") -> None:
        """Enter a query that gave no result: it does not compile, it failed, or somebody stopped it.

        ``asked`` are members of the entry, as :meth:`asked` has them.
        """
        reason = error.message if isinstance(error, SiemError) else type(error).__name__
        told = scrub(reason.strip().partition("\n")[0], path_words(self.engine))
        self._enter("asked a query that gave no result", why, {**asked, "failed": told})

    def did(self, what: str, **details: object) -> None:
        """Enter another thing that an analyst did by hand; ``details`` are further members of the entry."""
        self._enter(what, "", details)

    def promoted(self, exhibit: Exhibit, *, why: str = "") -> tuple[str, ...]:
        """Enter that a result was made an exhibit."""
        answer = exhibit.answer
        runs = [run.id for run in answer.runs]
        details = {"exhibit": exhibit.id, "name": answer.name, "title": answer.title, "runs": runs}
        return self._enter(f"made a result the exhibit {exhibit.id}", why, details)

    def problems(self) -> list[str]:
        """What is wrong with the log, as sentences; empty when no line was changed, moved, removed or slipped in."""
        return [] if self.log is None else custody.verify(self.log, anchored=True)

    def panel(self) -> Panel:
        """The log as a table, and whether its chain holds; to be shown in a notebook."""
        problems = self.problems()
        if self.log is None or not self.log.exists():
            return Panel("custody", "Custody log", (*problems, "Nothing has been entered yet."))
        lines = custody.readable(self.log)
        # A head that cannot be read is among the problems.
        held = [] if problems else [_holds(*custody.head(self.log))]
        frame = pd.DataFrame(
            {name: pd.Series([_text(line.get(name)) for line in lines], dtype="string") for name in _SHOWN}
        )
        frame["time"] = pd.to_datetime(frame["time"], format="ISO8601", errors="coerce", utc=True)
        return Panel("custody", "Custody log", tuple(problems or held), frame.tail(_LATEST))

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        return self.panel()._repr_mimebundle_(include, exclude)

    def _enter(self, what: str, why: str, details: Mapping[str, object]) -> tuple[str, ...]:
        if self.log is None:
            return ()
        self.ready()
        words = path_words(self.engine)
        told = {"case": self.case, "engine": recorded_url(self.engine), **details}
        try:
            return custody.append(self.log, scrub(what, words), why=why, details=told, anchored=True)
        except OSError as error:
            raise UsageError(f"the custody log {self.log} cannot be written: {error.strerror}", hint=_HINT) from None


def verify(folder: str | Path) -> list[str]:
    """What is wrong with the custody log in ``folder``, as sentences; empty when it holds, or when there is none."""
    return custody.verify(Path(folder) / FILE, anchored=True)


def _holds(count: int, digest: str) -> str:
    if not count:
        return "Nothing has been entered yet."
    chain = f"The chain of its {count:,} entries holds" if count != 1 else "Its one entry holds"
    return f"{chain}. The SHA-256 of the last one is {digest}."


def _text(value: object) -> str | None:
    return None if value is None else str(value)
