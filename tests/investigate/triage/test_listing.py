"""The list of alerts: each with its id, level and rule, and with the address that acted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pandas as pd

from siemlib.investigate.triage import alerts_of
from tests.investigate.incident import ATTACKER, Log, alert, case_over

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case


def test_alerts_are_listed_oldest_first_with_id_level_rule_address_and_host(tmp_path: Path) -> None:
    log = Log(
        "OSSEC",
        "ossec",
        [
            alert(604, 10, "5712", "brute force", id="1.2", data={"srcip": ATTACKER, "dstuser": "deploy"}),
            alert(600, 5, "5710", "non-existent user", id="1.1", data={"srcip": "198.51.100.7"}),
        ],
    )
    frame = alerts_of(case_over(tmp_path, log)).frame

    assert frame[["id", "level", "rule", "description", "address", "host"]].to_numpy().tolist() == [
        ["1.1", 5, "5710", "non-existent user", "198.51.100.7", "web-1"],
        ["1.2", 10, "5712", "brute force", ATTACKER, "web-1"],
    ]
    assert frame["time"].iloc[0] == pd.Timestamp("2026-03-04 02:10:00", tz="UTC")
    assert frame["user"].iloc[1] == "deploy"


def test_alerts_of_the_older_layout_and_of_an_indexer_are_listed_with_their_ids(tmp_path: Path) -> None:
    old = {"rule": {"level": 8, "sidid": 31151, "comment": "Invalid URI"}, "srcip": ATTACKER, "id": "7.7"}
    new = {"_id": "abc", "_source": {"rule": {"level": 3, "id": "5715", "description": "success"}}}
    lines = [(60.0, json.dumps({**old, "TimeStamp": 1772589660000})), (61.0, json.dumps(new))]

    frame = alerts_of(case_over(tmp_path, Log("OSSEC", "ossec", lines))).frame

    assert frame[["id", "level", "rule"]].to_numpy().tolist() == [["7.7", 8, "31151"], ["abc", 3, "5715"]]


def test_an_alert_without_id_or_address_is_listed_without_them(case: Case) -> None:
    frame = alerts_of(case).frame

    assert len(frame) == 5
    assert frame["id"].isna().all()


def test_the_reading_counts_and_names_the_highest_level(case: Case) -> None:
    assert alerts_of(case).reading == (
        "5 alerts, between 2026-03-04 02:10:00 and 02:10:50 UTC. Highest: level 12, rule 9999."
    )


def test_an_archive_without_alerts_was_not_examined(quiet: Case) -> None:
    answer = alerts_of(quiet)

    assert answer.reading == "Not examined: no log group holds OSSEC alerts."
    assert answer.frame.empty
