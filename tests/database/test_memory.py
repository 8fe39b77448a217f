"""Events in memory: their log groups, and the account before them."""

from __future__ import annotations

import pytest

from siemlib.database.memory import MemoryEvent, MemoryStore
from tests.database.language import START, ask, without_ptr

ACCOUNT = "123456789012"
EVENTS = [
    MemoryEvent(START, '{"a": 1, "@aws": {"account": "no"}}', "/x", "s", START + 5),
    MemoryEvent(START + 1, '{"a": 2}', "/y"),
]


def asked(query: str, account: str | None = ACCOUNT) -> list[dict[str, str]]:
    store = MemoryStore(EVENTS, account=account)
    return [without_ptr(row) for row in ask(query, store, log_groups=["/x", "/y"]).rows]


@pytest.mark.parametrize(
    ("query", "logs"),
    [
        ("fields @log | sort a", ["123456789012:/x", "123456789012:/y"]),
        ("filter @log like '/y' | fields @log", ["123456789012:/y"]),
        ("filter @log = '/y' | fields @log", []),
        ("filter @log = '123456789012:/y' | fields @log", ["123456789012:/y"]),
        (
            "filter @log like /^1234/ | stats count(*) as n by @log | sort @log | display @log",
            ["123456789012:/x", "123456789012:/y"],
        ),
    ],
)
def test_log_is_the_account_and_the_log_group(query: str, logs: list[str]) -> None:
    assert [row["@log"] for row in asked(query)] == logs


def test_without_a_known_account_log_is_the_name_alone() -> None:
    assert [row["@log"] for row in asked("filter @log = '/y' | fields @log", None)] == ["/y"]


def test_the_account_is_a_system_field_and_never_a_key_of_the_message() -> None:
    query = "filter @log like '/x' | fields @aws.account, @aws.region, @data_source_name, @entity.KeyAttributes.Name"
    assert asked(query) == [{"@aws.account": ACCOUNT}]
    assert asked(query, None) == [{}]


def test_the_time_of_ingestion_is_given_where_it_is_known() -> None:
    assert asked("filter a = 1 | fields @ingestionTime") == [{"@ingestionTime": "2023-11-14 22:13:20.005"}]


def test_a_store_knows_its_log_groups_and_their_kinds_by_the_look() -> None:
    flow = "2 123456789012 eni-1 10.0.0.1 10.0.0.2 4022 22 6 1 40 1700000000 1700000060 ACCEPT OK"
    groups = MemoryStore([*EVENTS, MemoryEvent(START, flow, "flows")], account=ACCOUNT).log_groups()
    assert [(group.name, group.events, group.accounts) for group in groups] == [
        ("/x", 1, (ACCOUNT,)),
        ("/y", 1, (ACCOUNT,)),
        ("flows", 1, (ACCOUNT,)),
    ]
    assert groups[2].sources == ("vpc_flow",)
