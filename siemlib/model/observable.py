"""A value seen in events: an address, a principal, an access key, a host; and the exact search for an address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from ipaddress import IPv4Address, IPv6Address, ip_address
from itertools import islice

from siemlib.errors import UsageError


class ObservableKind(StrEnum):
    """What a value is."""

    ADDRESS = "address"
    PRINCIPAL = "principal"
    """A user name, a role, a role session or an ARN."""
    ACCESS_KEY = "access key"
    HOST = "host"


@dataclass(frozen=True, slots=True)
class Observable:
    """One value. An address is in its canonical spelling (:attr:`Address.text`)."""

    kind: ObservableKind
    value: str


@dataclass(frozen=True)
class Address:
    """An IPv4 or IPv6 address. An IPv4-mapped one (``::ffff:10.0.0.1``) is the IPv4 address that it carries."""

    ip: IPv4Address | IPv6Address

    def __post_init__(self) -> None:
        """Bring every way to write one address to one value, so that equal addresses are equal."""
        ip = self.ip
        if isinstance(ip, IPv6Address):
            object.__setattr__(self, "ip", ip.ipv4_mapped or IPv6Address(int(ip)))

    @classmethod
    def parse(cls, text: str) -> Address:
        """The address that ``text`` is; blanks around it, square brackets and a zone (``%eth0``) are dropped.

        Raises UsageError for anything else: a port, a network, octets with leading zeros.
        """
        address = cls.read(text)
        if address is None:
            raise UsageError(f"not an address: {text!r}", hint="write one IPv4 or IPv6 address, without port or mask")
        return address

    @classmethod
    def read(cls, text: str) -> Address | None:
        """As :meth:`parse`, but ``None`` for what is no address."""
        bare = text.strip()
        if bare.startswith("[") and bare.endswith("]"):
            bare = bare[1:-1].strip()
        if ":" in bare:
            bare = bare.partition("%")[0]
        try:
            return cls(ip_address(bare))
        except ValueError:
            return None

    @property
    def text(self) -> str:
        """The canonical spelling: RFC 5952 for IPv6, dotted quad for IPv4."""
        return str(self.ip)

    @property
    def version(self) -> int:
        """4 or 6."""
        return self.ip.version

    @property
    def is_private(self) -> bool:
        """Whether the address is not meant for the public internet (IANA special-purpose registries)."""
        return self.ip.is_private

    @property
    def is_loopback(self) -> bool:
        """Whether the address is the host itself."""
        return self.ip.is_loopback

    @cached_property
    def pattern(self) -> str:
        """A regular expression that finds exactly this address in free text, in any legal spelling.

        Valid in RE2, in Python's ``re`` and between the slashes of a Logs Insights ``like /…/``. It has no look-around
        (RE2 has none), no slash and no counted repeat (the service has been seen to lose rows with those), and needs no
        flags. It consumes a neighbour on each side: use it to test, not to cut out.
        """
        return _v4_pattern(self.ip) if isinstance(self.ip, IPv4Address) else _v6_pattern(self.ip)

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern)

    def matches(self, text: str) -> bool:
        """Whether ``text`` names this address. ``text`` may be raw JSON."""
        return self._compiled.search(text) is not None

    def __str__(self) -> str:
        """The canonical spelling."""
        return self.text


# What may stand beside an address. JSON text writes a line end as \n and "=" sometimes as \u003d, and a URL writes "="
# as %3D: there the neighbour is a letter or a digit, and still no part of the address.
_HEX = "[0-9A-Fa-f]"
_ESCAPE = rf"\\[nrt]|\\u{_HEX}{_HEX}{_HEX}{_HEX}"
_DOT_AFTER = r"\.(?:$|[^0-9A-Za-z])"
_BEFORE_V6 = (
    rf"(?:^|[^0-9A-Za-z:.]|{_ESCAPE}"
    # a label and a colon, but not a group of a longer address: "src:", "ip6:", '"ip":', a port of five digits
    rf"|(?:^|[^0-9A-Fa-f:]):|[G-Zg-z]{_HEX}*:|{_HEX}{_HEX}{_HEX}{_HEX}{_HEX}:)"
)
_AFTER_V6 = rf"(?:$|[^0-9A-Za-z:.]|{_DOT_AFTER}|:(?:$|[^0-9A-Fa-f:]))"
_AFTER_V4 = rf"(?:$|[^0-9A-Za-z.]|{_DOT_AFTER})"


def _before_v4(text: str) -> str:
    # %3D10.0.0.1 is the address 10.0.0.1, but %123.0.0.1 might be 123.0.0.1: two digits count as an escape only where
    # they could not be digits of the address.
    escape = rf"%{_HEX}[A-Fa-f]" if text[1] == "." else f"%{_HEX}{_HEX}"
    # Colons before it are a label or a time of day; with "::" or with six groups they are the head of an IPv6 address.
    label = rf"(?:^|[^0-9A-Fa-f:]){_HEX}*:" + rf"(?:{_HEX}+:)?" * 4
    return rf"(?:^|[^0-9A-Za-z.:]|(?:^|[^0-9A-Za-z])\.|{_ESCAPE}|{escape}|{label})"


def _v4_pattern(ip: IPv4Address) -> str:
    dotted = re.escape(str(ip))
    high, low = _hextets(IPv6Address(int(ip)))[6:]
    tails = [f"{_group(high)}:{_group(low)}"]
    tails += [f":{_group(low)}"] if high == 0 else []
    tails += [f"{_group(high)}::"] if low == 0 else []
    tails += [":"] if high == low == 0 else []
    # "[0:]*" takes more than the legal heads of a mapped address, but nothing legal that means another address.
    mapped = f"{_BEFORE_V6}[0:]*:[fF][fF][fF][fF]:(?:{dotted}{_AFTER_V4}|(?:{'|'.join(tails)}){_AFTER_V6})"
    return f"{_before_v4(str(ip))}{dotted}{_AFTER_V4}|{mapped}"


def _v6_pattern(ip: IPv6Address) -> str:
    hextets = _hextets(ip)
    groups = [_group(h) for h in hextets]
    dotted = re.escape(str(IPv4Address(int(ip) & 0xFFFFFFFF)))
    zero = [h == 0 for h in hextets]
    spellings = [
        # eight groups cannot be continued, so what follows them after a colon is a port
        ":".join(groups) + "(?::[0-9]+)?",
        *_compressed(groups, zero),
    ]
    embedded = [":".join([*groups[:6], dotted]), *_compressed([*groups[:6], dotted], [*zero[:6], False])]
    return f"{_BEFORE_V6}(?:(?:{'|'.join(spellings)}){_AFTER_V6}|(?:{'|'.join(embedded)}){_AFTER_V4})"


def _hextets(ip: IPv6Address) -> list[int]:
    return [int(group, 16) for group in ip.exploded.split(":")]


def _group(value: int) -> str:
    """One group with any number of legal leading zeros, in any case."""
    digits = f"{value:x}"
    return "0?" * (4 - len(digits)) + "".join(f"[{d}{d.upper()}]" if d.isalpha() else d for d in digits)


def _compressed(groups: list[str], zero: list[bool]) -> list[str]:
    """Every spelling with ``::``, one pattern for each run of zero groups that it may stand in.

    How many zeros are written beside ``::`` is left open: with all other groups written out, a legal address with eight
    groups can be only this one.
    """
    spellings = []
    start = 0
    while start < len(groups):
        end = start
        while end < len(groups) and zero[end]:
            end += 1
        if end > start:
            left = ":".join(groups[:start]) + "(?::0+)*" if start else "(?:0+(?::0+)*)?"
            right = "(?:0+:)*" + ":".join(groups[end:]) if end < len(groups) else "(?:0+(?::0+)*)?"
            spellings.append(f"{left}::{right}")
        start = max(end, start + 1)
    return spellings


_CANDIDATE = re.compile(r"(?:[0-9A-Fa-f]{0,4}:){2,8}(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f]{0,4})|[0-9.]{7,}")
_JSON_ESCAPE = re.compile(_ESCAPE)
_MOST_CANDIDATES = 1000
_REACH = 64
_MAY_PRECEDE = {
    "4 one digit": re.compile(rf"{_before_v4('0.')}\Z"),
    "4": re.compile(rf"{_before_v4('00.')}\Z"),
    "6": re.compile(rf"{_BEFORE_V6}\Z"),
}
_MAY_FOLLOW = {
    "4": re.compile(_AFTER_V4),
    "6": re.compile(_AFTER_V6),
    "6 in full": re.compile(rf"(?::[0-9]+)?{_AFTER_V6}"),
}


def find_addresses(text: str) -> tuple[Address, ...]:
    """The addresses that ``text`` names, each once, in order of first mention; of long text the first thousand or so.

    Judged by the same neighbours as :attr:`Address.pattern`, so that what is found can be found again by a query.
    """
    found: dict[Address, None] = {}
    plain = _JSON_ESCAPE.sub(lambda escape: " " * len(escape.group()), text)
    for candidate in islice(_CANDIDATE.finditer(plain), _MOST_CANDIDATES):
        for start, end in _readings(candidate.group(), candidate.start()):
            address = Address.read(plain[start:end])
            if address is not None and _stands_alone(plain, start, end):
                found[address] = None
    return tuple(found)


def _readings(token: str, offset: int) -> list[tuple[int, int]]:
    """Where in the text an address may stand: the token, without a label, a port, an escape or a sentence's end."""
    start, end = offset, offset + len(token.rstrip("."))
    start += len(token) - len(token.lstrip("."))
    bare = token.strip(".")
    readings = [(start, end), (start + 2, end)]  # the second where a URL's %20 or %22 stands before it
    if ":" in bare:
        first, last = bare.index(":"), bare.rindex(":")
        readings += [(start + first + 1, end), (start, start + last), (start, start + first), (start + last + 1, end)]
    return readings


def _stands_alone(text: str, start: int, end: int) -> bool:
    spelling = text[start:end]
    if ":" not in spelling:
        before, after = "4 one digit" if spelling[1] == "." else "4", "4"
    else:
        before, after = "6", "4" if "." in spelling else "6" if "::" in spelling else "6 in full"
    preceded = _MAY_PRECEDE[before].search(text, max(0, start - _REACH), start)
    return preceded is not None and _MAY_FOLLOW[after].match(text, end) is not None
