"""What the overview answers over the sample is what the sample's truth says, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.case import open_case
from siemlib.investigate import access, overview
from siemlib.model.timespan import TimeSpan, parse_time
from siemlib.sample import read_truth

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case

pytestmark = pytest.mark.xdist_group("sample")
TRUTH = read_truth()
DAY = str(TRUTH.facts["day"])


@pytest.fixture(scope="module")
def case(sample_archive: Path) -> Case:
    """A case over the day of the sample."""
    return open_case(engine=f"local:{sample_archive}", start=f"{DAY}T00:00Z", end="2026-03-05T00:00Z")


def over(case: Case, start: str, end: str) -> Case:
    """The case over a part of the day."""
    return case.over(TimeSpan(parse_time(f"{DAY}T{start}Z")[0], parse_time(f"{DAY}T{end}Z")[0]))


def test_every_event_of_every_log_group_is_on_the_map(case: Case) -> None:
    frame = overview.coverage(case).frame

    assert frame.groupby("log group")["events"].sum().to_dict() == {
        name: group.all.events for name, group in TRUTH.log_groups.items()
    }
    assert len(frame) == 24 * len(TRUTH.log_groups)


def test_no_hour_is_silent_and_none_is_said_to_be(case: Case) -> None:
    assert overview.silences(case).frame.empty
    assert not overview.coverage(case).caveat


def test_a_log_group_that_ends_within_the_window_is_silent_after_it(case: Case) -> None:
    two_days = case.over(TimeSpan(case.timespan.start, case.timespan.end.replace(day=7)))
    frame = overview.silences(two_days).frame

    assert set(frame["log group"]) == set(TRUTH.log_groups)
    assert set(frame["silence"]) == {"after its last event of all"}
    assert overview.coverage(two_days).caveat.startswith("Most log groups hold nothing most of the time")


def test_alerts_and_logins_are_all_counted(case: Case) -> None:
    assert overview.alerts_by_level(case).frame["alerts"].sum() == TRUTH.log_groups["OSSEC"].all.events
    assert overview.alerts_over_time(case).frame["alerts"].sum() == TRUTH.log_groups["OSSEC"].all.events
    failed = access.over_time(case).frame.query("outcome == 'failed'")["logins"].sum()
    assert failed >= TRUTH.counts["failed_passwords"]


def test_the_scan_of_the_inside_is_rejected_internal_traffic(case: Case) -> None:
    # The bastion probes inside hosts from 03:02 to 03:20; the company's own scan is at 06:00.
    frame = overview.traffic_over_time(over(case, "03:00", "03:30")).frame.groupby("traffic")["flows"].sum()
    quiet = overview.traffic_over_time(over(case, "04:10", "05:50")).frame.groupby("traffic")["flows"].sum()

    assert frame["internal rejected"] > 0
    assert "internal rejected" not in quiet


def test_the_created_user_and_key_are_in_the_short_answer(case: Case) -> None:
    assert "1 user and 1 access key made" in overview.in_short(case).reading


def test_the_whole_day_has_nothing_to_be_compared_with(case: Case) -> None:
    assert overview.changed(case).reading == f"No comparison: nothing is held before {DAY} 00:00:00 UTC."


def test_the_new_user_the_break_in_and_the_stolen_key_are_new_in_their_hour(case: Case) -> None:
    frame = overview.changed(over(case, "02:30", "03:00")).frame
    new = {what: set(part["value"]) for what, part in frame.groupby("what")}

    assert TRUTH.facts["created_user"] in new["principal"]
    assert TRUTH.facts["attacker"] in new["address that calls the account"]
    # "Multiple authentication failures followed by a success" is the alert of the break-in.
    assert "40112" in new["alert rule"]
    # He had knocked at the bastion before, so that he is not new there.
    assert TRUTH.facts["attacker"] not in new["address that opens connections"]


def test_the_afternoon_in_which_he_returns_has_one_new_principal_and_the_evening_none(case: Case) -> None:
    afternoon = overview.changed(over(case, "12:00", "18:00")).frame
    new = {what: set(part["value"]) for what, part in afternoon.groupby("what")}

    assert new["principal"] == {TRUTH.facts["created_user"]}
    assert new["address that calls the account"] == {TRUTH.facts["attacker"]}
    assert set(overview.changed(over(case, "18:00", "23:00")).frame["what"]) == {"address that opens connections"}
