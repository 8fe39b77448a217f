"""Leaves that are read together are those that are read one by one."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from siemlib.database.connection import connect
from siemlib.database.discover import json_leaf
from siemlib.database.json_leaves import with_leaves

PATHS = (("a",), ("b",), ("a", "b"), ("a", "0"), ("a.b",), ("a", "b", "c"), ("@@b",), ("@b",), ("a/b",), ("b~",))
KEYS = st.sampled_from(["a", "b", "c", "0", "a.b", "b.c", "@b", "a/b", "b~"])
SPECIAL = st.sampled_from(
    ["true", "false", "null", "", "{", "[", "{}", "[1]", "]x", 'q"uote', "back\\slash", "\n", "ü", "\U0001f600", "1.50"]
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | SPECIAL
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
CONNECTION = connect()


def check_same(messages: list[str]) -> None:
    source, together = with_leaves("messages", "message", PATHS)
    CONNECTION.execute("CREATE OR REPLACE TABLE messages AS SELECT unnest($1::VARCHAR[]) AS message", [messages])
    read_together = f"SELECT {', '.join(together[path] for path in PATHS)} FROM {source}"  # noqa: S608 - our own SQL
    one_by_one = f"SELECT {', '.join(json_leaf('message', path) for path in PATHS)} FROM messages"  # noqa: S608 - our own SQL
    assert CONNECTION.execute(read_together).fetchall() == CONNECTION.execute(one_by_one).fetchall()


@given(st.lists(st.dictionaries(KEYS, VALUES, max_size=4), min_size=1, max_size=8), st.booleans())
@settings(max_examples=200, deadline=None)
def test_leaves_read_together_are_those_read_one_by_one(documents: list[dict[str, object]], escaped: bool) -> None:  # noqa: FBT001 - drawn
    check_same([json.dumps(document, ensure_ascii=escaped) for document in documents])


def test_numbers_stand_as_written_and_texts_that_look_like_something_else_stay_texts() -> None:
    check_same(
        [
            '{"a": 12345678901234567890123, "b": 1.50}',
            '{"a": "true", "b": true}',
            '{"a": "{}", "b": {}}',
            '{"a": "[1]", "b": [1]}',
            '{"a": 1e400, "b": -0.0}',
            '{"a": "null", "b": null}',
            '{"a": "\\u007b\\ud83d\\ude00", "b": "\\""}',
            "{}",
        ]
    )


def test_every_message_is_read_once_however_many_leaves_are_asked_for() -> None:
    source, together = with_leaves("messages", "message", (("x",), ("y",), ("z",)))
    assert source.count("json_extract") == 1
    CONNECTION.execute("""CREATE OR REPLACE TABLE messages AS SELECT '{"x": "1", "y": "2", "z": "3"}' AS message""")
    fields = ", ".join(f"{sql} AS {path[0]}" for path, sql in together.items())
    wanted = f"SELECT x, y, z FROM (SELECT {fields} FROM {source}) WHERE x = '1' AND y = '2' AND z = '3'"  # noqa: S608 - our own SQL
    assert CONNECTION.execute(wanted).fetchall() == [("1", "2", "3")]
    plan = CONNECTION.execute(f"EXPLAIN {wanted}").fetchall()[0][1]
    assert "json_extract_string" not in plan, "the filter looks at what was found, and does not read the message again"


def test_messages_are_not_read_where_nobody_asks_for_a_leaf() -> None:
    source, together = with_leaves("broken", "message", (("x",),))
    CONNECTION.execute("CREATE OR REPLACE TABLE broken AS SELECT 'no JSON, so reading it would fail' AS message")
    counted = f"SELECT count(*) FROM (SELECT {together['x',]} AS x FROM {source})"  # noqa: S608 - our own SQL
    assert CONNECTION.execute(counted).fetchall() == [(1,)]
