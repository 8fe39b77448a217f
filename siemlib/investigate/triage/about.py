"""Whom an alert is about: every address and user that it names, which of them acted, and the field that says so.

The decoded address may mislead in two ways. A web mail asks the mail server on 127.0.0.1, so that ``data.srcip`` is the
relay's and the true address stands in ``full_log``, or only in another event. And the signatures that Snort and
Suricata call ATTACK_RESPONSE see a packet that the attacked host sends, so that its far end is the destination.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.investigate.words import is_response as says_response
from siemlib.model.observable import Address
from siemlib.sources import ossec, sshd
from siemlib.sources.reading import first_text, text_at
from siemlib.sources.syslog_line import address_in, read_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    Event = Mapping[str, object]

ORIGINS = (
    ("data", "srcip"),
    ("data", "src_ip"),
    ("srcip",),
    ("src_ip",),
    ("data", "aws", "sourceIPAddress"),
    ("data", "aws", "source_ip_address"),
)
TARGETS = (("data", "dstip"), ("data", "dest_ip"), ("dstip",), ("dest_ip",))
_ACTING = (("data", "srcuser"), ("srcuser",))
_HOST_NAMES = (("agent", "name"), ("predecoder", "hostname"), ("hostname",))
_OUTPUT = "ossec: output:"
"""A command's output (``netstat``): the addresses in it are the host's own and its peers', none an origin."""

FULL_LOG = "full_log"


@dataclass(frozen=True)
class Mention:
    """An address or a user name that an alert names, and where."""

    value: str
    field: str
    """``data.srcip``, ``full_log``."""
    role: str
    """``origin``, ``target``, ``far end``, ``user`` or ``host``."""


def is_response(event: Event) -> bool:
    """Whether the alert is of a packet that an attacked host sent."""
    said = (ossec.description(event), text_at(event, "data", "alert", "signature"), text_at(event, FULL_LOG))
    return any(says_response(text) for text in said if text)


def without_port(text: str) -> Address | None:
    """The address in ``192.168.10.21:80``, ``[2001:db8::1]:80`` or a plain address."""
    bare = Address.read(text)
    head, _, port = text.rpartition(":")
    return bare or (Address.read(head) if port.isdigit() else None)


def addresses(event: Event) -> tuple[Mention, ...]:
    """Every address that a field of the alert, or the log line that it quotes, gives as origin, target or host."""
    found = [_mention(event, path, "origin") for path in ORIGINS]
    quoted = text_at(event, FULL_LOG) or ""
    told = None if quoted.startswith(_OUTPUT) else _acting_in(quoted)
    found += [Mention(told.text, FULL_LOG, "origin") if told else None]
    found += [_mention(event, path, "target") for path in TARGETS]
    found += [_mention(event, ("agent", "ip"), "host")]
    return tuple(mention for mention in found if mention)


def origin(event: Event) -> Mention | None:
    """The address that acted: of an attack response its far end, else the first origin that is no loopback address."""
    named = addresses(event)
    if is_response(event):
        target = next((mention for mention in named if mention.role == "target"), None)
        return Mention(target.value, target.field, "far end") if target else _first(named)
    return _first(named)


def users(event: Event) -> tuple[Mention, ...]:
    """Every user that a field of the alert, or else the log line that it quotes, names."""
    found = {".".join(path): text for path in ossec.USERS if (text := text_at(event, *path))}
    mentions = [Mention(_bare(text), field, "user") for field, text in found.items()]
    quoted = text_at(event, FULL_LOG) or ""
    actor = sshd.entry(quoted).actor if read_line(quoted) else None
    return (*mentions, Mention(actor, FULL_LOG, "user")) if actor else tuple(mentions)


def user(event: Event) -> Mention | None:
    """The account that the alert is about: the one that was asked for, but of sudo and su the one that asks."""
    named = users(event)
    if {"sudo", "su"} & set(ossec.groups(event)) and (acting := first_text(event, *_ACTING)):
        return next(mention for mention in named if mention.value == _bare(acting))
    return named[0] if named else None


def host(event: Event) -> str | None:
    """The host that the alert speaks of: the agent, or the one that stands in the location."""
    return first_text(event, *_HOST_NAMES[:1], _HOST_NAMES[2], _HOST_NAMES[1], ("location",))


def host_names(event: Event) -> tuple[str, ...]:
    """Every name of the host: a manager that reads another host's files has its own name as agent."""
    return tuple(dict.fromkeys(text for path in _HOST_NAMES if (text := text_at(event, *path))))


def contradictions(event: Event) -> tuple[str, ...]:
    """Sentences about fields that do not agree on who acted."""
    origins = [mention for mention in addresses(event) if mention.role == "origin"]
    acted = origin(event)
    sentences = []
    if acted and acted.role == "far end":
        sent = next((mention for mention in origins if mention.value != acted.value), None)
        by = f", sent by {sent.value} ({sent.field})" if sent else ""
        sentences.append(
            f"The signature is an attack response: the packet goes from the attacked host to the far end{by}, so that "
            f"the address comes from {acted.field}."
        )
    elif acted:
        others = [mention for mention in origins if mention.value != acted.value]
        sentences += [
            f"{other.field} says {other.value}, and {acted.field} says {acted.value}: "
            + ("a loopback address is a relay on the host itself." if _loopback(other) else "these contradict.")
            for other in others
        ]
    named = {mention.value: mention.field for mention in users(event)}
    if len(named) > 1:
        sentences.append("Users: " + ", ".join(f"{field} says {value}" for value, field in named.items()) + ".")
    return tuple(sentences)


def _mention(event: Event, path: tuple[str, ...], role: str) -> Mention | None:
    text = text_at(event, *path)
    address = without_port(text) if text else None
    return Mention(address.text, ".".join(path), role) if address else None


def _acting_in(quoted: str) -> Address | None:
    if read_line(quoted):
        return Address.read(sshd.entry(quoted).address or "")
    return address_in(quoted)


def _first(named: tuple[Mention, ...]) -> Mention | None:
    origins = [mention for mention in named if mention.role == "origin"]
    return next((mention for mention in origins if not _loopback(mention)), origins[0] if origins else None)


def _loopback(mention: Mention) -> bool:
    address = Address.read(mention.value)
    return address is not None and address.is_loopback


def _bare(name: str) -> str:
    """Dovecot's decoder keeps the brackets of ``<violet>``."""
    return name[1:-1] if len(name) > 2 and name[0] == "<" and name[-1] == ">" else name  # noqa: PLR2004 - the brackets
