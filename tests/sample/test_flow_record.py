"""How one flow record is written."""

from __future__ import annotations

from siemlib.sample import world
from siemlib.sample.flow_record import TCP, V2_HEADER, V5_HEADER, Flow, empty_line, v2_line, v5_line

FLOW = Flow("10.0.2.31", "10.0.3.40", 40000, 5432, TCP, 10, 900, 60)


def test_the_default_format_has_fourteen_fields() -> None:
    line = dict(zip(V2_HEADER.split(), v2_line(world.APP, FLOW).split(), strict=True))
    assert (line["srcaddr"], line["dstport"], line["bytes"], line["action"]) == ("10.0.2.31", "5432", "900", "ACCEPT")
    assert int(line["end"]) - int(line["start"]) == 59


def test_the_custom_format_says_the_direction_and_the_family() -> None:
    line = dict(zip(V5_HEADER.split(), v5_line(world.APP, FLOW).split(), strict=True))
    assert (line["flow-direction"], line["type"], line["pkt-srcaddr"]) == ("egress", "IPv4", "10.0.2.31")
    assert v5_line(world.DATABASE, FLOW).split()[V5_HEADER.split().index("flow-direction")] == "ingress"


def test_a_reply_turns_addresses_ports_and_true_addresses_round() -> None:
    reply = Flow("10.0.1.5", "192.0.2.1", 1024, 443, TCP, 1, 60, 0, true_source="10.0.2.21").reply()
    assert (reply.source, reply.target, reply.source_port, reply.target_port) == ("192.0.2.1", "10.0.1.5", 443, 1024)
    assert (reply.true_source, reply.true_target) == ("", "10.0.2.21")


def test_a_window_without_traffic_keeps_its_fourteen_fields() -> None:
    assert len(empty_line(world.QUIET, 0, "NODATA").split()) == 14
