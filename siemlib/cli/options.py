"""What several verbs ask for in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from siemlib.cli.console import tell
from siemlib.errors import UsageError
from siemlib.model import clock
from siemlib.model.timespan import TimeSpan, parse_time

if TYPE_CHECKING:
    from collections.abc import Sequence

EngineOption = Annotated[str, typer.Option("--engine", help="Where to ask: local:FOLDER.", metavar="URL")]
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


def timespan(from_: str | None, to: str | None, last: str | None) -> TimeSpan:
    """The span that ``--from`` and ``--to``, or ``--last``, name.

    A time without a zone is UTC, and stderr says so once. Raises UsageError for what is no time, an empty span, or a
    mixture of the two ways; ``--to`` alone left out means now.
    """
    if last is not None:
        if from_ is not None or to is not None:
            raise UsageError("--last cannot be used with --from or --to", hint="give a start and an end, or a length")
        return TimeSpan.last(last, clock.now())
    if from_ is None:
        raise UsageError("no time is given", hint="add --from and --to, or --last 24h")
    start, start_assumed = parse_time(from_)
    end, end_assumed = parse_time(to) if to is not None else (clock.now(), False)
    span = TimeSpan(start, end)
    if start_assumed or end_assumed:
        tell(f"times without a zone are taken as UTC: {span}")
    return span


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
