"""A page of GetQueryResults: what came is what is given, whatever its form, and half an answer is no answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemlib.errors import SiemError
from siemlib.live.decode import _alike, document_of, page_of
from siemlib.live.errors import LiveError, UnavailableError
from siemlib.live.service import Page, Status

COMPACT, SPACED = (",", ":"), (", ", ": ")


def body(rows: list[list[dict[str, Any]]], *, separators: tuple[str, str] = COMPACT, **members: object) -> bytes:
    document = {"queryLanguage": "CWLI", "results": rows, "status": "Complete", **members}
    return json.dumps(document, separators=separators, ensure_ascii=False).encode()


def row(**values: object) -> list[dict[str, Any]]:
    return [{"field": name.replace("at_", "@"), "value": value} for name, value in values.items()]


def simply(page: Page) -> list[dict[str, str]]:
    return [
        {
            name: value
            for name, column in zip(page.names, page.columns, strict=True)
            if (value := column[place]) is not None
        }
        for place in range(page.rows)
    ]


NAMES = st.sampled_from(["@timestamp", "@message", "srcAddr", 'a"b', "ü", "},{", "@ptr"])
HOSTILE = st.sampled_from(
    ['},{"field":"srcAddr","value":"x"}', '}],[{"field":"@message","value":"', "}]]", "\\", '"', ",0,"]
)
VALUES = st.one_of(st.text(st.characters(exclude_categories=["Cs"])), HOSTILE)


@given(st.lists(st.dictionaries(NAMES, VALUES, max_size=4), max_size=5), st.sampled_from([COMPACT, SPACED]))
def test_any_rows_come_out_as_they_went_in(rows: list[dict[str, str]], separators: tuple[str, str]) -> None:
    page = page_of(body([row(**each) for each in rows], separators=separators))
    assert simply(page) == rows
    assert page.rows == len(rows)


@given(st.lists(NAMES, min_size=1, max_size=4, unique=True), st.data())
def test_rows_that_are_all_alike_come_out_as_they_went_in(names: list[str], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.fixed_dictionaries(dict.fromkeys(names, VALUES)), min_size=1, max_size=6))
    text = body([row(**{name: each[name] for name in names}) for each in rows])
    assert simply(page_of(text)) == rows
    assert (_alike(text) is not None) == ("@ptr" not in names[:-1])


def test_two_rows_that_make_up_for_each_other_are_not_taken_for_alike() -> None:
    """A row that lacks a field and one that has another twice hold as many values as two whole rows."""
    rows = [
        [{"field": "a", "value": "1"}, {"field": "b", "value": "2"}],
        [{"field": "a", "value": "3"}, {"field": "a", "value": "4"}],
        [{"field": "b", "value": "5"}, {"field": "b", "value": "6"}],
    ]
    page = page_of(body(rows))
    assert simply(page) == [{"a": "1", "b": "2"}, {"a": "3", "a (2)": "4"}, {"b": "5", "b (2)": "6"}]


def test_a_missing_field_is_none_and_the_pointer_is_last() -> None:
    page = page_of(body([row(at_ptr="p", x="1"), row(y="2", at_ptr="q")]))
    assert page.names == ("x", "y", "@ptr")
    assert page.columns == (["1", None], [None, "2"], ["p", "q"])


def test_a_field_that_a_row_gives_twice_is_kept_twice_where_the_values_differ() -> None:
    page = page_of(body([[*row(message="a"), *row(message="a")], [*row(message="b"), *row(message="c")]]))
    assert simply(page) == [{"message": "a"}, {"message": "b", "message (2)": "c"}]


def test_a_value_that_is_no_string_is_its_json_text() -> None:
    page = page_of(body([row(a=1, b=True, c=None, d=[1], e=2.5)] * 2))
    assert simply(page) == [{"a": "1", "b": "true", "d": "[1]", "e": "2.5"}] * 2


def test_rows_without_any_field_are_counted() -> None:
    page = page_of(body([[], []]))
    assert (page.rows, simply(page)) == (2, [{}, {}])


def test_a_page_without_rows_has_no_columns() -> None:
    page = page_of(body([]))
    assert (page.rows, page.names, page.columns) == (0, (), ())


def test_only_the_answers_own_results_are_its_rows() -> None:
    inner = '{"results":[[{"field":"x","value":"1"}]]}'
    assert page_of(f'{{"status":"Complete","other":{inner},"results":[]}}'.encode()).rows == 0
    with pytest.raises(LiveError):
        page_of(f"[{inner}]".encode())


def test_half_a_surrogate_pair_becomes_a_text_that_can_be_written() -> None:
    whole, half = '"value":"\\ud83d\\ude00"', '"value":"a\\ud83d"'
    text = f'{{"results":[[{{"field":"x",{whole}}}],[{{"field":"x",{half}}}]],"status":"Complete"}}'
    assert page_of(text.encode()).columns == (["😀", "a\ufffd"],)


def test_the_counts_are_those_of_the_service() -> None:
    statistics = {"recordsMatched": 3.0, "recordsScanned": 10.0, "bytesScanned": 1.2e9, "estimatedRecordsSkipped": 4.0}
    more = {"estimatedBytesSkipped": 5.0, "logGroupsScanned": 2.0, "resultCount": 0.0}
    counts = page_of(body([], statistics=statistics | more)).counts
    assert (counts.matched, counts.scanned, counts.bytes, counts.rows) == (3, 10, 1_200_000_000, 0)
    assert (counts.skipped_events, counts.skipped_bytes, counts.log_groups) == (4, 5, 2)
    assert page_of(body([])).counts.rows is None


@pytest.mark.parametrize("status", [status.value for status in Status])
def test_the_status_and_the_next_page_are_those_of_the_service(status: str) -> None:
    page = page_of(body([row(a="1")], status=status, nextToken="t"))
    assert (page.status.value, page.token) == (status, "t")


def test_a_status_that_nobody_knows_is_unknown() -> None:
    assert page_of(body([], status="Paused")).status is Status.UNKNOWN
    assert page_of(b'{"results":[]}').status is Status.UNKNOWN


WHOLE = body([row(at_message="one", at_ptr="p"), row(at_message="two", at_ptr="q")], statistics={"resultCount": 2.0})


def test_a_body_that_broke_off_anywhere_is_no_answer() -> None:
    for length in range(len(WHOLE)):
        with pytest.raises(UnavailableError) as error:
            page_of(WHOLE[:length])
        assert error.value.again


@pytest.mark.parametrize("text", ["[]", "null", "<html>503</html>", "[" * 100_000, '"results"'])
def test_what_is_no_json_object_is_no_answer(text: str) -> None:
    with pytest.raises(UnavailableError):
        document_of(text.encode())


@pytest.mark.parametrize(
    "text",
    ["{}", '{"results":{"a":1}}', '{"results":[[1]]}', '{"results":[[{"value":"x"}]]}', '{"results":[[{"field":1}]]}',
     '{"results":[],"statistics":[1]}', '{"results":[],"statistics":{"recordsMatched":"many"}}',
     '{"results":[],"statistics":{"recordsMatched":Infinity}}', '{"results":null}', '{"results":{}}', '{"results":""}',
     '{"results":[{}]}', r'{"results":[[{"field":"\ud800","value":"1"},{"field":"\udfff","value":"2"}]]}',
     '{"results":[[{"field":"a","value":"1"}]],"nextToken":7}'],
)  # fmt: skip
def test_json_of_another_form_is_said_to_be_so(text: str) -> None:
    with pytest.raises(SiemError) as error:
        page_of(text.encode())
    assert isinstance(error.value, LiveError)
    assert not error.value.again
