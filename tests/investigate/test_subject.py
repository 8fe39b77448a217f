"""Whom a pivot is about: exact in every log, refused when it is nobody."""

from __future__ import annotations

import re

import pytest

from siemlib.errors import UsageError
from siemlib.investigate.subject import address, user
from siemlib.model.observable import Address
from siemlib.sources import SOURCES, LogSource


def _found(condition: str, text: str) -> bool:
    pattern = condition.removeprefix("@message like /").removesuffix("/")
    return re.search(pattern, text) is not None


@pytest.mark.parametrize("text", ["10.0.0.256", "ten", "", "10.0.0.0/8", "10.0.0.1:80"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="not an address"):
        address(text)


def test_an_address_is_one_subject_in_any_spelling() -> None:
    assert address("2001:DB8:0:0::1") == address("2001:db8::1")
    assert address(" 10.0.0.1 ").name == "10.0.0.1"


@pytest.mark.parametrize("text", ["", "  ", "a\nb", "a\x00", "x" * 300, '"' * 256, "a\u202eb"])
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        user(text)


@pytest.mark.parametrize(
    "line", ["deploy", "for deploy from", "user=<deploy>,", "ended by deploy.", '"userName":"deploy"', "a/deploy:"]
)
def test_a_user_is_found_as_a_whole_word(line: str) -> None:
    assert _found(user("deploy").anywhere(), line)


@pytest.mark.parametrize("line", ["deployer", "re-deploy", "deploy2", "my_deploy", "deploy.service", "x.deploy"])
def test_a_longer_name_is_another_user(line: str) -> None:
    assert not _found(user("deploy").anywhere(), line)


def test_a_name_is_never_read_as_a_pattern_or_as_a_query() -> None:
    condition = user("a.*/ | limit 1 #").anywhere()

    assert _found(condition, "user a.*/ | limit 1 # did it")
    assert not _found(condition, "user abc/ | limit 1 # did it")
    assert condition.count("/") == condition.count(r"\/") + 2, "a slash of the name would end the pattern"


def test_a_log_group_of_no_known_kind_is_searched_as_text_and_one_of_two_kinds_is_asked_for_both() -> None:
    subject = address("203.0.113.66")

    assert subject.condition(()) == subject.anywhere()
    both = subject.condition(("vpc_flow", "cloudtrail"))
    assert subject.condition(("vpc_flow",)) in both
    assert subject.condition(("cloudtrail",)) in both


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_every_source_can_be_asked_for_both(source: LogSource) -> None:
    assert source.select_address(Address.parse("203.0.113.66")) in address("203.0.113.66").condition((source.name,))
    assert source.select_principal("deploy") in user("deploy").condition((source.name,))
