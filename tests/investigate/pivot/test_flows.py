"""Traffic: what passed, which ports were tried, with whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from siemlib.archive.load import load
from siemlib.case import open_case
from siemlib.investigate.pivot import address, flows, peers, ports
from tests.investigate.incident import ATTACKER, Log, case_over, flow

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from siemlib.case import Answer, Case
    from siemlib.investigate.pivot import Subject

    Question = Callable[[Case, Subject], Answer]


def test_accepted_and_rejected_flows_are_counted_with_their_bytes(case: Case) -> None:
    answer = flows(case, address(ATTACKER))

    totals = answer.frame.groupby("action")[["flows", "packets", "bytes"]].sum()
    assert list(totals.loc["REJECT"]) == [23, 23, 920]
    assert list(totals.loc["ACCEPT"]) == [3, 3, 12_900]
    assert answer.reading == (
        "23 rejected and 3 accepted flows; the accepted ones carried 12,900 bytes, "
        "the first in the bin from 2026-03-04 02:20:00 UTC."
    )


def test_the_port_of_an_accepted_connection_is_the_services_in_both_directions(case: Case) -> None:
    frame = ports(case, address(ATTACKER)).frame

    ssh = frame[frame["port"] == 22].iloc[0]
    assert (ssh["direction"], ssh["accepted"], ssh["rejected"], ssh["peers"]) == ("out", 2, 0, 1)
    https = frame[frame["port"] == 443].iloc[0]
    assert (https["direction"], https["accepted"]) == ("in", 1)
    assert 40_001 not in set(frame["port"])


def test_many_distinct_rejected_ports_are_read_as_a_port_scan(case: Case) -> None:
    answer = ports(case, address(ATTACKER))

    assert answer.reading == (
        "Ports that 203.0.113.66 asked for: 21 distinct ones rejected (15 or more are read as a port scan); "
        "accepted and never rejected: 22. "
        "Ports that others asked it for: 0 distinct ones rejected; accepted and never rejected: 443."
    )
    assert answer.frame.iloc[0]["port"] == 23, "the port with most rejected flows comes first"


def test_icmp_is_no_port(case: Case) -> None:
    frame = ports(case, address(ATTACKER)).frame

    echo = frame[frame["protocol"] == "ICMP"].iloc[0]
    assert echo["port"] is pd.NA
    assert echo["rejected"] == 1


def test_few_rejected_ports_are_no_port_scan(case: Case) -> None:
    reading = ports(case, address("203.0.113.6")).reading

    assert reading == "Ports that 203.0.113.6 asked for: 1 distinct ones rejected; accepted and never rejected: none."


def test_what_a_sender_may_send_and_its_target_rejects_is_no_open_port(tmp_path: Path) -> None:
    # Of a scan inside, the interface of the sender records an accepted flow and that of the target a rejected one.
    probes = [flow(n, "10.0.0.9", 4000, "10.0.0.5", 700 + n, what) for n in range(3) for what in ("ACCEPT", "REJECT")]
    case = case_over(tmp_path, Log("vpc", "vpc_flow", [*probes, flow(9, "10.0.0.9", 4000, "10.0.0.5", 22, "ACCEPT")]))

    assert ports(case, address("10.0.0.9")).reading == (
        "Ports that 10.0.0.9 asked for: 3 distinct ones rejected; accepted and never rejected: 22; "
        "3 were accepted at one interface or host and rejected at another."
    )


def test_peers_are_counted_from_the_side_of_the_subject(case: Case) -> None:
    answer = peers(case, address(ATTACKER))

    rows = answer.frame.set_index(["peer", "direction"])
    assert list(rows.loc[("10.0.0.5", "out"), ["accepted", "rejected", "ports"]]) == [2, 22, 22]
    assert rows.loc[("10.0.0.5", "in"), "accepted"] == 1
    assert rows.loc[("10.0.0.6", "out"), "rejected"] == 1
    assert set(answer.frame["peer is"]) == {"private"}
    assert answer.reading == "2 addresses exchanged flows with 203.0.113.66; accepted: 10.0.0.5 (private)."


def test_only_rejected_flows_are_said_to_be_so(case: Case) -> None:
    assert flows(case, address("203.0.113.6")).reading == "1 flow of 203.0.113.6, every one rejected."


@pytest.mark.parametrize("question", [flows, ports, peers])
def test_nothing_found_names_the_log_group_and_the_time(case: Case, question: Question) -> None:
    answer = question(case, address("198.51.100.99"))

    assert answer.frame.empty
    assert answer.reading == (
        "No flow from or to 198.51.100.99 in vpc, 2026-03-04 02:00:00 to 2026-03-04 03:00:00 UTC."
    )


@pytest.mark.parametrize("question", [flows, ports, peers])
def test_an_archive_without_flow_logs_was_not_examined(quiet: Case, question: Question) -> None:
    answer = question(quiet, address(ATTACKER))

    assert answer.reading == "Not examined: no log group holds VPC flow logs."
    assert answer.runs == ()


def test_the_scanners_of_a_real_host_are_found_with_as_many_ports_as_were_counted_by_hand(
    shared: Path, tmp_path: Path
) -> None:
    logs = sorted((shared / "data" / "vpcflow" / "tyvision_cdl_2020").glob("*.gz"))
    load(logs, tmp_path / "archive", log_group="vpc")
    case = open_case(engine=f"local:{tmp_path / 'archive'}", start="2020-07-29", end="2020-07-31")

    reading = ports(case, address("94.102.51.28")).reading

    assert "Ports that 94.102.51.28 asked for: 134 distinct ones rejected" in reading
