"""VPC flow records, their header lines and their layouts."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

from siemlib.model.event import FieldType
from siemlib.model.observable import Address
from siemlib.sources import recognise, source
from siemlib.sources.vpc_flow import DEFAULT_LAYOUT, could_be_record, is_record, layout, layout_of_format, told_apart
from tests.sources.samples import SAMPLES

if TYPE_CHECKING:
    from pathlib import Path

FLOW = source("vpc_flow")


def test_the_default_header_is_the_default_layout() -> None:
    header = "version account-id interface-id srcaddr dstaddr srcport dstport"
    header += " protocol packets bytes start end action log-status"
    assert layout(header) == DEFAULT_LAYOUT
    assert layout(header.replace("-", "_")) == DEFAULT_LAYOUT
    assert layout(" ".join(DEFAULT_LAYOUT)) == DEFAULT_LAYOUT


def test_a_column_that_is_not_known_gets_a_name_like_the_others() -> None:
    assert layout("srcaddr dstaddr srcport ecs-task-definition-arn") == (
        "srcAddr",
        "dstAddr",
        "srcPort",
        "ecsTaskDefinitionArn",
    )


@pytest.mark.parametrize(
    "line",
    ["", "srcaddr dstaddr", "srcaddr srcaddr dstaddr", "one two three", SAMPLES["vpc_flow"][0], "srcaddr dstaddr 1"],
)
def test_a_line_that_is_no_header_has_no_layout(line: str) -> None:
    assert layout(line) is None


def test_the_layouts_of_the_documentation_are_known(shared: Path) -> None:
    folder = shared / "data/vpcflow/aws_docs_examples"
    headers = {path.name: layout(path.read_text().splitlines()[0]) for path in folder.glob("*.log")}
    assert headers.pop("v2_default.log") is None
    assert headers["custom_nat_gateway_6fields.log"] == (
        "instanceId",
        "interfaceId",
        "srcAddr",
        "dstAddr",
        "pktSrcAddr",
        "pktDstAddr",
    )
    stored = {field.name for field in FLOW.stored}
    assert all(names and set(names) <= stored for names in headers.values())
    assert len(headers["v5_custom_traffic_path.log"] or ()) == 29
    assert all(recognise(path.read_text().splitlines()) is FLOW for path in folder.glob("*.log"))


def test_fields_are_typed_as_the_service_shows_them() -> None:
    types = {field.name: field.type for field in FLOW.stored}
    assert len(types) == 29
    assert types["dstPort"] is types["bytes"] is types["tcpFlags"] is FieldType.INTEGER
    assert types["accountId"] is types["srcAddr"] is types["action"] is FieldType.TEXT


@pytest.mark.parametrize(
    "line",
    [
        "2 123456789012 eni-1 10.0.0.1 10.0.0.2 1 2 6 1 40 1772618400 1772618460 ACCEPT",
        "2 123456789012 eni-1 10.0.0.1 10.0.0.2 1 2 6 1 40 1772618400 1772618460 ACCEPT OK more",
        "2 123456789012 eni-1 10.0.0.1 10.0.0.256 1 2 6 1 40 1772618400 1772618460 ACCEPT OK",
        "2 123456789012 eth0 10.0.0.1 10.0.0.2 1 2 6 1 40 1772618400 1772618460 ACCEPT OK",
        "2 123456789012 eni-1 10.0.0.1 10.0.0.2 1 2 6 1 40 1772618400 1772618460 MAYBE OK",
    ],
)
def test_a_record_of_another_layout_is_not_guessed(line: str) -> None:
    assert not is_record(line)


@pytest.mark.parametrize(
    "line",
    [
        "10.0.0.1 10.0.0.2 1",
        "3 eni-33333333333333333 123456789010 vpc-abcdefab012345678 subnet-22222222bbbbbbbbb i-01234567890123456 OK",
        "fe80::1 - ingress",
    ],
)
def test_a_record_of_some_layout_is_told_by_its_words(line: str) -> None:
    assert could_be_record(line)


@pytest.mark.parametrize(
    "line",
    ["", "10.0.0.1 10.0.0.2", "ACCEPT or REJECT?", "tcp 10.0.0.1:22 OK", 'OK OK "quoted"', "OK one two", "OK OK <b>"],
)
def test_other_text_is_no_record_of_any_layout(line: str) -> None:
    assert not could_be_record(line)


def test_a_format_names_the_fields_as_a_line_of_names_does() -> None:
    written = "${version} ${vpc-id} ${pkt-srcaddr} ${flow-direction} ${encryption-status}"
    assert layout_of_format(written) == ("version", "vpcId", "pktSrcAddr", "flowDirection", "encryptionStatus")
    assert layout_of_format("${srcaddr}") == ("srcAddr",)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "${}",
        "srcaddr dstaddr",
        "${srcaddr} dstaddr",
        "${srcaddr}${dstaddr}",
        "${src addr}",
        "${a)>x} ${b}",
        "${a} ${A}",
        "${srcaddr} ${srcAddr}",
    ],
)
def test_what_is_no_list_of_different_names_is_no_format(written: str) -> None:
    assert layout_of_format(written) is None


def test_a_flow_reads_as_a_line() -> None:
    rejected, accepted, nothing = map(FLOW.entry, SAMPLES["vpc_flow"])
    assert (rejected.address, rejected.action, rejected.outcome) == ("203.0.113.66", "tcp port 22", "failure")
    assert rejected.summary.startswith("rejected tcp 203.0.113.66 to 10.0.1.10 port 22: 18 packets, 2480 bytes")
    assert (accepted.address, accepted.outcome) == ("2001:db8::1", "success")
    assert (nothing.address, nothing.action, nothing.outcome) == (None, "no record", None)


def test_an_address_is_selected_at_either_end() -> None:
    assert FLOW.select_address(Address.parse("10.0.0.1")) == (
        'srcAddr = "10.0.0.1" or dstAddr = "10.0.0.1" or pktSrcAddr = "10.0.0.1" or pktDstAddr = "10.0.0.1"'
    )
    condition = FLOW.select_address(Address.parse("2001:DB8:0::1"))
    assert condition.startswith('srcAddr = "2001:db8::1" or')
    assert "@message like /" in condition


def test_the_records_of_a_real_host_are_counted_right(shared: Path) -> None:
    (path,) = (shared / "data/vpcflow/tyvision_cdl_2020").glob("*.json.gz")
    messages = [event["message"] for event in json.loads(gzip.decompress(path.read_bytes()))["events"]]
    entries = list(map(FLOW.entry, messages))
    assert recognise(messages) is FLOW
    assert [sum(entry.outcome == outcome for entry in entries) for outcome in ("failure", "success")] == [3342, 810]
    assert len({entry.address for entry in entries}) == 1260


def test_formats_are_told_apart_by_their_words_alone() -> None:
    one, swapped, longer = "${srcaddr} ${dstaddr}", "${dstaddr} ${srcaddr}", "${srcaddr} ${dstaddr} ${bytes}"
    assert told_apart([one, one, longer]) == {2: ("srcAddr", "dstAddr"), 3: ("srcAddr", "dstAddr", "bytes")}
    assert told_apart([one, swapped, longer]) == {2: None, 3: ("srcAddr", "dstAddr", "bytes")}
    assert told_apart(["${srcaddr} plain", one]) == {2: None}
    assert told_apart([]) == {}
