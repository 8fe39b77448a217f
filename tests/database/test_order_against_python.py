"""Random ``sort``, ``dedup`` and ``limit``: the rows are those that plain Python puts in order."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.database.language import ask, events, without_ptr
from tests.database.oracle import first_of_each, in_order, text_of_json

SETTINGS = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])

_values = st.one_of(
    st.integers(-20, 200),
    st.sampled_from([0.5, -2.5, 9007199254740993, 9007199254740992, 1e3]),
    st.sampled_from(
        ["0", "01", "007", "-1", "1.50", "1e2", " 5 ", "5A", "111A", "2345_", "A9876fghj", "a12345hfh", "*%04"]
    ),
    st.text(alphabet="aB1029_!é日\x7f", max_size=5),
    st.text(alphabet="0123456789", max_size=4),
)
_events = st.lists(st.fixed_dictionaries({}, optional={"a": _values, "b": _values}), min_size=1, max_size=10)


def rows_of(given_events: list[dict[str, object]]) -> list[dict[str, str]]:
    """The rows as they come without ``sort``: the newest first."""
    rows = []
    for number, event in enumerate(given_events):
        row = {"id": str(number), **{name: text_of_json(value) for name, value in event.items()}}
        rows.append({name: value for name, value in row.items() if value is not None})
    return rows[::-1]


def asked(query: str, given_events: list[dict[str, object]]) -> list[dict[str, str]]:
    messages = [json.dumps({"id": number, **event}) for number, event in enumerate(given_events)]
    return [without_ptr(row) for row in ask(query, events(*messages)).rows]


@SETTINGS
@given(_events, st.booleans(), st.booleans())
def test_sort_is_the_order_of_the_specification(
    given_events: list[dict[str, object]],
    first: bool,  # noqa: FBT001 - drawn
    second: bool,  # noqa: FBT001 - drawn
) -> None:
    ways = ["desc" if way else "asc" for way in (first, second)]
    expected = in_order(in_order(rows_of(given_events), "b", descending=second), "a", descending=first)
    found = asked(f"fields id, a, b | sort a {ways[0]}, b {ways[1]}", given_events)
    assert [row["id"] for row in found] == [row["id"] for row in expected]


@SETTINGS
@given(_events, st.sampled_from([("a",), ("b",), ("a", "b")]), st.sampled_from(["", "asc", "desc"]), st.integers(1, 6))
def test_dedup_keeps_the_first_and_limit_cuts(
    given_events: list[dict[str, object]], names: tuple[str, ...], way: str, count: int
) -> None:
    rows = rows_of(given_events)
    ordered = in_order(rows, "b", descending=way == "desc") if way else rows
    expected = first_of_each(ordered, names)
    sort = f"| sort b {way} " if way else ""
    query = f"fields id, a, b {sort}| dedup {', '.join(names)}"
    assert asked(query, given_events) == expected
    assert asked(f"{query} | limit {count}", given_events) == expected[:count]
