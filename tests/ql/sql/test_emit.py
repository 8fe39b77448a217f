"""The SQL of a query: one that a person can follow, and that the database takes whatever the query is."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, assume, given, settings

from siemlib.database.memory import MemoryStore
from siemlib.errors import QueryError
from siemlib.model.event import FieldType
from siemlib.ql.analyse import analyse
from siemlib.ql.parser import parse
from siemlib.ql.printer import print_query
from siemlib.ql.sql.emit import Source, emit
from siemlib.ql.sql.expressions import Moment
from tests.database.language import ask, events
from tests.ql.strategies import queries

if TYPE_CHECKING:
    from siemlib.ql.ast import Query


def sql(text: str, schema: dict[tuple[str, ...], FieldType] | None = None) -> str:
    plan = analyse(parse(text), schema or {}, text)
    source = Source("SELECT * FROM archive", {path: ".".join(path) for path in plan.paths})
    return emit(plan, source, Moment(0, 0, 0), first_rows=None).sql


def test_every_command_is_a_part_named_after_it() -> None:
    text = sql('filter a = "x" | parse b "*-*" as c, d | stats count(*) as n by c | sort n desc | limit 3')
    assert [line.split(" AS (")[0].removeprefix("WITH ") for line in text.splitlines() if line.endswith(" AS (")] == [
        "events",
        "filter_1",
        "parse_2",
        "stats_3",
        "limit_5",
    ]


def test_a_stored_number_is_compared_as_it_is_so_that_files_can_be_skipped() -> None:
    integers: dict[tuple[str, ...], FieldType] = {("dstPort",): FieldType.INTEGER}
    assert 'WHERE "dstPort" = 22\n' in sql("filter dstPort = 22", integers)
    assert 'WHERE "dstPort" = 22\n' in sql('filter dstPort = "22"', integers)
    assert 'WHERE "dstPort" IN (22, 3389)\n' in sql("filter dstPort in [22, 3389]", integers)
    assert 'WHERE ("dstPort" >= 1 AND "dstPort" < 1024)\n' in sql("filter dstPort >= 1 and dstPort < 1024", integers)


def test_a_text_is_compared_as_it_is_with_what_is_no_number() -> None:
    assert "WHERE \"action\" = 'REJECT'\n" in sql('filter action = "REJECT"')
    assert "WHERE \"action\" IN ('a', 'b''c')\n" in sql("""filter action in ["a", "b'c"]""")


def test_a_value_that_looks_like_sql_stays_a_value() -> None:
    hostile = "'; DROP TABLE events; --"
    answer = ask(f'filter @message = "{hostile}" | fields @message as `x"; DROP TABLE y; --`', events(hostile, "other"))
    assert [next(iter(row.values())) for row in answer.rows] == [hostile]
    assert next(iter(answer.rows[0])) == 'x"; DROP TABLE y; --'


@given(queries)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
def test_a_query_is_refused_with_its_errors_or_runs(query: Query) -> None:
    text = print_query(query)
    assume(len(text) <= 10_000)
    store = MemoryStore(events('{"a": 1, "b": {"c": "x"}}', "text"), {("a",): FieldType.INTEGER}, missing_text="-")
    rows: list[dict[str, str]] = []
    with suppress(QueryError):
        rows = ask(text, store).rows
    assert all(isinstance(value, str) for row in rows for value in row.values())
