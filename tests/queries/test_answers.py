"""The saved queries and the conditions of the sources give the right answers on the real engine."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

from siemlib.model.event import Shape
from siemlib.model.observable import Address, ObservableKind
from siemlib.queries import names, saved
from siemlib.sources import SOURCES, LogSource, source
from tests.queries.ask import ask
from tests.sources.samples import SAMPLES

if TYPE_CHECKING:
    from pathlib import Path

FLOWS = [
    "2 1234567 eni-1 203.0.113.66 10.0.0.1 5000 22 6 1 40 1772618400 1772618460 REJECT OK",
    "2 1234567 eni-1 203.0.113.66 10.0.0.1 5001 23 6 2 80 1772618400 1772618460 REJECT OK",
    "2 1234567 eni-1 203.0.113.66 10.0.0.1 5002 22 6 3 120 1772618400 1772618460 ACCEPT OK",
    "2 1234567 eni-1 10.0.0.9 203.0.113.6 5003 443 6 9 999 1772618400 1772618460 ACCEPT OK",
    "2 1234567 eni-1 - - - - - - - 1772618400 1772618460 - NODATA",
]


def _call(name: str, service: str, kind: str = "IAMUser") -> str:
    body = {"eventName": name, "eventSource": f"{service}.amazonaws.com", "userIdentity": {"type": kind}}
    return json.dumps({**body, "eventVersion": "1.08", "eventTime": "2026-03-04T10:00:00Z"})


SELDOM = {
    "cloudtrail/defence_calls": _call("StopLogging", "cloudtrail"),
    "cloudtrail/firewall_calls": _call("AuthorizeSecurityGroupIngress", "ec2"),
    "cloudtrail/key_calls": _call("CreateAccessKey", "iam"),
    "cloudtrail/retention_calls": _call("PutRetentionPolicy", "logs"),
    "cloudtrail/root_calls": _call("ListBuckets", "s3", "Root"),
    "cloudtrail/sharing_calls": _call("ModifyImageAttribute", "ec2"),
    "cloudtrail/trust_calls": _call("CreateRole", "iam"),
    "ossec/command_outputs": json.dumps(
        {"rule": {"id": "533", "level": 7, "description": "ports"}, "full_log": "ossec: output: 'netstat':"}
    ),
}
"""An event for each saved query that asks for what the samples do not hold."""


@pytest.mark.parametrize("name", names())
def test_every_saved_query_runs(name: str) -> None:
    folder = name.partition("/")[0]
    known = source("sshd" if folder == "any" else folder)
    query = saved(name)
    lines = [*SAMPLES[known.name], *([SELDOM[name]] if name in SELDOM else [])]
    rows = ask(known, lines, query.text, dict.fromkeys(query.parameters, "1"))
    assert rows


@pytest.mark.parametrize("known", SOURCES, ids=lambda known: known.name)
def test_the_engine_selects_an_address_where_the_source_observes_it(known: LogSource) -> None:
    lines = SAMPLES[known.name]
    for text in ("203.0.113.66", "203.0.113.6", "2001:db8::1", "10.0.0.9"):
        address = Address.parse(text)
        rows = ask(known, lines, f"filter {known.select_address(address)} | fields @message | sort @timestamp asc")
        observed = [
            line
            for line in lines
            if text in {o.value for o in known.observables(line) if o.kind is ObservableKind.ADDRESS}
        ]
        assert [row["@message"] for row in rows] == observed


@pytest.mark.parametrize("text", ["10.0.0.1", "1.2.3.4", "::1", "2001:db8::1", "64:ff9b::a00:1", "1:0:0:2::3"])
def test_re2_finds_an_address_where_python_finds_it(text: str) -> None:
    address = Address.parse(text)
    lines = [
        around.format(spelling)
        for around in (
            "{}",
            "x {}:22 y",
            "[{}]",
            "\\n{}\\n",
            "src:{}",
            "{}.",
            "1{}",
            "{}1",
            "2.{}",
            "{}.5",
            "a:{}",
            "{}:1",
        )
        for spelling in (text, text.upper(), address.ip.exploded, f"::ffff:{text}", "10.0.0.11", "2001:db8::11")
    ]
    rows = ask(
        source("plain"), lines, f"filter @message like /{address.pattern}/ | fields @message | sort @timestamp asc"
    )
    assert [row["@message"] for row in rows] == [line for line in lines if address.matches(line)]
    assert rows


@pytest.mark.parametrize("known", [known for known in SOURCES if known.shape is not Shape.FLOW], ids=lambda k: k.name)
def test_the_engine_accepts_the_condition_of_any_name(known: LogSource) -> None:
    for name in ('o"neill', "a/b", "{{x}}", "a\\b", "müller", "a b", "$x^", "' or 1=1 #", "arn:aws:iam::1:role/x"):
        assert ask(known, SAMPLES[known.name], f"filter {known.select_principal(name)}") == []


def test_a_principal_is_found_in_calls_made_and_suffered() -> None:
    known = source("cloudtrail")
    for name, found in (("deploy", 2), ("backdoor", 2), ("depl", 0), ("AKIAEXAMPLE123456789", 2)):
        assert len(ask(known, SAMPLES["cloudtrail"], f"filter {known.select_principal(name)}")) == found


def test_flows_are_counted_by_action_and_port() -> None:
    known = source("vpc_flow")
    condition = known.select_address(Address.parse("203.0.113.66"))
    assert ask(known, FLOWS, saved("vpc_flow/accepted_rejected").after(condition)) == [
        {"action": "ACCEPT", "flows": "1", "sum_packets": "3", "sum_bytes": "120"},
        {"action": "REJECT", "flows": "2", "sum_packets": "3", "sum_bytes": "120"},
    ]
    assert ask(known, FLOWS, saved("vpc_flow/ports").text) == [
        {"dstPort": "22", "protocol": "6", "flows": "2", "accepted": "1", "rejected": "1", "sources": "1"},
        {"dstPort": "23", "protocol": "6", "flows": "1", "accepted": "0", "rejected": "1", "sources": "1"},
        {"dstPort": "443", "protocol": "6", "flows": "1", "accepted": "1", "rejected": "0", "sources": "1"},
    ]
    scanners = ask(known, FLOWS, saved("vpc_flow/port_scanners").text, {"at_least": "2"})
    assert scanners == [{"srcAddr": "203.0.113.66", "ports": "2", "flows": "2", "targets": "1"}]


def test_alerts_are_counted_by_level_in_every_shape() -> None:
    known = source("ossec")
    rows = ask(known, SAMPLES["ossec"], saved("ossec/by_level").text)
    assert rows == [
        {"severity": "8", "alerts": "1"},
        {"severity": "5", "alerts": "2"},
        {"severity": "1", "alerts": "1"},
    ]
    rules = ask(known, SAMPLES["ossec"], saved("ossec/by_rule").text)
    assert [(row["rule_number"], row["rule_says"], row["alerts"]) for row in rules] == [
        ("5758", "Maximum authentication attempts exceeded.", "1"),
        ("5716", "sshd: authentication failed.", "2"),
        ("1000", "Unknown problem.", "1"),
    ]


def test_calls_are_counted_by_outcome_also_failed_console_logins() -> None:
    record = {"eventVersion": "1.08", "eventSource": "s", "userIdentity": {}}
    messages = [
        json.dumps(record | {"eventName": "A"}),
        json.dumps(record | {"eventName": "A", "errorCode": "AccessDenied"}),
        json.dumps(record | {"eventName": "ConsoleLogin", "responseElements": {"ConsoleLogin": "Failure"}}),
    ]
    rows = ask(source("cloudtrail"), messages, saved("cloudtrail/calls_by_outcome").text)
    assert sorted((row["outcome"], row.get("errorCode"), row["calls"]) for row in rows if "errorCode" in row) == [
        ("failure", "AccessDenied", "1")
    ]
    assert sorted((row["outcome"], row["calls"]) for row in rows if "errorCode" not in row) == [
        ("failure", "1"),
        ("success", "1"),
    ]


def test_logins_are_not_fooled_by_a_user_name() -> None:
    head = "Mar  4 10:00:00 h sshd[1]: "
    messages = [
        head + "Failed password for invalid user x from 6.6.6.6 port 1 ssh2: y from 192.0.2.1 port 5 ssh2",
        head + "Failed password for root from 192.0.2.1 port 5 ssh2",
        head + "message repeated 2 times: [ Failed password for root from 192.0.2.1 port 5 ssh2]",
        head + "Invalid user sshd[1]: message repeated 9 times: [ Failed password for x from 192.0.2.1 port 5 ssh2]",
        head + "Accepted publickey for ann from 192.0.2.7 port 5 ssh2: RSA SHA256:abc",
    ]
    rows = ask(source("sshd"), messages, saved("sshd/logins").text)
    assert [(row["account"], row["origin"], row["failed"], row["accepted"]) for row in rows] == [
        ("root", "192.0.2.1", "3", "0"),
        ("x from 6.6.6.6 port 1 ssh2: y", "192.0.2.1", "1", "0"),
        ("ann", "192.0.2.7", "0", "1"),
    ]


def test_the_logins_of_a_real_attack_are_counted_right(shared: Path) -> None:
    path = shared / "data/auth/loghub_openssh_2k/OpenSSH_2k.log.gz"
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()[:1400]
    failed = [line for line in lines if "Failed password" in line and "183.62.140.253" in line]
    rows = ask(source("sshd"), lines, saved("sshd/logins").text)
    assert sum(int(row["failed"]) for row in rows if row["origin"] == "183.62.140.253") == len(failed)
    assert [row["origin"] for row in rows if row["accepted"] != "0"] == ["119.137.62.142"]
