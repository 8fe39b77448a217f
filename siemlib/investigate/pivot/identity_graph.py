"""Who is who: identities, and the links between them that events prove.

A link goes from who held the one identity to the other that it used or gave. From a subject they are followed onward
(what it used, assumed, created, and what that did in turn) and backward (who created it, who assumed it, and who made
those), and never backward and onward again: what else a creator did is not the subject's.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from siemlib.model.observable import Address

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PROVEN = "proven"
UNPROVEN = "not proven"
SIGNED = "signed with"
TEMPORARY = "ASIA"
"""How the ids of temporary access keys begin; the service says so."""

SESSION = ":assumed-role/"


@dataclass(frozen=True, slots=True)
class Identity:
    """A ``user``, ``role``, ``session`` of a role, access ``key``, ``host account``, ``host`` or ``service``.

    A session is one with its temporary key: two who assume a role under one name are two.
    """

    kind: str
    name: str
    """Of a session the role and the name of the session, of a host account the account and the host."""
    account: str = ""
    key: str = ""
    asked: str = field(default="", compare=False)
    """What CloudTrail is searched for; empty for what it does not know."""

    @property
    def label(self) -> str:
        """For the table and for sentences."""
        return self.name if self.kind in {"user", "key", "service"} else f"{self.kind} {self.name}"

    @property
    def _session(self) -> str:
        return self.name.rpartition("/")[2] if self.kind == "session" else ""

    def answers_to(self, name: str) -> bool:
        """Whether a user of the page may have meant it: by name, name of a session, ARN or key."""
        if not name.startswith("arn:"):
            return bool(name) and name in {self.name, self.key, self._session}
        account, _, rest = name.partition("::")[2].partition(":")
        kind, _, path = rest.partition("/")
        if kind == "root":
            return (self.kind, self.name, self.account) == ("user", "root", account)
        own = path if kind == "assumed-role" else path.rpartition("/")[2]
        kinds = {"assumed-role": "session", "user": "user", "role": "role"}
        return (self.kind, self.name, self.account) == (kinds.get(kind), own, account)


@dataclass(frozen=True, slots=True)
class Link:
    """One link, by the first of the ``events`` that prove it."""

    giver: Identity
    verb: str
    taker: Identity
    proof: str
    sure: str
    events: int
    first: object
    last: object
    origin: str | None
    ptr: str | None


def user(name: str, account: str) -> Identity:
    """An IAM user, or ``root``."""
    return Identity("user", name, account, asked=name)


def session(arn: str, key: str) -> Identity:
    """A session of a role."""
    return Identity("session", arn.partition(SESSION)[2], _account(arn), key, asked=arn)


def _account(arn: str) -> str:
    parts = arn.split(":", 5)
    return parts[4] if len(parts) == 6 else ""  # noqa: PLR2004 - an ARN has six parts


def _caller(row: Mapping[str, str]) -> Identity:
    """Who made a call."""
    arn, kind = row.get("arn", ""), row.get("kind", "")
    account = _account(arn) or row.get("account", "")
    if kind == "Root":
        return user("root", account)
    if SESSION in arn:
        return session(arn, row.get("access_key", ""))
    name = row.get("name") or (arn.rpartition("/")[2] if ":user/" in arn else "")
    if name:
        return user(name, account)
    return Identity("service", arn or row.get("other") or (f"account {account}" if account else kind or "unknown"))


def uses(row: Mapping[str, str]) -> Iterable[Link]:
    """The links in a row of the saved query ``cloudtrail/identities``."""
    who, key, origin = _caller(row), row.get("access_key", ""), row.get("origin")
    counts = (int(row["calls"]), row.get("first_ms"), row.get("last_ms"), origin, row.get("first_ptr"))
    if who.kind == "session" and row.get("issuer"):
        issuer = row["issuer"]
        role = Identity("role", issuer.rpartition("/")[2], _account(issuer), asked=issuer.rpartition("/")[2])
        yield Link(role, "acted in", who, "userIdentity names the role, the session and its key", PROVEN, *counts)
    elif who.kind == "user" and key:
        yield Link(who, SIGNED, _key(key), "userIdentity names the user and the key", PROVEN, *counts)


def _key(key: str) -> Identity:
    return Identity("key", key, key=key, asked=key)


def given(row: Mapping[str, str]) -> Iterable[Link]:
    """The links in a row of the saved query ``cloudtrail/identity_links``."""
    who, call = _caller(row), row["eventName"]
    seen = (PROVEN, 1, row["@timestamp"], row["@timestamp"], row.get("origin"), row.get("@ptr"))
    key, arn = row.get("new_key", ""), row.get("new_arn", "")
    target = user(row.get("for_user") or who.name, who.account or row.get("account", ""))
    if call.startswith("AssumeRole") and arn:
        yield Link(who, "assumed", session(arn, key), f"{call} returned the session and its key", *seen)
    elif call in {"GetSessionToken", "GetFederationToken"} and key:
        yield Link(who, "was given", _key(key), f"{call} returned the key", *seen)
    elif call == "CreateUser":
        yield Link(who, "created", target, "CreateUser names both", *seen)
    elif call.endswith("LoginProfile"):
        yield Link(who, "set the console password of", target, f"{call} names both", *seen)
    elif call == "CreateAccessKey" and key:
        if target != who:
            yield Link(who, f"created for {target.name}", _key(key), "CreateAccessKey returned the key", *seen)
        yield Link(target, "owns", _key(key), "CreateAccessKey returned the key of that user", *seen)
    elif instance := row.get("instance"):
        yield from _to_host(who, call, instance, row, seen)


def _to_host(
    who: Identity, call: str, instance: str, row: Mapping[str, str], seen: tuple[object, ...]
) -> Iterable[Link]:
    if call.startswith("SendS"):
        account = Identity("host account", f"{row.get('host_user') or 'of the serial console'} on {instance}")
        printed = fingerprint(row.get("ssh_key", ""))
        proof = f"{call} put an SSH key there" + (f", {printed}" if printed else "")
        yield Link(who, "put an SSH key for", account, proof, *seen)  # type: ignore[arg-type]
    else:
        yield Link(who, "worked on", Identity("host", instance), f"{call} names the instance", *seen)  # type: ignore[arg-type]


def fingerprint(public_key: str) -> str:
    """The fingerprint that sshd logs of an OpenSSH public key, or nothing for what is none (RFC 4253, section 6.6)."""
    parts = public_key.split()
    try:
        blob = base64.b64decode(parts[1], validate=True)
    except (IndexError, binascii.Error, ValueError):
        return ""
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def origin_text(origin: str | None) -> str | None:
    """An address in its canonical spelling; the name of a service as it is."""
    found = Address.read(origin or "")
    return found.text if found else origin


def related(links: Iterable[Link], start: set[Identity]) -> tuple[list[Link], set[Identity]]:
    """The links onward and backward from ``start``, and every identity at their ends."""
    every = list(links)
    onward, backward = set(start), set(start)
    while True:
        more = {link.taker for link in every if link.giver in onward} - onward
        before = {link.giver for link in every if link.taker in backward} - backward
        if not more and not before:
            break
        onward |= more
        backward |= before
    # Of a key that was made and a session that was assumed it is told who called with it, too.
    used = {one for one in onward if one.kind in {"key", "session"}}
    kept = [link for link in every if link.giver in onward or link.taker in backward or link.taker in used]
    return kept, onward | backward
