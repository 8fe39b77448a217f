"""Addresses in a text, in the ways in which logs write them, each replaced by what a function gives for it."""

from __future__ import annotations

import re
from functools import partial
from ipaddress import IPv4Address, IPv6Address, IPv6Network
from typing import TYPE_CHECKING

from siemlib.model.observable import Address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_OCTETS = 4
_GROUPS = 8
_HEX = "[0-9A-Fa-f]"
_DOT = r"(?:\\{0,4}\.|\[\\{0,4}\.\]|\(\.\)|%2[eE])"
_DOTTED = re.compile(rf"(?:(?<!\d)|(?<=%{_HEX}{{2}}))\d{{1,3}}(?:{_DOT}\d{{1,3}}){{3,}}(?!\d)")
_DOTS = re.compile(f"({_DOT})")
_OCTET = r"(0|[1-9]\d{0,2})"
# A digit and a hyphen before it are those of a date.
_JOINED = re.compile(rf"(?<!\d)(?<!\d[-_]){_OCTET}([-_]){_OCTET}\2{_OCTET}\2{_OCTET}(?!\d)")
_AFTER_IP = re.compile(r"(?<=ip-)(\d{1,3})-(\d{1,3})-(\d{1,3})-(\d{1,3})(?!\d)", re.IGNORECASE)
# How far is looked is bounded: a megabyte of digits is gone through once.
_COLONS = re.compile(rf"(?={_HEX}{{0,16}}:{_HEX}{{0,16}}:)[0-9A-Fa-f:]{{2,64}}")
_REVERSED = re.compile(r"(?<!\d)(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?=\.in-addr\.arpa)", re.IGNORECASE)
_REVERSED_6 = re.compile(rf"(?<![0-9A-Za-z])(?:{_HEX}\.){{31}}{_HEX}(?=\.ip6\.arpa)", re.IGNORECASE)
_SOCKET = re.compile(rf"(?<=saddr=0200)({_HEX}{{4}})({_HEX}{{8}})", re.IGNORECASE)
_SOCKET_6 = re.compile(rf"(?<=saddr=0A00)({_HEX}{{12}})({_HEX}{{32}})", re.IGNORECASE)
"""``struct sockaddr`` as auditd writes it: family, port, with version 6 a label of the flow, and the address."""
_NAT64 = IPv6Network("64:ff9b::/96")
_NETWORKS = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
"""As anybody writes them, who means every private address."""


def replace_addresses(text: str, name: Callable[[Address], str | None]) -> str:
    """``text`` with what ``name`` gives for an address in the place of each spelling of it; ``None``: it stays.

    Found are dotted quads, also with dots that are escaped, defanged or percent-encoded, or within more numbers;
    ``ip-10-0-0-1`` and the like; version 6 in every form of RFC 4291, also behind a label (``src:fd00::1``); IPv4
    addresses that one of version 6 carries; names of reverse look-ups; and the sockets of auditd. Not found are
    addresses that are written as one number.
    """
    if "arpa" in text.lower():
        text = _REVERSED.sub(lambda match: _of_octets(match.groups()[::-1], name) or match[0], text)
        text = _REVERSED_6.sub(lambda match: _of_hex(match[0].replace(".", "")[::-1], name) or match[0], text)
    text = _DOTTED.sub(partial(_dotted, name), text)
    text = _JOINED.sub(lambda match: _of_octets(match.group(1, 3, 4, 5), name) or match[0], text)
    text = _AFTER_IP.sub(lambda match: _of_octets(match.groups(), name) or match[0], text)
    if ":" in text:
        text = _COLONS.sub(partial(_colons, name), text)
    if "saddr=" in text.lower():
        for pattern in (_SOCKET, _SOCKET_6):
            text = pattern.sub(lambda match: match[1] + (_of_hex(match[2], name) or match[2]), text)
    return text


def _named(address: Address | None, name: Callable[[Address], str | None]) -> str | None:
    if address is None:
        return None
    ip = address.ip
    if isinstance(ip, IPv6Address):
        carried = ip.sixtofour or (IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)
        return (name(Address(carried)) if carried else None) or name(address)
    return name(address)


def _of_octets(octets: Sequence[str], name: Callable[[Address], str | None]) -> str | None:
    # Leading zeros say nothing to a reader of logs, but make of it no address.
    return _named(Address.read(".".join(str(int(octet)) for octet in octets)), name)


def _of_hex(digits: str, name: Callable[[Address], str | None]) -> str | None:
    number = int(digits, 16)
    return _named(Address(IPv4Address(number) if len(digits) == _GROUPS else IPv6Address(number)), name)


def _dotted(name: Callable[[Address], str | None], match: re.Match[str]) -> str:
    """Numbers with dots between them: four in a row are an address, of more than four perhaps any four."""
    parts = _DOTS.split(match[0])
    numbers, dots = parts[0::2], [*parts[1::2], ""]
    behind = match.string[match.end() : match.end() + 3]
    found, place = [], 0
    while place < len(numbers):
        octets = numbers[place : place + _OCTETS]
        last = place + _OCTETS == len(numbers)
        network = last and any(".".join(octets) + behind[: len(each) - each.index("/")] == each for each in _NETWORKS)
        token = _of_octets(octets, name) if len(octets) == _OCTETS and not network else None
        size = _OCTETS if token else 1
        found += [token or numbers[place], dots[place + size - 1]]
        place += size
    return "".join(found)


def _colons(name: Callable[[Address], str | None], match: re.Match[str]) -> str:
    """Groups with colons between them. A label may stand before the address, and a port behind it."""
    run = match[0]
    if "::" not in run and run.count(":") < _GROUPS - 1:  # a time of day, a MAC
        return run
    before = match.string[match.start() - 1 : match.start()]
    labelled = before.isalnum() or (run[0] == ":" and run[1] != ":")
    for start, end in _spans(run):
        address = Address.read(run[start:end])
        if address and (token := _named(address, name)):
            return run[:start] + token + run[end:]
        if address and not labelled:
            return run
    return run


def _spans(run: str) -> Iterator[tuple[int, int]]:
    """Where in a run of groups an address may begin and end: the first beginning, and the last end, first."""
    begins = [at for at in range(len(run)) if at == 0 or run[at - 1] == ":" or run[at : at + 2] == "::"]
    ends = [at for at in range(len(run), 0, -1) if at == len(run) or run[at] == ":" or run[at - 2 : at] == "::"]
    return ((start, end) for start in begins for end in ends if run.count(":", start, end) > 1)
