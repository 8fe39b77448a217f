"""Building a report: everything is made aside, and one rename puts the finished folder in its place.

The folder in the making is ``reports/.building-…``, on the same file system as its place, so that the rename cannot
stop half-way. Whatever goes wrong before it, ``reports/`` is as it was. A notebook that fails is no such thing: it
gives a report too, complete in itself, that says FAILED and stands at ``<name>-FAILED`` beside an earlier good one. So
does one that contradicts its own record: the gate puts it at ``<name>-REFUSED``, with the reasons on it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat

from siemlib.errors import ExitCode, SiemError, UsageError
from siemlib.evidence import custody
from siemlib.evidence.building import NAMED, write_build
from siemlib.evidence.chain import Link, report_before
from siemlib.evidence.manifest import IDENTIFIER, PAYLOAD, SEAL, write_bag
from siemlib.evidence.scrub import archive_of, recorded_url
from siemlib.model.certificate import many
from siemlib.model.clock import now
from siemlib.report.assets import keep_asset, payload_digests, plotly_asset
from siemlib.report.clean import clean_notebook, words_for
from siemlib.report.controls.evidenced import controls_of, write_controls
from siemlib.report.controls.oscal import write_oscal
from siemlib.report.execute import Execution, execute
from siemlib.report.gate import refusals
from siemlib.report.index import write_index
from siemlib.report.page import About, Page, make_page
from siemlib.report.pdf import FILE as PDF
from siemlib.report.pdf import write_pdf
from siemlib.report.place import (
    ASIDE,
    FAILED,
    REFUSED,
    clear_stale,
    free_beside,
    hold,
    one_at_a_time,
    prepare,
    put,
    stem_for,
)
from siemlib.report.record import read_record
from siemlib.report.render import Making, render_report
from siemlib.report.summary import FILE, Status, Summary
from siemlib.report.trace import write_numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from siemlib.evidence.seal import Seal
    from siemlib.report.definition import Definition, Parameter, Value
    from siemlib.report.execute import Failure
    from siemlib.report.pdf import Printer
    from siemlib.report.sealing import Sealing

CUSTODY = "custody.jsonl"
_ASIDE_NAMES = {Status.FAILED: FAILED, Status.REFUSED: REFUSED}
"""What follows the name of a report that does not stand in the place of a good one."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for. ``start`` and ``end`` are ISO 8601, or empty for the span of the archive."""

    definition: Definition
    parameters: Mapping[str, Value]
    engine: str
    """The engine's url; a relative path in it is of the current directory."""
    start: str
    end: str
    day: date
    """Names the folder of the report."""
    why: str = "asked for on the command line"
    sealing: Sealing | None = None
    """What it is sealed with; without it the report says that it is not signed."""
    alone: bool = False
    """Whether the page holds plotly.js itself, so that it needs no file beside its folder."""
    printer: Printer | None = None
    """What also prints the page into ``report.pdf``."""

    @property
    def distinct(self) -> dict[str, str]:
        """The parameters that say what the report is about, and others that are not at their defaults."""
        chosen = (p for p in self.definition.parameters if p.name in self.parameters)
        return {p.name: str(self.parameters[p.name]) for p in chosen if _is_distinct(p, self.parameters[p.name])}


def _is_distinct(parameter: Parameter, value: object) -> bool:
    if parameter.alternative:  # of several ways to say it, the one that was used
        return bool(value)
    return parameter.required or value != parameter.default


@dataclass(frozen=True, slots=True)
class _Executed:
    """A notebook that was executed, and what the report will be called."""

    notebook: nbformat.NotebookNode
    failure: Failure | None
    about: About


@dataclass(frozen=True, slots=True)
class Built:
    """A report in its place."""

    folder: Path
    status: Status
    displaced: Path | None
    """Where an earlier report of the same name and day was moved."""
    digest: str
    """The SHA-256 of the tag manifest, which stands for the whole folder."""
    page: Page
    seal: Seal | None = None
    unsealed: str = ""
    """Why it is not sealed, where it was to be; it does not verify until it is."""

    @property
    def html(self) -> Path:
        """The page to open."""
        return self.folder / PAYLOAD / "report.html"

    @property
    def exit_code(self) -> ExitCode:
        """What the command line says: done, failed, or answered but not so that one may rely on it.

        A report without the seal or the time stamp that was asked for is not all that was asked for either, nor may one
        be relied on that has a number of nobody knows where.
        """
        match self.status:
            case Status.COMPLETE if self.page.untraced or self.unsealed or (self.seal and self.seal.unstamped):
                return ExitCode.INCOMPLETE
            case Status.COMPLETE:
                return ExitCode.DONE
            case Status.FAILED if self.page.failure and self.page.failure.name == UsageError.__name__:
                return ExitCode.WRONG_USAGE
            case Status.FAILED | Status.REFUSED:
                return ExitCode.FAILED
            case Status.EMPTY | Status.INCOMPLETE | Status.UNKNOWN:
                return ExitCode.INCOMPLETE


def build_report(request: Request, root: Path, progress: Callable[[int, int], None]) -> Built:
    """Execute, render, seal, and put the report at ``root/<day>/<name>``; then write the index anew.

    ``progress`` is called with the place of each cell and their number. Raises KeyboardInterrupt after clearing up,
    UsageError where no report can be kept, and SiemError where one could not be written.
    """
    prepare(root, request.day.isoformat())
    try:
        return _build(request, root, progress)
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        raise SiemError(f"the report could not be kept in {root}: {error.strerror or error}{where}") from error


def _build(request: Request, root: Path, progress: Callable[[int, int], None]) -> Built:
    clear_stale(root, now().timestamp())
    aside = Path(tempfile.mkdtemp(prefix=ASIDE, dir=root))
    held = hold(aside)
    try:
        aside.chmod(0o755)  # mkdtemp makes it for the owner alone, but a report is there to be read
        executed = _execute(request, aside, progress)
        with one_at_a_time(root):  # from the look for the report before to the list
            return _publish(executed, request, aside, root)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)  # once it is in its place, nothing is there any more
        raise
    finally:
        if held is not None:
            os.close(held)


def _publish(executed: _Executed, request: Request, aside: Path, root: Path) -> Built:
    page = _make(executed, request, aside, root)
    write_build(aside / PAYLOAD)  # after everything else in the payload
    before = page.previous.tags if page.previous else {}
    digest = write_bag(aside, day=now().date(), info={IDENTIFIER: page.about.identifier, **NAMED, **before})
    seal, unsealed = _sealed(aside, request.sealing)
    day = root / page.about.date
    name = stem_for(day, page.about, request.distinct)
    folder, displaced = put(aside, day, f"{name}{_ASIDE_NAMES.get(page.status, '')}")
    try:
        write_index(root)
    except OSError as error:
        raise SiemError(
            f"the report is in {folder}, but the index is not written: {error.strerror or error}"
        ) from error
    return Built(folder, page.status, displaced, digest, page, seal, unsealed)


def _sealed(aside: Path, sealing: Sealing | None) -> tuple[Seal | None, str]:
    """The seal, or why there is none: what took minutes to build is not thrown away because KMS does not answer now."""
    if sealing is None:
        return None, ""
    try:
        return sealing.write(aside), ""
    except SiemError as error:
        shutil.rmtree(aside / SEAL, ignore_errors=True)
        return None, error.message


def _previous(request: Request, root: Path, about: About, *, failed: bool) -> Link | None:
    """The report before, at the place where it will be when this one stands: a good one moves another of its day."""
    found = report_before(root, about.name, about.parameters, about.date)
    if found is None:
        return None
    folder, digest = found
    day = root / about.date
    if not failed and folder == day / stem_for(day, about, request.distinct):
        folder = free_beside(folder)
    return Link(f"{folder.parent.name}/{folder.name}", digest)


def _execute(request: Request, aside: Path, progress: Callable[[int, int], None]) -> _Executed:
    """What takes longest, and looks at no other report."""
    data = aside / PAYLOAD
    data.mkdir()
    log = data / CUSTODY
    name = request.definition.name
    engine = recorded_url(request.engine)
    custody.append(log, f"started the report {name} over {engine}", why=request.why)
    times = {"engine": _absolute(request.engine), "start": request.start, "end": request.end}
    built = now()
    execution = execute(request.definition.path, {**request.parameters, **times}, record=data, progress=progress)
    custody.append(log, _outcome(execution), why=request.why)
    words = words_for(_absolute(request.engine), request.definition.path, aside)
    notebook = execution.notebook
    clean_notebook(notebook, words)
    nbformat.write(notebook, data / "notebook.ipynb")  # type: ignore[no-untyped-call]
    failure = execution.failure.scrubbed(words.all) if execution.failure else None
    about = About(
        name,
        request.day.isoformat(),
        built.isoformat(timespec="seconds"),
        {name: str(value) for name, value in request.parameters.items()},
    )
    write_numbers(data, about.parameters)
    return _Executed(notebook, failure, about)


def _make(executed: _Executed, request: Request, aside: Path, root: Path) -> Page:
    data, about, failure = aside / PAYLOAD, executed.about, executed.failure
    previous = _previous(request, root, about, failed=failure is not None)
    plan = request.sealing.plan() if request.sealing else None
    page = replace(make_page(executed.notebook, read_record(data), failure, about, previous), seal=plan)
    page, html, making = _judged(page, request, root, aside)
    write_page(page, html, making, request, aside)
    _write_summary(page, making, data / FILE)
    key = f", to be signed with the key {plan.fingerprint}" if plan and plan.fingerprint else ""
    custody.append(data / CUSTODY, f"{_passed(page)}; the manifest follows{key}", why=request.why)
    return page


def _judged(page: Page, request: Request, root: Path, aside: Path) -> tuple[Page, str, Making]:
    """The page with what it evidences, as it may be published; what may not says so, and why."""
    page = _with_controls(page, aside / PAYLOAD)
    making = making_of(page, request, aside)
    html = render_report(page, making)
    reasons = refusals(page, html, aside / PAYLOAD)
    if not reasons:
        return page, html, making
    # It takes nobody's place, so that the report before it stays where it is.
    link = _previous(request, root, page.about, failed=True)
    page = replace(page, status=Status.REFUSED, refused=tuple(reasons), previous=link)
    page = _with_controls(page, aside / PAYLOAD)
    making = making_of(page, request, aside)
    return page, render_report(page, making), making


def _with_controls(page: Page, data: Path) -> Page:
    page = replace(page, controls=controls_of(page))
    write_controls(page.controls, data)
    write_oscal(page, page.controls, payload_digests(data), data)
    return page


def making_of(page: Page, request: Request, aside: Path) -> Making:
    """What the page is made with: the asset that it shares, and the digests of what lies beside it."""
    asset = plotly_asset(aside.parent / page.about.date) if page.has_charts else None
    return Making(asset, alone=request.alone, digests=payload_digests(aside / PAYLOAD))


def write_page(page: Page, html: str, making: Making, request: Request, aside: Path) -> None:
    """Write the page, its PDF where one is asked for, and the asset that it shares with other reports of the day."""
    data, day = aside / PAYLOAD, aside.parent / page.about.date
    (data / "report.html").write_text(html, encoding="utf-8", newline="\n")
    if request.printer:
        paper = render_report(page, replace(making, paper=request.printer.paper))
        write_pdf(paper, data / PDF, request.printer, datetime.fromisoformat(page.about.built))
    if making.asset and not request.alone:
        keep_asset(making.asset, day, aside)


def _passed(page: Page) -> str:
    if page.refused:
        return f"rendered the page, which was refused for {many(len(page.refused), 'reason', 'reasons')}"
    return "rendered the page, which passed the gate"


def _outcome(execution: Execution) -> str:
    if execution.failure is None:
        return "executed the notebook to its end"
    return f"executed the notebook, which failed at cell {execution.failure.cell + 1}: {execution.failure.name}"


def _write_summary(page: Page, making: Making, path: Path) -> None:
    case = page.record.case
    summary = Summary(
        name=page.about.name,
        title=page.title,
        date=page.about.date,
        status=page.status,
        built=page.about.built,
        start=case["timespan"]["start"] if case else "",
        end=case["timespan"]["end"] if case else "",
        engine=case["engine"] if case else "",
        parameters=page.about.parameters,
        colour=page.colour,
        exhibits=len(page.record.exhibits),
        runs=len(page.record.runs),
        complete_runs=sum(run.complete for run in page.record.runs),
        findings=len(page.record.findings),
        answer=page.lines,
        seal=page.seal.as_json() if page.seal else None,
        asset=asdict(making.asset) if making.asset and not making.alone else None,
    )
    path.write_text(summary.model_dump_json(indent=2) + "\n", encoding="utf-8")


def _absolute(url: str) -> str:
    """The kernel may stand elsewhere, so that a folder is named from the root; a link stays one, as it was named."""
    archive = archive_of(url)
    return url if archive is None else f"local:{archive.absolute()}"
