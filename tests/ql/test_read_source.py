"""``SOURCE``: which log groups and what time a query says itself, and what it may not say."""

from __future__ import annotations

import pytest

from siemlib.ql.ast import Fields, Filter, InQuery
from siemlib.ql.diagnostic import CompileError
from siemlib.ql.parser import parse
from siemlib.ql.printer import print_query
from siemlib.ql.selection import Groups, Moment, Selection, Tag

DAY = 86_400_000
TAG = '{"key":"a","values":["b"]}'


@pytest.mark.parametrize(
    ("text", "selection"),
    [
        ("SOURCE logGroups()", Selection(groups=Groups())),
        ("source loggroups( )", Selection(groups=Groups())),
        ("SOURCE logGroups(namePrefix: ['p1','p2'])", Selection(groups=Groups(("p1", "p2")))),
        (
            "SOURCE logGroups(accountIdentifier:['111122223333'], namePrefix:['p'])",
            Selection(groups=Groups(("p",), ("111122223333",))),
        ),
        ("SOURCE logGroups(class: ['INFREQUENT_ACCESS'])", Selection(groups=Groups(classes=("INFREQUENT_ACCESS",)))),
        ("SOURCE logGroups(logGroupClass: ['standard'])", Selection(groups=Groups(classes=("STANDARD",)))),
        ("SOURCE dataSource(['amazon_vpc.flow'])", Selection(data=("amazon_vpc.flow",))),
        (
            "SOURCE dataSource(['amazon_vpc.flow']) logGroups(namePrefix: ['p'])",
            Selection(groups=Groups(("p",)), data=("amazon_vpc.flow",)),
        ),
        (
            'SOURCE logGroupTags([{"key":"team","values":["t1","!t2"]}])',
            Selection(tags=(Tag("team", ("t1", "!t2")),)),
        ),
        ("SOURCE '/aws/lambda/my-function'", Selection(("/aws/lambda/my-function",))),
        ("SOURCE '/a', \"b | limit 1\"", Selection(("/a", "b | limit 1"))),
        ("SOURCE /aws/lambda/my-function, b.c", Selection(("/aws/lambda/my-function", "b.c"))),
        (
            'SOURCE "group" START=1700000000000 END=1700003600999',
            Selection(("group",), start=Moment(1_700_000_000_000), end=Moment(1_700_003_600_999)),
        ),
        (
            "SOURCE lg start=-1d end=now",
            Selection(("lg",), start=Moment(DAY, before_now=True), end=Moment(0, before_now=True)),
        ),
        (
            "SOURCE logGroups() start = now-90m end=-30m",
            Selection(
                groups=Groups(),
                start=Moment(90 * 60_000, before_now=True),
                end=Moment(30 * 60_000, before_now=True),
            ),
        ),
    ],
)
def test_a_source_is_read_and_printed(text: str, selection: Selection) -> None:
    query = parse(f"{text} | fields a")
    assert query.selection == selection
    assert [type(command) for command in query.commands] == [Fields]
    assert parse(print_query(query)) == query
    assert parse(text).commands == ()


def test_a_query_inside_another_names_its_groups_or_selects_them() -> None:
    by_name = "filter a in (SOURCE '/x', y | fields a)"
    (command,) = parse(by_name).commands
    assert isinstance(command, Filter)
    assert isinstance(command.condition, InQuery)
    assert (command.condition.query.source, command.condition.query.selection) == (("/x", "y"), None)
    selecting = parse("filter a in (SOURCE logGroups(namePrefix: ['/x']) | fields a)")
    (command,) = selecting.commands
    assert isinstance(command, Filter)
    assert isinstance(command.condition, InQuery)
    assert command.condition.query.selection == Selection(groups=Groups(("/x",)))
    assert parse(print_query(selecting)) == selecting


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SOURCE", "expected the name of a log group in quotes, found the end of the query"),
        ("SOURCE ''", "expected the name of a log group"),
        ("SOURCE {{g}}", "not a parameter"),
        ("SOURCE a b", "expected '|', found 'b'"),
        ("fields a | SOURCE 'x'", "'SOURCE' stands at the head of a query, and once"),
        ("SOURCE 'x' | SOURCE 'y'", "'SOURCE' stands at the head of a query, and once"),
        (f"SOURCE {','.join(['a'] * 51)}", "at most 50 log groups are allowed"),
        ("SOURCE logGroup()", "'logGroup' selects no log groups"),
        ("SOURCE logGroups() logGroups()", "'logGroups' is given twice"),
        ("SOURCE logGroups(namePrefixes: ['a'])", "expected ')' or one of namePrefix, accountIdentifier, class"),
        ("SOURCE logGroups(namePrefix ['a'])", "expected ':' after 'namePrefix'"),
        ("SOURCE logGroups(namePrefix: ['a'], namePrefix: ['b'])", "'namePrefix' is given twice"),
        ("SOURCE logGroups(namePrefix: ['a','b','c','d','e','f'])", "at most 5 values of 'namePrefix' are allowed"),
        ("SOURCE logGroups(namePrefix: [])", "expected a text in quotes, found ']'"),
        ("SOURCE logGroups(namePrefix: [''])", "a prefix of names cannot be empty"),
        (f"SOURCE logGroups(accountIdentifier: {['111122223333'] * 21})", "at most 20 values of 'accountIdentifier'"),
        ("SOURCE logGroups(accountIdentifier: ['12'])", "an account is a number of 12 digits"),
        ("SOURCE logGroups(class: ['CHEAP'])", "a class of log groups is one of STANDARD, INFREQUENT_ACCESS"),
        (f"SOURCE dataSource({['a.b'] * 11})", "at most 10 values of 'dataSource' are allowed"),
        ("SOURCE logGroupTags([{'key': 'a'}])", "these are no tags"),
        ('SOURCE logGroupTags([{"key": "a"}])', "these are no tags"),
        ("SOURCE logGroupTags([])", "these are no tags"),
        (f"SOURCE logGroupTags([{','.join([TAG] * 6)}])", "at most 5 tags are allowed"),
        ('SOURCE logGroupTags([{"key":"a","values":["1","2","3","4","5","6"]}])', "at most 5 values of a tag"),
        (f"SOURCE logGroupTags({'[' * 9000})", "these are no tags"),
        ("SOURCE a END=now", "expected 'START=' before 'END='"),
        ("SOURCE a START 5", "expected '=' after 'START'"),
        ("SOURCE a START=yesterday", "expected a time after 'START='"),
        ("SOURCE a START=1700000000", "'START' is in milliseconds since 1970"),
        ("SOURCE a START=-1mo", "expected a length of time such as 1d"),
        ("SOURCE a START=now END=-1d", "the span of time ends before it starts"),
        ("SOURCE a START=1700000000001 END=1700000000000", "the span of time ends before it starts"),
        ("filter a in (SOURCE x START=-1d END=now | fields a)", "a query inside another has the time of that one"),
    ],
)
def test_what_source_cannot_say_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(CompileError) as refused:
        parse(text)
    assert message in refused.value.message
    assert refused.value.query_compile_error is not None
