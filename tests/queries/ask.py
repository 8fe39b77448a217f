"""Messages of a source, asked on the real engine over a store in memory."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from siemlib.database.connection import connect
from siemlib.database.memory import MemoryEvent, MemoryStore
from siemlib.database.run import Question, run
from siemlib.model.event import Shape
from siemlib.model.timespan import TimeSpan
from siemlib.ql.parameters import bind
from siemlib.ql.parser import parse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from siemlib.sources import LogSource

connected = cache(connect)

START = 1_772_618_400_000


def ask(
    known: LogSource, messages: Sequence[str], query: str, parameters: Mapping[str, str] | None = None
) -> list[dict[str, str]]:
    """The rows that ``query`` gives over ``messages``, one a minute from 2026-03-04 10:00 UTC on."""
    events = [MemoryEvent(START + 60_000 * n, message, known.log_group) for n, message in enumerate(messages)]
    stored = {field.path: field.type for field in known.stored} if known.shape is Shape.JSON else {}
    question = Question(
        bind(parse(query), parameters or {}),
        query,
        [known.log_group],
        TimeSpan.of_millis(START, START + 86_400_000),
        START,
    )
    with_stored = run(connected(), MemoryStore(events, stored), question, every_row=True).rows
    without = run(connected(), MemoryStore(events), question, every_row=True).rows
    assert _values(with_stored) == _values(without), "being stored must not change an answer"
    return without


def _values(rows: list[dict[str, str]]) -> str:
    return json.dumps([{key: value for key, value in row.items() if key != "@ptr"} for row in rows])
