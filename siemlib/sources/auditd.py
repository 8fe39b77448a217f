"""Records of the Linux audit daemon: ``type=USER_LOGIN msg=audit(1642761574.840:683): pid=1 … res=success``.

One thing that happens on a host may write several records, with the same serial behind the time; each is an event of
its own. What the other side could choose (an account, a command) is quoted, or in hexadecimal where it holds a blank,
a quote or a control character, so that a value can never end its field. ``addr=?`` and the user id 4294967295 stand for
none.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING

from siemlib.model.event import Shape
from siemlib.model.observable import Address, find_addresses
from siemlib.sources.clock import as_written
from siemlib.sources.reading import entry as make_entry
from siemlib.sources.reading import exact, matches, mostly, names_address, observables, plain_entry
from siemlib.sources.source import EPOCH, LogSource, TextTime

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from siemlib.model.observable import Observable
    from siemlib.sources.source import Entry

_HEAD = r"^(?:node=\S+ )?type=\S+ msg=audit\((\d{9,10}\.\d{3}):\d+\):"
_RECORD = re.compile(
    r"(?:node=(?P<node>\S+) )?type=(?P<type>\S+) msg=audit\(\d{9,10}\.\d{3}:(?P<serial>\d+)\): ?(?P<body>.*)",
    re.DOTALL | re.ASCII,
)
_FIELD = re.compile(r"(?<![\w-])(?P<name>[A-Za-z_][\w-]*)=(?P<value>\"[^\"]*\"|[^\s'\"\x1d]*)", re.ASCII)
# \x1d parts what the kernel wrote from the names that the daemon adds (AUID="jhall").
_ENDS = r"(?:$|[^0-9A-Za-z_.@+\-])"
# The kernel cuts a record at 8,970 bytes.
_LONGEST = 9000
_NONE = frozenset({"", "?", "(null)", "(none)", "unset", "4294967295", "-1"})
_MAY_BE_HEX = re.compile(r"(?:acct|cmd|comm|cwd|data|exe|name|proctitle|a\d+)", re.ASCII)
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+", re.ASCII)
_OUTCOMES = {"success": "success", "1": "success", "yes": "success"}
_OUTCOMES |= dict.fromkeys(("failed", "failure", "0", "no"), "failure")
_DENIED = re.compile(r"apparmor=\"DENIED\"|\bavc: +denied\b", re.ASCII)
_ACTIONS = {
    # The kernel's note that a process now acts for a user, of cron too: nobody need have logged in.
    "LOGIN": "login uid set",
    "USER_LOGIN": "login",
    "USER_AUTH": "authentication",
    "USER_START": "session opened",
    "USER_END": "session closed",
    "USER_LOGOUT": "logout",
    "USER_CMD": "command",
    "EXECVE": "command",
    "PROCTITLE": "command",
    "ADD_USER": "user added",
    "DEL_USER": "user deleted",
    "ADD_GROUP": "group added",
    "DEL_GROUP": "group deleted",
    "USER_CHAUTHTOK": "password or account changed",
}
_FAMILY_V4, _FAMILY_V6 = "0200", "0A00"
"""How a ``struct sockaddr`` of an address begins on the little-endian machines that Linux runs on."""


def is_record(message: str) -> bool:
    """Whether the message is an audit record."""
    return _RECORD.match(message) is not None


def _recognise(messages: Sequence[str]) -> bool:
    return mostly(messages, is_record)


def fields(message: str) -> dict[str, str]:
    """The fields of a record by name, hexadecimal ones decoded, ``msg='…'`` opened; the first of a name wins.

    A field without a value (``addr=?``, ``auid=4294967295``) is left out. A NUL between the words of a command is a
    blank. ``type``, ``serial`` and ``node`` are among them. Empty for what is no record.
    """
    record = _RECORD.match(message)
    if record is None:
        return {}
    found = {name: value for name in ("type", "serial", "node") if (value := record[name])}
    execve = record["type"] == "EXECVE"
    for field in _FIELD.finditer(record["body"][:_LONGEST]):
        name, value = field["name"], field["value"]
        if value.startswith('"'):
            value = value.strip('"')
        # Of other records a0 to a3 are numbers.
        elif _MAY_BE_HEX.fullmatch(name) and (execve or not name[1:].isdigit()):
            value = _decoded(value)
        if value not in _NONE:
            found.setdefault(name, value)
    return found


def _decoded(value: str) -> str:
    if not _HEX.fullmatch(value):
        return value
    return bytes.fromhex(value).rstrip(b"\0").replace(b"\0", b" ").decode("utf-8", "replace")


def _command(found: Mapping[str, str]) -> str | None:
    if found.get("type") == "EXECVE":
        return " ".join(value for name, value in found.items() if re.fullmatch(r"a\d+", name)) or None
    return found.get("cmd") or found.get("proctitle")


def _actor(found: Mapping[str, str]) -> str | None:
    """The account that a record names; else who logged in (``auid``) before who acts now (``uid``), as ``uid=1002``."""
    for name in ("acct", "AUID", "ID", "UID"):
        if value := found.get(name):
            return value
    number = next((found[name] for name in ("auid", "id", "uid") if name in found), None)
    return f"uid={number}" if number else None


def _socket(found: Mapping[str, str]) -> Address | None:
    """The address in a ``saddr``, which is a ``struct sockaddr`` in hexadecimal."""
    text = found.get("saddr", "").upper()
    if not _HEX.fullmatch(text):
        return None
    raw = bytes.fromhex(text)
    if text.startswith(_FAMILY_V4) and len(raw) >= 8:  # noqa: PLR2004 - family, port, four bytes
        return Address(IPv4Address(raw[4:8]))
    if text.startswith(_FAMILY_V6) and len(raw) >= 24:  # noqa: PLR2004 - family, port, flow, sixteen bytes
        return Address(IPv6Address(raw[8:24]))
    return None


def _origin(found: Mapping[str, str]) -> Address | None:
    named = (Address.read(found.get(name, "")) for name in ("addr", "hostname", "laddr"))
    return next((address for address in named if address), None) or _socket(found)


def entry(message: str) -> Entry:
    """Who did what on the host, from where, and whether it was allowed; a command in plain text."""
    found = fields(message)
    if not found:
        return plain_entry(message)
    kind, command = found["type"], _command(found)
    outcome = _OUTCOMES.get(found.get("res") or found.get("success") or "")
    address, actor = _origin(found), _actor(found)
    words = [kind, *(found[name] for name in ("op", "unit", "operation", "key") if name in found)]
    words += [f"{name}={found[name]}" for name in ("acct", "exe", "name") if name in found]
    words += [f"by uid={found['uid']}"] if "uid" in found else []
    words += [f"from {address.text}"] if address else []
    words += [outcome] if outcome else []
    return make_entry(
        " ".join(words) + (f": {command}" if command else ""),
        actor=actor,
        address=address,
        action=_ACTIONS.get(kind, kind.lower().replace("_", " ")),
        outcome=outcome or ("failure" if _DENIED.search(message[:_LONGEST]) else None),
    )


def _observables(message: str) -> tuple[Observable, ...]:
    found = fields(message)
    socket, host = _socket(found), found.get("hostname")
    return observables(
        addresses=[*find_addresses(message), *([socket] if socket else [])],
        principals=[_actor(found)],
        hosts=[found.get("node"), host if host and Address.read(host) is None else None],
    )


def _select_address(address: Address) -> str:
    """Where it is written, and in the sockets (``saddr``) of system calls."""
    ip = address.ip
    head = f"{_FAMILY_V4}...." if isinstance(ip, IPv4Address) else f"{_FAMILY_V6}............"
    return f"{names_address(address)} or {matches(rf'[ ]saddr=(?i:{head}{ip.packed.hex()})')}"


def _select_principal(name: str) -> str:
    """The accounts that a record names, quoted or in hexadecimal, and a user id: ``uid=1002`` or ``1002``."""
    whole = exact(name)
    hexadecimal = name.encode("utf-8", "replace").hex()
    named = rf"[^\w-](?:acct|ID|[A-Z]*UID)=(?:\"{whole}\"|(?:{whole}|(?i:{hexadecimal})){_ENDS})"
    number = name.removeprefix("uid=")
    if number.isascii() and number.isdigit():
        named += rf"|[^\w-](?:[aes]|fs|old-a)?u?id={number}{_ENDS}"
    return matches(named)


AUDITD = LogSource(
    name="auditd",
    title="Linux audit",
    documentation="https://man7.org/linux/man-pages/man8/auditd.8.html",
    shape=Shape.TEXT,
    log_group="auditd",
    recognise=_recognise,
    time=(TextTime(_HEAD, EPOCH),),
    stored=(),
    select_address=_select_address,
    select_principal=_select_principal,
    observables=_observables,
    entry=entry,
    uncertainty=as_written("The kernel's time of the call, to the millisecond."),
)
