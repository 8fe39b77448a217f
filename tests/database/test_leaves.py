"""The leaves of a JSON text, against Python's own reader; and which of them are discovered."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siemlib.database.leaves import MOST_LEAVES, field_name, first_leaves, values
from tests.database.language import rows

KEYS = st.text(max_size=4).filter(lambda key: "\x00" not in key)
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5).filter(lambda text: "\x00" not in text),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=40,
)


def leaves_of(value: object, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    """The oracle: by recursion over what Python reads."""
    if isinstance(value, dict):
        return [leaf for key, inner in value.items() for leaf in leaves_of(inner, (*path, key))]
    if isinstance(value, list):
        return [leaf for index, inner in enumerate(value) for leaf in leaves_of(inner, (*path, str(index)))]
    return [] if value is None or not path else [(path, value)]


@given(DOCUMENTS, st.sampled_from([None, 1]), st.booleans())
def test_leaves_are_those_that_a_reader_of_json_finds(document: object, indent: int | None, plain: bool) -> None:  # noqa: FBT001 - hypothesis gives it
    text = json.dumps(document, indent=indent, ensure_ascii=plain)
    found = [(value.path, json.loads(value.json)) for value in values(text) if value.is_leaf]
    assert found == leaves_of(document)


@given(st.lists(DOCUMENTS, min_size=20, max_size=30))
@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_the_first_leaves_are_a_beginning_of_all(documents: list[object]) -> None:
    text = json.dumps({"all": documents, "last": 1})
    assert leaves_of(json.loads(first_leaves(text))) == leaves_of(json.loads(text))[:MOST_LEAVES]


def test_of_a_key_that_comes_twice_the_first_counts() -> None:
    text = '{"a": {"x": 1}, "a": {"y": [2, {"z": 3}]}, "b": 4, "b": 5, "c": [{"d": 6}, {"d": 7}]}'
    found = [(".".join(value.path), value.json) for value in values(text) if value.is_leaf]
    assert found == [("a.x", "1"), ("b", "4"), ("c.0.d", "6"), ("c.1.d", "7")]
    assert rows("fields a.x, a.y.0, b, c.1.d", text) == [{"a.x": "1", "b": "4", "c.1.d": "7"}]


def test_depth_does_not_matter() -> None:
    deep = 100_000
    text = '{"a":' * deep + "1" + "}" * deep
    assert sum(value.is_leaf for value in values('{"b": 1, "deep": ' + text[:-deep] + "}" * (deep + 1))) == 2


def test_a_name_that_begins_with_an_at_sign_gets_another() -> None:
    names = [field_name(path) for path in [("@a", "b"), ("a", "@b"), ("@@a",)]]
    assert names == ["@@a.b", "a.@b", "@@@a"]


WIDE = {"first": 0, "nothing": None, "list": list(range(190)), "empty": {}, "map": {f"k{n}": n for n in range(20)}}
"""The leaves: ``first``, 190 elements, ``k0`` to ``k8`` as the 192nd to the 200th, and eleven more."""


def test_the_two_hundredth_leaf_is_discovered_and_the_next_is_not() -> None:
    found = rows("fields first, list.189, map.k8, map.k9, map.k19, ispresent(map.k9) as more", json.dumps(WIDE))
    assert found == [{"first": "0", "list.189": "189", "map.k8": "8", "more": "0"}]


def test_what_is_beyond_is_reached_by_reading_the_message() -> None:
    found = rows("fields jsonParse(@message) as m | display m.map.k19", json.dumps(WIDE))
    assert found == [{"m.map.k19": "19"}]


@pytest.mark.parametrize("count", [199, 200, 201])
def test_the_limit_is_exact(count: int) -> None:
    text = json.dumps({f"key{n:03d}": "," * n for n in range(count)})
    [row] = rows("fields key198, key199, key200", text)
    assert [len(value) for value in row.values()] == [198, 199][: count - 198]
