"""The first line of ``%%insights``: what it says, and what is wrong with it."""

from __future__ import annotations

import argparse
import keyword
import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from siemlib.errors import UsageError
from siemlib.model.timespan import TimeSpan, parse_time

if TYPE_CHECKING:
    from collections.abc import Mapping

USAGE = "%%insights [NAME] [--log-group G]… [--case case] [-p k=v]… [--every-row] [--from T] [--to T] [--why WORDS]"
OPTIONS: dict[str, str] = {
    "--log-group": "a log group; may be repeated; without it all of them",
    "--case": "the variable that holds the case, if it is not called case",
    "-p": "k=v is the value of {{k}}; a bare k takes it from the variable k; may be repeated",
    "--every-row": "every row, not only the first 10,000",
    "--from": "first instant, ISO 8601; without it that of the case",
    "--to": "first instant after the timespan, ISO 8601; without it that of the case",
    "--why": "why it is asked; kept in the custody log",
}
"""Every option with its meaning, in the order of the usage."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the line says."""

    name: str | None = None
    """The variable that the result goes to."""
    log_groups: tuple[str, ...] = ()
    case: str = "case"
    parameters: Mapping[str, str | None] = field(default_factory=dict)
    """``None``: the value is that of the variable of this name."""
    every_row: bool = False
    start: str = ""
    end: str = ""
    why: str = ""

    def over(self, timespan: TimeSpan) -> TimeSpan | None:
        """The timespan to ask, ``None`` for that of the case; an end that is not given is the case's.

        Raises UsageError for what is no time or no span.
        """
        if not self.start and not self.end:
            return None
        start = parse_time(self.start)[0] if self.start else timespan.start
        return TimeSpan(start, parse_time(self.end)[0] if self.end else timespan.end)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong by raising it: a kernel has no command line to leave."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"%%insights: {message}", hint=USAGE)


def read(line: str) -> Options:
    """Read the line. Raises UsageError for anything that is not :data:`USAGE`."""
    parser = _Parser(prog="%%insights", add_help=False, allow_abbrev=False)
    parser.add_argument("name", nargs="?")
    parser.add_argument("--log-group", action="append", default=[])
    parser.add_argument("--case", default="case")
    parser.add_argument("-p", "--param", action="append", default=[])
    parser.add_argument("--every-row", action="store_true")
    parser.add_argument("--from", dest="start", default="")
    parser.add_argument("--to", dest="end", default="")
    parser.add_argument("--why", default="")
    try:
        words = shlex.split(line)
    except ValueError:
        raise UsageError("%%insights: a quotation mark is open", hint=USAGE) from None
    said = parser.parse_args(words)
    if said.name is not None and said.name == said.case:
        raise UsageError(
            f"{said.name} is the case, which the result would replace", hint="give the result another name"
        )
    for name in filter(None, (said.name, said.case)):
        if not name.isidentifier() or keyword.iskeyword(name):
            raise UsageError(f"not the name of a variable: {name!r}", hint=USAGE)
    return Options(
        said.name,
        tuple(said.log_group),
        said.case,
        _parameters(said.param),
        said.every_row,
        said.start,
        said.end,
        said.why,
    )


def _parameters(given: list[str]) -> dict[str, str | None]:
    values: dict[str, str | None] = {}
    for pair in given:
        name, separator, value = pair.partition("=")
        if not name.isidentifier():
            raise UsageError(f"not a parameter: {pair!r}", hint="write -p name=value, or -p name for a variable")
        if name in values:
            raise UsageError(f"the parameter {name!r} is given twice", hint=USAGE)
        values[name] = value if separator else None
    return values
