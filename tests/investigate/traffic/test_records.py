"""What was recorded, and what was lost; the examples of the AWS documentation among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.archive.load import load
from siemlib.case import open_case
from siemlib.investigate import traffic

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case


def test_records_are_counted_by_status_and_lost_ones_are_told_by_interface(net: Case) -> None:
    answer = traffic.records(net)

    counts = answer.frame.set_index(["status", "action"])["records"].to_dict()
    assert counts == {("OK", "REJECT"): 106, ("OK", "ACCEPT"): 4, ("NODATA", "-"): 1, ("SKIPDATA", "-"): 2}
    assert answer.reading == (
        "113 records: 4 ACCEPT, 106 REJECT, 1 NODATA (windows without traffic), 2 SKIPDATA. Records were lost in 2"
        " windows (SKIPDATA) on 1 interface (eni-0c), between 2026-03-04 02:16:00 and 02:17:00 UTC: what passed there"
        " then is not known."
    )


def test_a_layout_without_bytes_or_action_is_said_to_be_blind(tmp_path: Path) -> None:
    log = tmp_path / "flows.log"
    start = 1_772_589_600
    log.write_text(
        "version interface-id srcaddr dstaddr srcport dstport protocol start end log-status\n"
        f"3 eni-0a 203.0.113.5 10.0.0.1 50000 443 6 {start} {start + 60} OK\n",
        encoding="utf-8",
    )
    assert not load([log], tmp_path / "archive", log_group="vpc", source="vpc_flow").refused
    case = open_case(engine=f"local:{tmp_path / 'archive'}", start="", end="")

    reading = traffic.records(case).reading

    assert "1 record of traffic has no bytes, and they count as 0 bytes." in reading
    assert "1 record of traffic has no action, and are not counted below." in reading
    assert traffic.directions(case).reading.startswith("No record of accepted or rejected traffic in vpc")


@pytest.fixture(scope="module")
def documented(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The examples of AWS: 7 records of version 2, 8 of version 3, 2 of version 5; two files have no times."""
    archive = tmp_path_factory.mktemp("documented") / "archive"
    load([shared / "data" / "vpcflow" / "aws_docs_examples"], archive)
    return open_case(engine=f"local:{archive}", start="", end="")


def test_the_examples_of_the_documentation_are_counted_by_status(documented: Case) -> None:
    reading = traffic.records(documented).reading

    assert reading.startswith("17 records: 13 ACCEPT, 2 REJECT, 1 NODATA (windows without traffic), 1 SKIPDATA.")
    assert "lost in 1 window (SKIPDATA) on 1 interface (eni-11111111aaaaaaaaa), at 2015-05-10 18:01:16 UTC" in reading


def test_an_example_of_icmp_has_no_port_and_one_over_ipv6_no_direction(documented: Case) -> None:
    ports = traffic.ports(documented).frame
    icmp = ports[ports["protocol"] == "ICMP"].iloc[0]

    assert ports["port"].dropna().tolist() == [5001, 22, 80, 3389]
    assert (icmp["accepted"], icmp["rejected"]) == (1, 1)
    assert "The direction of 1 flow could not be decided." in traffic.directions(documented).reading
