"""Quoting: nothing that stands in a name or a literal can leave it, whatever it is."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemlib.ql.sql.writer import double, identifier, indent, integer, literal
from tests.database.language import CONNECTION

NASTY = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["'", "''", "\\'", "'; DROP TABLE x; --", '"', '""', "\x00", "a\x00'b", "$1", "/*", "--", "\ufeff", "'||'"]
    ),
)


@given(NASTY)
def test_a_literal_is_read_back_as_the_text_it_was(text: str) -> None:
    assert CONNECTION.cursor().execute(f"SELECT {literal(text)} AS x").fetchall() == [(text,)]


@given(NASTY.filter(bool))
def test_an_identifier_names_one_column_and_does_nothing_else(name: str) -> None:
    cursor = CONNECTION.cursor().execute(f"SELECT 1 AS {identifier(name)}")
    assert [column[0] for column in cursor.description] == [name.replace("\x00", "␀")]
    assert cursor.fetchall() == [(1,)]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_double_is_read_back_as_the_same_double(number: float) -> None:
    cursor = CONNECTION.cursor().execute(f"SELECT 0 + {double(number)} AS x, typeof({double(number)}) AS t")
    [(value, kind)] = cursor.fetchall()
    assert (value, kind) == (number, "DOUBLE")


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_no_finite_number_is_no_double(number: float) -> None:
    with pytest.raises(ValueError, match="no number"):
        double(number)


def test_a_negative_number_can_follow_any_operator() -> None:
    assert CONNECTION.cursor().execute(f"SELECT 1 -{integer(-1)} AS x").fetchall() == [(2,)]


@given(NASTY, NASTY.filter(bool))
def test_indenting_changes_no_literal_and_no_name(text: str, name: str) -> None:
    cursor = CONNECTION.cursor().execute(indent(f"SELECT 1 AS {identifier(name)},\n{literal(text)} AS x"))
    assert cursor.description[0][0] == name.replace("\x00", "␀")
    assert cursor.fetchall() == [(1, text)]
