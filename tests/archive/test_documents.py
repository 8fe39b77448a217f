"""JSON documents, element by element."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemlib.archive import documents
from siemlib.archive.documents import Broken, Element, TooLong, as_bytes, elements

WANTED = frozenset({"Records"})


def texts(data: bytes, size: int = 7) -> list[bytes]:
    """The elements, with the document in pieces of ``size`` bytes."""
    pieces = (data[n : n + size] for n in range(0, len(data), size))
    found = list(elements(pieces, WANTED))
    assert not any(isinstance(each, Broken) for each in found)
    return [as_bytes(each.text) for each in found if isinstance(each, Element)]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(VALUES, max_size=5), st.integers(1, 40), st.booleans(), st.sampled_from([None, 2]))
def test_each_element_is_given_exactly_as_it_was_written(
    values: list[object],
    size: int,
    wrapped: bool,  # noqa: FBT001 - drawn by hypothesis
    indent: int | None,
) -> None:
    written = [json.dumps(value, ensure_ascii=False, indent=indent).encode() for value in values]
    array = b"[ " + b" ,\n".join(written) + b"]"
    document = b'{"before": [1, {"Records": 0}], "Records":' + array + b', "after": null}' if wrapped else array
    assert texts(document, size) == written


def test_documents_back_to_back_are_read_one_after_the_other() -> None:
    assert texts(b'{"Records":[{"a":1}]}{"Records":[]}\n[2]{"Records":[3]}') == [b'{"a":1}', b"2", b"3"]


def test_bytes_that_are_not_utf8_survive() -> None:
    assert texts(b'[{"a":"\xff\xfe"}]') == [b'{"a":"\xff\xfe"}']


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'[\n{"a": 1},\n{b: 2}]', "expecting property name enclosed in double quotes (line 3, column 2)"),
        (b'{"Records":[{"a":1}', "expected ], but the text ends"),
        (b'{"Records":[{"a":1},{"a":', "expecting value"),
        (b'{"Records":[{"a":"x', "unterminated string"),
        (b'{"a":1} hello', "expected { or ["),
        (b"[" * 100_000, "the text ends within a value"),
    ],
)
def test_broken_json_ends_the_reading_with_its_reason_and_its_place(data: bytes, reason: str) -> None:
    for size in (5, 1 << 20):
        last = list(elements((data[n : n + size] for n in range(0, len(data), size)), WANTED))[-1]
        assert isinstance(last, Broken)
        assert reason in last.reason


def test_what_comes_after_the_break_is_counted_and_its_beginning_kept() -> None:
    rest = b"nonsense " * 20_000
    *good, last = elements(iter([b'[{"a":1}, ', rest[:50], rest[50:]]), WANTED)
    assert len(good) == 1
    assert isinstance(last, Broken)
    assert last.length == len(rest)
    assert rest.startswith(last.text)
    assert len(last.text) == 64 << 10


def test_what_is_nested_too_deeply_is_passed_by_and_hides_nothing_that_follows() -> None:
    deep = b'{"a":' + b"[" * 50_000 + b'"]"' + b"]" * 50_000 + b"}"
    for size in (5_000, 1 << 20):
        data = b'{"Records":[1,' + deep + b",2]}"
        first, passed, last = elements((data[n : n + size] for n in range(0, len(data), size)), WANTED)
        assert isinstance(first, Element)
        assert isinstance(last, Element)
        assert isinstance(passed, TooLong)
        assert (first.value, last.value) == (1, 2)
        assert (passed.reason, passed.length) == ("nested too deeply", len(deep))


def test_an_integer_of_ten_thousand_digits_is_no_error() -> None:
    document = b'[{"a":' + b"9" * 10_000 + b"}]"
    assert texts(document, 1000) == [document[1:-1]]


def test_what_is_walked_over_may_be_cut_anywhere_by_the_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "LONGEST", 12)
    long = rb'{"a":["\\\"]}",{"b":"\u00e9[\\"}]}'
    data = b'{"before":' + long + b',"Records":[1,' + long + b",2]}"
    for size in range(1, 12):
        pieces = (data[n : n + size] for n in range(0, len(data), size))
        first, second, third = elements(pieces, WANTED)
        assert isinstance(first, Element)
        assert isinstance(third, Element)
        assert (first.value, third.value) == (1, 2)
        assert as_bytes(second.text) == long if isinstance(second, Element) else second.length == len(long)
