"""Asking again what a report asked, years later or elsewhere, and comparing row by row with the rows that it kept.

Each recorded query runs over its recorded timespan and log groups. The answer of a run is ``equal`` when it has the
same rows in the same order, or in another one where the query leaves the order open; else it ``differs``, and
:mod:`siemlib.report.reasons` names why that may be. A run that cannot be asked at all (its log group is gone, the
engine refuses the query) is ``not compared``.

What each engine writes in its own way does not count: the pointers of events in ``@ptr``, and the account in ``@log``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from siemlib.errors import EvidenceError, ExitCode, SiemError
from siemlib.evidence.compare import Comparison, Kept, compare_rows, kept_rows
from siemlib.evidence.documents import Document, files_of, read_document
from siemlib.evidence.rows import rows_beside
from siemlib.model.timespan import TimeSpan
from siemlib.ql.calls import calls
from siemlib.ql.parser import parse
from siemlib.ql.printer import print_query
from siemlib.report.order import order_of
from siemlib.report.reasons import Then, why_differs, why_not_asked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from siemlib.engine import Engine, Result


class Outcome(StrEnum):
    """What came of asking one run again."""

    EQUAL = "equal"
    DIFFERS = "differs"
    NOT_COMPARED = "not compared"


@dataclass(frozen=True, slots=True)
class Again:
    """One run, asked again. Texts may be of logs: show them through ``visible``."""

    code: str
    """``R01``, as the page calls it."""
    id: str
    query: str
    outcome: Outcome
    comparison: Comparison | None = None
    """``None`` where nothing was compared."""
    why: tuple[str, ...] = ()
    """Sentences: why it may differ, or what a reader must know of an equal one."""


@dataclass(frozen=True, slots=True)
class Reproduction:
    """Every run of a report, asked again."""

    runs: tuple[Again, ...]

    def count(self, outcome: Outcome) -> int:
        """How many runs came out so."""
        return sum(run.outcome is outcome for run in self.runs)

    @property
    def exit_code(self) -> ExitCode:
        """4: some run differs. Else 3: some could not be compared, or there was none. Else 0: all are equal."""
        if self.count(Outcome.DIFFERS):
            return ExitCode.NOT_VERIFIED
        return ExitCode.DONE if self.runs and not self.count(Outcome.NOT_COMPARED) else ExitCode.INCOMPLETE


def reproduce(data: Path, engine: Engine, told: Callable[[Again], None] = lambda _: None) -> Reproduction:
    """Ask every run of the record in ``data`` again; ``told`` is given each as it ends.

    Raises EvidenceError for a record that cannot be read.
    """
    then = Then.read(data, engine)
    found = []
    for place, run in enumerate(_runs(data), start=1):
        found.append(_again(data, engine, then, run, f"R{place:02d}"))
        told(found[-1])
    return Reproduction(tuple(found))


def _runs(data: Path) -> list[Document]:
    names = [name for name in files_of(data / "runs")[0] if name.endswith(".json")]
    runs = [read_document(data / "runs" / name, f"runs/{name}") for name in names]
    return sorted(runs, key=lambda run: run.number("sequence"))


def _again(data: Path, engine: Engine, then: Then, run: Document, code: str) -> Again:
    query, run_id = run.text("query"), run.text("id")
    try:
        asked, parameters = _question(run)
        result = _ask(engine, run, asked, parameters)
    except SiemError as error:
        return Again(code, run_id, query, Outcome.NOT_COMPARED, why=why_not_asked(then, run, error))
    # By the name of its file: what a record that does not verify calls itself may lead anywhere.
    kept = Kept(rows_beside(data / run.name), run.number("rows_bytes"), run.text("rows_sha256"))
    try:
        comparison = compare_rows(kept, result.rows)
    except OSError as error:
        raise EvidenceError(f"the rows of {run.name} cannot be read: {error.strerror}") from None
    told = _told(comparison)
    if comparison.same_rows and not comparison.moved:
        return Again(code, run_id, query, Outcome.EQUAL, comparison, told)
    if comparison.moved and (order := _order(kept, result, asked)):
        return Again(code, run_id, query, Outcome.EQUAL, comparison, (*told, order))
    return Again(code, run_id, query, Outcome.DIFFERS, comparison, why_differs(then, run, result, comparison))


def _ask(engine: Engine, run: Document, query: str, parameters: Mapping[str, str]) -> Result:
    """Raises SiemError where the engine cannot, and EvidenceError for a record that says nothing to ask."""
    span = run.part("timespan")
    try:
        timespan = TimeSpan(*(datetime.fromisoformat(span.text(name)) for name in ("start", "end")))
    except ValueError:
        raise EvidenceError(f"{run.name}: the timespan is no time") from None
    groups = run.texts("log_groups")
    return engine.run(query, timespan, groups, parameters=parameters, every_row=run.take("every_row", bool))


def _question(run: Document) -> tuple[str, dict[str, str]]:
    """The query to ask: without a SOURCE of its own, whose meaning may depend on when it is asked and on what there is.

    Saved queries may have changed since: one that calls any is asked as it was filled in.
    """
    query, given = run.text("query"), run.take("parameters", dict)
    parameters = {str(name): str(value) for name, value in given.items()}
    if calls(parse(query)) and isinstance(run.members.get("filled"), str):
        query, parameters = run.text("filled"), {}
    syntax = parse(query)
    return (query if syntax.selection is None else print_query(replace(syntax, selection=None))), parameters


def _told(comparison: Comparison) -> tuple[str, ...]:
    if not comparison.loosely:
        return ()
    return ("But for the pointers of events and the account in @log, which each engine writes in its own way.",)


def _order(kept: Kept, result: Result, query: str) -> str:
    """A sentence where the query leaves open the order of the rows that came in another one; else empty."""
    names = order_of(query)
    if names is None or not all(name in {column.name for column in result.columns} for name in names):
        return "The rows came in another order; by what the query orders them is not among their columns."
    then, now = (_keys(rows, names) for rows in (kept_rows(kept), iter(result.rows)))
    if any(a != b for a, b in zip(then, now, strict=True)):
        return ""
    by = f"{', '.join(names)} does not tell apart" if names else "no order tells apart"
    return f"Rows that {by} came in another order."


def _keys(rows: Iterator[Any], names: Sequence[str]) -> Iterator[tuple[str | None, ...]]:
    return (tuple(row.get(name) for name in names) for row in rows)
