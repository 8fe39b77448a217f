"""Lists of listening ports, in every form in which agents quote them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemlib.sources.netstat import Listener, read_ports

if TYPE_CHECKING:
    from pathlib import Path

ANY = "0.0.0.0"  # noqa: S104 - what a list says, never bound
HEAD = "ossec: output: 'netstat listening ports':\n"


def listeners(*lines: str, head: str = HEAD) -> tuple[Listener, ...]:
    """What is read of these lines; every one of them must be readable."""
    found = read_ports(head + "\n".join(lines))
    assert found is not None
    assert found.unread == ()
    return found.listeners


@pytest.mark.parametrize(
    ("line", "protocol", "address", "port", "program", "pid"),
    [
        ("tcp 0 0 0.0.0.0:22 0.0.0.0:* LISTEN 640/sshd", "tcp", ANY, 22, "sshd", 640),
        ("tcp 0 0 0.0.0.0:22 0.0.0.0:* LISTEN", "tcp", ANY, 22, None, None),
        ("tcp 0 0 0.0.0.0:22 0.0.0.0:* LISTEN -", "tcp", ANY, 22, None, None),
        ("tcp6 0 0 :::22 :::* LISTEN 640/sshd: /usr/sbin", "tcp", "::", 22, "sshd", 640),
        ("udp 0 0 127.0.0.1:323 0.0.0.0:* 611/chronyd", "udp", "127.0.0.1", 323, "chronyd", 611),
        ("tcp 0.0.0.0:22 0.0.0.0:* 640/sshd", "tcp", ANY, 22, "sshd", 640),
        ("udp6 ::1:57678 :::* 3129/qbittorrent", "udp", "::1", 57678, "qbittorrent", 3129),
        ("tcp 0 0 0.0.0.0:25 0.0.0.0:* LISTEN 0 18123 811/master", "tcp", ANY, 25, "master", 811),
        ("TCP    0.0.0.0:135   0.0.0.0:0   LISTENING   888", "tcp", ANY, 135, None, 888),
        ("UDP    [::]:123      *:*                     5204", "udp", "::", 123, None, 5204),
        ("tcp4 0 0 *.5900 *.* LISTEN", "tcp", "*", 5900, None, None),
        ("tcp6 0 0 ::1.631 *.* LISTEN", "tcp", "::1", 631, None, None),
        ('tcp LISTEN 0 128 [::]:22 [::]:* users:(("sshd",pid=640,fd=4))', "tcp", "::", 22, "sshd", 640),
        ('udp UNCONN 0 0 127.0.0.53%lo:53 0.0.0.0:* users:(("dns",pid=5,fd=1))', "udp", "127.0.0.53", 53, "dns", 5),
        ("LISTEN 0 128 *:80 *:*", "tcp", "*", 80, None, None),
        ("UNCONN 0 0 0.0.0.0:68 0.0.0.0:*", "udp", ANY, 68, None, None),
    ],
)  # fmt: skip
def test_a_line_of_every_tool_is_read(  # noqa: PLR0913, PLR0917 - the parts of one listener
    line: str, protocol: str, address: str, port: int, program: str | None, pid: int | None
) -> None:
    assert listeners(line) == (Listener(protocol, address, port, program, pid),)


@pytest.mark.parametrize(
    "line",
    [
        "Active Internet connections (only servers)",
        "Proto Recv-Q Send-Q Local Address Foreign Address State PID/Program name",
        "Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port Process",
        "tcp 0 0 10.0.0.1:22 198.51.100.7:5555 ESTABLISHED 640/sshd",
        "tcp 0 0 10.0.0.1:22 198.51.100.7:5555 TIME_WAIT -",
        "udp 0 0 10.0.0.1:68 10.0.0.254:67 ESTABLISHED 500/dhclient",
        "ESTAB 0 0 10.0.0.1:22 198.51.100.7:5555",
    ],
)
def test_a_line_that_rightly_names_no_listener_is_neither_one_nor_unread(line: str) -> None:
    assert listeners(line) == ()


@pytest.mark.parametrize(
    "line",
    [
        "tcp 0 0 0.0.0.0:ssh 0.0.0.0:* LISTEN",
        "tcp 0.0.0.0:99999 0.0.0.0:* 1/x",
        "sh: netstat: not found",
        "tcp 0 0 0.0",
    ],
)
def test_a_line_that_cannot_be_read_is_kept(line: str) -> None:
    found = read_ports(HEAD + line)

    assert found is not None
    assert (found.listeners, found.unread) == ((), (line,))


def test_a_program_cannot_hide_its_port_behind_its_name() -> None:
    hostile = "tcp 0.0.0.0:4444 0.0.0.0:* 4790/x ESTABLISHED 10.0.0.1:1 10.0.0.2:2"

    (listener,) = listeners(hostile)

    assert (listener.address, listener.port) == (ANY, 4444)


@pytest.mark.parametrize(
    ("end", "address", "cut"),
    [
        ("fd17:625c:f037:2::57678", "fd17:625c:f037:2:", True),
        ("fe80::a00:27ff:fe:57678", "fe80::a00:27ff:fe", True),
        ("2001:db8::7:443", "2001:db8::7", False),
        (":::22", "::", False),
    ],
)
def test_cut_ipv6_text_is_split_at_its_last_colon(end: str, address: str, cut: bool) -> None:  # noqa: FBT001 - a case
    (listener,) = listeners(f"tcp6 {end} :::* 1/x")

    assert (listener.address, listener.cut) == (address, cut)
    assert not (cut and listener.loopback)


def test_what_is_reached_from_where_is_told() -> None:
    by_port = {one.port: one for one in listeners(*(f"tcp {end} *:* 1/x" for end in _ENDS))}

    assert [port for port, one in by_port.items() if one.everywhere] == [1, 2, 3]
    assert [port for port, one in by_port.items() if one.loopback] == [4, 5, 6]


_ENDS = ("0.0.0.0:1", ":::2", "*:3", "127.0.0.2:4", "::1:5", "::ffff:127.0.0.1:6", "10.0.0.1:7")


@pytest.mark.parametrize(
    ("command", "protocols"),
    [
        ("netstat -tlupn", {"tcp", "udp"}),
        ("netstat -tan |grep LISTEN |egrep -v '(127.0.0.1| \\1)' | sort", {"tcp"}),
        ("netstat -tan", {"tcp"}),
        ("ss -ulpn", {"udp"}),
        ("netstat listening ports", {"tcp", "udp"}),
    ],
)
def test_a_command_that_lists_one_protocol_says_nothing_of_the_other(command: str, protocols: set[str]) -> None:
    found = read_ports(f"ossec: output: '{command}':\ntcp 0 0 0.0.0.0:22 0.0.0.0:* LISTEN")

    assert found is not None
    assert (found.command, set(found.protocols)) == (command, protocols)


def test_a_list_on_one_line_is_read_too() -> None:
    for gap in (" ", "\\n"):
        text = gap.join(["tcp 0 0 0.0.0.0:22 0.0.0.0:* LISTEN 640/sshd", "udp 0 0 0.0.0.0:68 0.0.0.0:* 9/dhclient"])
        found = read_ports(f"ossec: output: 'netstat -tlupn':{gap}{text}")

        assert found is not None
        assert [(one.protocol, one.port, one.program) for one in found.listeners] == [
            ("tcp", 22, "sshd"),
            ("udp", 68, "dhclient"),
        ]


def test_workers_that_share_a_port_are_one_listener() -> None:
    (listener,) = listeners(
        "tcp 0.0.0.0:80 0.0.0.0:* 7/nginx", "tcp 0.0.0.0:80 0.0.0.0:* 8/nginx", "tcp 0.0.0.0:80 0.0.0.0:* 9/haproxy"
    )

    assert listener.program == "nginx, haproxy"


def test_an_empty_list_is_a_list_but_other_output_is_none() -> None:
    empty = read_ports(HEAD)
    assert empty is not None
    assert empty.listeners == ()
    assert read_ports("ossec: output: 'df -P':\n/dev/sda1 1 2 3 50% /") is None
    assert read_ports("Mar  4 10:00:00 web-1 app: ossec: output: 'netstat':\ntcp 0.0.0.0:1 0.0.0.0:* 1/x") is None
    assert read_ports("") is None


@given(st.text(max_size=300))
def test_whatever_a_list_holds_each_line_is_at_most_one_listener_or_unread(text: str) -> None:
    for listing in (text, HEAD + text, HEAD + f"tcp 0.0.0.0:22 {text}"):
        found = read_ports(listing)
        assert found is not None or not listing.startswith(HEAD)
        if found is not None:
            assert len(found.listeners) + len(found.unread) <= len(listing.splitlines())
            assert all(0 <= one.port <= 65_535 for one in found.listeners)


def test_the_real_alert_of_rule_533_names_its_listeners(shared: Path) -> None:
    path = shared / "data" / "ossec_wazuh" / "wazuh4_kali_sample" / "alerts_3.ndjson"
    alert = json.loads(path.read_text("utf-8").splitlines()[0])

    now, before = read_ports(alert["full_log"]), read_ports(alert["previous_output"])

    assert now is not None
    assert before is not None
    assert now.unread == before.unread == ()
    new = {(one.port, one.protocol) for one in now.listeners} - {(one.port, one.protocol) for one in before.listeners}
    assert new == {(1900, "udp"), (6771, "udp"), (35034, "udp"), (36426, "udp"), (57678, "tcp"), (57678, "udp")}
    assert [(one.address, one.port) for one in before.listeners] == [("127.0.0.1", 43461)]
