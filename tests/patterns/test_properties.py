"""What holds of every pattern and every message."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from siemlib.database.connection import Connection, connect
from siemlib.patterns import PatternError, extract, extraction, matches, parse, pattern_text, predicate
from siemlib.patterns.regex import read
from tests.patterns import strategies

if TYPE_CHECKING:
    from siemlib.patterns.syntax import Pattern

QUIET = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def connection() -> Connection:
    return connect(threads=1)


@QUIET
@given(strategies.patterns)
def test_what_is_printed_reads_back_as_the_same_pattern(pattern: Pattern) -> None:
    assert parse(pattern_text(pattern)) == pattern


@QUIET
@given(st.one_of(st.text(), st.text('{}[]$."*%&|=!<>() a1_,-?\\ISNULL'), strategies.patterns.map(pattern_text)))
@example("{ $.a = " + "(" * 1000)
@example("%" + "a{1000}" * 140 + "%")
def test_no_text_makes_the_parser_do_anything_but_answer_or_refuse(text: str) -> None:
    try:
        pattern = parse(text)
    except PatternError as error:
        inside = all(0 <= d.span.start <= len(text) for d in error.diagnostics)
        assert inside, error.message  # noqa: PT017 - that it is refused is no matter, where is
        return
    assert parse(pattern_text(pattern)) == pattern


@QUIET
@given(strategies.patterns, st.text())
@example(parse("{ $.a NOT EXISTS }"), "[" * 100_000)
@example(parse("{ $.a NOT EXISTS }"), '{"a":' * 100_000)
@example(parse("{ $.a = 1 }"), '{"a":' + "9" * 5000 + "}")
def test_the_matcher_raises_on_no_message(pattern: Pattern, message: str) -> None:
    assert matches(pattern, message) is (extract(pattern, message) is not None)


@QUIET
@given(pattern=strategies.patterns, messages=st.lists(strategies.messages, min_size=1, max_size=6))
def test_sql_and_matcher_agree_on_every_message(connection: Connection, pattern: Pattern, messages: list[str]) -> None:
    rows = connection.execute(
        f"SELECT {predicate(pattern, 'm')}, {extraction(pattern, 'm')} "  # noqa: S608 - what is tested
        "FROM (SELECT unnest($1) AS m, unnest(range(len($1))) AS n) ORDER BY n",
        [messages],
    ).fetchall()
    for message, (found, values) in zip(messages, rows, strict=True):
        assert found is matches(pattern, message), message
        if found:
            assert list(values.items()) == list((extract(pattern, message) or {}).items()), message


@QUIET
@given(source=strategies.regex_sources, texts=st.lists(st.text('ab4. \n"x'), min_size=1, max_size=6))
def test_re2_and_our_own_program_find_the_same(connection: Connection, source: str, texts: list[str]) -> None:
    program = read(source)
    rows = connection.execute("SELECT [regexp_matches(t, $2) FOR t IN $1]", [texts, program.re2]).fetchall()
    assert rows[0][0] == [program.search(text) for text in texts]
