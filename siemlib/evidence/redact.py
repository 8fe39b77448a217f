"""Pseudonyms for users and internal addresses, and a text with each of them in the place of what it stands for.

A pseudonym is ``user-``, ``host-`` or ``key-`` and letters made of HMAC-SHA-256 (RFC 2104) of the value, keyed with the
key of the case: the same value has the same one in every file and every report of the case, and nobody without the key
can try out names. The letters spell no word, no number and no address. Of the structure of networks nothing is kept:
two neighbours have pseudonyms that say nothing of each other, for a network of which one member is known is known.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from siemlib.errors import EvidenceError
from siemlib.evidence.spellings import pattern_of, spellings
from siemlib.model.observable import Address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_LETTERS = "bcdfghjkmnpqrtwx"
"""One for each four bits; without vowels there are no words."""
_FEWEST = 8
_ADDRESS_LETTERS = 12
_DOT = r"(?:\\{0,4}\.|\[\\{0,4}\.\]|\(\.\)|%2[eE])"
_V4 = re.compile(rf"(?:(?<!\d)|(?<=%[0-9A-Fa-f]{{2}}))\d{{1,3}}(?:{_DOT}\d{{1,3}}){{3}}(?!\d)")
_V4_DASHED = re.compile(r"(?<=ip-)\d{1,3}(?:-\d{1,3}){3}(?!\d)", re.IGNORECASE)
_V6 = re.compile(r"(?<![0-9A-Za-z:])(?=[0-9A-Fa-f]*:[0-9A-Fa-f]*:)[0-9A-Fa-f:]{2,45}")
_OF_DIGITS = re.compile(r"\d+")
_KEY = re.compile(r"(?<![^\W_])(?:AKIA|ASIA|AIDA|AROA|AGPA|ANPA|AIPA)[A-Z0-9]{12,28}(?![^\W_])")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_PERCENT = re.compile(r"[^\s\"'<>]*%[0-9A-Fa-f]{2}[^\s\"'<>]*")
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})")
_NETWORKS = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
"""As anybody writes them, who means every private address."""
_MOST_BASE64 = 1 << 20


class Redactor:
    """Puts pseudonyms in the place of ``users``, of access keys, and of the addresses that ``is_internal`` tells."""

    def __init__(self, key: bytes, users: Iterable[str], is_internal: Callable[[Address], bool]) -> None:
        self._key = key
        self._is_internal = is_internal
        self.users = self._distinct(sorted(set(users)))
        """The pseudonym of each user."""
        self.addresses: dict[str, str] = {}
        """That of each internal address and access key that was met."""
        self._exact: dict[str, str] = {}
        self._folded: dict[str, str] = {}
        for user, pseudonym in self.users.items():
            for spelling in spellings(user):
                self._exact.setdefault(spelling, pseudonym)
                self._folded.setdefault(spelling.casefold(), pseudonym)
        self._pattern = pattern_of(self._exact)
        self._cached = lru_cache(maxsize=1 << 14)(self._text)

    def text(self, text: str) -> str:
        """``text`` with every user, access key and internal address replaced, also where it is encoded."""
        return self._cached(text) if len(text) <= 1 << 12 else self._text(text)

    def _distinct(self, values: list[str]) -> dict[str, str]:
        """As many letters for each as tell it from all others."""
        length, found = _FEWEST, {value: self._letters("user", value) for value in values}
        while len({letters[:length] for letters in found.values()}) < len(found):
            length += 2
        return {value: f"user-{letters[:length]}" for value, letters in found.items()}

    def _letters(self, kind: str, value: str) -> str:
        mac = hmac.new(self._key, f"{kind}:{value}".encode("utf-8", "surrogatepass"), hashlib.sha256)
        return "".join(_LETTERS[int(digit, 16)] for digit in mac.hexdigest())

    def digest(self, kind: str, value: str) -> str:
        """The whole keyed digest of something else that both sides must have alike, hexadecimal."""
        return hmac.new(self._key, f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()

    def _met(self, kind: str, value: str) -> str:
        known = self.addresses.get(value)
        if known is None:
            known = f"{kind}-{self._letters(kind, value)[:_ADDRESS_LETTERS]}"
            if known in self.addresses.values():
                raise EvidenceError("two values have the same pseudonym with this key: take another")
            self.addresses[value] = known
        return known

    def _text(self, text: str) -> str:
        found = _BASE64.sub(lambda match: self._in_base64(match[0]), self._plain(text))
        if "%" in found:
            found = self._decoded(_PERCENT.sub(lambda match: self._decoded(match[0], unquote), found), unquote)
        return self._decoded(found, _unescaped) if "\\u" in found else found

    def _decoded(self, text: str, decode: Callable[[str], str]) -> str:
        """``text`` as it is, unless a name shows when it is decoded: then decoded, without the name."""
        told = decode(text)
        return text if (plain := self._plain(told)) == told else plain

    def _plain(self, text: str) -> str:
        if self._pattern:
            text = self._pattern.sub(self._user, text)
        text = _KEY.sub(lambda match: self._met("key", match[0]), text)
        text = _V4.sub(self._v4, text)
        text = _V4_DASHED.sub(self._v4, text)
        return _V6.sub(self._v6, text) if ":" in text else text

    def _user(self, match: re.Match[str]) -> str:
        return self._exact.get(match[0]) or self._folded.get(match[0].casefold()) or self._exact[match[0].lower()]

    def _v4(self, match: re.Match[str]) -> str:
        # Leading zeros say nothing to a reader of logs, but make of it no address.
        octets = ".".join(
            str(int(octet)) for octet in _OF_DIGITS.findall(match[0].replace("%2e", ".").replace("%2E", "."))
        )
        behind = match.string[match.end() : match.end() + 4]
        if any(f"{octets}{behind}".startswith(network) for network in _NETWORKS):
            return match[0]
        address = Address.read(octets)
        return self._met("host", address.text) if address and self._is_internal(address) else match[0]

    def _v6(self, match: re.Match[str]) -> str:
        bare = match[0] if match[0].endswith("::") else match[0].rstrip(":")
        address = Address.read(bare)
        if address is None or address.version == 4 or not self._is_internal(address):  # noqa: PLR2004 - IPv4
            return match[0]
        return self._met("host", address.text) + match[0][len(bare) :]

    def _in_base64(self, token: str) -> str:
        """A token that is base64 of text which names somebody: that of the text without the name."""
        if len(token) > _MOST_BASE64:
            return token
        bare = token.rstrip("=")
        alphabet = b"-_" if "-" in bare or "_" in bare else b"+/"
        for start in range(1 + bare.startswith(("-", "_", "/", "+"))):
            body = bare[start:]
            try:
                data = base64.b64decode(body + "=" * (-len(body) % 4), alphabet, validate=True)
            except (binascii.Error, ValueError):
                continue
            for encoding in ("utf-8", "utf-16-le"):
                try:
                    told = data.decode(encoding)
                except UnicodeDecodeError:
                    continue
                if (plain := self._plain(told)) != told:
                    return token[:start] + base64.b64encode(plain.encode(encoding), alphabet).decode()
        return token


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
