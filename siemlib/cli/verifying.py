"""What ``siem evidence verify`` does, without the parser of options, which takes as long to start as a report to check.

One report is told step by step. Of several, or of a folder of reports, each is told in a line, with the steps that
failed, and a last line says how many verify.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from siemlib.cli.console import json_text, say_on, visible
from siemlib.cli.named import is_folder, is_report, report_folder
from siemlib.errors import ExitCode, UsageError
from siemlib.evidence.paging import ASSETS
from siemlib.evidence.sums import Sums
from siemlib.evidence.verify import verify_report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from siemlib.evidence.steps import Step, Verification

    Check = Callable[..., Verification]

_KEY_BYTES = 1 << 16
_MOST_LINES = 50
"""Lines beside the first that are shown of a step."""
_LONGEST = 600
"""Characters of a line that are shown."""


def _as_it_is(check: Check) -> Check:
    return check


@dataclass(frozen=True, slots=True)
class How:
    """What reports are to be verified against, and how that is told."""

    key: Path | None = None
    timestamp_roots: Path | None = None
    previous: Path | None = None
    chain: bool = False
    format: str = "text"
    against: Callable[[Check], Check] = field(default=_as_it_is)
    """Adds steps to a verification."""


def verify_all(given: Sequence[Path], how: How) -> ExitCode:
    """Verify reports and tell what comes of each. Raises UsageError for what is none."""
    reports = [report for path in given for report in _reports(path)]
    alone = len(given) == 1 and reports == [given[0]]
    if how.previous is not None and not alone:
        raise UsageError("--previous is the report before one report", hint="verify that one by itself")
    for option in (how.timestamp_roots, how.previous):
        if option is not None and not option.exists():
            raise UsageError(f"there is no {option}")
    found = _each(reports, how)
    if alone:
        (one,) = found
        say_on(_as_json(one) if how.format == "json" else _as_text(one))
        return _exit_code(holds=one.holds)
    return _tell(reports, found, how.format)


def _reports(path: Path) -> list[Path]:
    """The report that is named, or those in a folder of reports, as of a date."""
    if not is_folder(path):
        return [path]
    if is_report(path):
        return [path]
    try:
        found = sorted(path.iterdir())
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    beside = [each for each in found if each.is_dir() and each.name != ASSETS and each.name[0] != "."]
    # One that lost everything by which it could be known is among those that others show to be reports: it fails.
    return beside if any(is_report(each) for each in beside) else [report_folder(path)]


def _each(reports: Sequence[Path], how: How) -> Iterator[Verification]:
    check = partial(
        how.against(verify_report),
        trusted_key=_public_key(how.key),
        timestamp_roots=how.timestamp_roots,
        previous=how.previous,
        chain=how.chain,
    )
    sums = Sums()  # reports of a date share what draws their charts, and those of a chain each other
    return (check(report, sums=sums) if report.is_dir() else _packed(report, check) for report in reports)


def _packed(report: Path, check: Check) -> Verification:
    from siemlib.evidence.unpack import verify_packed

    return verify_packed(report, check)


def _public_key(path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            return file.read(_KEY_BYTES)
    except OSError as error:
        raise UsageError(f"the key {path} cannot be read: {error.strerror}") from None


def _exit_code(*, holds: bool) -> ExitCode:
    return ExitCode.DONE if holds else ExitCode.NOT_VERIFIED


# ── one ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _as_text(found: Verification) -> str:
    lines = [line for step in found.steps for line in _lines(step)]
    return "\n".join([*lines, "", *(visible(line, keep="") for line in _conclusion(found))])


def _lines(step: Step) -> list[str]:
    first, *others = step.details or ("",)
    word = step.outcome.upper() if step.outcome == "failed" else step.outcome
    head = f"{step.number:>2}  {word:<6}  {step.title}: {first}"
    more = [f"… and {len(others) - _MOST_LINES:,} more (--format json)"] if len(others) > _MOST_LINES else []
    lines = [head, *(f"{'':12}{other}" for other in [*others[:_MOST_LINES], *more])]
    return [visible(line if len(line) <= _LONGEST else f"{line[:_LONGEST]} …", keep="") for line in lines]


def _conclusion(found: Verification) -> list[str]:
    if not found.holds:
        return [f"{found.name} DOES NOT VERIFY: {_steps(found.failed)} failed"]
    absent = [f"absent, and so proving nothing: {_steps(found.absent)}"] if found.absent else []
    return [f"{found.name} verifies, SHA-256 of its tag manifest {found.digest}", *absent]


def _steps(steps: Sequence[Step]) -> str:
    return f"{'steps' if len(steps) > 1 else 'step'} {', '.join(str(step.number) for step in steps)}"


def _as_json(found: Verification) -> str:
    # ASCII alone: what a log holds reaches no terminal as it is.
    return json_text(_document(found))


def _document(found: Verification) -> dict[str, object]:
    steps = [
        {"number": step.number, "title": step.title, "outcome": step.outcome, "details": list(step.details)}
        for step in found.steps
    ]
    return {"report": found.name, "verifies": found.holds, "tagmanifest_sha256": found.digest, "steps": steps}


# ── several ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _tell(reports: Sequence[Path], found: Iterator[Verification], form: str) -> ExitCode:
    failed: list[str] = []
    told = []
    for report, one in zip(reports, found, strict=True):
        if not one.holds:
            failed.append(report.as_posix())
        if form == "json":
            told.append({"path": report.as_posix(), **_document(one)})
        else:
            say_on("\n".join(_in_short(report, one)))
    if form == "json":
        say_on(json_text({"verifies": not failed, "reports": told}))
    else:
        say_on("\n" + visible(_closing(len(reports), failed), keep=""))
    return _exit_code(holds=not failed)


def _in_short(report: Path, found: Verification) -> Iterator[str]:
    """A line of a report that holds; of one that does not also the steps that failed."""
    name = report.as_posix()
    if found.holds:
        # Named, for the steps themselves are not shown.
        absent = f", absent: {', '.join(step.title for step in found.absent)}" if found.absent else ""
        yield visible(f"verifies  {found.digest}  {name}{absent}", keep="")
        return
    yield visible(f"DOES NOT VERIFY  {name}: {_steps(found.failed)} failed", keep="")
    for step in found.failed:
        yield from _lines(step)


def _closing(count: int, failed: Sequence[str]) -> str:
    if not failed:
        return f"all {count:,} reports verify" if count > 1 else "the one report there verifies"
    names = ", ".join(failed[:_MOST_LINES]) + (" …" if len(failed) > _MOST_LINES else "")
    return f"{count - len(failed):,} of {count:,} reports verify; NOT: {names}"
