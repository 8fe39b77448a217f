"""Rules of single functions, beyond the number and the kinds of their arguments."""

from __future__ import annotations

import pytest

from siemlib.errors import QueryError
from tests.database.language import rows


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("stats pct(a, -1)", "a percentile is a number from 0 to 100"),
        ("stats pct(a, b)", "a percentile is a number from 0 to 100"),
        ("stats topk(0, a)", "'topk' takes a whole number from 1 to 10,000 first"),
        ("stats rate(a, 1mo)", "'rate' is of weeks at most, as months differ"),
        ("stats rate(a, 5)", "'rate' takes a length of time here"),
        ("stats histogram(a, 0)", "'histogram' takes the width of a range second, a number above 0"),
        ("stats histogram(a, 1e999)", "'histogram' takes the width of a range second, a number above 0"),
        ("stats histogram(a, b)", "'histogram' takes the width of a range second, a number above 0"),
        ("fields formatDate(@timestamp, a)", "'formatDate' takes a written-out format and time zone"),
        ('fields parseDate(a, "y-M-d", b)', "'parseDate' takes a written-out format and time zone"),
        ("stats sum(max(a))", "'max' cannot stand inside 'sum': both count over many events"),
        ("stats max(a) by sum(b)", "'sum' counts over many events: it cannot stand after 'by'"),
        ("stats count(*) by a offset 1h", "'offset' needs a bin(…) after 'by'"),
        ("stats count(*) by bin(1h) offset 1y", "'offset' is of weeks at most, as months differ"),
    ],
)
def test_a_call_that_breaks_the_rule_of_its_function_is_refused(query: str, problem: str) -> None:
    with pytest.raises(QueryError) as refused:
        rows(query, "{}")
    assert refused.value.message.startswith(problem)


def test_a_time_beside_a_text_is_refused_with_the_milliseconds_that_were_meant() -> None:
    with pytest.raises(QueryError) as refused:
        rows('filter @timestamp >= "2023-11-14T22:13:20Z"', "x")
    assert refused.value.message.startswith("a time cannot be compared with a text")
    assert "toMillis(@timestamp) >= 1700000000000" in refused.value.message


@pytest.mark.parametrize("name", ["v", "x", "e", "m", "d", "n", "t", "V", "rows", "found"])
def test_a_field_may_be_called_what_the_sql_calls_its_own(name: str) -> None:
    event = f'{{"{name}": 3}}'
    query = f"stats round(avg({name}), 1) as a, histogram({name}, 2) as h, values({name}) as l, toInt(max({name})) as i"
    assert rows(query, event) == [{"a": "3", "h": '{"2":1}', "l": '["3"]', "i": "3"}]
    assert rows(f"stats topk(1, {name}) as top", event) == [{"top": '["3"]'}]
    assert rows(f'fields formatDate({name}, "%s") as f, parseDate({name}, "y-M-d") as p', event) == [{"f": "0"}]
