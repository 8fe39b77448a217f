"""``siem pattern``: what a metric-filter pattern matches, what it extracts, and what a metric would report."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from siemlib.cli.console import json_text, tell, visible
from siemlib.cli.messages import messages
from siemlib.cli.options import EngineOption, FromOption, LastOption, LogGroupOption, ToOption, timespan
from siemlib.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from siemlib.archive.store import Archive
    from siemlib.local.patterns import Found
    from siemlib.model.run import Completeness
    from siemlib.patterns.metric import Datapoint
    from siemlib.patterns.syntax import Pattern

app = typer.Typer(no_args_is_help=True, help="Try metric-filter patterns of CloudWatch Logs.")

_LIMIT = 10_000
PatternArgument = Annotated[
    str, typer.Argument(help="ERROR debug, { $.a = 1 }, [w1=ERROR, ...]; one that begins with - stands behind --.")
]


class Format(StrEnum):
    """How the answer is written."""

    TABLE = "table"
    JSON = "json"


@app.callback()
def _root() -> None:
    """Try metric-filter patterns of CloudWatch Logs."""


@app.command("test")
def try_pattern(  # noqa: PLR0917 - typer gives them by name
    pattern: PatternArgument,
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Files with a message a line, gzip or not; - or none: the input.", metavar="FILE"),
    ] = None,
    engine: Annotated[str | None, typer.Option(help="Ask an archive instead: local:FOLDER.", metavar="URL")] = None,
    log_group: LogGroupOption = None,
    from_: FromOption = None,
    to: ToOption = None,
    last: LastOption = None,
    *,
    limit: Annotated[
        int, typer.Option(min=0, help="Show this many matches at most; 0 of an archive: count only.", metavar="N")
    ] = _LIMIT,
    format_: Annotated[Format, typer.Option("--format", help="How to write the matches.")] = Format.TABLE,
) -> int:
    """Show which messages a pattern matches, and what it extracts, as TestMetricFilter does.

    Exit code 2: the pattern is not valid. 3: there are more matches than were shown, or the archive is not complete.
    """
    from siemlib.patterns.parser import parse

    parsed = parse(pattern)
    if engine is not None:
        if files:
            raise UsageError("messages come from files or from an archive, not from both")
        from siemlib.local.patterns import find

        span = timespan(from_, to, last, engine=engine)
        archive, groups = _archive(engine, log_group)
        return _show_found(find(archive, parsed, groups, span, limit=limit), format_)
    if log_group or from_ is not None or to is not None or last is not None:
        raise UsageError("log groups and times are of an archive", hint="add --engine local:FOLDER")
    counter = _Counter()
    shown, more = _show(_in_messages(parsed, counter.count(messages(files or []))), limit, format_)
    tell(f"{_matches(shown, more=more)} in {_messages(counter.messages)}{_FIRST if more else ''}")
    return ExitCode.INCOMPLETE if more else ExitCode.DONE


@app.command("metric")
def measure_pattern(  # noqa: PLR0917 - typer gives them by name
    pattern: PatternArgument,
    engine: EngineOption,
    log_group: LogGroupOption = None,
    from_: FromOption = None,
    to: ToOption = None,
    last: LastOption = None,
    value: Annotated[str, typer.Option(help="A number, $.field or $name, for each match.", metavar="VALUE")] = "1",
    default: Annotated[
        float | None, typer.Option(help="For minutes with events of which none matched.", metavar="N")
    ] = None,
    dimension: Annotated[
        list[str] | None, typer.Option(help="NAME=$.field or NAME=$name; up to three.", metavar="NAME=FIELD")
    ] = None,
    *,
    format_: Annotated[Format, typer.Option("--format", help="How to write the data points.")] = Format.TABLE,
) -> int:
    """Show what a metric filter would have reported, a minute at a time. Exit code 3: the archive is not complete."""
    from siemlib.local.patterns import measure
    from siemlib.patterns.metric import MetricTransformation
    from siemlib.patterns.parser import parse

    parsed = parse(pattern)
    transformation = MetricTransformation(value, default, _dimensions(dimension or []))
    span = timespan(from_, to, last, engine=engine)
    archive, groups = _archive(engine, log_group)
    metric = measure(archive, parsed, transformation, groups, span)
    points = [_point(point) for point in metric.datapoints]
    if format_ is Format.JSON:
        told = {"datapoints": points, "completeness": metric.completeness.value, "notes": metric.notes}
        print(json_text(told))
    else:
        for point, given in zip(points, metric.datapoints, strict=True):
            named = "".join(f"  {visible(f'{name}={of}', keep='')}" for name, of in given.dimensions.items())
            numbers = f"sum {given.sum:.15g}  min {given.minimum:.15g}  max {given.maximum:.15g}  matches {given.count}"
            print(f"{point['timestamp']}  {numbers}{named}")
    tell(f"{len(points):,} data point{'' if len(points) == 1 else 's'} · {metric.completeness.value}")
    return _notes(metric.completeness, metric.notes)


def _archive(url: str, log_groups: list[str] | None) -> tuple[Archive, list[str]]:
    """The archive, and the log groups that are asked."""
    from siemlib.archive.store import Archive
    from siemlib.case.open import open_engine

    open_engine(url)  # says what is wrong with it
    archive = Archive.open(Path(url.partition(":")[2]))
    return archive, log_groups or [group.name for group in archive.log_groups()]


def _dimensions(given: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in given:
        name, separator, field = text.partition("=")
        if not separator or not name:
            raise UsageError(f"not a dimension: {text!r}", hint="write --dimension 'Name=$.field'")
        if name in found:
            raise UsageError(f"the dimension {name!r} is given twice")
        found[name] = field
    return found


def _point(point: Datapoint) -> dict[str, object]:
    from siemlib.model.timespan import from_millis

    return {
        "timestamp": from_millis(point.minute).isoformat(timespec="minutes"),
        "sum": point.sum,
        "minimum": point.minimum,
        "maximum": point.maximum,
        "matches": point.count,
        "dimensions": dict(point.dimensions),
    }


class _Counter:
    """How many messages were looked at."""

    def __init__(self) -> None:
        self.messages = 0

    def count(self, messages: Iterable[str]) -> Iterator[str]:
        """The same messages, counted as they go by."""
        for message in messages:
            self.messages += 1
            yield message


_FIRST = "; these are the first, and there are more (--limit)"


def _matches(count: int, *, more: bool = False) -> str:
    return f"{count:,}{'+' if more else ''} match{'' if count == 1 else 'es'}"


def _messages(count: int) -> str:
    return f"{count:,} message{'' if count == 1 else 's'}"


def _in_messages(pattern: Pattern, lines: Iterable[str]) -> Iterator[dict[str, object]]:
    """The matches, by the names that TestMetricFilter has."""
    from siemlib.patterns.matcher import extract

    for number, message in enumerate(lines, 1):
        values = extract(pattern, message)
        if values is not None:
            yield {"eventNumber": number, "eventMessage": message, "extractedValues": values}


def _show(found: Iterator[dict[str, object]], limit: int, format_: Format) -> tuple[int, bool]:
    """Print the matches as they come; how many, and whether there were more."""
    shown: list[dict[str, object]] = []
    count = 0
    more = False
    for match in found:
        if count == limit:
            more = True
            break
        count += 1
        if format_ is Format.JSON:
            shown.append(match)
        else:
            _print(match)
    if format_ is Format.JSON:
        print(json_text({"matches": shown}))
    return count, more


def _show_found(found: Found, format_: Format) -> int:
    """Print the matches of an archive, numbered among themselves, with where and when they were."""
    matches = [
        {
            "eventNumber": number,
            "timestamp": match.time.isoformat(timespec="milliseconds"),
            "logGroup": match.log_group,
            "logStream": match.log_stream,
            "eventMessage": match.message,
            "extractedValues": match.values,
        }
        for number, match in enumerate(found.matches, 1)
    ]
    if format_ is Format.JSON:
        counts = {"matched": found.matched, "scanned": found.scanned}
        completeness = {"completeness": found.completeness.value, "notes": found.notes}
        print(json_text({"matches": matches, **counts, **completeness}))
    else:
        for match in matches:
            _print(match)
    shown = "" if len(matches) in (0, found.matched) else f"; the first {len(matches):,} are shown (--limit)"
    tell(f"{_matches(found.matched)} in {_messages(found.scanned)}{shown} · {found.completeness.value}")
    return _notes(found.completeness, found.notes)


def _notes(completeness: Completeness, notes: Sequence[str]) -> int:
    for note in notes:
        tell(visible(note, keep=""))  # a note may hold the name of a file
    return ExitCode.DONE if completeness.value == "complete" else ExitCode.INCOMPLETE


def _print(match: Mapping[str, object]) -> None:
    """One match for people: number, place, message; under it the values."""
    place = " ".join(str(match[key]) for key in ("timestamp", "logGroup", "logStream") if key in match)
    number = f"{match['eventNumber']:>6}  "
    message = visible(str(match["eventMessage"]), keep="\t")
    print(number + (f"{visible(place, keep='')}  " if place else "") + message)
    values = match["extractedValues"]
    if isinstance(values, dict):
        for name, value in values.items():
            print(f"        {visible(name, keep='')} = {visible(value, keep='')}")
