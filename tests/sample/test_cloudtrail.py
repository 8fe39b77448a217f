"""What CloudTrail tells of the stolen key and of the user that is made with it."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from siemlib.sample import Truth
    from tests.sample.conftest import Events


@pytest.fixture(scope="module")
def records(written: dict[str, Events]) -> list[dict[str, Any]]:
    """Every delivered record in time order, the second deliveries too."""
    return [json.loads(message) for _, message in sorted(written["cloudtrail"])]


@pytest.fixture(scope="module")
def attack(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The attacker's records, each once, in time order."""
    return list({one["eventID"]: one for one in records if one["sourceIPAddress"] == "203.0.113.66"}.values())


def test_some_records_are_delivered_twice_and_some_of_them_are_the_attackers(
    records: list[dict[str, Any]], truth: Truth
) -> None:
    times = Counter(one["eventID"] for one in records)
    assert sum(count - 1 for count in times.values()) == truth.log_groups["cloudtrail"].duplicates
    twice = [one for one in records if times[one["eventID"]] == 2]
    assert any(one["sourceIPAddress"] == "203.0.113.66" for one in twice)


def test_the_stolen_key_makes_a_user_an_administrator_and_a_key(attack: list[dict[str, Any]], truth: Truth) -> None:
    made = [one for one in attack if one["eventName"] in {"CreateUser", "AttachUserPolicy", "CreateAccessKey"}]
    assert [one["eventName"] for one in made] == ["CreateUser", "AttachUserPolicy", "CreateAccessKey"]
    assert {one["userIdentity"]["accessKeyId"] for one in made} == {truth.facts["stolen_key"]}
    assert {one["requestParameters"]["userName"] for one in made} == {truth.facts["created_user"]}
    assert made[2]["responseElements"]["accessKey"]["accessKeyId"] == truth.facts["created_key"]
    assert [made[0]["eventTime"], made[2]["eventTime"]] == ["2026-03-04T02:49:12Z", "2026-03-04T02:49:55Z"]


def test_calls_were_denied_before_the_user_was_made(attack: list[dict[str, Any]], truth: Truth) -> None:
    denied = [one for one in attack if one.get("errorCode") == "AccessDenied"]
    assert len(denied) == truth.counts["cloudtrail_denied"]
    assert len(attack) - len(denied) == truth.counts["cloudtrail_allowed"]
    assert sum(one["eventTime"] < "2026-03-04T02:49:12Z" for one in denied) == 12


def test_the_stolen_user_also_works_honestly_from_another_address(records: list[dict[str, Any]], truth: Truth) -> None:
    calls = {one["eventID"]: one for one in records if one["userIdentity"].get("userName") == "deploy"}
    assert len(calls) == truth.counts["cloudtrail_of_stolen_user"]
    assert {one["sourceIPAddress"] for one in calls.values()} == {"198.51.100.5", "203.0.113.66"}


def test_denied_calls_alone_are_no_sign_of_the_attacker(records: list[dict[str, Any]]) -> None:
    assert any(one.get("errorCode") and one["userIdentity"].get("userName") == "maria" for one in records)


def test_the_new_user_is_disabled_by_the_responder(records: list[dict[str, Any]], truth: Truth) -> None:
    calls = {one["eventID"] for one in records if one["userIdentity"].get("userName") == "svc-backup"}
    assert len(calls) == truth.counts["cloudtrail_of_created_user"]
    update = next(one for one in records if one["eventName"] == "UpdateAccessKey")
    assert update["userIdentity"]["userName"] == "tomas"
    assert update["requestParameters"]["accessKeyId"] == truth.facts["created_key"]
