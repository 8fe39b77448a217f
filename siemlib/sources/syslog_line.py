"""One line of syslog: RFC 3164 (no year), RFC 5424, or with an ISO time; and what any program says in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from siemlib.model.observable import Address, find_addresses
from siemlib.sources.reading import NAME_ENDS, entry, exact, matches
from siemlib.sources.source import ISO, Entry, TextTime

_ISO = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}"
_ZONE = r"(?:Z|[+-]\d{2}(?::?\d{2})?)"
_PRIORITY = r"^(?:<\d{1,3}>(?:\d{1,2} )?)?"

TIMES = (
    # RFC 3164 has neither year nor zone: the loader knows the year, and UTC is assumed.
    TextTime(_PRIORITY + r"([A-Z][a-z]{2} {1,2}\d{1,2} \d{2}:\d{2}:\d{2})", "%b %d %H:%M:%S"),
    TextTime(_PRIORITY + rf"({_ISO}(?:[.,]\d{{1,9}})?{_ZONE}?)", ISO),
)

_STRUCTURED_DATA = r'(?:-|(?:\[(?:[^\]"]|"(?:[^"\\]|\\.)*")*\])+)'
_RFC5424 = re.compile(
    rf"<\d{{1,3}}>\d{{1,2}} (?:{_ISO}\S*|-) (?P<host>\S+) (?P<program>\S+) (?P<pid>\S+) \S+ {_STRUCTURED_DATA}"
    r"(?: (?P<body>.*))?$",
    re.DOTALL,
)
_TIME = re.compile(rf"(?:<\d{{1,3}}>)?(?:[A-Z][a-z]{{2}} {{1,2}}\d{{1,2}} \d{{2}}:\d{{2}}:\d{{2}}|{_ISO}\S*) ")
_TAG = r"(?P<program>\[[\w.-]+\]|[\w./()@-]+?)(?:\[(?P<pid>\d+)\])?"
_HOST_AND_TAG = re.compile(rf"(?P<host>[^\s:]\S*(?<!:)) {_TAG}:(?: (?P<body>.*))?$", re.DOTALL)
_TAG_ALONE = re.compile(rf"(?P<host>)(?:{_TAG}:|(?P<bare>\[[\w.-]+\]))(?: (?P<body>.*))?$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Line:
    """``host`` is empty where the line does not name it; ``program`` is without path, brackets and process id."""

    host: str
    program: str
    body: str


def read_line(message: str) -> Line | None:
    """The parts of a syslog line, or ``None`` for what is none."""
    message = message.rstrip("\r\n")
    if found := _RFC5424.match(message):
        return Line(found["host"], found["program"], found["body"] or "")
    time = _TIME.match(message)
    if not time:
        return None
    rest = message[time.end() :]
    found = _HOST_AND_TAG.match(rest) or _TAG_ALONE.match(rest)
    if not found:
        return None
    program = found["program"] or found.groupdict().get("bare") or ""
    return Line(found["host"] or "", program.strip("[]").rpartition("/")[2], found["body"] or "")


_PAM = re.compile(r"pam_\w+\((?P<service>[\w.-]+)[:)]")


def teller(message: str) -> tuple[str, str] | None:
    """The host and the service that a line is of, or ``None`` for no syslog.

    PAM writes for a service; the parts of one (``sshd-session``) are that service.
    """
    line = read_line(message)
    if line is None:
        return None
    pam = _PAM.match(line.body)
    return line.host, pam["service"] if pam else line.program.partition("-")[0]


def select_name(name: str) -> str:
    """The condition that the text behind the header holds ``name``, which may be a host's name as well."""
    before = r"(?:: |\] |- )(?:(?:.|\n)*[^0-9A-Za-z_.@+\-])?"
    return matches(before + exact(name) + NAME_ENDS)


_USER = re.compile(
    r"""\b(?:user|acct|username|login|account)=["'<]?(?P<a>[^\s"'<>,;)]+)"""
    r"""|\bruser=(?P<b>[^\s"'<>,;)]+)"""
    r"|\bfor (?:(?:invalid|illegal|unknown) )?(?:user )?(?P<c>[^\s(),;:=]+)(?= (?:from|to|by|on|\()|$)"
    r"|^(?P<d>[\w.-]+) : (?:.* ; )?TTY="
    r"|^\((?P<e>[\w.-]+)\) CMD ",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"(?:\b(?:rip|rhost|src|srcip|src_ip|client|remote|peer|ip|addr|address)[=: ]+\[?|\bfrom |\[client )"
    r"(?P<address>[0-9A-Fa-f.:]+)",
    re.IGNORECASE,
)
FAILURE_WORDS = (
    r"authentication failure|auth(?:entication)? failed|failed login|login failed|failed password"
    r"|password check failed|access denied|permission denied"
    r"|incorrect password|invalid (?:user|password)|refused|not allowed|\bblock(?:ed)?\b"
)
"""The usual words for a failure, in any case."""
SUCCESS_WORDS = r"\baccepted\b|session opened|login: user=|authentication success|logged in|login succe"
"""The usual words for a success, in any case."""
LOGIN_WORDS = r"\blog(?:in|on|ged in)\b|\bauth|password|session (?:opened|closed)"
"""The usual words for a login, in any case, however it ended."""
_FAILURE = re.compile(FAILURE_WORDS, re.IGNORECASE)
_SUCCESS = re.compile(SUCCESS_WORDS, re.IGNORECASE)
_LOGIN = re.compile(LOGIN_WORDS, re.IGNORECASE)


def user_in(body: str) -> str | None:
    """The user that a program's text names in one of the usual ways (``user=violet``, ``for violet from``)."""
    found = _USER.search(body)
    return next((name for name in found.groups() if name), None) if found else None


def address_in(body: str) -> Address | None:
    """The address that acts: one labelled as the far end before any other, and one that is not the host itself."""
    labelled = [Address.read(found["address"].rstrip(".:")) for found in _FROM.finditer(body)]
    named = [address for address in labelled if address] + list(find_addresses(body))
    return next((address for address in named if not address.is_loopback), named[0] if named else None)


def outcome_of(body: str) -> str | None:
    """``failure`` or ``success`` where the text has the usual words for it."""
    if _FAILURE.search(body):
        return "failure"
    return "success" if _SUCCESS.search(body) else None


def line_entry(line: Line) -> Entry:
    """The entry of any program's line."""
    action = "login" if _LOGIN.search(line.body) else line.program
    return entry(
        f"{line.program}: {line.body}",
        actor=user_in(line.body),
        address=address_in(line.body),
        action=action,
        outcome=outcome_of(line.body),
    )
