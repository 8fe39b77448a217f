"""Saved queries called by name: what stands in their place, and how their errors are told."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from siemlib.errors import QueryError
from siemlib.ql.analyse import analyse
from siemlib.ql.ast import Argument, Invoke, Query
from siemlib.ql.call_nodes import Definition
from siemlib.ql.calls import expand
from siemlib.ql.diagnostic import CompileError
from siemlib.ql.nodes import Boolean, Number, Text
from siemlib.ql.parser import parse
from siemlib.ql.printer import print_query

SAVED = {
    "ByUser": Definition("# Events of a user\n# user: the name\nfilter user = {{user}}"),
    "Top": Definition(
        "stats count(*) as n by bin({{size}}), {{key}} as k | sort n desc | limit {{rows}}", {"rows": "5"}
    ),
    "My Query": Definition("fields a"),
    "Pattern": Definition("filter @message like {{p}} and status = {{s}}"),
}


def expanded(text: str, saved: dict[str, Definition] | None = None) -> Query:
    return expand(parse(text), text, lambda: SAVED if saved is None else saved)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ('$ByUser(user="ann")', 'filter user = "ann"'),
        (
            "filter b = 1 | $ByUser(user='ann') | $`My Query`() | limit 3",
            'filter b=1 | filter user="ann" | fields a | limit 3',
        ),
        ('$Top(size=5m, key="x")', 'stats count(*) as n by bin(5m), "x" as k | sort n desc | limit 5'),
        ('$Top(size="1h", key=7, rows=20)', "stats count(*) as n by bin(1h), 7 as k | sort n desc | limit 20"),
        ("$Pattern(p=5, s=-1.5)", 'filter @message like "5" and status = -1.5'),
        ("$Pattern(p='x', s=true)", "filter @message like 'x' and status = true"),
        ("SOURCE 'g' | $`My Query`()", "SOURCE 'g' | fields a"),
        ("$`My Query`() | filter c = {{outer}}", "fields a | filter c = {{outer}}"),
    ],
)
def test_a_call_stands_for_the_commands_of_the_saved_query(text: str, same: str) -> None:
    assert expanded(text) == parse(same)


def test_a_call_reads_and_prints_as_itself() -> None:
    text = '$ByUser(user="ann") | $`My Query`(a=5, b="x", c=true)'
    query = parse(text)
    assert query.commands == (
        Invoke("ByUser", (Argument("user", Text("ann")),)),
        Invoke(
            "My Query",
            (Argument("a", Number("5")), Argument("b", Text("x")), Argument("c", Boolean(value=True))),
        ),
    )
    assert print_query(query) == text.replace(" | ", "\n| ")


def test_a_query_without_a_call_does_not_ask_for_saved_ones() -> None:
    query = parse("fields a")
    assert expand(query, "fields a", lambda: pytest.fail("asked")) is query


@given(st.text(max_size=30))
@example('" | fields @message #')
@example("{{user}}")
@example("$ByUser()")
def test_no_value_changes_the_shape_of_a_query(value: str) -> None:
    call = print_query(Query((Invoke("ByUser", (Argument("user", Text(value)),)),)))
    (command,) = expanded(call).commands
    (wanted,) = parse('filter user = "x"').commands
    assert command == type(command)(type(command.condition)("=", wanted.condition.left, Text(value)))  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("fields a | $ByUsers()", "$ByUsers()", "there is no saved query '$ByUsers'"),
        ("$ByUser()", "$ByUser()", "'$ByUser' needs the parameter 'user'"),
        ('$ByUser(user="a", usr=5)', "usr=5", "'$ByUser' has no parameter 'usr'"),
        ('$ByUser(user="a", user="b")', 'user="b"', "the parameter 'user' is given twice"),
        ("$ByUser(user={{u}})", "{{u}}", "expected a text in quotes, a number, true or false"),
        ("$ByUser(user=ann)", "ann", "expected a text in quotes, a number, true or false"),
        ("$ByUser", "", "expected '(' behind the name of a saved query"),
        ("$ ByUser()", "ByUser", "expected the name of a saved query directly behind '$'"),
        ("filter a in (SOURCE 'x' | $ByUser(user='a'))", "$", "a query inside another cannot call a saved query"),
        (f"$ByUser({', '.join(f'p{n}=1' for n in range(21))})", None, "a saved query has at most 20 parameters"),
        ('$Top(size="soon", key="x")', '$Top(size="soon", key="x")', "must be a period such as 5m here"),
    ],
)
def test_a_wrong_call_is_told_with_its_place(text: str, place: str | None, message: str) -> None:
    with pytest.raises(CompileError) as refused:
        expanded(text)
    told = [(text[d.span.start : d.span.end], d.message) for d in refused.value.diagnostics]
    assert any(message in each and place in {None, found} for found, each in told)


def test_a_near_miss_is_told_as_it_would_be_written() -> None:
    with pytest.raises(CompileError, match=r"did you mean \$`My Query`\(\)\?"):
        expanded("$MyQuery()")


@pytest.mark.parametrize(
    ("saved", "drawing"),
    [
        (
            "# title\nfilter a = | limit 1",
            "in $X: expected a field, a value or a function, found '|' (line 2, column 12)",
        ),
        ("fields foo(a)", "in $X: unknown function 'foo' (line 1, column 8)"),
        ("$X()", "in $X: a saved query cannot call another (line 1, column 1)"),
        ("SOURCE 'x' | limit 1", "in $X: a saved query does not choose log groups (line 1, column 8)"),
        ("# nothing", "in $X: the query is empty"),
    ],
)
def test_an_error_inside_says_in_which_saved_query_and_where(saved: str, drawing: str) -> None:
    text = "fields @message | $X()"
    with pytest.raises(CompileError) as refused:
        analyse(expanded(text, {"X": Definition(saved)}), {}, text)
    assert drawing in refused.value.message
    # The text that was sent has only the call.
    assert refused.value.query_compile_error == {
        "location": {"startCharOffset": 18, "endCharOffset": 22},
        "message": refused.value.message.split(" (line")[0],
    }


def test_the_expanded_text_has_at_most_10000_characters_and_a_heading_does_not_count() -> None:
    short = Definition("# heading\n" * 500 + "filter a = {{v}}")
    half = "x" * 4_995
    two = f'$X(v="{half}") | $X(v="y")'
    assert len(expanded(two, {"X": short}).commands) == 2
    long = Definition("filter a = {{v}} and b = {{v}}")
    with pytest.raises(CompileError, match=r"with its saved queries the query has 10,0\d\d characters"):
        expanded(two, {"X": long})


def test_a_saved_query_of_more_than_20_parameters_is_refused() -> None:
    many = Definition(" | ".join(f"filter a = {{{{p{n}}}}}" for n in range(21)), {f"p{n}": "1" for n in range(21)})
    with pytest.raises(QueryError, match=r"'\$X' has 21 parameters; 20 are allowed"):
        expanded("$X()", {"X": many})


def test_a_saved_query_as_deep_as_the_language_allows_is_called() -> None:
    deep = Definition("fields " + "abs(" * 99 + "a" + ")" * 99)
    assert len(expanded("$X()", {"X": deep}).commands) == 1
