"""``siem fields``: what a query finds in a log group without ``parse``, and how to reach the rest."""

from __future__ import annotations

import io
import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path  # noqa: TC003 - typer reads the annotation
from typing import TYPE_CHECKING, Annotated

import typer

from siemlib.cli.console import json_text, tell, visible
from siemlib.cli.options import FromOption, LastOption, ToOption, timespan
from siemlib.errors import ExitCode, UsageError
from siemlib.evidence.spreadsheet import csv_text
from siemlib.model.timespan import TimeSpan, to_millis

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siemlib.engine import Engine, FoundField, FoundFields

_COLUMNS = ("field", "percent", "events", "kinds", "example")
_NAMED = 3
"""Fields that a line of advice names."""
_LAST_MILLISECOND = 253_402_300_799_999
"""Of the year 9999."""
_WIDTH_WITHOUT_TERMINAL = 10_000


class Format(StrEnum):
    """How the fields are written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def fields(  # noqa: PLR0917 - typer gives them by name
    log_group: Annotated[str, typer.Argument(help="The log group.", metavar="LOG_GROUP")],
    engine: Annotated[
        str | None, typer.Option("--engine", help="Where to ask: local:FOLDER, live:REGION.", metavar="URL")
    ] = None,
    archive: Annotated[
        Path | None, typer.Option("--archive", help="Short for --engine local:DIR.", metavar="DIR")
    ] = None,
    from_: FromOption = None,
    to: ToOption = None,
    last: LastOption = None,
    *,
    format_: Annotated[Format, typer.Option("--format", help="How to write the fields.")] = Format.TABLE,
) -> int:
    """List the fields of a log group. Without times: over all its events in an archive."""
    if (engine is None) == (archive is None):
        raise UsageError(
            "no engine is given" if engine is None else "--engine and --archive are given", hint="give one"
        )
    url = engine or f"local:{archive}"
    span = timespan(from_, to, last) if from_ or to or last else None
    if span is None and url.startswith("live:"):
        raise UsageError("no time is given", hint="add --from and --to, or --last 24h")
    # The engine is loaded last: a wrong time is told at once.
    from siemlib.case.open import open_engine

    opened = open_engine(url)
    found = opened.fields(log_group, span or _held(opened, log_group))
    sys.stdout.flush()
    sys.stdout.buffer.write(_text(found, format_, terminal=sys.stdout.isatty()).encode())
    sys.stdout.buffer.flush()
    for line in (*_rest(found), *(_flow_lines(url, log_group) if found.plain else ())):
        tell(visible(line, keep=""))
    return ExitCode.DONE


def _held(engine: Engine, log_group: str) -> TimeSpan:
    """The span of all events of the log group; a millisecond of 1970 where it has none or is not there."""
    groups = [group for group in engine.log_groups() if group.name == log_group]
    if groups and groups[0].first is not None and groups[0].last is not None:
        return TimeSpan.of_millis(to_millis(groups[0].first), min(to_millis(groups[0].last) + 1, _LAST_MILLISECOND))
    return TimeSpan.of_millis(0, 1)


def _text(found: FoundFields, format_: Format, *, terminal: bool) -> str:
    match format_:
        case Format.TABLE:
            return _table(found, terminal=terminal)
        case Format.JSON:
            return json_text(_document(found)) + "\n"
        case Format.CSV:
            text = csv_text(_COLUMNS, (_row(each) for each in (*found.system, *found.fields)))
            return visible(text, keep="\r\n\t") if terminal else text


def _row(each: FoundField) -> list[str]:
    shown = each.written or each.name
    return [shown, _share(each.percent), str(each.events), ", ".join(each.kinds), each.example]


def _share(percent: float) -> str:
    """Nothing that is there is 0.0, and only what all have is 100.0."""
    if 0 < percent < 0.05:  # noqa: PLR2004 - what would be rounded to 0.0
        return "<0.1"
    return f"{percent if percent == 100 else min(percent, 99.9):.1f}"  # noqa: PLR2004 - what would be rounded to 100.0


def _table(found: FoundFields, *, terminal: bool) -> str:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=None, pad_edge=False, header_style="bold")
    for name in _COLUMNS:
        drawn.add_column(name, justify="right" if name in {"percent", "events"} else "left", overflow="fold")
    for each in (*found.system, *found.fields):
        drawn.add_row(*(Text(visible(cell, keep="")) for cell in _row(each)))
    out = io.StringIO()
    console = Console(file=out, force_terminal=terminal, highlight=False, emoji=False, markup=False)
    if not terminal:
        console.width = _WIDTH_WITHOUT_TERMINAL
    console.print(drawn)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _document(found: FoundFields) -> dict[str, object]:
    fields = [{**asdict(each), "percent": round(each.percent, 2)} for each in found.fields]
    return {
        "logGroup": found.log_group,
        "from": found.timespan.start.isoformat(),
        "to": found.timespan.end.isoformat(),
        "events": found.events,
        "eventsLookedAt": found.looked_at,
        "system": [{**asdict(each), "percent": round(each.percent, 2)} for each in found.system],
        "fields": fields,
        "lists": list(found.lists),
        "eventsWithoutFields": found.plain,
        "eventsWithMoreThan200": found.wide,
        "namesCut": found.cut,
    }


def _rest(found: FoundFields) -> Iterator[str]:
    """What was looked at, and how to reach what is no field."""
    sample = found.looked_at < found.events
    events = f"{found.events:,} event{'' if found.events == 1 else 's'}"
    looked = f"a sample of {found.looked_at:,} of {events}" if sample else events
    yield f"{len(found.fields):,} discovered field{'' if len(found.fields) == 1 else 's'} · {looked} · {found.timespan}"
    if found.cut:
        yield "there are more names than these"
    texts = [each.written for each in found.fields if "JSON text" in each.kinds and each.written]
    if texts:
        yield f"JSON in a text ({_some(texts)}): fields jsonParse({texts[0]}) as j | display j.KEY"
    if found.lists:
        yield f"lists ({_some(found.lists)}), a row for each element: expand {found.lists[0]}"
    unwritten = sum(each.written is None for each in found.fields)
    if unwritten:
        names = f"{unwritten:,} name{'' if unwritten == 1 else 's'}"
        yield f"{names} cannot be written in a query: fields jsonParse(@message) as j"
    if found.wide:
        yield f"{_events(found.wide)} more than 200 leaves: fields jsonParse(@message) as j | display j.KEY"
    if found.plain:
        yield f'{_events(found.plain)} no discovered field: parse @message "…*…" as name'


def _flow_lines(url: str, log_group: str) -> Iterator[str]:
    """How to read flow records of a format that their flow log told when they were acquired."""
    from siemlib.archive.acquired import read_acquired
    from siemlib.evidence.scrub import archive_of
    from siemlib.sources.vpc_flow import parse_line, told_apart

    folder = archive_of(url)
    records = () if folder is None else read_acquired(folder)
    formats = (each.format for record in records if record.log_group == log_group for each in record.flow_logs)
    for words, names in told_apart(formats).items():
        if names is not None:
            yield f"flow records of {words:,} words: {parse_line(names)}"


def _events(number: int) -> str:
    return f"{number:,} event{' has' if number == 1 else 's have'}"


def _some(names: list[str] | tuple[str, ...]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")
