"""The traffic page over real flow logs: the facts that were counted in the raw records, and written beside them."""

from __future__ import annotations

import gzip
import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import pytest

from siemlib.case import open_case
from siemlib.investigate import traffic
from siemlib.investigate.portscan import SCAN

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from siemlib.case import Case

pytestmark = pytest.mark.xdist_group("real")


@pytest.fixture(scope="module")
def case(real_archive: Callable[[str], Path]) -> Case:
    """A case over the flow log of one host."""
    return open_case(engine=f"local:{real_archive('flows')}", start="", end="")


@pytest.fixture(scope="module")
def records(shared: Path) -> list[list[str]]:
    """The raw records, split at blanks."""
    folder = shared / "data" / "vpcflow" / "tyvision_cdl_2020"
    lines = []
    for file in sorted(folder.glob("*.json.gz")):
        events = json.loads(gzip.decompress(file.read_bytes()))["events"]
        lines += [event["message"].split() for event in events]
    return lines


def test_records_and_senders_are_counted(case: Case) -> None:
    assert traffic.records(case).reading.startswith("4,152 records: 810 ACCEPT, 3,342 REJECT, 0 NODATA")
    assert traffic.talkers(case).reading.startswith("1,260 addresses sent.")


def test_ssh_is_asked_for_by_198_addresses(case: Case) -> None:
    answer = traffic.of_port(case, 22)

    assert answer.reading.startswith("Port 22: 322 flows of 198 addresses")
    assert "Most: 87.251.74.6 (18 flows, 187 packets); 87.251.74.30 (12 flows" in answer.reading
    ssh = traffic.ports(case).frame.set_index(["port", "protocol"]).loc[(22, "TCP")]
    assert (ssh["accepted"] + ssh["rejected"], ssh["senders"]) == (322, 198)


def test_the_scanners_have_their_exact_numbers_of_ports(case: Case) -> None:
    answer = traffic.scans(case)

    assert list(zip(answer.frame["address"], answer.frame["ports"], strict=True))[:3] == [
        ("94.102.51.28", 134),
        ("94.102.51.95", 120),
        ("141.98.81.113", 50),
    ]
    assert set(answer.frame["shape"]) == {"vertical"}, "there is but one host"


def test_every_scanner_of_the_raw_records_is_listed_and_no_other(case: Case, records: list[list[str]]) -> None:
    ports: dict[str, set[str]] = defaultdict(set)
    for record in records:
        if record[12] == "REJECT" and record[7] in {"6", "17"}:
            ports[record[3]].add(record[6])
    expected = {source: len(found) for source, found in ports.items() if len(found) >= SCAN}

    frame = traffic.scans(case).frame

    assert dict(zip(frame["address"], frame["ports"], strict=True)) == expected


def test_directions_and_bytes_are_those_of_the_raw_records(case: Case, records: list[list[str]]) -> None:
    flows: Counter[tuple[str, str]] = Counter()
    sizes: Counter[tuple[str, str]] = Counter()
    for record in records:
        key = "outbound" if record[3].startswith("10.") else "inbound", record[12]
        flows[key] += 1
        sizes[key] += int(record[9])
    names = {"accepted": "ACCEPT", "rejected": "REJECT"}

    frame = traffic.directions(case).frame

    keys = [(row["direction"], names[row["action"]]) for _, row in frame.iterrows()]
    assert dict(zip(keys, frame["flows"], strict=True)) == dict(flows)
    assert dict(zip(keys, frame["bytes"], strict=True)) == dict(sizes)


def test_icmp_is_no_port(case: Case, records: list[list[str]]) -> None:
    frame = traffic.ports(case).frame

    icmp = frame[frame["protocol"] == "ICMP"].iloc[0]
    assert icmp["accepted"] + icmp["rejected"] == sum(record[7] == "1" for record in records)
    assert icmp.isna()["port"]
    tried = sum(record[6] == "0" and record[7] == "6" for record in records)
    assert frame.loc[frame["port"] == 0, "rejected"].sum() == tried > 0, "a probe of TCP port 0 is one"


def test_nothing_was_rejected_inside_and_there_is_no_week_before(case: Case) -> None:
    assert traffic.rejected_inside(case).reading.startswith("No flow between inside addresses was rejected")
    assert "nothing to compare with" in traffic.compared(case).reading
