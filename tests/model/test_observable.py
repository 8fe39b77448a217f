"""An address is found in any spelling and in any surroundings, and no other address is ever taken for it."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemlib.errors import UsageError
from siemlib.model.observable import Address, find_addresses

V4 = st.integers(0, 2**32 - 1).map(IPv4Address)
HEXTET = st.one_of(st.just(0), st.just(0), st.integers(0, 0xFFFF))
V6 = st.lists(HEXTET, min_size=8, max_size=8).map(
    lambda groups: IPv6Address(b"".join(group.to_bytes(2, "big") for group in groups)),
)
SURROUNDINGS = st.sampled_from(
    [
        "{}",
        "from {} port 22",
        "[{}]",
        "[{}]:443",
        "ip={},",
        '{{"srcip":"{}"}}',
        "seen at {}.",
        "({})",
        "a\\n{}\\tb",
        "\\u003d{}\\u0026",
        "src: {}; dst: x",
        "{}/64",
        "{}: refused",
        "<{}>",
        "'{}'",
        "ip:{} ",
    ],
)


@st.composite
def spellings(draw: st.DrawFn, ip: IPv6Address) -> str:
    """Any legal way to write ``ip`` (RFC 4291, 2.2): case, leading zeros, ``::`` for one or more groups, IPv4 tail."""
    groups = [draw(st.sampled_from([f"{int(g, 16):x}", g, g.lstrip("0") or "00"])) for g in ip.exploded.split(":")]
    if draw(st.booleans()):
        groups[6:] = [str(IPv4Address(int(ip) & 0xFFFFFFFF))]
    zeros = [i for i, group in enumerate(groups) if set(group) == {"0"}]
    text = ":".join(groups)
    compress = draw(st.booleans())
    if zeros and compress:
        start = draw(st.sampled_from(zeros))
        longest = next((n for n in range(1, 9) if start + n not in zeros), 1)
        end = start + draw(st.integers(1, longest))
        text = ":".join(groups[:start]) + "::" + ":".join(groups[end:])
    return "".join(draw(st.sampled_from([c.lower(), c.upper()])) for c in text)


@pytest.mark.parametrize(
    "text",
    [
        "10.0.0.1",
        "from 10.0.0.1 port",
        "10.0.0.1:443",
        "[10.0.0.1]",
        "[10.0.0.1]:443",
        "it was 10.0.0.1.",
        "it was 10.0.0.1. Then",
        "::ffff:10.0.0.1",
        "::FFFF:10.0.0.1",
        "::ffff:10.0.0.1:52044",
        "0:0:0:0:0:ffff:10.0.0.1",
        "::ffff:a00:1",
        "ip=10.0.0.1,",
        "src:10.0.0.1",
        "13:55:40:10.0.0.1",
        r'{"full_log":"first\n10.0.0.1 second"}',
        r'{"q":"a\u003d10.0.0.1\u0026"}',
        "GET /?ip%3D10.0.0.1%26x",
        "GET /?q=%2010.0.0.1",
        "http://10.0.0.1/path",
        "10.0.0.0-10.0.0.1",
        "10.0.0.1/32",
        "rhost=10.0.0.1_",
    ],
)
def test_the_address_is_found_in_free_text(text: str) -> None:
    address = Address.parse("10.0.0.1")
    assert address.matches(text)
    assert address in find_addresses(text)


@pytest.mark.parametrize(
    "text",
    [
        "110.0.0.1",
        "10.0.0.12",
        "10.0.0.1.5",
        "2.10.0.0.1",
        "10.0.0.10",
        "10.0.0",
        "10x0x0x1",
        "1010.0.0.1",
        "64:ff9b::10.0.0.1",
        "::10.0.0.1",
        "1:2:3:4:5:6:10.0.0.1",
        "10.0.0.1.in-addr.arpa",
        "10.0.0.1a",
        "1::ffff:10.0.0.1",
        "::ffff:a00:12",
        "::ffff:1a00:1",
        "10.0.0.01",
    ],
)
def test_a_longer_or_different_address_is_not_taken_for_it(text: str) -> None:
    address = Address.parse("10.0.0.1")
    assert not address.matches(text)
    assert address not in find_addresses(text)


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("2001:db8::1", "2001:0DB8:0000:0000:0000:0000:0000:0001:41334 -> 10.0.0.1:80"),
        ("2001:db8::1", "from 2001:db8::1: refused"),
        ("2001:db8::1", "src:2001:db8::1"),
        ("fe80::1", "fe80::1%eth0"),
        ("64:ff9b::a00:1", "64:ff9b::10.0.0.1:443"),
        ("2001:db8::", "route 2001:db8::/32"),
        ("::1", "listening on [::1]:25"),
        ("1:0:0:2::3", "1::2:0:0:0:3"),
    ],
)
def test_an_ipv6_address_is_found_as_programs_write_it(address: str, text: str) -> None:
    assert Address.parse(address).matches(text)
    assert Address.parse(address) in find_addresses(text)


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("2001:db8::1", "2001:db8::1:5"),
        ("2001:db8::1", "12001:db8::1"),
        ("2001:db8::1", "1:2001:db8::1"),
        ("2001:db8::1", "2001:db8::11"),
        ("2001:db8::1", "2001:db8::1.2.3.4"),
        ("::1", "2001:db8::1"),
        ("::1", "at 00:00:01 today"),
        ("1::", "at 01:00 today"),
        ("1:0:0:2::3", "1:0:2::3"),
        ("::2", "std::2x"),
        ("::a", "a::a"),
    ],
)
def test_an_ipv6_address_is_not_found_in_another_one_or_in_a_time(address: str, text: str) -> None:
    assert not Address.parse(address).matches(text)


@given(data=st.data(), ip=V6, around=SURROUNDINGS)
def test_every_spelling_of_an_ipv6_address_is_found_everywhere(
    data: st.DataObject, ip: IPv6Address, around: str
) -> None:
    text = around.format(data.draw(spellings(ip)))
    address = Address(ip)
    assert address.matches(text)
    assert address in find_addresses(text)


@given(data=st.data(), ip=V6, other=V6, around=SURROUNDINGS)
def test_another_ipv6_address_is_never_found(
    data: st.DataObject, ip: IPv6Address, other: IPv6Address, around: str
) -> None:
    text = around.format(data.draw(spellings(other)))
    assert Address(ip).matches(text) == (Address(ip) == Address(other))


@given(data=st.data(), ip=V6)
def test_a_neighbour_of_an_ipv6_address_is_never_found(data: st.DataObject, ip: IPv6Address) -> None:
    groups = [int(group, 16) for group in ip.exploded.split(":")]
    at = data.draw(st.integers(0, 6))
    groups[at], groups[at + 1] = groups[at + 1], groups[at]
    other = IPv6Address(b"".join(group.to_bytes(2, "big") for group in groups))
    text = data.draw(spellings(other))
    assert Address(ip).matches(text) == (ip == other)


@given(ip=V4, around=SURROUNDINGS)
def test_every_ipv4_address_is_found_everywhere(ip: IPv4Address, around: str) -> None:
    for spelling in (str(ip), f"::ffff:{ip}", IPv6Address(0xFFFF00000000 | int(ip)).exploded):
        assert Address(ip).matches(around.format(spelling))
        assert find_addresses(around.format(spelling)) == (Address(ip),)


@given(ip=V4, other=V4, around=SURROUNDINGS)
def test_another_ipv4_address_is_never_found(ip: IPv4Address, other: IPv4Address, around: str) -> None:
    assert Address(ip).matches(around.format(other)) == (ip == other)


@given(ip=V4, digit=st.sampled_from("0123456789"))
def test_an_ipv4_address_is_not_found_where_a_digit_continues_it(ip: IPv4Address, digit: str) -> None:
    for text in (f"{digit}{ip}", f"{ip}{digit}", f"{digit}.{ip}", f"{ip}.{digit}"):
        assert not Address(ip).matches(f"from {text} port")


@given(text=st.text())
def test_found_addresses_are_confirmed_by_their_pattern(text: str) -> None:
    assert all(address.matches(text) for address in find_addresses(text))


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        (" 10.0.0.1 ", "10.0.0.1"),
        ("[2001:DB8:0::1]", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("[fe80::1%25eth0]", "fe80::1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
    ],
)
def test_an_address_is_brought_to_its_canonical_spelling(text: str, canonical: str) -> None:
    assert Address.parse(text).text == canonical
    assert Address.parse(text) == Address.parse(canonical)


@pytest.mark.parametrize(
    "text", ["", "10.0.0", "10.0.0.256", "010.0.0.1", "10.0.0.1:22", "10.0.0.0/8", "host", "1::2::3"]
)
def test_what_is_no_address_is_an_error_that_shows_it(text: str) -> None:
    with pytest.raises(UsageError, match=re.escape(f"not an address: {text!r}")):
        Address.parse(text)


@given(ip=st.one_of(V4, V6))
def test_the_pattern_needs_nothing_that_re2_or_a_query_literal_lacks(ip: IPv4Address | IPv6Address) -> None:
    pattern = Address(ip).pattern
    assert "/" not in pattern
    assert "{" not in pattern
    assert "\n" not in pattern
    assert not re.search(r"\(\?[^:]", pattern)
    assert len(pattern) < 1500


def test_an_address_says_what_it_is() -> None:
    assert Address.parse("192.168.10.18").is_private
    assert not Address.parse("87.251.74.6").is_private
    assert Address.parse("127.0.0.1").is_loopback
    assert [Address.parse(text).version for text in ("10.0.0.1", "::1")] == [4, 6]
