"""OpenSSH's server, in syslog. The end of a line was written by sshd; what stands before it may be a user name.

A user name is whatever the other side sends, for instance ``root from 10.10.1.2 port 22 ssh2``. sshd appends the true
``from ADDRESS port N ssh2``, so each pattern here is greedy and takes the last one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from siemlib.model.event import Shape
from siemlib.model.observable import Address, find_addresses
from siemlib.sources.clock import as_written
from siemlib.sources.reading import entry as make_entry
from siemlib.sources.reading import mostly, names_address, observables, plain_entry
from siemlib.sources.source import Entry, LogSource
from siemlib.sources.syslog_line import TIMES, Line, line_entry, read_line, select_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siemlib.model.observable import Observable

_PROGRAMS = frozenset({"sshd", "sshd-session", "sshd-auth", "sshd-keygen-wrapper"})
_REPEATED = re.compile(r"message repeated (?P<times>\d{1,5}) times: \[ ?(?P<body>.*)\]\s*$", re.DOTALL)
_LONGEST_LINE = 8192
_PREFIX = re.compile(r"^(?:\[ID \d+ [\w.]+\] )?(?:(?:error|fatal|debug\d?): )?")
_AT = r"(?P<address>\S+?)(?: port \d+)?"
_END = r"(?: \[preauth\])?\s*$"
_WHO = r"(?:(?:invalid|illegal) user )?(?P<user>.*)"
_TRYING = r"(?:authenticating|invalid) user (?P<user>.*)"
_TOO_MANY = "(?:Too many authentication failures|Change of username)"
_LEFT = "(?:Connection (?:closed|reset) by|Disconnected from|Disconnecting)"
_VERDICT = rf"(?P<verdict>Failed|Accepted|Postponed|Partial) (?P<method>\S+) for {_WHO}"
_VERDICT_KNOWN = _VERDICT.replace(_WHO, "(?!(?:invalid|illegal) user )(?P<user>.*?)")
_CERTIFICATE = r"(?:\S+ ){1,2}ID .*\(serial \d+\) CA(?: \S+){1,3}"
"""As ``format_method_key`` of sshd writes it: kind of key, fingerprint (not in old versions), id, authority."""

_PATTERNS: tuple[tuple[re.Pattern[str], str, str | None], ...] = tuple(
    (re.compile(pattern, re.DOTALL), action, outcome)
    for pattern, action, outcome in (
        # Only a name without an account can imitate a line; so can the id in a certificate, which anybody makes. A name
        # that imitates a line with a certificate, before a real one, cannot be told from its id.
        (_VERDICT_KNOWN + r" from (?P<address>\S+) port \d+(?: ssh\d?)?(?:: .*)?" + _END, "login", None),
        (_VERDICT.replace(".*)", ".*?)") + rf" from {_AT} ssh\d?: {_CERTIFICATE}" + _END, "login", None),
        # A key or a client may be described behind "ssh2: "; then that description names no other "from".
        (_VERDICT + r" from (?P<address>\S+) port \d+(?: ssh\d?)?(?:: (?:(?! from ).)*)?" + _END, "login", None),
        (_VERDICT.replace(".*)", ".*?)") + r" from (?P<address>\S+) port \d+(?: ssh\d?)?: .*$", "login", None),
        (_VERDICT + rf" from {_AT}(?: ssh\d?)?" + _END, "login", None),
        (rf"maximum authentication attempts exceeded for {_WHO} from {_AT}(?: ssh\d?)?" + _END, "login", "failure"),
        (rf"(?:Invalid|Illegal) user (?P<user>.*) from {_AT}" + _END, "login", "failure"),
        (
            r"PAM: (?:[Aa]uthentication (?:failure|error)|User not known to the underlying authentication module)"
            rf" for {_WHO} from {_AT}(?: via \S+)?" + _END,
            "login",
            "failure",
        ),
        (rf"ROOT LOGIN REFUSED FROM {_AT}" + _END, "login", "failure"),
        (rf"User (?P<user>.*) from {_AT} not allowed because .*$", "login", "failure"),
        (r"User (?P<user>.*) not allowed because .*$", "login", "failure"),
        (r".*authentication failures?;.* rhost=(?P<address>\S*)(?:\s+user=(?P<user>.*?))?" + _END, "login", "failure"),
        (rf"Disconnecting: Too many authentication failures(?: for {_WHO[:-1]}?))?" + _END, "login", "failure"),
        (rf"Disconnecting (?:{_TRYING} )?(?P<address>\S+) port \d+: {_TOO_MANY}.*$", "login", "failure"),
        (r"input_userauth_request: (?:invalid|illegal) user (?P<user>.*?)" + _END, "login", "failure"),
        (r"pam_\w+\(sshd:session\): session opened for user (?P<user>.*?)(?:\(uid=\d+\))?(?: by .*)?$", "login", None),
        (r"pam_\w+\(sshd:session\): session closed for user (?P<user>.*?)$", "logout", None),
        (rf"refused connect from .*\({_AT}\)" + _END, "connect", "failure"),
        # Before authentication: whoever it was did not get in.
        (rf"{_LEFT} {_TRYING} (?P<address>\S+) port \d+(?:: [^:]*)?" + _END, "disconnect", "failure"),
        (rf"{_LEFT} user (?P<user>.*) (?P<address>\S+) port \d+" + _END, "disconnect", None),
        (rf"(?:{_LEFT}|Received disconnect from) (?P<address>\S+?)(?: port \d+)?(?:: ?.*)?" + _END, "disconnect", None),
        (r"(?:kex_exchange_identification|Unable to negotiate a key|no matching .* found)\b.*$", "connect", "failure"),
        (rf"Did not receive identification string from {_AT}" + _END, "connect", "failure"),
        (rf"Bad protocol version identification .* from {_AT}" + _END, "connect", "failure"),
        (rf"(?:banner exchange|ssh_dispatch_run_fatal): Connection from {_AT}: .*$", "connect", "failure"),
        (rf"Unable to negotiate with {_AT}: .*$", "connect", "failure"),
        (rf"Timeout before authentication for (?:connection from )?{_AT}(?: to .*)?" + _END, "connect", "failure"),
        (rf"Connection from {_AT}(?: on .*)?$", "connect", None),
        (r"reverse mapping checking getaddrinfo for \S* \[(?P<address>[^\]\s]+)\] failed.*$", "reverse lookup", None),
        (r"Address (?P<address>\S+) maps to .*$", "reverse lookup", None),
    )
)
_VERDICTS = {"Failed": "failure", "Accepted": "success"}


def _sshd_line(message: str) -> Line | None:
    line = read_line(message)
    return line if line and line.program in _PROGRAMS else None


def is_sshd(message: str) -> bool:
    """Whether the message is a syslog line that sshd wrote."""
    return _sshd_line(message) is not None


def _recognise(messages: Sequence[str]) -> bool:
    return mostly(messages, is_sshd)


def read_body(body: str) -> Entry:
    """The entry of what sshd wrote behind the syslog header; investigations and OSSEC's ``full_log`` need it too."""
    times, often = "", 1
    if repeated := _REPEATED.match(body):
        times, often, body = f" ({repeated['times']} times)", int(repeated["times"]), repeated["body"]
    text = _PREFIX.sub("", body, count=1)
    # sshd cuts names and syslog cuts lines; what is longer was not written by sshd and is not worth the time.
    for pattern, action, outcome in _PATTERNS if len(text) <= _LONGEST_LINE else ():
        if found := pattern.match(text):
            parts = found.groupdict()
            read = make_entry(
                f"{text}{times}",
                actor=parts.get("user"),
                address=Address.read(parts.get("address") or ""),
                action=action,
                outcome=_VERDICTS.get(parts.get("verdict") or "", outcome),
            )
            return replace(read, times=often)
    return replace(make_entry(f"{text}{times}", action="line"), times=often)


def entry(message: str) -> Entry:
    """The entry of one line. Other programs of an ``auth.log`` (sudo, cron) are read as syslog."""
    line = read_line(message)
    if line is None:
        return plain_entry(message)
    return read_body(line.body) if line.program in _PROGRAMS else line_entry(line)


def _observables(message: str) -> tuple[Observable, ...]:
    line = read_line(message)
    return observables(
        addresses=find_addresses(message),
        principals=[entry(message).actor],
        hosts=[line.host if line else None],
    )


SSHD = LogSource(
    name="sshd",
    title="SSH server",
    documentation="https://man.openbsd.org/sshd.8",
    shape=Shape.TEXT,
    log_group="sshd",
    recognise=_recognise,
    time=TIMES,
    stored=(),
    select_address=names_address,
    select_principal=select_name,
    observables=_observables,
    entry=entry,
    uncertainty=as_written("The writer's own time of the line, cut to the second or the millisecond."),
)
