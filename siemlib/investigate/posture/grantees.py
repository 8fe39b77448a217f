"""Whom a policy lets in: the principals of its Allow statements, and what they are to the account."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from urllib.parse import unquote

from siemlib.sources.reading import leaf

EVERYONE, OTHER, OWN, SERVICE, PROVIDER = "everyone", "other account", "own account", "AWS service", "identity provider"
_ACCOUNT = re.compile(r"(?:arn:[\w-]+:[\w-]+:[^:]*:)?(\d{12})(?::.*)?", re.ASCII)
_MOST_STATEMENTS = 200


@dataclass(frozen=True)
class Grantee:
    """Somebody who is let in. ``kind`` is one of the constants of this module."""

    kind: str
    name: str
    condition: bool = False
    """Whether the statement holds under a condition only, which is not weighed here."""

    @property
    def outside(self) -> bool:
        """Whether this lets somebody in from outside of the account."""
        return self.kind in {EVERYONE, OTHER, PROVIDER}

    @property
    def text(self) -> str:
        """For a table: ``everyone (under a condition)``."""
        named = self.kind if self.kind == EVERYONE else f"{self.kind} {self.name}"
        return f"{named} (under a condition)" if self.condition else named


def policy_of(value: object) -> dict[str, object] | None:
    """A policy from an object, or from JSON text, percent-encoded or not; ``None`` for what is no policy."""
    if isinstance(value, str):
        text = unquote(value) if value.lstrip().startswith("%7B") else value
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return None
    return value if isinstance(value, dict) else None


def grantees(policy: object, account: str | None) -> tuple[Grantee, ...]:
    """Whom the Allow statements of a policy name, each once; ``account`` is the one that the policy is of."""
    found: dict[Grantee, None] = {}
    known = policy_of(policy)
    for statement in _many(leaf(known, "Statement"))[:_MOST_STATEMENTS]:
        if not isinstance(statement, dict) or statement.get("Effect") != "Allow":
            continue
        condition = bool(statement.get("Condition"))
        for kind, name in _principals(statement):
            found[grantee(name, account, kind=kind, condition=condition)] = None
    return tuple(found)


def grantee(name: str, account: str | None, *, kind: str = "AWS", condition: bool = False) -> Grantee:
    """Who a principal is: an ARN, an account number, ``*`` or ``all``, or the name of a service or of a provider."""
    if name in {"*", "all"} or name.endswith(("/global/AllUsers", "/global/AuthenticatedUsers")):
        return Grantee(EVERYONE, EVERYONE, condition)
    if kind == "Service" or name.endswith(".amazonaws.com"):
        return Grantee(SERVICE, name, condition)
    number = _ACCOUNT.fullmatch(name)
    same = bool(number and account and number[1] == account)
    if kind == "Federated":
        return Grantee(PROVIDER, name, condition)
    return Grantee(OWN if same else OTHER, number[1] if number else name, condition)


def _principals(statement: dict[str, object]) -> list[tuple[str, str]]:
    if "NotPrincipal" in statement:
        return [("AWS", "*")]
    principal = statement.get("Principal")
    if isinstance(principal, str):
        return [("AWS", principal)]
    if not isinstance(principal, dict):
        return []
    return [(str(kind), str(name)) for kind, names in principal.items() for name in _many(names)]


def _many(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]
