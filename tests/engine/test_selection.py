"""What ``SOURCE`` means among the log groups that there are."""

from __future__ import annotations

import pytest

from siemlib.engine import LogGroup
from siemlib.engine.selection import choose, span_of
from siemlib.errors import UsageError
from siemlib.model.timespan import TimeSpan
from siemlib.ql.diagnostic import CompileError
from siemlib.ql.parser import parse

NOW = 1_700_000_000_000
GROUPS = (
    LogGroup("/aws/lambda/a", ("json_events",), 1, None, None),
    LogGroup("/aws/lambda/b", (), 1, None, None, accounts=("111122223333",)),
    LogGroup("flows", ("vpc_flow",), 1, None, None, accounts=("444455556666",)),
    LogGroup("mixed", ("cloudtrail", "ossec"), 1, None, None, accounts=("111122223333", "444455556666")),
)
EVERY = tuple(group.name for group in GROUPS)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("logGroups()", EVERY),
        ("logGroups(namePrefix: ['/aws/lambda', 'fl'])", EVERY[:3]),
        ("logGroups(class: ['STANDARD'])", EVERY),
        ("logGroups(class: ['INFREQUENT_ACCESS', 'STANDARD'], namePrefix: ['flows'])", ("flows",)),
        ("logGroups(accountIdentifier: ['111122223333'])", ("/aws/lambda/b", "mixed")),
        ("logGroups(accountIdentifier: ['111122223333'], namePrefix: ['/aws'])", ("/aws/lambda/b",)),
        ("dataSource(['amazon_vpc.flow'])", ("flows",)),
        ("dataSource(['amazon_vpc.flow', 'aws_cloudtrail.data'])", ("flows", "mixed")),
        ("dataSource(['aws_cloudtrail.management']) logGroups(namePrefix: ['mi'])", ("mixed",)),
        ("'mixed', 'flows', 'mixed'", ("mixed", "flows")),
        ("'arn:aws:logs:eu-west-1:444455556666:log-group:flows:*'", ("flows",)),
    ],
)
def test_a_source_chooses_the_groups_that_meet_all_of_it(source: str, names: tuple[str, ...]) -> None:
    text = f"SOURCE {source}"
    selection = parse(text).selection
    assert selection is not None
    assert choose(selection, GROUPS, text).names == names


@pytest.mark.parametrize(
    ("source", "message", "hint"),
    [
        ("'/aws/lambda/A'", "no log group named '/aws/lambda/A'", "did you mean '/aws/lambda/a'?"),
        ("'zzz'", "no log group named 'zzz'", "there are: /aws/lambda/a, /aws/lambda/b, flows, mixed"),
        ("logGroups(namePrefix: ['x'])", "SOURCE matches no log group", "there are: /aws/lambda/a"),
        ("dataSource(['aws_cloudtrail.data']) logGroups(namePrefix: ['fl'])", "SOURCE matches no log group", "there"),
        ("dataSource(['amazon_vpc.flows'])", "there is no data source", "did you mean 'amazon_vpc.flow'?"),
        ("dataSource(['aws_waf.access'])", "logs of the data source 'aws_waf.access' are not told apart", "there are"),
        ("logGroups(class: ['INFREQUENT_ACCESS'])", "no log group of the class INFREQUENT_ACCESS", "leave the class"),
        ("logGroups(accountIdentifier: ['999999999999'])", "of the account 999999999999", "111122223333, 444455556666"),
        ('logGroupTags([{"key":"team","values":["a"]}])', "the tags of log groups are not known here", "by name"),
    ],
)
def test_what_chooses_nothing_is_refused_and_says_what_there_is(source: str, message: str, hint: str) -> None:
    text = f"SOURCE {source} | fields a"
    selection = parse(text).selection
    assert selection is not None
    with pytest.raises(CompileError) as refused:
        choose(selection, GROUPS, text)
    assert message in refused.value.message
    assert hint in refused.value.message


def test_what_data_sources_do_not_tell_apart_is_noted() -> None:
    text = "SOURCE dataSource(['aws_cloudtrail.data'])"
    selection = parse(text).selection
    assert selection is not None
    assert choose(selection, GROUPS, text).notes == (
        "dataSource chooses whole log groups; other kinds of log are also in mixed.",
        "CloudTrail's data and management events are not told apart by dataSource; eventCategory does.",
    )


GIVEN = TimeSpan.of_millis(0, 1000)


@pytest.mark.parametrize(
    ("source", "span"),
    [
        ("a", GIVEN),
        ("a START=1600000000000 END=1600003600999", TimeSpan.of_millis(1_600_000_000_000, 1_600_003_601_000)),
        ("a START=-1d END=now", TimeSpan.of_millis(NOW - 86_400_000, NOW + 1)),
        ("a START=-1h", TimeSpan.of_millis(NOW - 3_600_000, NOW)),
        ("a START=1600000000000 END=1600000000000", TimeSpan.of_millis(1_600_000_000_000, 1_600_000_000_001)),
    ],
)
def test_the_end_of_a_source_belongs_to_its_span(source: str, span: TimeSpan) -> None:
    text = f"SOURCE {source}"
    assert span_of(parse(text).selection, GIVEN, NOW, text) == span


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("a START=-1d END=1600000000000", "before it starts"),
        ("a START=999999999999999", "this time is in no calendar"),
        ("a START=-999999w", "this time is in no calendar"),
    ],
)
def test_a_span_that_cannot_be_is_an_error_of_the_query(source: str, message: str) -> None:
    text = f"SOURCE {source}"
    with pytest.raises(CompileError, match=message):
        span_of(parse(text).selection, GIVEN, NOW, text)


def test_without_any_time_it_is_said_how_to_give_one() -> None:
    with pytest.raises(UsageError) as refused:
        span_of(None, None, NOW, "")
    assert "START=" in str(refused.value.hint)
