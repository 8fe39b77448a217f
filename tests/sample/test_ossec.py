"""The two shapes of alerts, and the numbers that they add up to."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from siemlib.sample.ossec import RULES

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.sample import Truth


@pytest.fixture(scope="module")
def alerts(sample: Path) -> dict[str, list[dict[str, Any]]]:
    """Every alert by manager."""
    return {
        manager: [
            json.loads(line) for line in (sample / "OSSEC" / manager / "alerts.json").read_text("utf-8").splitlines()
        ]
        for manager in ("ossec-3", "wazuh-4")
    }


def test_the_older_manager_writes_sidid_comment_and_srcip_at_the_top(alerts: dict[str, list[dict[str, Any]]]) -> None:
    assert all({"sidid", "comment", "level"} <= set(one["rule"]) for one in alerts["ossec-3"])
    assert any(one.get("srcip") == "203.0.113.66" for one in alerts["ossec-3"])
    assert not any("data" in one or "agent" in one for one in alerts["ossec-3"])


def test_the_newer_manager_writes_id_description_and_data_srcip(alerts: dict[str, list[dict[str, Any]]]) -> None:
    assert all(isinstance(one["rule"]["id"], str) and one["rule"]["description"] for one in alerts["wazuh-4"])
    assert any(one.get("data", {}).get("srcip") == "203.0.113.66" for one in alerts["wazuh-4"])
    assert all(one["timestamp"].endswith("+0000") for one in alerts["wazuh-4"])


def test_the_attackers_alerts_by_rule_and_level_are_those_of_the_truth(
    alerts: dict[str, list[dict[str, Any]]], truth: Truth
) -> None:
    rules: Counter[str] = Counter()
    levels: Counter[str] = Counter()
    for one in [*alerts["ossec-3"], *alerts["wazuh-4"]]:
        words = json.dumps(one).replace("\\", " ").replace('"', " ").split()
        if "203.0.113.66" in words:
            rules[str(one["rule"].get("id") or one["rule"]["sidid"])] += 1
            levels[str(one["rule"]["level"])] += 1
    assert rules == truth.alerts
    assert levels == truth.levels
    assert {"5710", "5712", "5758", "31151"} <= set(rules)


def test_the_address_of_exceeded_attempts_stands_in_full_log_alone(
    alerts: dict[str, list[dict[str, Any]]], truth: Truth
) -> None:
    exceeded = [one for one in alerts["wazuh-4"] if one["rule"]["id"] == "5758"]
    assert len(exceeded) == truth.counts["maximum_attempts_exceeded"]
    assert all(" from 203.0.113.66 port " in one["full_log"] for one in exceeded)
    assert not any("srcip" in one.get("data", {}) for one in exceeded)


def test_the_open_ports_are_listed_daily_at_level_three_and_a_change_is_told_once(
    alerts: dict[str, list[dict[str, Any]]], truth: Truth
) -> None:
    every = [*alerts["ossec-3"], *alerts["wazuh-4"]]
    daily = [one for one in every if "100029" in {one["rule"].get("id"), str(one["rule"].get("sidid"))}]
    assert len(daily) == truth.counts["alerts_100029"] == 5
    assert {one["rule"]["level"] for one in daily} == {3}
    assert all("netstat -tlupn" in one["full_log"] for one in daily)
    changed = [one for one in alerts["wazuh-4"] if one["rule"]["id"] == "533"]
    assert len(changed) == truth.counts["alerts_533"] == 1
    assert "0.0.0.0:4444" in changed[0]["full_log"]
    assert "0.0.0.0:4444" not in changed[0]["previous_output"]


def test_most_alerts_are_of_low_level_and_no_rule_is_unknown(alerts: dict[str, list[dict[str, Any]]]) -> None:
    every = [*alerts["ossec-3"], *alerts["wazuh-4"]]
    assert {int(one["rule"].get("id") or one["rule"]["sidid"]) for one in every} == set(RULES)
    low = sum(one["rule"]["level"] <= 7 for one in every)
    assert low > len(every) * 0.9
