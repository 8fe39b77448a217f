"""``siem report``: run a notebook as a dated report, and list the reports that there are."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from siemlib.cli.console import tell, visible
from siemlib.cli.options import EngineOption, FreshOption, FromOption, LastOption, ToOption, parameters, timespan
from siemlib.errors import UsageError
from siemlib.model.timespan import TimeSpan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from siemlib.report.build import Built
    from siemlib.report.pdf import Printer
    from siemlib.report.sealing import Sealing

_OURS = ("SiemError", "UsageError", "QueryError", "InputError", "EvidenceError")
"""Errors whose message says all; others are told with the name of what was raised."""
_MOST_SHOWN = 20

app = typer.Typer(no_args_is_help=True, help="Run notebooks as dated reports that verify.")


@app.command("list")
def list_() -> None:
    """List the reports that can be run, with their parameters."""
    from siemlib.report.definition import GIVEN, definitions

    for definition in definitions(skipped=lambda why: tell(f"not a report: {why}")):
        print(visible(f"{definition.name}  {definition.title}"))
        for parameter in definition.parameters:
            if parameter.name not in GIVEN:
                default = "one of these is required" if parameter.alternative else f"default {parameter.default}"
                kind = "required" if parameter.required else default
                print(visible(f"    -p {parameter.name}=…  {kind}  {parameter.about}".rstrip()))


@app.command("run")
def run(
    name: Annotated[str, typer.Argument(help="The report, as siem report list names it.")],
    *,
    engine: EngineOption,
    parameter: Annotated[
        list[str] | None,
        typer.Option("--parameter", "-p", metavar="K=V", help="A parameter of the report; may be repeated."),
    ] = None,
    from_: FromOption = None,
    to: ToOption = None,
    day: Annotated[
        str | None, typer.Option("--date", metavar="DAY", help="One UTC day, which also names the folder: 2026-03-04.")
    ] = None,
    last: LastOption = None,
    fresh: FreshOption = False,
    reports: Annotated[Path, typer.Option("--reports", metavar="DIR", help="Where reports are kept.")] = Path(
        "reports"
    ),
    no_seal: Annotated[
        bool, typer.Option("--no-seal", help="Neither sign it nor ask for a time stamp, whatever [seal] says.")
    ] = False,
    single_file: Annotated[
        bool, typer.Option("--single-file", help="Put plotly.js into the page, which then needs no file beside it.")
    ] = False,
    pdf: Annotated[bool, typer.Option("--pdf", help="Also print the page to report.pdf, by a chromium.")] = False,
) -> int:
    """Run a report: execute its notebook, render the page, seal the folder. Without times: all that an archive has."""
    given = parameters(parameter)
    on, span = _when(from_, to, day, last)
    # What follows loads pandas, papermill and an engine; wrong usage was told before that.
    from siemlib.case import open_with_events
    from siemlib.case.open import FRESH
    from siemlib.model.clock import now
    from siemlib.report.build import Request, build_report
    from siemlib.report.definition import find

    printing = _printer(engine) if pdf else None
    definition = find(name)
    values = definition.values(given)
    if span is None and engine.startswith("live:"):
        raise UsageError("no time is given", hint="add --date, --from and --to, or --last 24h")
    if fresh:
        os.environ[FRESH] = "1"  # which the kernel of the notebook gets
    sealing = None if no_seal else open_seal(reports)
    open_with_events(engine)  # says at once what is wrong with it, before a kernel is started
    request = Request(
        definition=definition,
        parameters=values,
        engine=engine,
        start=span.start.isoformat() if span else "",
        end=span.end.isoformat() if span else "",
        day=on or now().date(),
        sealing=sealing,
        alone=single_file,
        printer=printing,
    )
    with _progress(name) as progress:
        built = build_report(request, reports, progress)
    _say(built)
    return int(built.exit_code)


def open_seal(reports: Path) -> Sealing | None:
    """What the settings of the working folder say of sealing; what is wrong with the key is told before any work."""
    from siemlib.report.sealing import open_sealing
    from siemlib.settings import settings_of

    settings = settings_of()
    sealing = open_sealing(settings.seal, settings.live, reports)
    for warning in sealing.warnings if sealing else ():
        tell(f"siem: {warning}")
    return sealing


def _printer(engine: str) -> Printer:
    """What prints, on the paper of the settings. Raises UsageError where there is none."""
    from siemlib.evidence.scrub import archive_of
    from siemlib.report.pdf import printer
    from siemlib.settings import settings_of

    return printer(settings_of(archive_of(engine)).reports.paper)


def _when(from_: str | None, to: str | None, day: str | None, last: str | None) -> tuple[date | None, TimeSpan | None]:
    """The day that names the folder and the period, each ``None`` where it was left open."""
    if day is None:
        return None, None if from_ is to is last is None else timespan(from_, to, last)
    if not (from_ is to is last is None):
        raise UsageError("--date is a period of its own", hint="leave out --from, --to and --last")
    try:
        on = date.fromisoformat(day)
    except ValueError:
        raise UsageError(f"not a day: {day!r}", hint="write it like 2026-03-04") from None
    return on, TimeSpan.of_day(on)


@contextmanager
def _progress(name: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr; nothing where that is no terminal."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"executing {name}", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def warn(built: Built) -> None:
    """Say on stderr why one may not rely on a report; nothing where one may."""
    if built.page.refused:
        tell("siem: the report was refused, and stands aside:")
        for reason in built.page.refused:
            tell(f"  {reason}")
    elif built.page.failure:
        name = built.page.failure.name
        kind = "" if name in _OURS and built.page.failure.message else f"{name}: "
        tell(f"siem: the report failed: {kind}{built.page.failure.message}")
    elif built.status == "nothing in the period":
        tell(f"siem: nothing in the period: {built.page.lines[0]}")
    elif built.status != "complete":
        tell("\n  ".join((f"siem: the report is not known to be complete: {built.status}", *_not_examined(built))))
    if built.page.untraced and not built.page.refused:
        _warn_of_numbers(built)
    if built.unsealed:
        tell(f"siem: the report IS NOT SEALED, and does not verify until it is: {visible(built.unsealed, keep='')}")
        tell(f"  to seal it later: siem evidence seal {built.folder.as_posix()}")
    if built.seal and built.seal.unstamped:
        tell(f"siem: the report has no time stamp: {built.seal.unstamped}")
        tell(f"  to ask for it later: siem evidence timestamp {built.folder.as_posix()}")


def _not_examined(built: Built) -> list[str]:
    """The lines of the answer that say what was not there to be looked at."""
    return [visible(line, keep="") for line in built.page.lines if line.startswith("Not examined: ")]


def _warn_of_numbers(built: Built) -> None:
    tell("siem: these numbers were not found in the data of the report, and are to be checked by hand:")
    for words in built.page.untraced[:_MOST_SHOWN]:
        tell(f"  {words}")
    if (more := len(built.page.untraced) - _MOST_SHOWN) > 0:
        tell(f"  … and {more:,} more, under Limitations")
    tell("  of a finding or an exhibit of your own, given={'the phrase': 'what its number is'} says it")


def tell_answer(built: Built) -> None:
    """What the report found, so that nobody has to open the page for it; not of one that may not be read so."""
    if built.page.refused or built.page.failure or built.status == "nothing in the period":
        return
    told = set(_not_examined(built)) if built.status != "complete" else set()
    for line in built.page.lines:
        if (words := visible(line, keep="")) not in told:
            tell(f"- {words}")


def _say(built: Built) -> None:
    """The page's path on stdout, for the next program; the rest on stderr, for people."""
    if built.displaced:
        tell(f"the earlier report was kept as {built.displaced.as_posix()}")
    warn(built)
    tell_answer(built)
    tell(f"digest of the folder: {built.digest}")
    if built.seal and built.seal.plan.fingerprint:
        tell(f"signed ({built.seal.plan.algorithm}) with the key {built.seal.plan.fingerprint}")
    if built.seal and built.seal.stamped:
        tell(f"time stamp of {built.seal.plan.authority}: {built.seal.stamped}")
    print(built.html.as_posix())
