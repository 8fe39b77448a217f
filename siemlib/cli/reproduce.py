"""``siem evidence reproduce``: ask again what a report asked, and compare row by row."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from pathlib import Path  # noqa: TC003 - typer reads the annotation
from typing import TYPE_CHECKING, Annotated, Any

import typer

from siemlib.cli.console import json_text, tell, visible
from siemlib.cli.named import report_or_zip
from siemlib.cli.options import EngineOption  # noqa: TC001 - typer reads the annotation
from siemlib.errors import EvidenceError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from siemlib.report.reproduce import Again, Reproduction

_LONGEST, _LONGEST_QUERY = 400, 100
"""Characters of a row or a sentence, and of a query, that are shown."""
_SHOWN = 10
"""Rows that are shown of a run that differs: half of them of then, half of now, where there are as many."""


def reproduce(
    report: Annotated[Path, typer.Argument(metavar="DIR|FILE.zip", help="The folder of a report, or a zip of one.")],
    *,
    engine: EngineOption,
    unverified: Annotated[bool, typer.Option("--anyway", help="Also where the report does not verify.")] = False,
    format_: Annotated[str, typer.Option("--format", metavar="text|json", help="How it is told.")] = "text",
) -> int:
    """Run the queries of a report again, over the same time and log groups, and compare the rows with those it kept.

    Exits with 0 if every run gives the same rows, 4 if one differs, 3 if none differs but one cannot be compared. A
    live engine is asked anew, which costs what the report's queries cost, and a count for each run that differs.
    """
    if format_ not in ("text", "json"):
        raise UsageError(f"no such format: {format_!r}", hint="text or json")
    report_or_zip(report)
    from siemlib.case.open import open_engine
    from siemlib.evidence.manifest import PAYLOAD
    from siemlib.report.reproduce import reproduce as ask_again

    with _opened(report) as folder:
        _verify(folder, packed=not report.is_dir(), anyway=unverified)
        # Nothing may come from the spool: it would answer as it did then.
        asked = open_engine(engine, fresh=True)
        found = ask_again(folder / PAYLOAD, asked, _say if format_ == "text" else lambda _: None)
        print(_as_json(found, folder.name) if format_ == "json" else _conclusion(found))
    return int(found.exit_code)


@contextmanager
def _opened(report: Path) -> Iterator[Path]:
    """The folder of a report, unpacked for as long as it is needed."""
    from siemlib.evidence.unpack import unpacked

    with nullcontext(report) if report.is_dir() else unpacked(report) as folder:
        yield folder


def _verify(folder: Path, *, packed: bool, anyway: bool) -> None:
    from siemlib.evidence.verify import verify_report

    found = verify_report(folder, packed=packed)
    if found.holds:
        return
    step = found.failed[0]
    told = f"{found.name} does not verify: step {step.number}, {step.title}: {' '.join(step.details[:1])}"
    if not anyway:
        raise EvidenceError(told, hint="siem evidence verify tells more; --anyway asks what it says all the same")
    tell(f"siem: {told}; it is asked all the same")


def _say(run: Again) -> None:
    for line in _lines(run):
        print(visible(line, keep=""), flush=True)


def _lines(run: Again) -> Iterator[str]:
    query = " ".join(run.query.split())
    word = run.outcome.value if run.outcome == "equal" else run.outcome.upper()
    yield f"{run.code}  {word:<12}  {_rows(run)}  {_cut(query, _LONGEST_QUERY)}"
    if run.comparison:
        gone, new = run.comparison.gone, run.comparison.new
        half = max(_SHOWN // 2, _SHOWN - len(new))
        for row in gone[:half]:
            yield f"      only then  {_cut(_text(row))}"
        for row in new[: _SHOWN - len(gone[:half])]:
            yield f"      only now   {_cut(_text(row))}"
    for sentence in run.why:
        yield f"      {_cut(sentence)}"


def _rows(run: Again) -> str:
    found = run.comparison
    if found is None:
        return "not asked"
    if found.same_rows:
        return f"{found.kept:,} {'row' if found.kept == 1 else 'rows'}"
    return (
        f"{found.kept:,} {'row' if found.kept == 1 else 'rows'} then, {found.now:,} now:"
        f" {found.only_kept:,} only then, {found.only_now:,} only now;"
    )


def _text(row: Mapping[str, str]) -> str:
    from siemlib.evidence.digest import canonical_row

    return canonical_row(row).decode("utf-8", "replace").removesuffix("\n")


def _cut(text: str, longest: int = _LONGEST) -> str:
    return text if len(text) <= longest else f"{text[:longest]} …"


def _conclusion(found: Reproduction) -> str:
    equal, differ, others = _counts(found)
    if not found.runs:
        return "the report has no run, so that there is nothing to compare"
    if equal == len(found.runs):
        return "its one run gives the same rows" if equal == 1 else f"all {equal:,} runs give the same rows"
    runs = f"{len(found.runs):,} run{'' if len(found.runs) == 1 else 's'}"
    said = [f"{equal:,} of {runs} {'gives' if equal == 1 else 'give'} the same rows"]
    said += [f"{differ:,} {'differs' if differ == 1 else 'differ'}"] if differ else []
    said += [f"{others:,} cannot be compared"] if others else []
    return ", ".join(said)


def _counts(found: Reproduction) -> tuple[int, int, int]:
    from siemlib.report.reproduce import Outcome

    return (found.count(Outcome.EQUAL), found.count(Outcome.DIFFERS), found.count(Outcome.NOT_COMPARED))


def _as_json(found: Reproduction, name: str) -> str:
    equal, differ, others = _counts(found)
    counts = {"runs": len(found.runs), "equal": equal, "differ": differ, "not_compared": others}
    said = {"report": name, **counts, "results": [_run(run) for run in found.runs]}
    # ASCII alone: what a log holds reaches no terminal as it is.
    return json_text(said)


def _run(run: Again) -> dict[str, Any]:
    said: dict[str, Any] = {"run": run.code, "id": run.id, "query": run.query, "outcome": run.outcome.value}
    if run.comparison:
        found = run.comparison
        said |= {"rows_then": found.kept, "rows_now": found.now}
        said |= {"only_then": found.only_kept, "only_now": found.only_now, "another_order": found.moved}
        said |= {"rows_only_then": list(found.gone), "rows_only_now": list(found.new)}
    return {**said, "why": list(run.why)}
