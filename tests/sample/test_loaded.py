"""The sample through the loader and the engine: what a query answers is what the generator counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.archive.load import load
from siemlib.local.engine import open_local
from siemlib.model.observable import Address
from siemlib.model.run import Completeness
from siemlib.model.timespan import render_millis, to_millis
from siemlib.sample import LOG_GROUPS, day
from siemlib.sources import source

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from siemlib.engine import Engine, LogGroup
    from siemlib.sample import Truth
pytestmark = pytest.mark.xdist_group("sample")  # one worker loads it, so that it is loaded once

Row = dict[str, str]

SOURCES = {
    "OSSEC": "ossec",
    "vpc-flow": "vpc_flow",
    "cloudtrail": "cloudtrail",
    "sshd": "sshd",
    "syslog": "syslog",
    "web-access": "web_access",
}

INEXACT = "filter @message like /203\\.0\\.113\\.66/"
"""A search that is not exact, to show what it would find too much."""

COUNTS = (
    ("flows_rejected", "vpc-flow", 'filter srcAddr = "203.0.113.66" and action = "REJECT"'),
    (
        "flows_accepted",
        "vpc-flow",
        'filter (srcAddr = "203.0.113.66" or dstAddr = "203.0.113.66") and action = "ACCEPT"',
    ),
    ("inside_flows_rejected", "vpc-flow", 'filter srcAddr = "10.0.1.10" and action = "REJECT"'),
    ("expected_scanner_flows_rejected", "vpc-flow", 'filter srcAddr = "10.0.9.9" and action = "REJECT"'),
    (
        "database_flows",
        "vpc-flow",
        'filter srcAddr = "10.0.1.10" and dstPort = 5432 and interfaceId = "eni-000000000db50a040"',
    ),
    ("failed_passwords", "sshd", r"filter @message like /Failed password for .* from 203\.0\.113\.66 port/"),
    ("maximum_attempts_exceeded", "sshd", "filter @message like /maximum authentication attempts exceeded/"),
    ("maximum_attempts_exceeded", "OSSEC", 'filter rule.id = "5758" or rule.sidid = 5758'),
    ("honest_failed_passwords", "sshd", r"filter @message like /Failed password for maria from 100\.64\.7\.21 /"),
    ("stolen_user_logins", "sshd", "filter @message like /Accepted [a-z]+ for deploy from/"),
    ("web_requests", "web-access", r"filter @message like /^203\.0\.113\.66 /"),
    (
        "web_client_errors",
        "web-access",
        'parse @message /^(?<who>\\S+) .*" (?<code>\\d+) \\d+ "/ | filter who = "203.0.113.66" and code >= 400',
    ),
    ("cloudtrail_denied", "cloudtrail", 'filter sourceIPAddress = "203.0.113.66" and errorCode = "AccessDenied"'),
    ("cloudtrail_allowed", "cloudtrail", 'filter sourceIPAddress = "203.0.113.66" and not ispresent(errorCode)'),
    ("cloudtrail_of_stolen_user", "cloudtrail", 'filter userIdentity.userName = "deploy"'),
    ("cloudtrail_of_created_user", "cloudtrail", 'filter userIdentity.userName = "svc-backup"'),
    ("alerts_533", "OSSEC", 'filter rule.id = "533" or rule.sidid = 533'),
    ("alerts_100029", "OSSEC", 'filter rule.id = "100029" or rule.sidid = 100029'),
    ("database_failed_passwords", "postgresql", "filter @message like /FATAL: +password authentication failed/"),
)

_USERS = " | stats count_distinct(user) as n"
DISTINCT = (
    (
        "ports_probed",
        "vpc-flow",
        'filter srcAddr = "203.0.113.66" and action = "REJECT" and protocol = 6 | stats count_distinct(dstPort) as n',
    ),
    ("hosts_probed", "vpc-flow", 'filter srcAddr = "203.0.113.66" | stats count_distinct(dstAddr) as n'),
    (
        "inside_ports_probed",
        "vpc-flow",
        'filter srcAddr = "10.0.1.10" and action = "REJECT" | stats count_distinct(dstPort) as n',
    ),
    (
        "users_tried",
        "sshd",
        r"parse @message /Failed password for (?:invalid user )?(?<user>\S+) from 203\.0\.113\.66 /" + _USERS,
    ),
)


@pytest.fixture(scope="session")
def archive(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with the sample, loaded as ``siem demo`` does it."""
    folder = tmp_path_factory.mktemp("archive") / "archive"
    for name, log_group in LOG_GROUPS.items():
        load([sample / name], folder, log_group=log_group)
    return folder


@pytest.fixture(scope="session")
def engine(archive: Path) -> Engine:
    """The engine over that archive."""
    return open_local(archive)


@pytest.fixture(scope="session")
def ask(engine: Engine) -> Callable[[str, str], list[Row]]:
    """The rows of a complete answer about one log group over the whole day."""

    def answer(query: str, log_group: str) -> list[Row]:
        result = engine.run(query, day.timespan(), [log_group])
        assert result.completeness is Completeness.COMPLETE
        return result.rows

    return answer


@pytest.fixture(scope="session")
def groups(engine: Engine) -> dict[str, LogGroup]:
    """The log groups of the archive, by name."""
    return {group.name: group for group in engine.log_groups()}


@pytest.mark.parametrize("name", LOG_GROUPS.values())
def test_every_log_group_has_the_events_and_times_of_the_truth(
    name: str, groups: dict[str, LogGroup], truth: Truth
) -> None:
    group, told = groups[name], truth.log_groups[name].all
    assert group.first is not None
    assert group.last is not None
    seen = (group.events, render_millis(to_millis(group.first)), render_millis(to_millis(group.last)))
    assert seen == (told.events, told.first, told.last)


@pytest.mark.parametrize("name", SOURCES)
def test_every_kind_of_log_is_recognised(name: str, groups: dict[str, LogGroup]) -> None:
    assert groups[name].sources == (SOURCES[name],)


@pytest.mark.parametrize("name", SOURCES)
def test_the_condition_of_an_address_selects_exactly_the_attackers_events(
    name: str, ask: Callable[[str, str], list[Row]], truth: Truth
) -> None:
    told = truth.log_groups[name].attacker
    assert told is not None
    condition = source(SOURCES[name]).select_address(Address.parse("203.0.113.66"))
    assert ask(f"filter {condition} | stats count(*) as n", name) == [{"n": str(told.events)}]
    for order, time in (("asc", told.first), ("desc", told.last)):
        rows = ask(f"filter {condition} | fields @timestamp | sort @timestamp {order} | limit 1", name)
        assert [row["@timestamp"] for row in rows] == [time]


def test_the_attackers_own_address_is_not_in_the_log_of_the_database(ask: Callable[[str, str], list[Row]]) -> None:
    assert ask(f"{INEXACT} | limit 1", "postgresql") == []


def test_a_search_that_is_not_exact_finds_too_much(ask: Callable[[str, str], list[Row]], truth: Truth) -> None:
    told = truth.log_groups["syslog"].attacker
    assert told is not None
    assert int(ask(f"{INEXACT} | stats count(*) as n", "syslog")[0]["n"]) > told.events


@pytest.mark.parametrize(("fact", "log_group", "query"), COUNTS, ids=[f"{fact}-{group}" for fact, group, _ in COUNTS])
def test_a_count_of_the_truth_is_what_a_query_answers(
    fact: str, log_group: str, query: str, ask: Callable[[str, str], list[Row]], truth: Truth
) -> None:
    assert ask(f"{query} | stats count(*) as n", log_group) == [{"n": str(truth.counts[fact])}]


@pytest.mark.parametrize(("fact", "log_group", "query"), DISTINCT, ids=[fact for fact, _, _ in DISTINCT])
def test_a_number_of_different_values_is_what_a_query_answers(
    fact: str, log_group: str, query: str, ask: Callable[[str, str], list[Row]], truth: Truth
) -> None:
    assert ask(query, log_group) == [{"n": str(truth.counts[fact])}]


@pytest.mark.parametrize(
    ("column", "expected"), [("coalesce(rule.id, rule.sidid)", "alerts"), ("rule.level", "levels")]
)
def test_the_attackers_alerts_add_up_over_both_managers(
    column: str, expected: str, ask: Callable[[str, str], list[Row]], truth: Truth
) -> None:
    condition = source("ossec").select_address(Address.parse("203.0.113.66"))
    rows = ask(f"filter {condition} | fields {column} as key | stats count(*) as n by key", "OSSEC")
    assert {row["key"]: int(row["n"]) for row in rows} == getattr(truth, expected)


@pytest.mark.parametrize(
    ("fact", "log_group", "query"),
    [
        ("break_in", "sshd", r"filter @message like /Accepted .* from 203\.0\.113\.66 /"),
        ("honest_login", "sshd", r"filter @message like /Accepted password for maria from 100\.64\.7\.21 /"),
        ("session_end", "sshd", r"filter @message like /Disconnected from user deploy 203\.0\.113\.66 /"),
        ("created_user_at", "cloudtrail", 'filter eventName = "CreateUser"'),
        ("created_key_at", "cloudtrail", 'filter eventName = "CreateAccessKey"'),
    ],
)
def test_the_moments_of_the_story_are_found_once_each(
    fact: str, log_group: str, query: str, ask: Callable[[str, str], list[Row]], truth: Truth
) -> None:
    rows = ask(f"{query} | fields @timestamp", log_group)
    assert [row["@timestamp"] for row in rows] == [truth.facts[fact]]


def test_what_was_made_is_named_in_the_records(ask: Callable[[str, str], list[Row]], truth: Truth) -> None:
    rows = ask(
        'filter eventName = "CreateAccessKey" | display userIdentity.accessKeyId, requestParameters.userName,'
        " responseElements.accessKey.accessKeyId",
        "cloudtrail",
    )
    assert [[value for name, value in row.items() if name != "@ptr"] for row in rows] == [
        [truth.facts["stolen_key"], truth.facts["created_user"], truth.facts["created_key"]]
    ]


def test_loading_the_sample_again_changes_nothing(sample: Path, archive: Path, engine: Engine) -> None:
    load([sample / "cloudtrail"], archive, log_group="cloudtrail")
    assert open_local(archive).log_groups() == engine.log_groups()
