"""Random conditions over random events: the answer is that of a few lines of Python written from the specification."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.database.language import ask, events
from tests.database.oracle import ORDERINGS, Value, calculate, compare, text, text_of_json

if TYPE_CHECKING:
    from collections.abc import Callable

Event = dict[str, object]
SETTINGS = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
FIELDS = ("a", "b", "c.d")

_texts = st.sampled_from(
    ["", "x", "X", "abc", "ab", "7", "07", "7.0", "-1", " 5 ", "1e2", "10", "9", "0x1", "é", "x7", "_"]
)
_numbers = st.sampled_from([0, 1, -1, 7, 9, 10, 100, 0.5, -2.5, 9007199254740993, 123456789012345678])
_json_values = st.one_of(_texts, _numbers, st.booleans(), st.none())


@dataclass(frozen=True)
class Said:
    """A part of a query and what it means."""

    text: str
    value: Callable[[Event], Value]

    def __repr__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Asked:
    """A condition and when it holds."""

    text: str
    holds: Callable[[Event], bool]

    def __repr__(self) -> str:
        return self.text


def field_of(event: Event, name: str) -> str | None:
    here: object = event
    for key in name.split("."):
        here = here.get(key) if isinstance(here, dict) else None
    return text_of_json(here)


def _field(name: str) -> Said:
    return Said(name, lambda event: field_of(event, name))


def _literal(value: object) -> Said:
    written = json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)
    return Said(written, lambda _: text_of_json(value))


def _arithmetic(left: Said, sign: str, right: Said) -> Said:
    return Said(
        f"({left.text} {sign} {right.text})", lambda event: calculate(left.value(event), sign, right.value(event))
    )


_fields = st.sampled_from(FIELDS).map(_field)
_literals = st.one_of(_texts, _numbers).map(_literal)
_values = st.recursive(
    st.one_of(_fields, _literals),
    lambda inner: st.builds(_arithmetic, inner, st.sampled_from("+-*/%"), inner),
    max_leaves=3,
)


def _comparison(left: Said, sign: str, right: Said) -> Asked:
    return Asked(f"{left.text} {sign} {right.text}", lambda event: compare(left.value(event), sign, right.value(event)))


def _member(value: Said, items: list[Said], *, negated: bool) -> Asked:
    def holds(event: Event) -> bool:
        one = value.value(event)
        return one is not None and any(compare(one, "=", item.value(event)) for item in items) is not negated

    listed = ", ".join(item.text for item in items)
    return Asked(f"{value.text} {'not in' if negated else 'in'} [{listed}]", holds)


def _like(value: Said, part: str, *, negated: bool) -> Asked:
    def holds(event: Event) -> bool:
        whole = text(value.value(event))
        return whole is not None and (part in whole) is not negated

    return Asked(f"{value.text} {'not like' if negated else 'like'} {json.dumps(part, ensure_ascii=False)}", holds)


def _matches(value: Said, pattern: str, word: str) -> Asked:
    def holds(event: Event) -> bool:
        whole = text(value.value(event))
        return whole is not None and (re.search(pattern, whole) is not None) is (word != "not like")

    return Asked(f"{value.text} {word} /{pattern}/", holds)


def _present(name: str) -> Asked:
    return Asked(f"ispresent({name})", lambda event: field_of(event, name) is not None)


def _negation(condition: Asked, spelling: str) -> Asked:
    return Asked(f"{spelling}({condition.text})", lambda event: not condition.holds(event))


def _all(parts: list[Asked]) -> Asked:
    return Asked(" and ".join(part.text for part in parts), lambda event: all(part.holds(event) for part in parts))


def _any(parts: list[Asked]) -> Asked:
    return Asked(" or ".join(part.text for part in parts), lambda event: any(part.holds(event) for part in parts))


_patterns = st.sampled_from(["[0-9]+", "^x", "7$", "(?i)x", "ab|7", "^$", "[^a-z]", "e|\\.", "^-?1"])
_atoms = st.one_of(
    st.builds(_comparison, _values, st.sampled_from(list(ORDERINGS)), _values),
    st.builds(_member, _values, st.lists(_literals, min_size=1, max_size=3), negated=st.booleans()),
    st.builds(_like, _fields, _texts, negated=st.booleans()),
    st.builds(_matches, _fields, _patterns, st.sampled_from(["like", "not like", "=~"])),
    st.sampled_from(FIELDS).map(_present),
)


def _larger(inner: st.SearchStrategy[Asked]) -> st.SearchStrategy[Asked]:
    # "or" of "and" without parentheses: the precedence of the language is tested as well.
    negated = st.builds(_negation, inner, st.sampled_from(["not ", "!"]))
    every = st.lists(st.one_of(_atoms, negated), min_size=1, max_size=3).map(_all)
    return st.lists(every, min_size=1, max_size=3).map(_any)


conditions = st.recursive(_atoms, _larger, max_leaves=6)
_events = st.lists(
    st.fixed_dictionaries(
        {}, optional={"a": _json_values, "b": _json_values, "c": st.fixed_dictionaries({"d": _json_values})}
    ),
    min_size=1,
    max_size=8,
)


@SETTINGS
@given(conditions, _events)
def test_a_filter_keeps_the_events_for_which_the_condition_holds(condition: Asked, given_events: list[Event]) -> None:
    messages = [json.dumps({"id": number, **event}) for number, event in enumerate(given_events)]
    rows = ask(f"filter {condition.text} | fields id", events(*messages)).rows
    assert sorted(int(row["id"]) for row in rows) == [n for n, e in enumerate(given_events) if condition.holds(e)]


@SETTINGS
@given(_values, _events)
def test_a_computed_value_is_that_of_the_specification(value: Said, given_events: list[Event]) -> None:
    messages = [json.dumps({"id": number, **event}) for number, event in enumerate(given_events)]
    rows = ask(f"fields id, {value.text} as v | display id, v", events(*messages)).rows
    found = {int(row["id"]): row.get("v") for row in rows}
    for number, event in enumerate(given_events):
        expected = value.value(event)
        if isinstance(expected, float):
            assert float(found[number] or "nan") == expected
        else:
            assert found[number] == expected
