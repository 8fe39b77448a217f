"""What the notebooks answer over the sample is what the sample's truth says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from siemlib.case import open_case
from siemlib.investigate import pivot
from siemlib.sample import read_truth

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case

pytestmark = pytest.mark.xdist_group("sample")
TRUTH = read_truth()


@pytest.fixture(scope="module")
def case(sample_archive: Path) -> Case:
    """A case over all of the sample."""
    return open_case(engine=f"local:{sample_archive}", start="", end="")


@pytest.fixture(scope="module")
def attacker() -> pivot.Subject:
    """The address that attacks."""
    return pivot.address(str(TRUTH.facts["attacker"]))


def test_the_attacker_is_counted_in_every_log_group(case: Case, attacker: pivot.Subject) -> None:
    frame = pivot.seen_in(case, attacker).frame.set_index("log group")

    for name, group in TRUTH.log_groups.items():
        assert frame.loc[name, "events"] == (group.attacker.events if group.attacker else 0), name


def test_the_failures_and_the_break_in_are_told(case: Case, attacker: pivot.Subject) -> None:
    answer = pivot.logins(case, attacker)

    failed, tried = TRUTH.counts["failed_passwords"], TRUTH.counts["users_tried"]
    moment = str(TRUTH.facts["break_in"])[:19]
    assert f"{failed} failed logins for {tried} users" in answer.reading
    assert (
        f"{TRUTH.facts['stolen_user']} from {attacker.name} got in at {moment} UTC, after {failed} failures"
        in answer.reading
    )


def test_the_created_user_and_its_key_are_named(case: Case, attacker: pivot.Subject) -> None:
    reading = pivot.account_changes(case, attacker).reading

    assert f"User created: {TRUTH.facts['created_user']}." in reading
    assert f"Access key created: {TRUTH.facts['created_key']} for {TRUTH.facts['created_user']}." in reading


def test_flows_and_ports_are_counted(case: Case, attacker: pivot.Subject) -> None:
    totals = pivot.flows(case, attacker).frame.groupby("action")["flows"].sum()

    assert totals.to_dict() == {"ACCEPT": TRUTH.counts["flows_accepted"], "REJECT": TRUTH.counts["flows_rejected"]}
    assert f"{TRUTH.counts['ports_probed']} distinct ones rejected" in pivot.ports(case, attacker).reading


def test_alerts_are_counted_by_level(case: Case, attacker: pivot.Subject) -> None:
    by_level = pivot.alerts(case, attacker).frame.groupby("level")["alerts"].sum()

    assert {str(level): count for level, count in by_level.items()} == TRUTH.levels


def test_calls_are_counted_by_outcome(case: Case, attacker: pivot.Subject) -> None:
    frame = pivot.calls(case, attacker).frame

    assert frame["succeeded"].sum() == TRUTH.counts["cloudtrail_allowed"]
    assert frame["failed"].sum() == TRUTH.counts["cloudtrail_denied"]


def test_the_honest_user_got_in_after_a_few_failures_and_changed_nothing(case: Case) -> None:
    maria = pivot.user(str(TRUTH.facts["honest_user"]))
    row = pivot.logins(case, maria).frame.set_index("address").loc[str(TRUTH.facts["honest_address"])]

    assert row["failures before it"] == TRUTH.counts["honest_failed_passwords"]
    assert row["first success"] == pd.Timestamp(str(TRUTH.facts["honest_login"]), tz="UTC")
    assert pivot.account_changes(case, maria).frame.empty
