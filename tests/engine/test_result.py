"""The typed frame of a result, made from strings."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemlib.engine import Column, Result
from siemlib.model.event import FieldType
from siemlib.model.run import Completeness, Run, Statistics
from siemlib.model.timespan import TimeSpan

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def result(kind: FieldType, *values: str | None) -> Result:
    rows = [{} if value is None else {"x": value} for value in values]
    span = TimeSpan.of_millis(0, 1)
    run = Run("r", "e", "q", {}, span, (), NOW, NOW, Statistics(rows=len(rows)), Completeness.PARTIAL)
    return Result((Column("x", kind),), rows, run)


@pytest.mark.parametrize(
    ("kind", "values", "dtype"),
    [
        (FieldType.INTEGER, ("1", None), "Int64"),
        (FieldType.INTEGER, (None,), "Int64"),
        (FieldType.INTEGER, (), "Int64"),
        (FieldType.INTEGER, ("443", "-"), "string"),
        (FieldType.NUMBER, (None,), "Float64"),
        (FieldType.NUMBER, ("1.5", "2"), "Float64"),
        (FieldType.NUMBER, ("1.0E20",), "Float64"),
        (FieldType.DYNAMIC, (None,), "string"),
        (FieldType.DYNAMIC, ("1", "2.5"), "Float64"),
        (FieldType.DYNAMIC, ("007", "1"), "string"),
        (FieldType.DYNAMIC, ("9223372036854775807",), "Int64"),
        (FieldType.DYNAMIC, ("9223372036854775808",), "Float64"),
        (FieldType.DYNAMIC, ("1.5", "1234567890123456789"), "string"),
        (FieldType.TEXT, ("1", "2"), "string"),
        (FieldType.BOOLEAN, ("1", "0", None), "boolean"),
        (FieldType.TIMESTAMP, ("2026-01-01 00:00:00.000", None), "datetime64[ms, UTC]"),
    ],
)
def test_a_column_has_the_type_that_loses_nothing(kind: FieldType, values: tuple[str | None, ...], dtype: str) -> None:
    column = result(kind, *values).frame["x"]
    assert str(column.dtype) == dtype
    assert list(column.isna()) == [value is None for value in values]


ODD = [
    "0",
    "-0",
    "-1",
    "42",
    "007",
    "1.5",
    "1e5",
    "1E400",
    ".5",
    "5.",
    "+1",
    " 1",
    "1_0",
    "1\n2",
    "nan",
    "inf",
    "",
    "٣",
    "1٣",
]
LONG = [
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "9007199254740993",
    "1" + "0" * 40,
    "1" * 39,
]


def number_type(texts: list[str]) -> str:
    """Each text for itself, in the words of the docstring: integers, else floats, else text; nothing is lost."""
    whole = [re.fullmatch(r"0|-?[1-9][0-9]{0,37}", text) for text in texts]
    if all(whole) and all(-(2**63) <= int(text) < 2**63 for text in texts):
        return "Int64"
    numbers = all(re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?", text) for text in texts)
    exact = all(int(float(text)) == int(text) for text, found in zip(texts, whole, strict=True) if found)
    return "Float64" if numbers and exact else "string"


@given(
    st.lists(st.sampled_from([*ODD, *LONG]) | st.integers().map(str) | st.floats().map(repr), min_size=1, max_size=4)
)
def test_numbers_taken_together_are_what_each_is_for_itself(texts: list[str]) -> None:
    column = result(FieldType.DYNAMIC, None, *texts).frame["x"]
    dtype = number_type(texts)
    assert str(column.dtype) == dtype
    assert bool(column.isna()[0])
    make = {"Int64": int, "Float64": float, "string": str}[dtype]
    assert list(column[1:]) == list(map(make, texts))


def test_values_are_those_of_the_strings() -> None:
    assert list(result(FieldType.DYNAMIC, "1234567890123456789").frame["x"]) == [1234567890123456789]
    times = result(FieldType.TIMESTAMP, "2023-11-14 22:13:20.005").frame["x"]
    assert times[0] == pd.Timestamp("2023-11-14T22:13:20.005Z")
    assert list(result(FieldType.BOOLEAN, "1", "0").frame["x"]) == [True, False]


def test_completeness_and_statistics_are_those_of_the_run() -> None:
    given = result(FieldType.TEXT, "a")
    assert (given.completeness, given.statistics.rows) == (Completeness.PARTIAL, 1)
