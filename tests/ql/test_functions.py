"""The function table: every example is executed, on the real database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.errors import QueryError
from siemlib.ql.aggregates import FUNCTIONS, find, hint_for
from tests.database.language import ask, events, rows

if TYPE_CHECKING:
    from siemlib.ql.functions import Function

EVENT = '{"a": 7, "t": "Hello", "ip": "10.0.0.1"}'
OTHERS = ('{"a": 1, "t": "Hello"}', '{"a": 4, "t": "Hello"}')


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_the_example_of_every_function_gives_what_the_table_says(function: Function) -> None:
    expression, expected = function.example
    if function.aggregate:
        answer = ask(f"stats {expression} as x", events(EVENT, *OTHERS))
    else:
        answer = ask(f"fields {expression} as x", events(EVENT))
    assert answer.rows[0].get("x") == expected


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_every_example_shows_the_function_it_stands_for(function: Function) -> None:
    assert f"{function.name}(" in function.example[0]
    assert function.meaning


def test_no_name_means_two_functions() -> None:
    names = [name.lower() for function in FUNCTIONS for name in (function.name, *function.spellings)]
    assert len(names) == len(set(names))


def test_names_are_found_in_any_case_and_by_old_spellings() -> None:
    assert find("ISVALIDIP") is find("isValidIp")
    assert find("count_distinct") is find("countDistinct")
    assert find("median") is None


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("cuont", "did you mean 'count'?"),
        ("isvalidip4", "did you mean 'isValidIpV4'?"),
        ("median", "there is no median: write pct(x, 50)"),
        ("xyzzy", None),
    ],
)
def test_an_unknown_name_is_answered_with_what_may_have_been_meant(name: str, hint: str | None) -> None:
    assert hint_for(name) == hint


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ("abs()", "'abs' takes 1 argument, not 0"),
        ("round(1, 2, 3)", "'round' takes 1 to 2 arguments, not 3"),
        ("coalesce()", "'coalesce' takes at least 1 arguments, not 0"),
        ("datefloor(@timestamp, 5)", "'datefloor' takes a length of time here"),
        ("bin(0m)", "'bin' takes a length of time here"),
        ('isIpv4InSubnet(a, "10.0.0.0/33")', "'isIpv4InSubnet' takes a written-out subnet here"),
        ('isIpv4InSubnet(a, "fe80::/10")', "'isIpv4InSubnet' takes a written-out subnet here"),
        ('isIpv6InSubnet(a, "10.0.0.0/8")', "'isIpv6InSubnet' takes a written-out subnet here"),
        ('regexReplace(a, t, "")', "'regexReplace' takes a written-out regular expression here"),
        ("sum(a)", "'sum' counts over many events: it stands only in 'stats'"),
    ],
)
def test_a_wrong_call_is_refused_in_the_users_terms(expression: str, problem: str) -> None:
    with pytest.raises(QueryError) as refused:
        rows(f"fields {expression} as x", EVENT)
    assert refused.value.message.startswith(problem)


def test_a_percentile_out_of_range_is_refused() -> None:
    with pytest.raises(QueryError, match="from 0 to 100"):
        rows("stats pct(a, 101)", EVENT)


@pytest.mark.parametrize(
    ("address", "private", "reserved", "public"),
    [
        ("10.255.255.255", "1", "0", "0"),
        ("172.15.255.255", "0", "0", "1"),
        ("172.31.0.0", "1", "0", "0"),
        ("192.169.0.1", "0", "0", "1"),
        ("127.0.0.1", "0", "1", "0"),
        ("169.254.169.254", "0", "1", "0"),
        ("255.255.255.255", "0", "1", "0"),
        ("fd00::1", "1", "0", "0"),
        ("fe80::1", "0", "1", "0"),
        ("2606:4700::1111", "0", "0", "1"),
        ("no address", "0", "0", "0"),
    ],
)
def test_an_address_is_private_or_reserved_or_public_or_none(
    address: str, private: str, reserved: str, public: str
) -> None:
    query = "fields isPrivateIP(ip) as private, isReservedIP(ip) as reserved, isPublicIP(ip) as public"
    assert rows(query, f'{{"ip": "{address}"}}') == [{"private": private, "reserved": reserved, "public": public}]


@pytest.mark.parametrize("bits", range(33))
def test_a_subnet_of_any_length_begins_and_ends_where_it_says(bits: int) -> None:
    number = (203 << 24 | 77 << 16 | 129 << 8 | 66) >> (32 - bits) << (32 - bits)
    last = number + 2 ** (32 - bits) - 1
    inside = [_dotted(number), _dotted(last)]
    outside = [_dotted(n) for n in (number - 1, last + 1) if 0 <= n < 2**32]
    query = f'filter isIpInSubnet(@message, "203.77.129.66/{bits}") | fields @message | sort @timestamp'
    assert [row["@message"] for row in rows(query, *inside, *outside)] == inside


def _dotted(number: int) -> str:
    return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))
