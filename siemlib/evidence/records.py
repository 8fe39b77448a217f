"""Whether the record of a case agrees with itself: runs with their rows, exhibits with their runs and their data.

The digests of the manifest say that no byte was changed since the bag was made. This says that what was put into it
belongs together: rows that are those of another run, two exhibits that were swapped, a CSV that shows what its Parquet
does not hold, a table called complete over a run that is not. What is read is hostile: see
:mod:`siemlib.evidence.documents`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from siemlib.errors import EvidenceError
from siemlib.evidence.building import check_build
from siemlib.evidence.documents import Document, files_of, read_document
from siemlib.evidence.rows import PACKED, SUFFIX
from siemlib.evidence.runs import check_run
from siemlib.evidence.sums import Sums
from siemlib.evidence.visible import visible
from siemlib.model.run import Completeness

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from pathlib import Path

    _Check = Callable[[Path, Document, Sums], Iterator[str]]

_RUN = re.compile(r"([A-Za-z0-9_-]+)(\.json|\.rows\.jsonl|\.rows\.jsonl\.gz)")
_EXHIBIT = re.compile(r"((E\d{2,6})-[a-z0-9-]+)(\.figure\.json|\.json|\.csv|\.parquet)")
_FINDING = re.compile(r"(F\d{2,6})\.json")
_SECTION = re.compile(r"([a-z0-9-]+)\.json")
_FAILED, _EMPTY = "failed", "nothing in the period"
_LONGEST = 400
_REMEMBERED = ("sequence", "completeness", "engine", "log_groups", "inner_log_groups", "runs", "reading")
"""Members of a run or an exhibit that others are compared with."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read so far. ``runs`` and ``exhibits`` are the records by their ids, also of what is at fault."""

    data: Path
    sums: Sums
    case: Document | None
    report: Document | None
    runs: dict[str, Document] = field(default_factory=dict)
    exhibits: dict[str, Document] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether the notebook failed, so that what it was writing may be there in part."""
        return self.report is not None and self.report.members.get("status") == _FAILED


def check_records(data: Path, sums: Sums | None = None) -> list[str]:
    """What does not agree in the record in ``data``, the payload of a report; empty when all of it does.

    ``sums`` may know digests of its files already.
    """
    found: list[str] = []
    case, report = (_read(data, name, found) for name in ("case.json", "report.json"))
    known = _Known(data, sums or Sums(), case, report)
    for check in (_runs, _exhibits, _findings, _sections, _case, _report, _building):
        found.extend(_worded(check(known)))
    return [_short(visible(sentence, keep="")) for sentence in found]


# ── the folders ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _runs(known: _Known) -> Iterator[str]:
    stems = yield from _stems(known, "runs", _RUN)
    for stem, ends in stems.items():
        if ".json" not in ends:
            yield from _left(known, f"runs/{stem}{min(ends)} belongs to no run")
            continue
        if {SUFFIX, PACKED} <= ends:
            yield f"runs/{stem}{SUFFIX} is there a second time, packed"
        yield from _kept(known, f"runs/{stem}.json", known.runs, stem, check_run)
    sequences = sorted(str(run.members.get("sequence")) for run in known.runs.values())
    if sequences != sorted(map(str, range(1, len(sequences) + 1))):
        yield f"the runs are not numbered from 1 to {len(sequences)}"


def _exhibits(known: _Known) -> Iterator[str]:
    stems = yield from _stems(known, "exhibits", _EXHIBIT)
    if not stems:
        return
    from siemlib.evidence.exhibits import check_exhibit  # noqa: PLC0415 - pyarrow takes longer than all the rest

    for stem, ends in stems.items():
        if ".json" not in ends:
            yield from _left(known, f"exhibits/{stem}{min(ends)} belongs to no exhibit")
            continue
        code = stem.partition("-")[0]
        if code in known.exhibits:
            yield f"two exhibits are called {code}"
            continue
        yield from _kept(known, f"exhibits/{stem}.json", known.exhibits, code, check_exhibit)
        if code in known.exhibits:
            yield from _worded(_rests_on_runs(known, known.exhibits[code]))
    yield from _counted(known.exhibits, "E", "exhibits")


def _findings(known: _Known) -> Iterator[str]:
    stems = yield from _stems(known, "findings", _FINDING)
    for stem in stems:
        yield from _worded(_finding(known, stem))
    yield from _counted(stems, "F", "findings")


def _finding(known: _Known, stem: str) -> Iterator[str]:
    finding = read_document(known.data / "findings" / f"{stem}.json", f"findings/{stem}.json")
    if finding.text("id") != stem:
        yield f"{finding.name} calls itself {finding.text('id')}"
    finding.text("claim")
    for code in finding.texts("exhibits"):
        if code not in known.exhibits:
            yield f"{finding.name} rests on the exhibit {code}, which is not there"
    yield from _rests_on_runs(known, finding)


def _sections(known: _Known) -> Iterator[str]:
    stems = yield from _stems(known, "sections", _SECTION)
    for stem in stems:
        section = read_document(known.data / "sections" / f"{stem}.json", f"sections/{stem}.json")
        if section.text("section") != stem:
            yield f"{section.name} calls itself {section.text('section')}"
        section.text("title"), section.texts("sentences")


def _stems(known: _Known, folder: str, names: re.Pattern[str]) -> Generator[str, None, dict[str, set[str]]]:
    """Sentences about files that do not belong there; gives the others, by what their names begin with."""
    files, others = files_of(known.data / folder)
    stems: dict[str, set[str]] = {}
    for name in others:
        yield f"{folder}/{name} is no file".replace("/ ", " ")
    for name in files:
        if matched := names.fullmatch(name):
            stems.setdefault(matched[1], set()).add(matched[matched.re.groups])
        else:
            yield f"{folder}/{name} has no name of a file of {folder}"
    return stems


def _kept(known: _Known, name: str, into: dict[str, Document], key: str, check: _Check) -> Iterator[str]:
    """Read one record, remember it, and check it."""
    try:
        record = read_document(known.data / name, name)
    except EvidenceError as error:
        yield error.message
        return
    # Not all of it: the certificates of many runs are long.
    into[key] = Document(name, {member: record.members[member] for member in _REMEMBERED if member in record.members})
    yield from _worded(check(known.data, record, known.sums))


def _left(known: _Known, sentence: str) -> Iterator[str]:
    """A file without its record: what a notebook that failed was writing just then."""
    if not known.failed:
        yield sentence


def _counted(found: Iterable[str], letter: str, what: str) -> Iterator[str]:
    codes = set(found)
    if codes != {f"{letter}{number:02d}" for number in range(1, len(codes) + 1)}:
        yield f"the {what} are not numbered from {letter}01 on without a gap"


# ── what must agree ──────────────────────────────────────────────────────────────────────────────────────────────────


def _rests_on_runs(known: _Known, record: Document) -> Iterator[str]:
    """An exhibit or a finding: its runs are there, and it is called no more complete than the worst of them."""
    states = []
    for run in record.texts("runs"):
        if run not in known.runs:
            yield f"{record.name} rests on the run {run}, which is not there"
            return
        states.append(_state(known.runs[run]))
    told, worst = _state(record), Completeness.worst(states)
    if told is not worst:
        yield f"{record.name} is called {told}, but the worst of its runs is {worst}"


def _state(record: Document) -> Completeness:
    try:
        return Completeness(record.text("completeness"))
    except ValueError:
        raise EvidenceError(f"{record.name}: completeness is no word that says it") from None


def _case(known: _Known) -> Iterator[str]:
    case = known.case
    if case is None:
        if known.runs or known.exhibits:
            yield "there are runs or exhibits, but no case.json"
        return
    span = case.part("timespan")
    if not span.text("start") < span.text("end"):
        yield "case.json: the timespan ends before it starts"
    groups = {group.text("name") for group in case.parts("log_groups")}
    for run in known.runs.values():
        if run.text("engine") != case.text("engine"):
            yield f"{run.name} is of the engine {run.text('engine')}, the case of {case.text('engine')}"
        for group in (*run.texts("log_groups"), *run.texts("inner_log_groups")):
            if group not in groups:
                yield f"{run.name} asked the log group {group}, which the case does not know"


def _report(known: _Known) -> Iterator[str]:
    report, case = known.report, known.case
    if report is None:
        return
    if known.runs and report.number("runs") != len(known.runs):
        yield f"report.json tells of {report.number('runs'):,} runs; there are {len(known.runs):,}"
    if report.number("exhibits") != len(known.exhibits):
        yield f"report.json tells of {report.number('exhibits'):,} exhibits; there are {len(known.exhibits):,}"
    if case is not None:
        span = case.part("timespan")
        of_case = {"engine": case.text("engine"), "start": span.text("start"), "end": span.text("end")}
        for member, value in of_case.items():
            if report.text(member) != value:
                yield f"report.json and case.json tell another {member}"
    readings = {exhibit.members.get("reading") for exhibit in known.exhibits.values()}
    if report.text("status") != _EMPTY and not readings.issuperset(report.texts("answer")):
        yield "a line of the answer in report.json is the reading of no exhibit"
    yield from _of_status(known, report)


def _of_status(known: _Known, report: Document) -> Iterator[str]:
    """A report is called complete only over what is."""
    if report.text("status") == Completeness.COMPLETE:
        records = (*known.runs.values(), *(each for each in known.exhibits.values() if each.members.get("runs")))
        for record in records:
            if _state(record) is not Completeness.COMPLETE:
                yield f"report.json calls the report complete, but {record.name} is {_state(record)}"


def _building(known: _Known) -> Iterator[str]:
    yield from check_build(known.data, known.sums)


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _read(data: Path, name: str, found: list[str]) -> Document | None:
    """A document that may be missing where a notebook failed early; report.json never is."""
    if name == "case.json" and not (data / name).exists() and not (data / name).is_symlink():
        return None
    try:
        return read_document(data / name, name)
    except EvidenceError as error:
        found.append(error.message)
        return None


def _worded(sentences: Iterator[str]) -> Iterator[str]:
    """The sentences, and as the last one what could not be read."""
    try:
        yield from sentences
    except EvidenceError as error:
        yield error.message


def _short(sentence: str) -> str:
    return sentence if len(sentence) <= _LONGEST else f"{sentence[:_LONGEST]} …"
