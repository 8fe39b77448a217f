"""What is explained is what runs. The whole text of some explanations stands in ``tests/cases/explain``."""

from __future__ import annotations

import re

import duckdb
from hypothesis import given, settings

from siemlib.database.functions import register
from siemlib.ql.analyse import analyse
from siemlib.ql.diagnostic import CompileError
from siemlib.ql.explain import explain
from siemlib.ql.parser import parse
from siemlib.ql.printer import print_query
from siemlib.ql.sql.duckdb import MACROS
from siemlib.ql.sql.shown import shown
from tests.ql.strategies import queries

HOSTILE = 'filter a = "x\n); DROP TABLE archive; --" | fields `b\u2028\u202e\r; DROP TABLE archive` as c | limit 5'


def said(text: str) -> str:
    plan = analyse(parse(text), {}, text)
    return explain(text, plan, shown(plan))


def sql_of(text: str) -> str:
    return said(text).partition("\nsql\n")[2]


def test_every_command_stands_with_its_line_and_with_the_part_it_became() -> None:
    told = said("fields a\n| filter a = 1\n| sort b\n\n| limit 2")
    assert "  line 1: fields a\n    chooses columns\n" in told
    assert "  line 2: filter a = 1\n    each event → filter_1\n" in told
    assert "  line 3: sort b\n    all rows   → the order of what follows\n" in told
    assert "  line 5: limit 2\n    all rows   → limit_3\n" in told
    assert re.search(r"-- line 2: filter a = 1\n +filter_1 AS \(", told)


def test_what_may_be_sliced_is_told_from_what_needs_all_rows() -> None:
    assert "the span of time may be cut into slices" in said("filter a = 1")
    assert "2 steps work on one event at a time; the rest needs all rows" in said(
        "fields a + 1 as b | filter b > 1 | stats count(*)"
    )
    assert "every step needs all rows" in said("stats count(*)")
    assert "what follows a limit sees only the rows that it left" in said("limit 20 | filter a = 1")


def test_the_columns_come_in_their_order_and_events_carry_their_pointer() -> None:
    assert "columns\n  b (number)\n  @timestamp (timestamp)\n  @ptr (text)\n" in said("fields a + 1 as b, @timestamp")
    assert "columns\n  k\n  count(*) (integer)\n\n" in said("stats count(*) by k")


def test_the_sql_runs_as_it_stands_and_gives_the_answer() -> None:
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE archive AS SELECT 0::BIGINT AS timestamp, 0::BIGINT AS ingestion_time, '' AS log_group,"
        " '' AS log_stream, '' AS message, '' AS event_id, a FROM (VALUES ('1'), ('2'), ('30')) t(a)"
    )
    register(connection)
    for macro in MACROS:
        connection.execute(macro)
    rows = connection.execute(sql_of("filter a > 1\n| stats sum(a) as total\n| display total")).fetchall()
    assert [row[0] for row in rows] == ["32"]
    connection.close()


def test_no_line_of_a_hostile_query_leaves_its_comment() -> None:
    comments = [line for line in said(HOSTILE).split("\n") if "-- line" in line]
    assert len(comments) == 3
    assert all(character.isprintable() for line in comments for character in line)


@settings(max_examples=25)
@given(queries)
def test_whatever_compiles_can_be_explained(query: object) -> None:
    text = print_query(query)  # type: ignore[arg-type]
    try:
        plan = analyse(parse(text), {}, text)
    except CompileError:
        return
    told = explain(text, plan, shown(plan))
    assert told.startswith("plan\n")
    assert sum(count for _, count in plan.origins) == len(plan.steps)
