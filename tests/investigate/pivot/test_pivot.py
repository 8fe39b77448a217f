"""A pivot over real logs: a mail server under attack, seen by its alerts, its network sensor and its own log."""

from __future__ import annotations

import gzip
import json
import re
from typing import TYPE_CHECKING

import pytest

from siemlib.archive.load import load
from siemlib.case import open_case
from siemlib.investigate import PIVOTS, pivot

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case

ATTACKER = "192.168.10.18"
_EXACTLY = re.compile(r"(?<![0-9.])192\.168\.10\.18(?![0-9])")


@pytest.fixture(scope="module")
def insect(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The alerts of 2020-03-04 and the log lines behind them."""
    archive = tmp_path_factory.mktemp("insect") / "archive"
    mixed = shared / "data" / "mixed" / "ait_insect_2020"
    load([shared / "data" / "ossec_wazuh" / "ait_ldsv1_insect"], archive, log_group="OSSEC")
    for name in ("forensic__auth.log", "forensic__daemon.log", "forensic__syslog"):
        load([mixed / name], archive, log_group=name, year=2020)
    load([mixed / "forensic__suricata__eve.json.gz"], archive, log_group="eve")
    load([mixed / "forensic__suricata__fast.log"], archive, log_group="fast")
    return open_case(engine=f"local:{archive}", start="2020-03-04T13:00:00Z", end="2020-03-04T15:00:00Z")


@pytest.fixture(scope="module")
def delivered(shared: Path) -> list[str]:
    """The alerts as they were delivered, one line each."""
    path = shared / "data" / "ossec_wazuh" / "ait_ldsv1_insect" / "ossec_insect.json.gz"
    return gzip.decompress(path.read_bytes()).decode().splitlines()


def test_the_attacker_is_found_in_alerts_the_sensor_and_the_system_log(insect: Case, shared: Path) -> None:
    frame = pivot.seen_in(insect, pivot.address(ATTACKER)).frame.set_index("log group")["events"]
    syslog = (shared / "data" / "mixed" / "ait_insect_2020" / "forensic__syslog").read_text(encoding="utf-8")

    assert frame["forensic__syslog"] == len([line for line in syslog.splitlines() if _EXACTLY.search(line)])
    assert frame["eve"] > 0
    assert frame["fast"] > 0
    assert frame["forensic__daemon.log"] == 0


def test_alerts_are_found_also_where_only_the_quoted_line_holds_the_address(insect: Case, delivered: list[str]) -> None:
    named = [line for line in delivered if _EXACTLY.search(line)]
    quoted_only = [line for line in named if not _EXACTLY.search(json.dumps(json.loads(line).get("data", {})))]

    answer = pivot.alerts(insect, pivot.address(ATTACKER))

    assert quoted_only, "the data has alerts that hold the address in full_log alone"
    assert answer.frame["alerts"].sum() == len(named)


def test_the_worst_alert_is_the_one_of_the_highest_level(insect: Case, delivered: list[str]) -> None:
    levels = [json.loads(line)["rule"]["level"] for line in delivered if _EXACTLY.search(line)]

    assert f"Highest: level {max(levels)}, rule " in pivot.alerts(insect, pivot.address(ATTACKER)).reading


def test_the_timeline_is_in_time_order_and_merges_the_sources(insect: Case) -> None:
    answer = pivot.timeline(insect, pivot.address(ATTACKER))

    assert answer.frame["time"].is_monotonic_increasing
    assert {"OSSEC", "eve", "fast", "forensic__syslog"} <= set(answer.frame["log group"])
    assert answer.frame["time"].iloc[0].strftime("%H:%M") in {"13:54", "13:55"}


def test_the_account_that_was_attacked_appears_beside_the_attacker(insect: Case) -> None:
    assert "violet" in set(pivot.beside(insect, pivot.address(ATTACKER)).frame["user"])


def test_the_attacker_appears_beside_the_account_that_was_attacked(insect: Case) -> None:
    assert ATTACKER in set(pivot.beside(insect, pivot.user("violet")).frame["address"])


@pytest.mark.parametrize("question", PIVOTS, ids=lambda question: question.__name__)
@pytest.mark.parametrize(
    "subject", [pivot.address(ATTACKER), pivot.address("10.99.99.99"), pivot.user("nobody-here"), pivot.user('o"ne*il')]
)
def test_every_question_has_an_answer_whatever_there_is(
    insect: Case, question: pivot.Question, subject: pivot.Subject
) -> None:
    answer = question(insect, subject)

    assert answer.reading.endswith(".")
    assert "nan" not in answer.reading.lower().split()
    assert "<NA>" not in answer.reading
    assert answer.searched.endswith(".")
