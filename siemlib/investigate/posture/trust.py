"""Whom the account trusts anew: roles for other accounts, identity providers, trust anchors."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pandas as pd

from siemlib.case.answer import Answer
from siemlib.investigate.account_calls import SOURCE, account_calls
from siemlib.investigate.ask import not_held, searched, typed
from siemlib.investigate.posture.grantees import PROVIDER, Grantee, grantees, policy_of
from siemlib.investigate.words import at, count, plain

if TYPE_CHECKING:
    from siemlib.case import Case
    from siemlib.investigate.account_calls import AccountCall

_ENDS = frozenset(
    {"DeleteRole", "DeleteTrustAnchor", "DisableTrustAnchor", "DeleteSAMLProvider", "DeleteOpenIDConnectProvider"}
)
_OF_A_ROLE = frozenset({"CreateRole", "UpdateAssumeRolePolicy"})
_ANCHORS = "certificate authority"
_WORDS = {
    "CreateSAMLProvider": PROVIDER,
    "UpdateSAMLProvider": PROVIDER,
    "CreateOpenIDConnectProvider": PROVIDER,
    "UpdateOpenIDConnectProviderThumbprint": PROVIDER,
    "CreateTrustAnchor": _ANCHORS,
    "UpdateTrustAnchor": _ANCHORS,
    "EnableTrustAnchor": _ANCHORS,
    "AcceptHandshake": "organization",
    "InviteAccountToOrganization": "other account",
    "CreateAccountAssignment": "user or group of the identity center",
}
_MOST_TOLD = 4
_COLUMNS = {
    "time": "time",
    "call": "text",
    "role or provider": "text",
    "trusts": "text",
    "actor": "text",
    "address": "text",
    "outcome": "text",
    "error": "text",
    "taken back": "time",
    "@ptr": "text",
}


def trust(case: Case) -> Answer:
    """List the calls that let somebody from outside of the account act in it, oldest first.

    Columns: ``time``, ``call``, ``role or provider``, ``trusts`` (everyone, other account with its number, identity
    provider, certificate authority …), ``actor``, ``address``, ``outcome``, ``error``, ``taken back`` (the first later
    call that gives the role a policy without this, or deletes what is trusted or trusts), ``@ptr``. Roles that trust
    services of AWS or their own account are counted.
    """
    title = "New trust in others"
    found = account_calls(case, "cloudtrail/trust_calls")
    if found is None:
        return not_held("trust", title, SOURCE, _COLUMNS)
    rows, inside = [], 0
    for place, call in enumerate(found.calls):
        if call.name in _ENDS:
            continue
        if call.name not in _OF_A_ROLE:
            rows.append(_row(call, _WORDS.get(call.name, "somebody"), _ended(call, found.calls[place + 1 :])))
            continue
        outside = [who for who in _trusted(call) if who.outside]
        inside += not outside
        rows += [_row(call, who.text, _taken_back(call, who, found.calls[place + 1 :])) for who in outside]
    frame = typed(rows, _COLUMNS)
    asked = searched(case, found.groups, "calls that say whom the account trusts")
    return Answer("trust", title, frame, f"{_reading(case, frame, inside)}{found.unread}", asked, (found.run,))


def _trusted(call: AccountCall) -> tuple[Grantee, ...]:
    asked = call.at("requestParameters", "policyDocument") or call.at("requestParameters", "assumeRolePolicyDocument")
    return grantees(asked, call.account)


def _taken_back(call: AccountCall, who: Grantee, later: tuple[AccountCall, ...]) -> pd.Timestamp | None:
    if not call.done:
        return None
    role = call.asked("roleName")
    for other in later:
        if not other.done or other.asked("roleName") != role:
            continue
        if other.name == "DeleteRole":
            return other.time
        same = other.name == "UpdateAssumeRolePolicy"
        readable = same and policy_of(other.at("requestParameters", "policyDocument")) is not None
        if readable and who.name not in {one.name for one in _trusted(other)}:
            return other.time
    return None


def _ended(call: AccountCall, later: tuple[AccountCall, ...]) -> pd.Timestamp | None:
    """When a provider or an anchor was deleted or disabled: by an id that only the answer to its creation tells."""
    told = json.dumps([call.at("requestParameters"), call.at("responseElements")])
    ids = ("trustAnchorId", "sAMLProviderArn", "openIDConnectProviderArn")
    ends = (other for other in later if other.done and other.name in _ENDS and call.done)
    return next(
        (other.time for other in ends if (named := other.asked(*ids)) and json.dumps(named)[1:-1] in told), None
    )


def _row(call: AccountCall, who: str, back: pd.Timestamp | None) -> tuple[object, ...]:
    name = call.asked(
        "roleName", "name", "sAMLProviderArn", "url", "openIDConnectProviderArn", "trustAnchorId", "handshakeId"
    )
    return call.time, call.name, name, who, call.actor, call.address, call.outcome, call.error, back, call.ptr


def _reading(case: Case, frame: pd.DataFrame, inside: int) -> str:
    others = (
        f" {count(inside, 'policy', 'policies')} of roles let in nobody but services of AWS and the account itself."
        if inside
        else ""
    )
    if frame.empty:
        return f"No call let anybody from outside act in the account, {case.timespan}.{others}"
    done = frame[frame["outcome"] == "success"]
    failed = f" {count(len(frame) - len(done), 'attempt')} failed." if len(done) < len(frame) else ""
    if done.empty:
        return f"Nobody from outside was let in.{failed}{others}"
    told = "; ".join(_told(row) for _, row in done.head(_MOST_TOLD).iterrows())
    more = f"; and {len(done) - _MOST_TOLD:,} more" if len(done) > _MOST_TOLD else ""
    return f"{count(len(done), 'new trust', 'new trusts')}: {told}{more}.{failed}{others}"


def _told(row: pd.Series) -> str:
    name = plain(row["role or provider"]) if pd.notna(row["role or provider"]) else "an unnamed role"
    back = f", taken back at {at(row['taken back'])}" if pd.notna(row["taken back"]) else ""
    return f"{name} trusts {plain(row['trusts'])} since {at(row['time'])} ({row['call']}){back}"
