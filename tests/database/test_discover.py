"""What is discovered in a message, by the SQL that discovers it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemlib.database.discover import flow_field, guessed_field, json_leaf
from siemlib.ql.sql.writer import select
from tests.database.language import CONNECTION

KEYS = st.text(min_size=1, max_size=6).filter(
    lambda key: not key.startswith("@") and "\x00" not in key and "." not in key
)
SCALARS = st.one_of(st.text(max_size=8).filter(lambda s: "\x00" not in s), st.integers(-(2**63), 2**64 - 1))


def found(expression: str, message: str) -> str | None:
    sql = select([expression], "(SELECT ? AS message)")
    [(value,)] = CONNECTION.cursor().execute(sql, [message]).fetchall()
    return None if value is None else str(value)


@given(st.lists(KEYS, min_size=1, max_size=4), SCALARS)
def test_a_leaf_is_found_by_its_path_whatever_its_keys_are(path: list[str], value: str | int) -> None:
    message: object = value
    for key in reversed(path):
        message = {key: message, key + "x": 0}
    assert found(json_leaf("message", tuple(path)), json.dumps(message)) == str(value)


@pytest.mark.parametrize(
    ("path", "message", "leaf"),
    [
        (("a",), '{"a": {"b": 1}}', None),
        (("a",), '{"a": [1]}', None),
        (("a",), '{"a": "{\\"b\\": 1}"}', '{"b": 1}'),
        (("a", "b"), '{"a": "{\\"b\\": 1}"}', None),
        (("a",), '{"a": null}', None),
        (("a",), '{"a": true}', "1"),
        (("a",), '{"a": "true"}', "true"),
        (("a",), '{"a": 12345678901234567890123}', "12345678901234567890123"),
        (("a",), '{"a": 1.5}', "1.5"),
        (("a", "b"), '{"a.b": "x"}', "x"),
        (("a", "b", "c"), '{"a.b": {"c": "x"}}', "x"),
        (("a", "b", "c"), '{"a": {"b.c": "x"}}', "x"),
        (("a.b",), '{"a.b": "x"}', "x"),
        (("a.b",), '{"a": {"b": "x"}}', "x"),
        (("@@example", "com"), '{"@example.com": "v"}', "v"),
        (("@example",), '{"@example": "v"}', None),
        (("a/b", "c~d"), '{"a/b": {"c~d": "x"}}', "x"),
        (("a",), "no json", None),
        (("a",), '{"a": 1', None),
        (("a",), "", None),
    ],
)
def test_what_is_no_leaf_is_absent(path: tuple[str, ...], message: str, leaf: str | None) -> None:
    assert found(json_leaf("message", path), message) == leaf


def test_a_broken_message_hides_no_other() -> None:
    leaf = json_leaf("message", ("a",))
    messages = ['{"a": 1}', "{", "text", '{"a": 2}'] * 3000
    sql = select([f"{leaf} AS a", "count(*)"], "(SELECT unnest(?) AS message)", "GROUP BY 1", "ORDER BY 1")
    rows = CONNECTION.cursor().execute(sql, [messages])
    assert rows.fetchall() == [("1", 3000), ("2", 3000), (None, 6000)]


FLOW = "2 123456789010 eni-1  10.0.0.1 10.0.0.2 443 22 6 20 4249 1418530010 1418530070 ACCEPT OK\n"


def test_a_flow_record_is_read_by_position_with_any_number_of_blanks() -> None:
    names = ("version", "srcAddr", "dstPort", "endTime", "logStatus")
    assert [found(flow_field("message", name), FLOW) for name in names] == ["2", "10.0.0.1", "22", "1418530070", "OK"]
    assert found(flow_field("message", "vpcId"), FLOW) is None


def test_a_sentence_of_fourteen_words_is_no_flow_record() -> None:
    sentence = "2 words are not enough so this one has as many as a record"
    assert len(sentence.split()) == 14
    assert found(guessed_field("message", ("action",), "NULL"), sentence) is None
