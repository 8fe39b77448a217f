"""Lists of listening ports as OSSEC and Wazuh quote them: the output of a command, run on the host again and again.

The forms that are read, each line by itself, so that one list may mix them:

- ``netstat -tlupn`` and ``netstat -tan`` of Linux (net-tools), with or without the program;
- what Wazuh's agents make of it with ``sed`` and ``sort``: ``tcp 0.0.0.0:22 0.0.0.0:* 640/sshd``
  (``etc/ossec-agent.conf``, "netstat listening ports"); a line that their ``sed`` does not match stays as it was;
- ``netstat -an`` of Windows (``TCP 0.0.0.0:135 0.0.0.0:0 LISTENING 888``) and of BSD (``tcp4 0 0 *.22 *.* LISTEN``);
- ``ss -tulpn`` of iproute2.

net-tools cuts a long IPv6 address so that address, colon and port take 23 characters: what is left of it is kept as it
stands, and said to be cut.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import cached_property

from siemlib.model.observable import Address

_QUOTED = r"\s*(?:previous output:\s*)?ossec: output: '"
_HEADS = (
    re.compile(_QUOTED + r"(?P<command>[^\n]*)'[ \t]*:?[ \t]*(?:\n|$)", re.IGNORECASE),
    # Some forwarders flatten an alert to one line.
    re.compile(_QUOTED + r"(?P<command>.*?)':\s*(?:\\n)?\s*(?=(?:tcp|udp|active|proto|netid)[46]*\s)", re.IGNORECASE),
)
_ABOUT_PORTS = re.compile(r"netstat|(?<![\w/-])ss +-|\bsockstat\b|listen|open ports?\b", re.IGNORECASE)
_COMMAND_FLAGS = re.compile(r"(?:netstat|\bss)((?: +-[a-zA-Z]+)+)")
_ROW = re.compile(r"(?P<protocol>tcp|udplite|udp|sctp|dccp)(?:4|6|46)?(?=\s)", re.IGNORECASE)
_STATE_FIRST = re.compile(r"(?P<state>LISTEN|UNCONN)\s+\d", re.ASCII)
_HEADING = re.compile(r"active (?:internet|unix)|proto\b|netid\b|state\b|raw6?\s|unix\s|u_\w+\s", re.IGNORECASE)
_COLON = re.compile(r"(?P<address>\S*):(?P<port>\d{1,5}|\*)", re.ASCII)
_DOT = re.compile(r"(?P<address>\S+)\.(?P<port>\d{1,5}|\*)", re.ASCII)
_LISTENING = frozenset({"LISTEN", "LISTENING", "UNCONN"})
_OTHER_STATES = frozenset(
    {
        "ESTABLISHED", "ESTAB", "SYN_SENT", "SYN-SENT", "SYN_RECV", "SYN-RECV", "SYN_RECEIVED", "FIN_WAIT1",
        "FIN-WAIT-1", "FIN_WAIT_1", "FIN_WAIT2", "FIN-WAIT-2", "FIN_WAIT_2", "TIME_WAIT", "TIME-WAIT", "CLOSE",
        "CLOSED", "CLOSE_WAIT", "CLOSE-WAIT", "LAST_ACK", "LAST-ACK", "CLOSING",
    }
)  # fmt: skip
_PROGRAM = re.compile(r"(?<!\S)(?P<pid>\d{1,10})/(?P<name>\S.*)")
_SS_PROGRAM = re.compile(r'\("(?P<name>[^"]*)",pid=(?P<pid>\d{1,10})')
_WINDOWS_PID = re.compile(r"(?:LISTENING|\*:\*)\s+(?P<pid>\d{1,10})\s*$")
_EVERY_ADDRESS = frozenset({"0.0.0.0", "::", "*", ""})  # noqa: S104 - read, never bound
_CUT_WIDTH = 23
_HIGHEST_PORT = 65_535
_MOST_UNREAD = 20
_LONGEST = 200


class _None(Enum):
    """Why a line gives no listener."""

    NO_LISTENER = auto()
    UNREADABLE = auto()


_NO_LISTENER, _UNREADABLE = _None.NO_LISTENER, _None.UNREADABLE


@dataclass(frozen=True, slots=True)
class Listener:
    """One listening port. ``address`` is as the list has it, without brackets and zone; ``*`` is every address."""

    protocol: str
    """``tcp``, ``udp`` …, whichever the IP version is."""
    address: str
    port: int
    program: str | None = None
    """The name of the program; of several, all of them, joined by commas."""
    pid: int | None = None
    cut: bool = False
    """Whether the list has not room for the whole address, so that others may be behind the same text."""

    @property
    def key(self) -> tuple[str, str, int]:
        """What makes it the same listener in another list."""
        return self.protocol, self.address, self.port

    @property
    def everywhere(self) -> bool:
        """Whether it listens on every address of the host (of one IP version)."""
        return self.address in _EVERY_ADDRESS

    @property
    def loopback(self) -> bool:
        """Whether only the host itself can reach it."""
        address = Address.read(self.address)
        return address is not None and address.is_loopback and not self.cut


@dataclass(frozen=True)
class PortList:
    """What one run of a command listed."""

    command: str
    """As the agent names it: the command itself, or an alias."""
    listeners: tuple[Listener, ...]
    """Each once, in the order of the list."""
    unread: tuple[str, ...]
    """Lines that are neither a socket nor a heading; the first 20 of them."""

    @cached_property
    def protocols(self) -> frozenset[str]:
        """The protocols that the command can list at all; a command that is an alias lists both."""
        flags = "".join(_COMMAND_FLAGS.findall(self.command))
        if "LISTEN" in self.command or ("t" in flags and "u" not in flags):
            return frozenset({"tcp"})
        return frozenset({"udp"}) if "u" in flags and "t" not in flags else frozenset({"tcp", "udp"})


def read_ports(text: str) -> PortList | None:
    """The list in the ``full_log`` or the ``previous_output`` of an alert; ``None`` for any other text."""
    head = next((matched for form in _HEADS if (matched := form.match(text))), None)
    if head is None:
        return None
    command, body = head["command"].strip(), text[head.end() :]
    found: dict[tuple[str, str, int], Listener] = {}
    unread: list[str] = []
    for line in _lines(body):
        listener = _listener(line)
        if isinstance(listener, Listener):
            found[listener.key] = _joined(found.get(listener.key), listener)
        elif listener is _UNREADABLE and len(unread) < _MOST_UNREAD:
            unread.append(line[:_LONGEST])
    if not found and not _ABOUT_PORTS.search(command):
        return None
    return PortList(command, tuple(found.values()), tuple(unread))


def _lines(body: str) -> list[str]:
    if "\n" not in body.strip():
        body = re.sub(r"\s+(?=(?:tcp|udp)[46]*\s)", "\n", body.replace("\\n", "\n"))
    return [line.strip() for line in body.splitlines() if line.strip()]


def _listener(line: str) -> Listener | _None:
    """The listener of a line, or why it has none."""
    row, state_first = _ROW.match(line), _STATE_FIRST.match(line)
    if row is None and state_first is None:
        other = _HEADING.match(line) or line.split(None, 1)[0] in _OTHER_STATES
        return _NO_LISTENER if other else _UNREADABLE
    # A program may be called what it likes, so that nothing but itself is read from its name.
    tokens = re.split(r"\s\d+/|\susers:", line, maxsplit=1)[0].split()
    states = {token.upper() for token in tokens}
    ends = _ends(tokens)
    if (states & _OTHER_STATES and not states & _LISTENING) or (len(ends) > 1 and ends[1]["port"] not in {"*", "0"}):
        return _NO_LISTENER  # a socket that is connected to somebody, or was
    if not ends or (len(ends) == 1 and not states & _LISTENING):
        return _UNREADABLE
    address, port = ends[0]["address"], ends[0]["port"]
    if port == "*" or not 0 < int(port) <= _HIGHEST_PORT:
        return _UNREADABLE
    protocol = row["protocol"].lower() if row else ("tcp" if "LISTEN" in states else "udp")
    name, pid = _program(line)
    bare = address.removeprefix("[").removesuffix("]").partition("%")[0]
    return Listener(protocol, bare, int(port), name, pid, _is_cut(bare, f"{address}:{port}"))


def _ends(tokens: list[str]) -> list[re.Match[str]]:
    """The first two texts that are an address and a port: with a colon, else, as BSD writes them, with a dot."""
    for form in (_COLON, _DOT):
        ends = [end for token in tokens[1:] if (end := form.fullmatch(token))]
        if ends:
            return ends[:2]
    return []


def _program(line: str) -> tuple[str | None, int | None]:
    if named := _SS_PROGRAM.findall(line):
        return ", ".join(dict.fromkeys(name for name, _ in named)), int(named[0][1])
    if found := _PROGRAM.search(line):
        return found["name"].partition(": ")[0].rstrip(": ")[:_LONGEST], int(found["pid"])
    windows = _WINDOWS_PID.search(line)
    return None, int(windows["pid"]) if windows else None


def _is_cut(address: str, whole: str) -> bool:
    if ":" not in address:
        return False
    return len(whole) == _CUT_WIDTH or Address.read(address) is None


def _joined(known: Listener | None, again: Listener) -> Listener:
    """One listener of two lines: workers of a program, or programs that share a port."""
    if known is None:
        return again
    names = [*(known.program or "").split(", "), *(again.program or "").split(", ")]
    return replace(known, program=", ".join(dict.fromkeys(name for name in names if name)) or None)
