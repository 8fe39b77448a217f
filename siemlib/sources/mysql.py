"""MySQL's and MariaDB's logs as RDS exports them: error, general and slow query log, old and new layouts of the time.

A client chooses user names and statements. The server writes the host behind the user and nothing behind that, so a
refusal is read to its end, and from its end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.model.event import Shape
from siemlib.model.observable import Address, find_addresses
from siemlib.sources.clock import Uncertainty, as_written
from siemlib.sources.reading import entry as make_entry
from siemlib.sources.reading import exact, matches, names_address, observables, plain_entry, whole_name
from siemlib.sources.source import EPOCH, ISO, Entry, Lines, LogSource, TextTime

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siemlib.model.observable import Observable

_ISO = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})?"
_SPACED = r"\d{4}-\d{2}-\d{2} {2}\d:\d{2}:\d{2}"
_OLD = r"\d{6} {1,3}\d{1,2}:\d{2}:\d{2}"
_WRAP = r"(?:[A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2}|\d{4}-\d{2}-\d{2}T\S+) \S+ (?:mysqld|mariadbd)(?:\[\d+\])?: "
"""What syslog writes before the server's own line."""
_COMMANDS = (
    "Connect Out|Connect|Query|Quit|Init DB|Prepare|Execute|Close stmt|Reset stmt|Reset Connection|Long Data|Fetch"
    "|Field List|Create DB|Drop DB|Refresh|Shutdown|Statistics|Processlist|Kill|Debug|Ping|Change user|Set option"
    "|Delayed insert|Binlog Dump GTID|Binlog Dump|Table Dump|Register Slave|Daemon|Sleep|Error|Time"
)
_LEVELS = "Note|Warning|ERROR|Error|System"
_COMMAND = rf"\d+[\t ]+(?:{_COMMANDS})(?:[\t ]|$)"
_ANY_TIME = rf"(?:{_ISO}|{_SPACED}|{_OLD})"
_HEAD = rf"{_ANY_TIME}[\t ]+(?:{_COMMAND}|(?:0x[0-9a-f]+ |\d+ )?\[(?:{_LEVELS})\] )|[\t ]+{_COMMAND}"
_BANNER = r"\S+, Version: .{0,200}started with:"
_SLOW = r"# (?:Time: \d|User@Host: )"

_GENERAL_LINE = re.compile(
    rf"(?:{_WRAP})?(?:{_ANY_TIME})?[\t ]+\d+[\t ]+(?P<command>{_COMMANDS})(?:[\t ]+(?P<text>.*))?$",
    re.DOTALL | re.ASCII,
)
_ERROR_LINE = re.compile(
    rf"(?:{_WRAP})?{_ANY_TIME}[\t ]+(?:0x[0-9a-f]+ |\d+ )?\[(?P<level>{_LEVELS})\] (?:\[MY-\d+\] )?(?:\[\w+\] )?"
    r"(?P<text>.*)$",
    re.DOTALL | re.ASCII,
)
_IS_HEAD = re.compile(_HEAD, re.ASCII)
_IS_BANNER = re.compile(_BANNER)
_IS_SLOW = re.compile(_SLOW)
_OTHER = re.compile(r"[\[<({]?(?:\d{4}[-/]\d\d|[A-Z][a-z]{2} [ \d]\d \d\d:|\d+\.\d+\.\d+\.\d+ )|\{\"", re.ASCII)
"""How events of other logs begin."""
_ONE_IN = 10
_SLOW_FIGURES = re.compile(r"# Query_time: [\d.]+ +Lock_time: [\d.]+")
_SLOW_USER = re.compile(
    r"# User@Host: [^\n\[]*\[(?P<user>[^\]\n]*)\] @ (?P<host>[^\s\[]*) *\[(?P<ip>[^\]\n]*)\]", re.ASCII
)
_STATEMENT = re.compile(r"^(?!#|use [^\n]*;$|SET timestamp=|\s*$)\s*(?P<verb>[A-Za-z]{2,20})", re.MULTILINE)
_VERB = re.compile(r"\s*(?:/\*.*?\*/\s*)?(?P<verb>[A-Za-z]{2,20})", re.DOTALL)
_LONGEST_TEXT = 16_384
_LONGEST_LINE = 2048
"""Of what the server says of a connection: names in it are short."""

_REFUSED = r"(?: to database '[^']*')?(?: \(using password: (?:YES|NO)\))?\s*$"
_HOST = r"'(?P<host>[^']*)'"
_PATTERNS: tuple[tuple[re.Pattern[str], str, str | None], ...] = tuple(
    (re.compile(pattern, re.DOTALL), action, outcome)
    for pattern, action, outcome in (
        (
            rf"Access denied for user '(?P<user>.*)'@{_HOST}{_REFUSED}",
            "login",
            "failure",
        ),
        (rf"Host {_HOST} is (?:not allowed to connect|blocked because of) .*$", "connect", "failure"),
        (
            rf"Aborted connection \d+ to db: '.*' user: '(?P<user>.*)' host: {_HOST} \([^()]*\)\.?\s*$",
            "disconnect",
            None,
        ),
    )
)
_CONNECT = re.compile(r"(?P<user>.*)@(?P<host>[^\s@]*) (?:as .* )?on .*$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Told:
    """What a line says; ``host`` is an address or a name."""

    summary: str
    action: str
    user: str = ""
    host: str = ""
    outcome: str | None = None


def is_mysql(message: str) -> bool:
    """Whether the message begins as a line of the error or general log, or as an entry of the slow query log."""
    return any(pattern.match(message) for pattern in (_IS_HEAD, _IS_SLOW, _IS_BANNER))


def _recognise(messages: Sequence[str]) -> bool:
    """A slow query log by its figures; another by its first line and one of its own in ten.

    Lines between them continue statements, unless they begin as an event of another kind of log does.
    """
    lines = [line for line in messages if line.strip()]
    lines = [line for line in lines if not line.startswith("#") or _IS_SLOW.match(line) or _SLOW_FIGURES.match(line)]
    if not lines or not is_mysql(lines[0]):
        return False
    if any(map(_IS_SLOW.match, lines)) and any(_SLOW_FIGURES.search(line) for line in lines):
        return True
    heads = sum(_IS_HEAD.match(line) is not None for line in lines)
    others = sum(_IS_HEAD.match(line) is None and _OTHER.match(line) is not None for line in lines)
    return heads > others and heads * _ONE_IN >= len(lines)


def _read(message: str) -> _Told | None:
    if _IS_SLOW.match(message):
        return _slow(message[:_LONGEST_TEXT])
    if found := _ERROR_LINE.match(message):
        text = found["text"]
        return _connection(text) or _Told(text, found["level"].lower(), outcome=_failed(found["level"]))
    if found := _GENERAL_LINE.match(message):
        return _general(found["command"], found["text"] or "")
    return None


def _failed(level: str) -> str | None:
    return "failure" if level.upper() == "ERROR" else None


def _connection(text: str) -> _Told | None:
    """What the server says of a connection."""
    for pattern, action, outcome in _PATTERNS if len(text) <= _LONGEST_LINE else ():
        if found := pattern.match(text):
            parts = found.groupdict()
            return _Told(text, action, parts.get("user") or "", parts.get("host") or "", outcome)
    return None


def _general(command: str, text: str) -> _Told:
    """A command of a client. ``Connect`` is an attempt: the server writes it before it looks at the password."""
    summary = f"{command} {text}"
    if command == "Connect":
        if refused := _connection(text):
            return refused
        found = _CONNECT.match(text) if len(text) <= _LONGEST_LINE else None
        return _Told(summary, "connect", found["user"], found["host"]) if found else _Told(summary, "connect")
    if command == "Quit":
        return _Told(summary, "disconnect")
    verb = _VERB.match(text[:_LONGEST_TEXT]) if command in {"Query", "Execute", "Prepare"} else None
    return _Told(summary, verb["verb"].upper() if verb else command.lower())


def _slow(entry: str) -> _Told:
    """An entry of the slow query log: comments, and the statement behind them."""
    user, verb = _SLOW_USER.search(entry), _STATEMENT.search(entry)
    statement = entry[verb.start() :] if verb else entry
    return _Told(
        f"slow: {statement}",
        verb["verb"].upper() if verb else "statement",
        user["user"] if user else "",
        (user["ip"] or user["host"]) if user else "",
    )


def entry(message: str) -> Entry:
    """The entry of one event; a login that was refused is a failure, one that was not is told by no log of MySQL."""
    told = _read(message)
    if told is None:
        return plain_entry(message)
    return make_entry(
        told.summary, actor=told.user, address=Address.read(told.host), action=told.action, outcome=told.outcome
    )


def _observables(message: str) -> tuple[Observable, ...]:
    told = _read(message)
    host = told.host if told and Address.read(told.host) is None else ""
    return observables(
        addresses=find_addresses(message), principals=[entry(message).actor], hosts=[host.strip() or None]
    )


def _select_principal(name: str) -> str:
    """The user of ``NAME@host``, or the name anywhere else."""
    return matches(rf"(?:^|[^0-9A-Za-z_.@+\-]){exact(name)}@[^ @]+ |{whole_name(name)}")


_WRITTEN = as_written("The server's time of the line, cut to the second or finer.")
_TOOK = re.compile(r"# Query_time: (\d{1,6}(?:\.\d{1,9})?)")


def _uncertainty(message: str, time: int) -> Uncertainty:
    """A slow query is written when it has ended, and says how long it took."""
    written = _WRITTEN(message, time)
    if not (took := _TOOK.search(message)):
        return written
    why = "A slow query is written when it has ended, and began as long before as it took."
    return Uncertainty(round(float(took[1]) * 1000), written.after, why)


MYSQL = LogSource(
    name="mysql",
    title="MySQL",
    documentation="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.MySQL.LogFileSize.html",
    shape=Shape.TEXT,
    log_group="/aws/rds/mysql",
    recognise=_recognise,
    time=(
        TextTime(rf"^(?:# Time: |{_WRAP})?({_ISO})(?:[\t\n #]|$)", ISO),
        TextTime(rf"^(?:{_WRAP})?({_SPACED})[\t ]", "%Y-%m-%d %H:%M:%S"),
        # UTC, while the time before it is the server's own; only what stands before the statement.
        TextTime(r"^(?:# [^\n]*\n)+(?:use [^\n]*\n)?SET timestamp=(\d{10})(?:\.\d+)?;", EPOCH),
        TextTime(rf"^(?:# Time: |{_WRAP})?({_OLD})(?:[\t\n #]|$)", "%y%m%d %H:%M:%S"),
    ),
    stored=(),
    select_address=names_address,
    select_principal=_select_principal,
    observables=_observables,
    entry=entry,
    uncertainty=_uncertainty,
    lines=Lines(begin=rf"^(?:{_HEAD}|{_BANNER}|# Time: \d|{_WRAP})", second="^# User@Host: ", first=r"^# Time: [^#]*$"),
    carries_time=True,
)
