"""What several verbs ask for in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from siemlib.cli.console import tell
from siemlib.errors import UsageError
from siemlib.model import clock
from siemlib.model.timespan import TimeSpan, from_millis, parse_time, to_millis

if TYPE_CHECKING:
    from collections.abc import Sequence

EngineOption = Annotated[str, typer.Option("--engine", help="Where to ask: local:FOLDER, live:REGION.", metavar="URL")]
FreshOption = Annotated[
    bool, typer.Option("--fresh", help="Ask the account again also for what the spool could answer.")
]
LogGroupOption = Annotated[
    list[str] | None, typer.Option("--log-group", help="A log group; may be repeated. Default: all.", metavar="NAME")
]
FromOption = Annotated[str | None, typer.Option("--from", help="First instant, ISO 8601.", metavar="T")]
ToOption = Annotated[str | None, typer.Option("--to", help="First instant after the span, ISO 8601.", metavar="T")]
LastOption = Annotated[str | None, typer.Option("--last", help="The time up to now: 24h, 7d.", metavar="LENGTH")]
ParameterOption = Annotated[
    list[str] | None,
    typer.Option("--param", "-p", help="A value of {{k}} in the query; may be repeated.", metavar="K=V"),
]
_LAST_SECOND = 253_402_300_799
"""9999-12-31 23:59:59, in epoch seconds."""


def timespan(from_: str | None, to: str | None, last: str | None, *, engine: str | None = None) -> TimeSpan:
    """The span that ``--from`` and ``--to``, or ``--last``, name.

    A time without a zone is UTC, and stderr says so once. Raises UsageError for what is no time, an empty span, or a
    mixture of the two ways; ``--to`` alone left out means now. Where no time is given, the error says what times the
    archive of a local ``engine`` holds.
    """
    if last is not None:
        if from_ is not None or to is not None:
            raise UsageError("--last cannot be used with --from or --to", hint="give a start and an end, or a length")
        return TimeSpan.last(last, clock.now())
    if from_ is None:
        raise UsageError("no time is given", hint=_held(engine) or "add --from and --to, or --last 24h")
    start, start_assumed = parse_time(from_)
    end, end_assumed = parse_time(to) if to is not None else (clock.now(), False)
    span = TimeSpan(start, end)
    if start_assumed or end_assumed:
        tell(f"times without a zone are taken as UTC: {span}")
    return span


def asked(  # noqa: PLR0917 - the options, in the order of the command line
    text: str, groups: list[str] | None, from_: str | None, to: str | None, last: str | None, engine: str
) -> tuple[TimeSpan | None, list[str] | None]:
    """The span of time and the log groups of a query, each ``None`` where the query's own ``SOURCE`` says it.

    Raises CompileError for a query that cannot be read, UsageError where both say it, and as :func:`timespan` does.
    """
    from siemlib.ql.parser import parse

    selection = parse(text).selection
    if selection is not None and groups:
        raise UsageError("the query names its log groups itself, with SOURCE", hint="leave --log-group out")
    if selection is None or selection.start is None:
        return timespan(from_, to, last, engine=engine), groups
    if from_ is not None or to is not None or last is not None:
        raise UsageError("the query says its time itself, with START", hint="leave --from, --to and --last out")
    return None, groups


def _held(engine: str | None) -> str | None:
    """Which times an archive holds, as options to copy; ``None`` for a live engine and an archive without events."""
    if engine is None or not engine.startswith("local:"):
        return None
    from siemlib.case.open import open_engine

    groups = open_engine(engine).log_groups()
    first = min((group.first for group in groups if group.first), default=None)
    last = max((group.last for group in groups if group.last), default=None)
    if first is None or last is None:
        return None
    # --to is the first instant after the span; the calendar ends with the year 9999.
    end = from_millis(min(to_millis(last) // 1000 + 1, _LAST_SECOND) * 1000)
    return (
        f"the archive holds {first:%Y-%m-%d %H:%M:%S} to {last:%Y-%m-%d %H:%M:%S} UTC:"
        f" --from {first:%Y-%m-%dT%H:%M:%SZ} --to {end:%Y-%m-%dT%H:%M:%SZ}"
    )


def parameters(pairs: Sequence[str] | None) -> dict[str, str]:
    """The values of ``-p name=value``. Raises UsageError for what is no such pair, and for a name given twice."""
    values: dict[str, str] = {}
    for pair in pairs or ():
        name, separator, value = pair.partition("=")
        if not separator or not name:
            raise UsageError(f"not a parameter: {pair!r}", hint="write -p name=value")
        if name in values:
            raise UsageError(f"the parameter {name!r} is given twice")
        values[name] = value
    return values
