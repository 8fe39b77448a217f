"""Addresses, however a log writes them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from siemlib.evidence.addresses import replace_addresses

if TYPE_CHECKING:
    from siemlib.model.observable import Address


def replaced(text: str) -> str:
    """With a name for 10.0.1.10 and fd00::1, and none for any other address."""
    names = {"10.0.1.10": "FOUR", "fd00::1": "SIX"}

    def name(address: Address) -> str | None:
        return names.get(address.text)

    return replace_addresses(text, name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.0.1.10", "FOUR"),
        ("from 10.0.1.10.", "from FOUR."),
        ("10.0.1.10:22", "FOUR:22"),
        ("10.0.1.10.50022", "FOUR.50022"),
        ("v10.0.1.10", "vFOUR"),
        ("010.000.001.010", "FOUR"),
        (r"10\.0\.1\.10", "FOUR"),
        (r"10\\.0\\.1\\.10", "FOUR"),
        ("10[.]0[.]1[.]10", "FOUR"),
        ("10%2e0%2E1%2E10", "FOUR"),
        ("%2010.0.1.10", "%20FOUR"),
        ("1.10.0.1.10", "1.FOUR"),
        ("10.0.1.10.10.0.1.10", "FOUR.FOUR"),
        ("ip-10-0-1-10", "ip-FOUR"),
        ("IP-010-000-001-010", "IP-FOUR"),
        ("a.10-0-1-10.example", "a.FOUR.example"),
        ("h_10_0_1_10_x", "h_FOUR_x"),
        ("10-0-1-10-20260304", "FOUR-20260304"),
        ("10.1.0.10.in-addr.arpa", "FOUR.in-addr.arpa"),
        ("10.1.0.10.IN-ADDR.ARPA", "FOUR.IN-ADDR.ARPA"),
        ("saddr=020000160A00010A0000000000000000", "saddr=02000016FOUR0000000000000000"),
        ("10.0.1.10/32", "FOUR/32"),
    ],
)
def test_one_of_version_4_is_found(text: str, expected: str) -> None:
    assert replaced(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fd00::1", "SIX"),
        ("FD00:0:0:0::1", "SIX"),
        ("fd00:0000:0000:0000:0000:0000:0000:0001", "SIX"),
        ("[fd00::1]:22", "[SIX]:22"),
        ("fd00::1%eth0", "SIX%eth0"),
        ("fd00::1: refused", "SIX: refused"),
        ("fd00::1.22", "SIX.22"),
        ("fd00:0:0:0:0:0:0:1:22", "SIX:22"),
        ("src:fd00::1", "src:SIX"),
        ("IPv6:fd00::1]", "IPv6:SIX]"),
        ('"ip":fd00::1', '"ip":SIX'),
        ("1" + ".0" * 29 + ".d.f.ip6.arpa", "SIX.ip6.arpa"),
        ("saddr=0A00001600000000FD000000000000000000000000000001", "saddr=0A00001600000000SIX"),
        ("saddr=0a00001600000000fd000000000000000000000000000001", "saddr=0a00001600000000SIX"),
    ],
)
def test_one_of_version_6_is_found(text: str, expected: str) -> None:
    assert replaced(text) == expected


@pytest.mark.parametrize(
    "text",
    ["::ffff:a00:10a", "::FFFF:0A00:010A", "0:0:0:0:0:ffff:a00:10a", "64:ff9b::a00:10a", "2002:a00:10a::7"],
)
def test_one_of_version_4_that_one_of_version_6_carries_is_found(text: str) -> None:
    assert replaced(text) == "FOUR"


@pytest.mark.parametrize("head", ["::ffff:", "64:ff9b::"])
def test_its_last_groups_may_have_dots(head: str) -> None:
    assert replaced(f"{head}10.0.1.10") == f"{head}FOUR"


@pytest.mark.parametrize(
    "text",
    [
        "10.0.1.1",
        "110.0.1.10",
        "10.0.1.100",
        "10.0.1",
        "10-0.1-10",
        "10-0_1-10",
        "2026-10-0-1-10",
        "10-00-01-10",
        "12:34:56",
        "02:42:ac:11:00:02",
        "2001:fd00::1",
        "fd00::1:2",
        "1.0.0.10.in-addr.arpa",
        "std::fd",
        "arn:aws:iam::111122223333:user/x",
        "saddr=020000160A00010B",
        ":" * 300,
    ],
)
def test_what_is_another_or_none_stays(text: str) -> None:
    assert replaced(text) == text


def test_all_of_a_private_range_is_as_anybody_writes_it() -> None:
    def any_name(_address: Address) -> str:
        return "X"

    assert replace_addresses("10.0.0.0/8 10.0.0.0 10.0.0.0/24", any_name) == "10.0.0.0/8 X X/24"


def test_a_line_that_is_made_to_be_slow_is_not() -> None:
    for text in ("f" * 100_000 + ":", "1." * 10_000, ":" * 10_000, "1-" * 10_000, "a:" * 10_000):
        started = time.process_time()
        replaced(text)
        assert time.process_time() - started < 2, text[:4]
