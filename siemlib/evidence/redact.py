"""Pseudonyms for users and internal addresses, and a text with each of them in the place of what it stands for.

A pseudonym is ``user-``, ``host-`` or ``key-`` and twelve letters made of HMAC-SHA-256 (RFC 2104) of the value, keyed
with the key of the case: the same value has the same one in every file and every report of the case, and nobody without
the key can try out names. The letters spell no word, no number and no address. Of the structure of networks nothing is
kept: two neighbours have pseudonyms that say nothing of each other, as a network with one known member is known.

What in a log already looks like a pseudonym gets one of its own, ``text-``: nobody can write into a log that which a
reader of the copy takes for a user. So does the beginning of a name that a sentence cut, where several begin so.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from siemlib.errors import EvidenceError
from siemlib.evidence.addresses import replace_addresses
from siemlib.evidence.encoded import Encoded
from siemlib.evidence.spellings import Begun, folded, pattern_of, spellings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from siemlib.model.observable import Address

_LETTERS = "bcdfghjkmnpqrtwx"
"""One for each four bits; without vowels there are no words."""
_LENGTH = 12
_ALIKE = re.compile(rf"(?:user|host|key|text)-[{_LETTERS}]{{8,}}", re.IGNORECASE)
ACCESS_KEY = "(?:AKIA|ASIA|AIDA|AROA|AGPA|ANPA|AIPA)[A-Z0-9]{12,28}"
"""An access key, or the id of a principal, as a regular expression."""
_KEY = re.compile(rf"(?<![^\W_]){ACCESS_KEY}(?![^\W_])")
_DEPTH = 3
"""So many times something may be encoded."""


class Redactor:
    """Puts pseudonyms in the place of ``users``, of access keys, and of the addresses that ``is_internal`` tells.

    Raises EvidenceError, also later, where two values have one pseudonym: in a thousand cases of a million values each,
    not one such is to be expected.
    """

    def __init__(
        self, key: bytes, users: Iterable[str], is_internal: Callable[[Address], bool], conditions: Iterable[str] = ()
    ) -> None:
        """``conditions`` are texts that tell of internal networks in a way of their own, as queries do."""
        self._key = key
        self._is_internal = is_internal
        self._taken: dict[str, tuple[str, str]] = {}
        self.addresses: dict[str, str] = {}
        """The pseudonym of each internal address and access key that was met."""
        self.users = {user: self._pseudonym("user", user) for user in sorted(set(users))}
        """That of each user."""
        self._exact: dict[str, str] = {}
        self._folded: dict[str, str] = {}
        networks = {each: self._pseudonym("host", each) for each in conditions}
        for user, pseudonym in (self.users | networks).items():
            for spelling in sorted(spellings(user)):
                self._exact.setdefault(spelling, pseudonym)
                self._folded.setdefault(folded(spelling), pseudonym)
        self._pattern = pattern_of(self._exact)
        self._begun = Begun(self._folded)
        self._encoded = [Encoded(partial(self._within, depth=depth)) for depth in range(_DEPTH)]
        self._cached = lru_cache(maxsize=1 << 14)(self._text)

    def text(self, text: str) -> str:
        """``text`` with every user, access key and internal address replaced, also where it is encoded."""
        return self._cached(text) if len(text) <= 1 << 12 else self._text(text)

    def digest(self, kind: str, value: str) -> str:
        """The whole keyed digest of something else that both sides must have alike, hexadecimal."""
        return hmac.new(self._key, f"{kind}:{value}".encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    def _pseudonym(self, kind: str, value: str) -> str:
        letters = "".join(_LETTERS[int(digit, 16)] for digit in self.digest(kind, value))
        found = f"{kind}-{letters[:_LENGTH]}"
        if self._taken.setdefault(found, (kind, value)) != (kind, value):
            raise EvidenceError("two values have the same pseudonym with this key: take another")
        return found

    def _met(self, kind: str, value: str) -> str:
        return self.addresses.get(value) or self.addresses.setdefault(value, self._pseudonym(kind, value))

    def _text(self, text: str) -> str:
        return self._within(_ALIKE.sub(lambda match: self._pseudonym("text", match[0]), text), _DEPTH)

    def _within(self, text: str, depth: int) -> str:
        found = self._plain(text)
        return self._encoded[depth - 1].text(found) if depth else found

    def _plain(self, text: str) -> str:
        if self._pattern:
            text = self._pattern.sub(self._user, text)
            text = self._begun.text(text, lambda begun: self._pseudonym("text", begun))
        text = _KEY.sub(lambda match: self._met("key", match[0]), text)
        return replace_addresses(text, self._address)

    def _user(self, match: re.Match[str]) -> str:
        return self._exact.get(match[0]) or self._folded[folded(match[0])]

    def _address(self, address: Address) -> str | None:
        return self._met("host", address.text) if self._is_internal(address) else None
