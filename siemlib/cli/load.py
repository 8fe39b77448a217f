"""``siem load``: delivered log files into an archive."""

from __future__ import annotations

import sys
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from siemlib.cli.console import complain, tell, visible
from siemlib.cli.given import given_path
from siemlib.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.table import Table

    from siemlib.archive import GroupSummary, LoadSummary, Progress

_SHOWN = 20
"""Lines of one kind that a terminal gets before the rest is only counted."""
_BEFORE_PROGRESS = 1.0
"""Seconds."""


def load(
    paths: Annotated[list[str], typer.Argument(help="Files and folders; gzip or not.", metavar="PATH…")],
    archive: Annotated[Path, typer.Option("--archive", help="The archive; made if it is not there.", metavar="DIR")],
    log_group: Annotated[
        str | None, typer.Option("--log-group", help="Where the events go; else each kind has its usual group.")
    ] = None,
    source: Annotated[
        str | None, typer.Option("--source", help="What kind of log it is; else it is recognised.", metavar="KIND")
    ] = None,
    year: Annotated[
        int | None,
        typer.Option("--year", help="Year of a file's first event, where times have none.", min=1970, max=9999),
    ] = None,
) -> int:
    """Load log files into an archive. Exit code 1: a file was refused; 3: a file was loaded only in part."""
    from siemlib.archive.load import load as load_files
    from siemlib.settings import settings_of

    for path in paths:
        given_path(path)
    settings = settings_of(archive).archive
    with _progress() as progress:
        summary = load_files(
            paths, archive, log_group=log_group, source=source, year=year, progress=progress, settings=settings
        )
    _print(summary)
    return summary.exit_code


@contextmanager
def _progress() -> Iterator[Callable[[Progress], None] | None]:
    """A bar on stderr after a second, and only where a person can see it."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.progress import Progress as Bar

    bar = Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    task = bar.add_task("loading", total=None)
    started = time.monotonic()

    def show(progress: Progress) -> None:
        if not bar.live.is_started and time.monotonic() - started > _BEFORE_PROGRESS:
            bar.start()
        name = escape(visible(Path(progress.name).name, keep=""))
        bar.update(task, description=name, completed=progress.done, total=progress.total)

    try:
        yield show
    finally:
        bar.stop()


def _print(summary: LoadSummary) -> None:
    """The table on stdout, everything else on stderr."""
    from rich.console import Console

    if summary.groups:
        Console(width=None if sys.stdout.isatty() else 200).print(_table(summary))
    _tell("note", summary.notes)
    _tell("already there", [f"{passed.path}: {passed.reason}" for passed in summary.known])
    reasons = Counter(passed.reason for passed in summary.kept)
    _tell("kept", [f"{number:,} of: {reason}" for reason, number in reasons.items()])
    _tell("skipped", [f"{passed.path}: {passed.reason}" for passed in summary.skipped])
    for passed in summary.refused:
        complain(f"{passed.path}: {passed.reason}", passed.hint)
    if summary.exit_code is ExitCode.FAILED and not summary.refused:
        complain("nothing was loaded: there is no log among the files")


def _tell(kind: str, lines: list[str] | tuple[str, ...]) -> None:
    shown = _SHOWN if sys.stderr.isatty() else len(lines)
    for line in lines[:shown]:
        tell(visible(f"{kind}: {line}", keep=""))
    if len(lines) > shown:
        tell(f"{kind}: {len(lines) - shown:,} more; all are told where stderr is a file (2> FILE)")


def _table(summary: LoadSummary) -> Table:
    from rich.box import SIMPLE
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE)
    for name in ("log group", "kind"):
        table.add_column(name)
    for name in ("files", "events", "rejected", "duplicates"):
        table.add_column(name, justify="right")
    for name in ("first (UTC)", "last (UTC)"):
        table.add_column(name, no_wrap=True)
    for name in ("bytes", "events/s"):
        table.add_column(name, justify="right")
    for group in summary.groups:
        table.add_row(*(Text(visible(cell, keep="")) for cell in _cells(group, summary.seconds)))
    return table


def _cells(group: GroupSummary, seconds: float) -> tuple[str, ...]:
    return (
        group.log_group,
        ", ".join(group.sources),
        f"{group.files:,}",
        f"{group.events:,}",
        f"{group.rejected:,}",
        f"{group.duplicates:,}",
        f"{group.first:%Y-%m-%d %H:%M:%S}" if group.first else "",
        f"{group.last:%Y-%m-%d %H:%M:%S}" if group.last else "",
        f"{group.bytes:,}",
        f"{group.events / max(seconds, 0.001):,.0f}",
    )
