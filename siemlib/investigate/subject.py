"""Whom or what a pivot is about, and how each kind of log is asked for it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.errors import UsageError
from siemlib.model.observable import Address
from siemlib.sources import SOURCES, source
from siemlib.sources.reading import names_address, names_principal

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST_NAME = 256
_LONGEST_CONDITION = 7_500
"""A query has at most 10,000 characters, and a quote in a name is written as two."""
_ENCODED = ("auditd",)
"""Sources that write addresses and names in hexadecimal as well."""


@dataclass(frozen=True)
class Subject:
    """An address or a principal (user name, role, ARN, access key). Make one with :func:`address` or :func:`user`."""

    name: str
    """As it is written in sentences; of an address the canonical spelling."""
    ip: Address | None = None
    """The address, or ``None`` for a principal."""

    @property
    def noun(self) -> str:
        """``address`` or ``user``."""
        return "user" if self.ip is None else "address"

    def anywhere(self, sources: Iterable[str] = ()) -> str:
        """The condition, in Logs Insights QL, that finds the subject exactly in the text of any log.

        ``sources`` are the kinds of log that there are: some also write it in a way that no text finds.
        """
        in_text = names_principal(self.name) if self.ip is None else names_address(self.ip)
        encoded = [f"({self._select(name)})" for name in _ENCODED if name in set(sources)]
        return " or ".join([f"({in_text})", *encoded]) if encoded else in_text

    def condition(self, sources: tuple[str, ...]) -> str:
        """The condition for a log group that holds ``sources``; without any, :meth:`anywhere`."""
        parts = dict.fromkeys(self._select(name) for name in sources)
        return " or ".join(f"({part})" for part in parts) or self.anywhere()

    def _select(self, name: str) -> str:
        known = source(name)
        return known.select_principal(self.name) if self.ip is None else known.select_address(self.ip)


def address(text: str) -> Subject:
    """The subject that an IPv4 or IPv6 address is. Raises UsageError for anything else."""
    ip = Address.parse(text)
    return Subject(ip.text, ip)


def user(text: str) -> Subject:
    """The subject that a user name, role, ARN or access key is. Raises UsageError for an empty or unprintable name."""
    name = text.strip()
    if not name:
        raise UsageError("the name of the user is empty", hint="give the name as the logs write it: deploy")
    if len(name) > _LONGEST_NAME or any(unicodedata.category(c).startswith("C") for c in name):
        raise UsageError(f"not the name of a user: {name[:40]!r}", hint="a name is one line of at most 256 characters")
    if max(len(known.select_principal(name)) for known in SOURCES) > _LONGEST_CONDITION:
        raise UsageError("the name does not fit into a query", hint="give its last part: deploy")
    return Subject(name)
