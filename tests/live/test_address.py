"""An address says where to ask and as whom, and holds no secret."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemlib.errors import SiemError, UsageError
from siemlib.live.address import Address, parse_address

ROLE = "arn:aws:iam::123456789012:role/audit/Analyst@sec"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("live:", Address()),
        ("live:eu-central-1", Address("eu-central-1")),
        ("live:us-gov-west-1", Address("us-gov-west-1")),
        ("live:?profile=audit", Address(None, "audit")),
        ("live:eu-central-1?profile=a%20b", Address("eu-central-1", "a b")),
        (f"live:us-east-1?role={ROLE}", Address("us-east-1", None, ROLE)),
        (f"live:us-east-1?profile=p&role={ROLE}&external-id=x:1", Address("us-east-1", "p", ROLE, "x:1")),
    ],
)
def test_an_address_is_read_and_can_be_written_again(url: str, address: Address) -> None:
    assert parse_address(url) == address
    assert parse_address(address.url) == address


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=256))
def test_any_name_of_a_profile_can_be_written(name: str) -> None:
    assert parse_address(Address("us-east-1", name).url) == Address("us-east-1", name)


def test_a_record_keeps_neither_the_profile_nor_the_role() -> None:
    assert parse_address(f"live:us-east-1?profile=me&role={ROLE}").recorded == "live:us-east-1"


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("local:x", "not an address"),
        ("live", "not an address"),
        ("live:US-EAST-1", "Region"),
        ("live:eu-central", "Region"),
        ("live:../etc", "Region"),
        ("live:eu-central-1\n", "not an address"),
        ("live:eu-central-1?profile", "name=value"),
        ("live:eu-central-1?profile=", "no value"),
        ("live:eu-central-1?profile=%ff", "name=value"),
        ("live:eu-central-1?profile=%1b[2J", "no value"),
        ("live:eu-central-1?profile=a&profile=b", "twice"),
        ("live:eu-central-1?profil=a", "'profil'"),
        ("live:eu-central-1?role=Analyst", "no ARN"),
        ("live:eu-central-1?role=arn:aws:iam::12:role/x", "no ARN"),
        ("live:eu-central-1?external-id=x", "without a role"),
        (f"live:eu-central-1?role={ROLE}&external-id=a%20b", "characters"),
        ("live:eu-central-1?endpoint-url=http://x", "endpoint"),
        ("live:eu-central-1?profile=" + "a" * 257, "256"),
        ("live:" + "a" * 5000, "not an address"),
    ],
)
def test_what_is_no_address_is_refused_in_words(url: str, word: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_address(url)
    assert word in error.value.message


def test_a_key_that_is_nearly_one_is_told() -> None:
    with pytest.raises(UsageError) as error:
        parse_address("live:eu-central-1?external_id=x")
    assert error.value.hint == "did you mean external-id?"


SECRET = "x7K" * 13 + "Z"


@pytest.mark.parametrize(
    "url",
    [
        f"live:eu-central-1?secret_access_key={SECRET}",
        f"live:eu-central-1?aws-access-key={SECRET}",
        f"live:eu-central-1?session-token={SECRET}",
        f"live:eu-central-1?{SECRET}=x",
        f"live:eu-central-1?x={SECRET}",
        f"live:{SECRET}",
        f"live:eu-central-1?role={SECRET}",
        f"live:eu-central-1?profile={SECRET}%00",
        f"live:eu-central-1?role={ROLE}&external-id={SECRET} ",
    ],
)
def test_what_may_be_a_secret_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(SiemError) as error:
        parse_address(url)
    assert SECRET not in f"{error.value.message} {error.value.hint}"
