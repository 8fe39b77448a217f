"""What the traffic page answers over the sample is what the sample's truth and its story say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from siemlib import charts
from siemlib.case import open_case
from siemlib.investigate import traffic
from siemlib.sample import day, read_truth, story, world

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case

pytestmark = pytest.mark.xdist_group("sample")
TRUTH = read_truth()


@pytest.fixture(scope="module")
def case(sample_archive: Path) -> Case:
    """A case over all of the sample."""
    return open_case(engine=f"local:{sample_archive}", start="", end="")


def _within(act_name: str, row: pd.Series) -> bool:
    """Whether what a row tells of began and ended during an act of the story."""
    act = story.act(act_name)
    since = pd.Timestamp(day.START, unit="s", tz="UTC")
    return bool(
        since + pd.Timedelta(seconds=act.first) <= row["first"]
        and row["last"] <= since + pd.Timedelta(seconds=act.last)
    )


def test_every_record_is_counted_and_the_lost_ones_are_told(case: Case) -> None:
    answer = traffic.records(case)

    assert answer.frame["records"].sum() == TRUTH.log_groups["vpc-flow"].all.events
    by_status = answer.frame.groupby("status")["records"].sum()
    # One window without traffic each five minutes, and nine that were skipped, on the interfaces of the load balancer.
    assert (by_status["NODATA"], by_status["SKIPDATA"]) == (day.SECONDS // 300, 9)
    assert all(host.interface in answer.reading for host in world.BALANCERS)


def test_every_flow_of_the_sample_has_a_direction(case: Case) -> None:
    answer = traffic.directions(case)

    assert "The direction of 0 flows could not be decided." in answer.reading
    rejected = answer.frame[answer.frame["action"] == "rejected"].set_index("direction")["flows"]
    inside = TRUTH.counts["inside_flows_rejected"] + TRUTH.counts["expected_scanner_flows_rejected"]
    assert rejected["inside"] == inside
    assert "outbound" not in rejected.index


def test_the_attacker_is_the_outside_scanner_with_most_ports(case: Case) -> None:
    frame = traffic.scans(case).frame.set_index("address")

    attacker = frame.loc[story.ATTACKER]
    assert attacker["ports"] == TRUTH.counts["ports_probed"]
    assert attacker["hosts"] == TRUTH.counts["hosts_probed"]
    assert attacker["reads as"] == "scan"
    assert _within("port scan", attacker)


def test_only_who_scans_in_the_story_scans(case: Case) -> None:
    frame = traffic.scans(case).frame

    assert set(frame["address"]) == {story.ATTACKER, story.BASTION, story.EXPECTED_SCANNER, *world.NOISE}
    assert list(frame.loc[frame["reads as"] == "known scanner", "address"]) == [story.EXPECTED_SCANNER]


def test_the_bastion_probes_the_inside_and_the_company_scans_itself(case: Case) -> None:
    answer = traffic.rejected_inside(case)
    frame = answer.frame.set_index("address")

    bastion, scanner = frame.loc[story.BASTION], frame.loc[story.EXPECTED_SCANNER]
    assert list(frame.index) == [story.EXPECTED_SCANNER, story.BASTION]
    assert (bastion["reads as"], scanner["reads as"]) == ("more like a scan", "known scanner")
    assert bastion["flows"] == TRUTH.counts["inside_flows_rejected"]
    assert bastion["ports"] == TRUTH.counts["inside_ports_probed"]
    assert bastion["hosts"] == len(world.INSIDE)
    assert scanner["flows"] == TRUTH.counts["expected_scanner_flows_rejected"]
    assert _within("inside probe", bastion)
    assert _within("expected scan", scanner)
    assert "More like a scan: 10.0.1.10 (bastion-1" in answer.reading


def test_the_guesses_at_the_database_are_in_the_matrix(case: Case) -> None:
    frame = traffic.pairs(case).frame.set_index(["sender", "receiver"])

    pair = frame.loc[(f"{world.BASTION.name} {story.BASTION}", f"{world.DATABASE.name} {world.DATABASE.address}")]
    assert pair["accepted"] >= TRUTH.counts["database_flows"]


def test_the_sample_has_no_week_before(case: Case) -> None:
    assert "nothing to compare with" in traffic.compared(case).reading


def test_the_attack_is_seen_over_time(case: Case) -> None:
    frame = traffic.flows_over_time(case).frame
    rejected = frame[frame["series"] == "inbound rejected"].set_index("from")["flows"]

    scan = rejected[rejected.index.strftime("%H:%M").isin(["01:10", "01:20", "01:30"])]
    assert scan.min() > 1.5 * rejected.median()
    chart = charts.areas(traffic.flows_over_time(case), series="series", value="flows", timespan=case.timespan)
    assert "inbound rejected" in chart.sentence
