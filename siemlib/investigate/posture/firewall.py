"""Which ports were opened to the world."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from ipaddress import ip_network
from typing import TYPE_CHECKING

import pandas as pd

from siemlib.case.answer import Answer
from siemlib.investigate.account_calls import SOURCE, account_calls
from siemlib.investigate.ask import not_held, searched, typed
from siemlib.investigate.words import at, count, plain
from siemlib.sources.reading import leaf, text_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siemlib.case import Case
    from siemlib.investigate.account_calls import AccountCall

WIDEST = {4: 8, 6: 16}
"""A network with a shorter prefix is open to the world, by IP version: two halves of the internet (0.0.0.0/1) are as
open as all of it, and no organisation holds more than a /8, or of IPv6 more than a /16."""

_ACLS = frozenset({"CreateNetworkAclEntry", "ReplaceNetworkAclEntry"})
_CLOSING = frozenset({"RevokeSecurityGroupIngress", "DeleteSecurityGroup", "DeleteNetworkAcl", "DeleteNetworkAclEntry"})
_RULE_ID = re.compile(r"sgr-[0-9a-f]+")
_MOST_TOLD = 4
_COLUMNS = {
    "time": "time",
    "call": "text",
    "target": "text",
    "ports": "text",
    "protocol": "text",
    "open to": "text",
    "actor": "text",
    "address": "text",
    "outcome": "text",
    "error": "text",
    "closed again": "time",
    "@ptr": "text",
}


@dataclass(frozen=True)
class _Rule:
    """One permission of a call."""

    target: str
    ports: str
    protocol: str
    network: str


def opened(case: Case) -> Answer:
    """List what security groups and network ACLs were opened to the world, oldest first.

    Columns: ``time``, ``call``, ``target`` (group or ACL), ``ports`` (one, a range, or all), ``protocol``, ``open to``
    (the network, as it was asked for), ``actor``, ``address``, ``outcome``, ``error``, ``closed again`` (the first
    later call that takes exactly this back, or deletes the group), ``@ptr``. The world is a network with a prefix below
    /8, of IPv6 below /16.
    """
    title = "Ports opened to the world"
    found = account_calls(case, "cloudtrail/firewall_calls")
    if found is None:
        return not_held("opened", title, SOURCE, _COLUMNS)
    rows = []
    narrow = 0
    for place, call in enumerate(found.calls):
        for rule in _rules(call) if call.name not in _CLOSING else ():
            if not is_world(rule.network):
                narrow += 1
                continue
            later = found.calls[place + 1 :] if call.done else ()
            again = next((other.time for other in later if _closes(other, call, rule)), None)
            what = (call.time, call.name, rule.target, rule.ports, rule.protocol, rule.network)
            rows.append((*what, call.actor, call.address, call.outcome, call.error, again, call.ptr))
    frame = typed(rows, _COLUMNS)
    asked = searched(case, found.groups, "calls that open security groups and network ACLs to incoming traffic")
    reading = f"{_reading(case, frame, narrow)}{found.unread}"
    return Answer("opened", title, frame, reading, asked, (found.run,))


def is_world(text: str) -> bool:
    """Whether a network is so wide that it stands for everybody; a mask counts, whatever the address before it is."""
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return False
    return network.prefixlen < WIDEST[network.version]


def _closes(later: AccountCall, call: AccountCall, rule: _Rule) -> bool:
    """Whether a later call takes back what ``call`` opened: by the rule's terms, by its id, or with its group."""
    if not later.done or later.name not in _CLOSING or _target(later) != rule.target:
        return False
    if later.name in {"DeleteSecurityGroup", "DeleteNetworkAcl"}:
        return True
    if later.name == "DeleteNetworkAclEntry":
        return later.asked("ruleNumber") == call.asked("ruleNumber")
    made = [one for one in _items(call.at("responseElements"), "securityGroupRuleSet") if _is_of(one, rule)]
    ids = {text_at(one, "securityGroupRuleId") for one in made}
    return rule in _rules(later) or bool(ids & set(_RULE_ID.findall(json.dumps(later.at("requestParameters")))))


def _is_of(made: object, rule: _Rule) -> bool:
    networks = {text_at(made, "cidrIpv4"), text_at(made, "cidrIpv6")}
    return rule.network in networks and _ports(text_at(made, "fromPort"), text_at(made, "toPort")) == rule.ports


def _target(call: AccountCall) -> str:
    return call.asked("groupId", "groupName", "networkAclId", "ModifySecurityGroupRulesRequest.GroupId") or "unnamed"


def _rules(call: AccountCall) -> Iterator[_Rule]:
    asked = call.at("requestParameters")
    target = _target(call)
    if call.name in _ACLS:
        yield from _acl_rules(target, asked)
        return
    if call.name == "ModifySecurityGroupRules":
        inner = leaf(asked, "ModifySecurityGroupRulesRequest", "SecurityGroupRule")
        for rule in (leaf(one, "SecurityGroupRule") for one in (inner if isinstance(inner, list) else [inner])):
            yield from _permission(target, rule, ("CidrIpv4", "CidrIpv6"), ("FromPort", "ToPort", "IpProtocol"))
        return
    # The first rule may stand at the top, in the old form; the others in a list.
    yield from _permission(target, asked, ("cidrIp", "cidrIpv6"), ("fromPort", "toPort", "ipProtocol"))
    for rule in _items(asked, "ipPermissions"):
        ports, protocol = (
            _ports(text_at(rule, "fromPort"), text_at(rule, "toPort")),
            _protocol(text_at(rule, "ipProtocol")),
        )
        for field, name in (("ipRanges", "cidrIp"), ("ipv6Ranges", "cidrIpv6")):
            for item in _items(rule, field):
                if network := text_at(item, name):
                    yield _Rule(target, ports, protocol, network)


def _acl_rules(target: str, asked: object) -> Iterator[_Rule]:
    if text_at(asked, "ruleAction") == "allow" and leaf(asked, "egress") is not True:
        ports = _ports(text_at(asked, "portRange", "from"), text_at(asked, "portRange", "to"))
        for field in ("cidrBlock", "ipv6CidrBlock"):
            if network := text_at(asked, field):
                yield _Rule(target, ports, _protocol(text_at(asked, "aclProtocol")), network)


def _permission(target: str, rule: object, networks: tuple[str, ...], names: tuple[str, str, str]) -> Iterator[_Rule]:
    first, last, protocol = names
    for field in networks:
        if network := text_at(rule, field):
            ports = _ports(text_at(rule, first), text_at(rule, last))
            yield _Rule(target, ports, _protocol(text_at(rule, protocol)), network)


def _items(value: object, *path: str) -> list[object]:
    items = leaf(value, *path, "items")
    return items if isinstance(items, list) else []


def _ports(first: str | None, last: str | None) -> str:
    if first is None or first == "-1" or (first, last) == ("0", "65535"):
        return "all"
    return first if last in {None, first} else f"{first}-{last}"


def _protocol(text: str | None) -> str:
    return {None: "not told", "-1": "all", "6": "tcp", "17": "udp", "1": "icmp"}.get(text, text or "not told")


def _reading(case: Case, frame: pd.DataFrame, narrow: int) -> str:
    others = f" {count(narrow, 'rule')} for other networks." if narrow else ""
    if frame.empty:
        return f"Nothing was opened to the world, {case.timespan}.{others}"
    done = frame[frame["outcome"] == "success"]
    failed = len(frame) - len(done)
    tried = f" {count(failed, 'attempt')} failed." if failed else ""
    if done.empty:
        return f"Nothing was opened to the world.{tried}{others}"
    still = int(done["closed again"].isna().sum())
    told = "; ".join(_told(row) for _, row in done.head(_MOST_TOLD).iterrows())
    more = f"; and {len(done) - _MOST_TOLD:,} more" if len(done) > _MOST_TOLD else ""
    opened_rules = f"{count(len(done), 'rule')} opened to the world, {still:,} of which no later call takes back"
    return f"{opened_rules}: {told}{more}.{tried}{others}"


def _told(row: pd.Series) -> str:
    closed = "" if pd.isna(row["closed again"]) else f", closed again at {at(row['closed again'])}"
    port = f"port {row['ports']}" if row["ports"] != "all" else "all ports"
    actor = plain(row["actor"]) if pd.notna(row["actor"]) else "somebody unnamed"
    return (
        f"{port}/{plain(row['protocol'])} of {plain(row['target'])} to {plain(row['open to'])} at {at(row['time'])} by"
        f" {actor}{closed}"
    )
