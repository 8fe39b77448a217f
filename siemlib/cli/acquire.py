"""``siem acquire``: events of an account into an archive, before their retention ends."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from siemlib.cli.console import complain, tell, visible
from siemlib.cli.options import FromOption, LastOption, ToOption, timespan
from siemlib.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siemlib.archive import Progress
    from siemlib.archive.acquired import Acquired
    from siemlib.live.acquire.fetched import Step
    from siemlib.live.acquire.run import Acquisition, Failed, Watching, Wish
    from siemlib.settings import Settings

_BEFORE_PROGRESS = 1.0
"""Seconds."""
_SHOWN = 20
"""Gaps that a terminal gets before the rest is only counted."""
_COLUMNS = ("log group", "kind", "counted", "came", "new", "there already", "rejected", "scanned", "cost", "seconds")


class By(StrEnum):
    """The ways to bring events."""

    INSIGHTS = "insights"
    FILTER = "filter"
    S3 = "s3"


def acquire(  # noqa: PLR0917 - typer gives them by name
    engine: Annotated[str, typer.Option("--engine", help="The account: live:REGION?profile=NAME.", metavar="URL")],
    log_group: Annotated[
        list[str], typer.Option("--log-group", help="A log group; may be repeated. It keeps its name.", metavar="NAME")
    ],
    archive: Annotated[Path, typer.Option("--archive", help="The archive; made if it is not there.", metavar="DIR")],
    from_: FromOption = None,
    to: ToOption = None,
    last: LastOption = None,
    by: Annotated[
        By | None,
        typer.Option(
            "--by", help="insights (the default): quick, scans are charged; filter: free, slow; s3: an export's files."
        ),
    ] = None,
    s3: Annotated[str | None, typer.Option("--s3", help="Where the files are.", metavar="S3://BUCKET/PREFIX")] = None,
    filter_: Annotated[
        str | None, typer.Option("--filter", help="Only events that match, with --by filter.", metavar="PATTERN")
    ] = None,
    source: Annotated[
        str | None, typer.Option("--source", help="What kind of log it is; else it is recognised.", metavar="KIND")
    ] = None,
    *,
    count: Annotated[bool, typer.Option("--count/--no-count", help="Count with --by filter; it is charged.")] = True,
    name_fields: Annotated[
        bool, typer.Option("--name-fields", help="Name the fields of flow records of a custom format, as EC2 tells it.")
    ] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Ask again what was asked before.")] = False,
) -> int:
    """Bring events of the account into an archive. Run again, it goes on. Exit code 3: something is missing."""
    if not engine.startswith("live:"):
        raise UsageError("events are acquired from an account", hint="write --engine live:eu-central-1")
    span = timespan(from_, to, last)
    from siemlib.live.acquire.run import Wish
    from siemlib.settings import settings_of

    way = by or (By.S3 if s3 is not None else By.FILTER if filter_ is not None else By.INSIGHTS)
    wish = Wish(
        log_groups=tuple(dict.fromkeys(log_group)),
        span=span,
        way=way.value,
        pattern=filter_,
        place=s3,
        source=source,
        count=count,
        fresh=fresh,
        name_fields=name_fields,
    )
    return _all(engine, wish, archive, settings_of(archive))


def _all(engine: str, wish: Wish, archive: Path, settings: Settings) -> int:
    from siemlib.live.acquire.run import Failed

    done: list[Acquisition] = []
    failed = False
    try:
        with _progress() as watching:
            for each in _acquisitions(engine, wish, archive, settings, watching):
                if isinstance(each, Failed):
                    failed = True
                    complain(f"{each.log_group}: {each.error.message}", each.error.hint)
                else:
                    done.append(each)
    except KeyboardInterrupt:
        tell("what came is kept: the same command goes on with what is missing")
        raise
    finally:
        _print(done)
    if failed:
        return ExitCode.FAILED
    return ExitCode.DONE if all(each.record.completeness == "complete" for each in done) else ExitCode.INCOMPLETE


def _acquisitions(
    engine: str, wish: Wish, archive: Path, settings: Settings, watching: Watching
) -> Iterator[Acquisition | Failed]:
    from siemlib.live.acquire.account import open_account, open_stored
    from siemlib.live.acquire.run import acquire as acquire_all
    from siemlib.live.acquire.run import acquire_stored

    if wish.way == "s3":
        yield acquire_stored(open_stored(engine, settings), wish, archive, watching)
    else:
        yield from acquire_all(open_account(engine, settings, fresh=wish.fresh), wish, archive, watching)


@contextmanager
def _progress() -> Iterator[Watching]:
    """A line on stderr after a second, and only where a person can see it."""
    from siemlib.live.acquire.run import Watching

    if not sys.stderr.isatty():
        yield Watching()
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[told]}"), TimeElapsedColumn())
    bar = Bar(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task("asking", total=None, told="")
    started = time.monotonic()

    def show(name: str, done: int, total: int | None, told: str) -> None:
        if not bar.live.is_started and time.monotonic() - started > _BEFORE_PROGRESS:
            bar.start()
        bar.update(task, description=escape(visible(name, keep="")), completed=done, total=total, told=told)

    def step(step: Step) -> None:
        of = "" if step.total is None else f" of {step.total:,}"
        show(step.log_group, step.done, step.total, f"{step.done:,}{of} {step.what}")

    def load(progress: Progress) -> None:
        show(f"loading {Path(progress.name).name}", progress.done, progress.total, "")

    try:
        yield Watching(step, load)
    finally:
        bar.stop()


# ── what came of it ──────────────────────────────────────────────────────────────────────────────────────────────────


def _print(done: list[Acquisition]) -> None:
    """The table on stdout, everything else on stderr."""
    if not done:
        return
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE)
    for place, name in enumerate((*_COLUMNS, "complete")):
        table.add_column(name, justify="left" if place < 2 else "right")  # noqa: PLR2004 - the first two are texts
    for each in done:
        table.add_row(*(Text(visible(cell, keep="")) for cell in _cells(each)))
    Console(width=None if sys.stdout.isatty() else 200).print(table)
    for each in done:
        _tell(each)


def _cells(each: Acquisition) -> tuple[str, ...]:
    from siemlib.model.certificate import money, size

    record = each.record
    charged = record.cost is not None and record.certificate is not None
    return (
        record.log_group,
        record.source or ", ".join(each.kinds),
        "" if record.counted is None else f"{record.counted:,}",
        f"{record.received:,}",
        f"{record.loaded:,}",
        f"{record.received - record.loaded - record.rejected:,}",
        f"{record.rejected:,}",
        size(record.scanned_bytes) if charged else "",
        money(record.cost or 0) if charged else "",
        f"{each.seconds:,.1f}",
        "yes" if record.completeness == "complete" else "NO",
    )


def _tell(each: Acquisition) -> None:
    record = each.record
    for sentence in record.notes:
        tell(visible(f"note: {record.log_group}: {sentence}", keep=""))
    for sentence in _missing(record):
        complain(visible(sentence, keep=""))
    if record.gaps:
        tell("      the same command asks only for what is missing")


def _missing(record: Acquired) -> Iterator[str]:
    shown = _SHOWN if sys.stderr.isatty() else len(record.gaps)
    for gap in record.gaps[:shown]:
        yield f"{record.log_group}: missing from {gap.sentence()}"
    if len(record.gaps) > shown:
        yield f"{record.log_group}: {len(record.gaps) - shown:,} more stretches of time; acquired/ in the archive tells"
    if record.completeness != "complete" and not record.gaps:
        yield f"{record.log_group}: not complete"
