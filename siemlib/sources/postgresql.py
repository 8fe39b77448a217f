"""PostgreSQL's log as RDS exports it: the prefix ``%t:%r:%u@%d:[%p]:``, other prefixes, and csvlog.

The prefix is the administrator's choice, so a line is known by what every one has: a time with a zone, then one of the
severities and a colon. A client chooses the user, the database and the statement, and may write any of that into them:
see :func:`_read_text`.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from siemlib.model.event import Shape
from siemlib.model.observable import Address, find_addresses
from siemlib.sources.clock import as_written
from siemlib.sources.reading import entry as make_entry
from siemlib.sources.reading import exact, matches, mostly, names_address, observables, plain_entry, whole_name
from siemlib.sources.source import NAMED_ZONE, Entry, Lines, LogSource, TextTime

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siemlib.model.observable import Observable

_CLOCK = r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(?:\.\d{1,6})?"
_TIME = rf"{_CLOCK}(?: (?:[A-Za-z]{{1,5}}|[+-]\d{{2}}(?::?\d{{2}})?))"
_SEVERITIES = (
    "LOG|ERROR|FATAL|PANIC|WARNING|NOTICE|INFO|DEBUG[1-5]?|DETAIL|HINT|CONTEXT|QUERY|STATEMENT|LOCATION|BACKTRACE"
)
# The prefix may end in the name of the application, with nothing between.
_LEVEL = re.compile(rf"(?:(?<![0-9A-Za-z_])|(?<=[0-9a-z_])(?=[A-Z]+\d?:  ))(?P<level>{_SEVERITIES}): +")
_START = re.compile(rf"{_TIME}(?=[^0-9A-Za-z])", re.ASCII)
_CSV = re.compile(rf'{_TIME},(?:"(?:[^"]|"")*")?,(?:"(?:[^"]|"")*")?,\d*,', re.ASCII)
_LONGEST_PREFIX = 1000
_MOST_READINGS = 8
_LONGEST_TEXT = 16_384
_LONGEST_LINE = 2048
"""Of what the server says of a connection: names in it have at most 63 bytes."""
_PARTS_OF_CSV = 14
"""The columns up to the message."""

_AT = r"\[local\]|[0-9A-Za-z_.:%-]*\(\d+\)|[0-9A-Za-z_.%-]*"
_RDS_PREFIX = re.compile(rf":(?P<at>{_AT}):(?P<user>.*)@(?P<database>[^@]*?):\[\d+\]:.*", re.DOTALL | re.ASCII)
_AT_ANYWHERE = re.compile(
    r"(?:\b(?:client|host|remote|rhost|h)=|[ :])(?P<at>[0-9A-Fa-f.:]{3,45})(?:\(\d+\))?(?=[\s,;:\]]|$)"
)
_USER_ANYWHERE = re.compile(
    r"\b(?:user|u|usr)=(?P<a>[^\s,;\]]*)|(?:^|[\s\[(:])(?P<b>[^\s@:\[\],;()]+)@(?P<database>[^\s@:\[\],;()]*)"
)
_PORT = re.compile(r"\(\d+\)$")

_USER = r'"(?P<user>.*)"'
_QUOTED = r'"(?P<user>.*?)"'
_HOST = r'host "(?P<host>[^"]*)"'
_DATABASE = r'(?:, database ".*"(?:, [A-Za-z ]+)?|, (?:SSL|no|GSS)[A-Za-z ]*)?\s*$'

_NOT_LET_IN = (
    r'(?:database ".*" (?:does not exist|is not currently accepting connections)|sorry, too many clients already'
    r"|remaining connection slots are reserved .*|too many connections for .*|the database system is .*"
    r'|permission denied for database ".*")\s*$'
)
_PATTERNS: tuple[tuple[re.Pattern[str], str, str | None], ...] = tuple(
    (re.compile(pattern, re.DOTALL), action, outcome)
    for pattern, action, outcome in (
        (rf"\S+ authentication failed for user {_USER}\s*$", "login", "failure"),
        (
            rf"no pg_hba\.conf entry for (?:replication connection from )?{_HOST}, user {_QUOTED}{_DATABASE}",
            "login",
            "failure",
        ),
        (
            rf"pg_hba\.conf rejects (?:replication )?connection for {_HOST}, user {_QUOTED}{_DATABASE}",
            "login",
            "failure",
        ),
        (rf"role {_USER} (?:does not exist|is not permitted to log in)\s*$", "login", "failure"),
        (r"(?:replication )?connection authorized: user=(?P<user>.*?)(?: database=.*)?$", "login", "success"),
        (r'connection authenticated: (?:identity|user)="(?P<user>.*)" method=.*$', "authenticate", "success"),
        (r"connection received: host=(?P<host>\S+)(?: port=\d+)?\s*$", "connect", None),
        (
            r"disconnection: session time: .* user=(?P<user>.*) database=.* host=(?P<host>\S+)(?: port=\d+)?\s*$",
            "disconnect",
            None,
        ),
        (_NOT_LET_IN, "connect", "failure"),
    )
)
_STATEMENT = re.compile(
    r"(?:duration: [\d.]+ ms(?:  |$))?(?:(?:statement|parse [^:]*|bind [^:]*|execute [^:]*|fastpath [^:]*): ?)?"
    r"\s*(?P<verb>[A-Za-z]{2,20})?"
)
_FAILURES = frozenset({"ERROR", "FATAL", "PANIC"})
_LOGIN_SEVERITIES = frozenset({"LOG", "FATAL"})
"""A login is told by these; an ERROR that sounds like one is a statement about a role."""


@dataclass(frozen=True, slots=True)
class _Record:
    """``user`` is empty where the line does not name one; ``host`` as it was written, with its port or not."""

    user: str
    host: str
    level: str
    text: str


def is_postgresql(message: str) -> bool:
    """Whether the message begins as PostgreSQL writes it: time, zone, prefix and severity, or as csvlog."""
    return _START.match(message) is not None and _read(message) is not None


def _recognise(messages: Sequence[str]) -> bool:
    """Lines that continue a statement do not count: they are indented, or between the quotes of a csvlog."""
    starts: list[str] = []
    inside = False
    for message in messages:
        continues = inside or (bool(starts) and message[:1] in {" ", "\t"})
        if inside or _CSV.match(message):
            inside ^= message.count('"') % 2 == 1
        if not continues:
            starts.append(message)
    return bool(starts) and mostly(starts, is_postgresql) and any(map(is_postgresql, starts))


def _read(message: str) -> _Record | None:
    return _read_csv(message) if _CSV.match(message) else _read_text(message)


def _read_csv(message: str) -> _Record | None:
    try:
        row = next(csv.reader([message[:_LONGEST_TEXT].replace("\0", "")]), [])
    except csv.Error:
        return None
    if len(row) < _PARTS_OF_CSV or not re.fullmatch(_SEVERITIES, row[11]):
        return None
    host = re.sub(r":\d+$", "", row[4])
    return _Record(row[1], host, row[11], row[13])


def _read_text(message: str) -> _Record | None:
    """Where the prefix ends is told by the severity; a user may be called ``a@b:[1]:LOG:  connection authorized: …``.

    PostgreSQL repeats the user in the text of a refusal. So of several readings one that does so is right; else the
    first is, because what a statement says stands behind it.
    """
    start = _START.match(message)
    if not start:
        return None
    reach = message[: start.end() + _LONGEST_PREFIX]
    records = [
        _prefixed(message[start.end() : level.start()], level["level"], message[level.end() :])
        for level in islice(_LEVEL.finditer(reach, start.end()), _MOST_READINGS)
    ]
    return next((record for record in records if _is_refusal(record)), records[0] if records else None)


def _is_refusal(record: _Record) -> bool:
    found = _login(record)
    return bool(found and found[2] == "failure" and record.user and found[0].get("user") == record.user)


def _prefixed(prefix: str, level: str, text: str) -> _Record:
    if found := _RDS_PREFIX.fullmatch(prefix):
        return _Record(found["user"], found["at"], level, text)
    user, at = _USER_ANYWHERE.search(prefix), _AT_ANYWHERE.search(prefix)
    return _Record((user["a"] or user["b"] or "") if user else "", at["at"] if at else "", level, text)


def _login(record: _Record) -> tuple[dict[str, str | None], str, str | None] | None:
    """What a text about a connection says: its parts, the action and the outcome."""
    if record.level not in _LOGIN_SEVERITIES or len(record.text) > _LONGEST_LINE:
        return None
    for pattern, action, outcome in _PATTERNS:
        if found := pattern.match(record.text):
            return found.groupdict(), action, outcome
    return None


def _address(host: str) -> Address | None:
    return Address.read(_PORT.sub("", host)) if host else None


def entry(message: str) -> Entry:
    """The entry of one event; a statement is told by its first word, and an error of one is a failure."""
    record = _read(message)
    if record is None:
        return plain_entry(message)
    summary = f"{record.level} {record.text}"
    user = None if record.user in {"", "[unknown]"} else record.user
    if told := _login(record):
        parts, action, outcome = told
        # A success that contradicts its prefix was written by the client; the address before it was not.
        forged = bool(user and parts.get("user") and parts["user"] != user and outcome == "success")
        return make_entry(
            summary,
            actor=user or parts.get("user"),
            address=_address(record.host) or _address(parts.get("host") or ""),
            action="line" if forged else action,
            outcome=None if forged else outcome,
        )
    failed = record.level in _FAILURES and not record.text.startswith("terminating connection")
    return make_entry(
        summary,
        actor=user,
        address=_address(record.host),
        action=_action(record),
        outcome="failure" if failed else None,
    )


def _action(record: _Record) -> str:
    if record.level == "LOG" and record.text.startswith(("duration: ", "statement: ", "execute ")):
        verb = _STATEMENT.match(record.text)
        return verb["verb"].upper() if verb and verb["verb"] else "statement"
    return record.level.lower()


def _observables(message: str) -> tuple[Observable, ...]:
    return observables(addresses=find_addresses(message), principals=[entry(message).actor])


def _select_principal(name: str) -> str:
    """The user of the prefix, ``NAME@database``, or the name anywhere else: in a refusal or in a statement."""
    return matches(rf"[: ]{exact(name)}@[^ :@]*(?:$|[: ])|{whole_name(name)}")


POSTGRESQL = LogSource(
    name="postgresql",
    title="PostgreSQL",
    documentation="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Concepts.PostgreSQL.html",
    shape=Shape.TEXT,
    log_group="/aws/rds/postgresql",
    recognise=_recognise,
    time=(TextTime(rf"^({_TIME})(?:[^0-9A-Za-z]|$)", NAMED_ZONE),),
    stored=(),
    select_address=names_address,
    select_principal=_select_principal,
    observables=_observables,
    entry=entry,
    uncertainty=as_written("When the server wrote the line, cut to the second (%t) or the millisecond (%m)."),
    # Other lines of a statement begin with a tab; those in a csvlog as whoever sent it pleased.
    lines=Lines(begin=rf"^{_TIME}(?:[^0-9A-Za-z]|$)", quoted=rf"^{_CSV.pattern}"),
)
