"""Queries in parentheses, as they run: what is counted, what is stored, what is hostile, and a join against Python."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siemlib.database.memory import MemoryEvent, MemoryStore
from siemlib.model.event import FieldType
from siemlib.ql.sql.emit import MOST_KEYS
from tests.database.language import START, ask, without_ptr

if TYPE_CHECKING:
    from siemlib.database.run import Answer

JOIN = "join type=left left=l right=r where l.k=r.k (SOURCE '/r')"
KEYS = (
    "1",
    "1.0",
    " 1",
    "1e0",
    "x",
    "X",
    "",
    "-",
    "007",
    "1_0",
    "10",
    "inf",
    "9007199254740993",
    "9007199254740992",
    None,
)


def store(left: list[dict[str, object]], right: list[dict[str, object]]) -> MemoryStore:
    sides = (("/l", left), ("/r", right))
    return MemoryStore([MemoryEvent(START + n, json.dumps(e), side) for side, es in sides for n, e in enumerate(es)])


def asked(query: str, given: MemoryStore) -> Answer:
    return ask(query, given, log_groups=["/l"])


def rows(query: str, given: MemoryStore) -> list[dict[str, str]]:
    return [without_ptr(row) for row in asked(query, given).rows]


def equal(left: str | None, right: str | None) -> bool:
    """By the rule of ``=``: numbers as numbers, else as texts, and what is missing never."""
    if left is None or right is None:
        return False
    numbers = [Decimal(text) for text in (left, right) if re.fullmatch(r"\s*[-+]?[0-9.]+(e[0-9]+)?\s*", text)]
    return numbers[0] == numbers[1] if len(numbers) == len((left, right)) else left == right


_sides = st.lists(st.sampled_from(KEYS), max_size=5)


@given(_sides, _sides, st.sampled_from(["inner", "left"]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_join_gives_what_two_loops_give(left: list[str | None], right: list[str | None], kind: str) -> None:
    expected: list[dict[str, str]] = []
    for n, key in reversed(list(enumerate(left))):
        found = [m for m, other in reversed(list(enumerate(right))) if equal(key, other)]
        expected += [{"l.n": str(n), "r.n": str(m)} for m in found]
        expected += [{"l.n": str(n)}] if not found and kind == "left" else []
    events = store([{"k": k, "n": n} for n, k in enumerate(left)], [{"k": k, "n": n} for n, k in enumerate(right)])
    assert rows(f"{JOIN.replace('type=left', f'type={kind}')} | display l.n, r.n", events) == expected


def test_whole_numbers_are_in_a_query_that_gives_whole_numbers() -> None:
    events = store([{"k": "a"}, {"k": "a"}, {"k": "b"}], [{"k": "x"}, {"k": "y"}, {"k": "y"}, {"k": "y"}])
    given = "SOURCE '/r' | stats count(*) as m by k | display m"
    assert rows(f"stats count(*) as n by k | filter n in ({given})", events) == [{"k": "b", "n": "1"}]
    assert rows(f"stats count(*) as n by k | filter n not in ({given})", events) == [{"k": "a", "n": "2"}]


@given(_sides, _sides)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_in_and_not_in_part_the_events_that_have_the_field(left: list[str | None], right: list[str | None]) -> None:
    events = store([{"k": k, "n": n} for n, k in enumerate(left)], [{"k": k} for k in right])
    there = [str(n) for n, key in enumerate(left) if any(equal(key, other) for other in right)]
    rest = [str(n) for n, key in enumerate(left) if key is not None and str(n) not in there]
    for word, expected in (("in", there), ("not in", rest)):
        found = rows(f"filter k {word} (SOURCE '/r' | fields k) | fields n | sort n", events)
        assert [row["n"] for row in found] == expected


def test_what_inner_queries_read_is_counted_and_what_matched_is_of_the_outer_one() -> None:
    events = store([{"k": 1}, {"k": 2}], [{"k": 1}, {"k": 1}, {"k": 3}])
    answer = asked(f"filter k = 1 or k = 2 | {JOIN}", events)
    assert (answer.matched, answer.scanned, len(answer.rows)) == (2, 5, 3)
    assert answer.bytes == sum(len(event.message) for event in events.events)
    answer = asked("filter k in (SOURCE '/r' | fields k) | stats count(*)", events)
    assert (answer.matched, answer.scanned) == (1, 5)


def test_a_stored_number_that_is_not_available_is_missing_where_there_is_no_row_for_it() -> None:
    events = store([{"k": 1}, {"k": 2}], [{"k": 1, "n": "-"}])
    stored = MemoryStore(events.events, {("n",): FieldType.INTEGER}, missing_text="-")
    query = f"{JOIN} | display l.k, r.n, ispresent(r.n) as there | sort l.k"
    expected = [{"l.k": "1", "r.n": "-", "there": "1"}, {"l.k": "2", "there": "0"}]
    assert rows(query, events) == rows(query, stored) == expected


def test_a_side_with_too_many_keys_is_joined_whole_and_noted() -> None:
    right = [MemoryEvent(START, f'{{"k":{n}}}', "/r") for n in range(MOST_KEYS + 1)]
    left = MemoryEvent(START, f'{{"k":{MOST_KEYS}}}', "/l")
    answer = asked(f"{JOIN} | display r.k", MemoryStore([left, *right]))
    assert [row["r.k"] for row in answer.rows] == [str(MOST_KEYS)]
    (note,) = answer.notes
    assert note.startswith("The right side of the join has more than 50,000 different keys")
    assert asked(f"{JOIN} | display r.k", MemoryStore([left, *right[1:]])).notes == ()


def test_names_of_sides_and_log_groups_that_look_like_sql_stay_names() -> None:
    side, group = 'a"; DROP TABLE x; --', "g'); DROP TABLE y; --"
    events = MemoryStore([MemoryEvent(START, '{"k":1}', "/l"), MemoryEvent(START, '{"k":1,"v":2}', group)])
    query = f'join left=l right=`{side}` where l.k=`{side}`.k (SOURCE "{group}") | display `{side}`.v'
    assert rows(query, events) == [{f"{side}.v": "2"}]


def test_columns_called_like_those_that_the_sql_needs_are_left_alone() -> None:
    events = store([{"k": 1, "#row": "l", "#right": "l"}], [{"k": 1, "#row": "r", "#key": "r"}])
    names = "l.`#row`, l.`#right`, r.`#row`, r.`#key`"
    expected = [{"l.#row": "l", "l.#right": "l", "r.#row": "r", "r.#key": "r"}]
    assert rows(f"{JOIN} | display {names}", events) == expected
    found = rows("fields `#row` | appendcols (SOURCE '/r' | fields `#row` as x, `#key`)", events)
    assert found == [{"#row": "l", "x": "r", "#key": "r"}]


def test_every_side_of_a_join_may_be_empty() -> None:
    assert rows(f"{JOIN} | display l.k, r.k", store([], [{"k": 1}])) == []
    assert rows(f"{JOIN} | display l.k, r.k", store([{"k": 1}], [])) == [{"l.k": "1"}]
    assert rows("stats count(*) as n | appendcols (SOURCE '/r' | fields k)", store([], [])) == [{"n": "0"}]
    assert rows("filter k not in (SOURCE '/r' | fields k) | fields k", store([{"k": 1}], [])) == [{"k": "1"}]
