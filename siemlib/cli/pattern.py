"""``siem pattern``: what a metric-filter pattern matches, and what it extracts."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from siemlib.cli.console import tell, visible
from siemlib.cli.options import FromOption, LastOption, LogGroupOption, ToOption, timespan
from siemlib.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import TextIO

    from siemlib.model.timespan import TimeSpan
    from siemlib.patterns.syntax import Pattern

app = typer.Typer(no_args_is_help=True, help="Try metric-filter patterns of CloudWatch Logs.")

_LIMIT = 10_000


class Format(StrEnum):
    """How matches are written."""

    TABLE = "table"
    JSON = "json"


@app.callback()
def _root() -> None:
    """Try metric-filter patterns of CloudWatch Logs."""


@app.command("test")
def try_pattern(  # noqa: PLR0917 - typer gives them by name
    pattern: Annotated[str, typer.Argument(help="The pattern: ERROR -debug, { $.a = 1 }, [w1=ERROR, ...].")],
    files: Annotated[
        list[Path] | None, typer.Argument(help="Files with a message a line; - or none: the input.", metavar="FILE")
    ] = None,
    engine: Annotated[str | None, typer.Option(help="Ask an archive instead: local:FOLDER.", metavar="URL")] = None,
    log_group: LogGroupOption = None,
    from_: FromOption = None,
    to: ToOption = None,
    last: LastOption = None,
    *,
    limit: Annotated[int, typer.Option(min=1, help="Show this many matches at most.", metavar="N")] = _LIMIT,
    format_: Annotated[Format, typer.Option("--format", help="How to write the matches.")] = Format.TABLE,
) -> int:
    """Show which messages a pattern matches, and what it extracts, as TestMetricFilter does.

    Exit code 2: the pattern is not valid. 3: there are more matches than were shown.
    """
    from siemlib.patterns.parser import parse

    parsed = parse(pattern)
    if engine is None:
        if log_group or from_ is not None or to is not None or last is not None:
            raise UsageError("log groups and times are of an archive", hint="add --engine local:FOLDER")
        counter = _Counter()
        found = _in_messages(parsed, counter.count(_messages(files or [Path("-")])))
    else:
        if files:
            raise UsageError("messages come from files or from an archive, not from both")
        counter = _Counter()
        found = _in_archive(parsed, engine, log_group, timespan(from_, to, last), counter, limit)
    shown, more = _show(found, limit, format_)
    several = "" if shown == 1 else "s"
    tell(f"{shown:,}{'+' if more else ''} match{'es' if several else ''} in {counter.said(more=more)}")
    return ExitCode.INCOMPLETE if more else ExitCode.DONE


class _Counter:
    """How many messages were looked at."""

    def __init__(self) -> None:
        self.messages = 0

    def count(self, messages: Iterable[str]) -> Iterator[str]:
        """The same messages, counted as they go by."""
        for message in messages:
            self.messages += 1
            yield message

    def said(self, *, more: bool) -> str:
        """For people; with ``more``, those behind the last match shown were not all looked at."""
        plural = "" if self.messages == 1 else "s"
        note = "; these are the first, and there are more (--limit)" if more else ""
        return f"{self.messages:,} message{plural}{note}"


def _messages(files: Sequence[Path]) -> Iterator[str]:
    """The lines of the files, without their line break; what is not UTF-8 is shown as ``\ufffd``."""
    for file in files:
        if str(file) == "-":
            sys.stdin.reconfigure(encoding="utf-8", errors="replace", newline="\n")  # type: ignore[union-attr]
            yield from _lines(sys.stdin)
            continue
        try:
            with file.open(encoding="utf-8", errors="replace", newline="\n") as opened:
                yield from _lines(opened)
        except OSError as error:
            raise UsageError(f"cannot read {file}: {error.strerror}") from None


def _lines(opened: TextIO) -> Iterator[str]:
    return (line.removesuffix("\n").removesuffix("\r") for line in opened)


def _in_messages(pattern: Pattern, messages: Iterable[str]) -> Iterator[dict[str, object]]:
    """The matches, by the names that TestMetricFilter has."""
    from siemlib.patterns.matcher import extract

    for number, message in enumerate(messages, 1):
        values = extract(pattern, message)
        if values is not None:
            yield {"eventNumber": number, "eventMessage": message, "extractedValues": values}


def _in_archive(  # noqa: PLR0917 - what the verb was given
    pattern: Pattern, url: str, log_groups: list[str] | None, span: TimeSpan, counter: _Counter, limit: int
) -> Iterator[dict[str, object]]:
    """The matches in time order, numbered among themselves, with where and when they were."""
    from siemlib.archive.store import Archive
    from siemlib.case.open import open_engine
    from siemlib.database.connection import DatabaseError, connect
    from siemlib.database.run import DatabaseFailedError
    from siemlib.model.timespan import from_millis
    from siemlib.patterns.sql import extraction, predicate

    open_engine(url)  # says what is wrong with it
    archive = Archive.open(Path(url.partition(":")[2]))
    groups = log_groups or [group.name for group in archive.log_groups()]
    connection = connect()
    events = archive.relation(connection, groups, span, ()).sql
    sql = (
        f"SELECT timestamp, log_group, log_stream, message, {extraction(pattern, 'message')} "  # noqa: S608 - quoted
        f"FROM ({events}) WHERE {predicate(pattern, 'message')} ORDER BY timestamp, event_id LIMIT {limit + 1}"
    )
    try:
        counted = connection.execute(f"SELECT count(*) FROM ({events})").fetchall()  # noqa: S608 - our SQL
        rows = connection.execute(sql).fetchall()
    except DatabaseError as error:
        reason = visible(str(error).split("\n", maxsplit=1)[0])
        raise DatabaseFailedError(f"the database could not look for the pattern: {reason}") from error
    counter.messages = counted[0][0]
    for number, (time, group, stream, message, values) in enumerate(rows, 1):
        yield {
            "eventNumber": number,
            "timestamp": from_millis(time).isoformat(timespec="milliseconds"),
            "logGroup": group,
            "logStream": stream,
            "eventMessage": message,
            "extractedValues": values,
        }


def _show(found: Iterator[dict[str, object]], limit: int, format_: Format) -> tuple[int, bool]:
    """Print the matches as they come; how many, and whether there were more."""
    shown: list[dict[str, object]] = []
    count = 0
    for match in found:
        if count == limit:
            break
        count += 1
        if format_ is Format.JSON:
            shown.append(match)
        else:
            _print(match)
    else:
        limit = -1
    if format_ is Format.JSON:
        print(json.dumps({"matches": shown}, indent=2))
    return count, limit >= 0


def _print(match: dict[str, object]) -> None:
    """One match for people: number, place, message; under it the values."""
    place = " ".join(str(match[key]) for key in ("timestamp", "logGroup", "logStream") if key in match)
    number = f"{match['eventNumber']:>6}  "
    message = visible(str(match["eventMessage"]), keep="\t")
    print(number + (f"{visible(place, keep='')}  " if place else "") + message)
    values = match["extractedValues"]
    if isinstance(values, dict):
        for name, value in values.items():
            print(f"        {visible(name, keep='')} = {visible(value, keep='')}")
