"""Asking a query of a few events in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from siemlib.database.connection import connect
from siemlib.database.memory import MemoryEvent, MemoryStore
from siemlib.database.run import Answer, Question, run
from siemlib.database.tables import read_table
from siemlib.engine.selection import choose, chosen_inside, span_of
from siemlib.model.timespan import TimeSpan
from siemlib.ql.analyse import analyse
from siemlib.ql.calls import expand
from siemlib.ql.parameters import bind
from siemlib.ql.parser import parse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from siemlib.database.connection import Connection
    from siemlib.database.relation import EventStore
    from siemlib.ql.call_nodes import Definition
    from siemlib.ql.plan import Plan

START = 1_700_000_000_000
"""2023-11-14 22:13:20 UTC."""

MINUTE = 60_000

CONNECTION: Connection = connect(threads=2)
"""One for all tests: making one takes longer than most queries."""


def events(*messages: str, step: int = 1000) -> list[MemoryEvent]:
    """Events with these messages, ``step`` milliseconds apart."""
    return [MemoryEvent(START + number * step, message) for number, message in enumerate(messages)]


def ask(  # noqa: PLR0913 - a question has these parts
    query: str,
    given: Sequence[MemoryEvent] | EventStore,
    *,
    every_row: bool = False,
    span: tuple[int, int] | None = None,
    log_groups: Sequence[str] = ("memory",),
    parameters: Mapping[str, str] | None = None,
    lookup_tables: Mapping[str, Path] | None = None,
    saved_queries: Mapping[str, Definition] | None = None,
) -> Answer:
    """The answer over ``given``; ``span`` is in epoch milliseconds, its end exclusive.

    The query's own ``SOURCE`` and its calls of saved queries mean what they mean to an engine.
    """
    store = given if hasattr(given, "relation") else MemoryStore(given)
    first, last = span or (START - MINUTE, START + MINUTE + 1)
    now = START + 100_000
    timespan = TimeSpan.of_millis(first, last)
    syntax = bind(expand(parse(query), query, lambda: saved_queries or {}), parameters or {})
    if isinstance(store, MemoryStore):
        syntax, _ = chosen_inside(syntax, store.log_groups(), query)
        if syntax.selection is not None:
            log_groups = choose(syntax.selection, store.log_groups(), query).names
            timespan = span_of(syntax.selection, timespan, now, query)
    question = Question(syntax, query, log_groups, timespan, now, lookup_tables or {})
    return run(CONNECTION.cursor(), store, question, every_row=every_row)


def plan_of(
    query: str,
    lookup_tables: Mapping[str, Path] | None = None,
    saved_queries: Mapping[str, Definition] | None = None,
) -> Plan:
    """The plan of a query without parameters over fields that are not stored."""
    shapes = {name: read_table(name, path).shape for name, path in (lookup_tables or {}).items()}
    syntax = expand(parse(query), query, lambda: saved_queries or {})
    return analyse(bind(syntax, {}), {}, query, shapes)


def rows(query: str, *messages: str) -> list[dict[str, str]]:
    """The rows, without ``@ptr``, of a query over events with these messages."""
    return [without_ptr(row) for row in ask(query, events(*messages)).rows]


def without_ptr(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as cases write it."""
    return {name: value for name, value in row.items() if name != "@ptr"}
