"""Fields that a query names and no event has, where the events have one that is nearly called so."""

# ruff: noqa: S608 - what goes into this SQL is our own, or quoted by the writer

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from siemlib.database.fields import found_fields
from siemlib.ql.diagnostic import visible
from siemlib.ql.sql.writer import identifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from siemlib.database.connection import Connection
    from siemlib.database.relation import EventStore
    from siemlib.database.run import Answer, Question
    from siemlib.model.event import FieldPath

_LOOKED_AT = 2000
"""Events whose names are compared."""
_MOST_SCANNED = 1_000_000
"""Of more events it would take too long to know that none has a field."""
_MOST_FIELDS = 20
_ALIKE = 0.9


def near_misses(connection: Connection, store: EventStore, question: Question, answer: Answer) -> tuple[str, ...]:
    """A sentence for each field of the query that no event has, though a field is nearly called so.

    Asked only where no event passed the filters. That no event has the field is looked up in all of them.
    """
    if answer.matched or not answer.scanned or answer.scanned > _MOST_SCANNED:
        return ()
    absent = _absent(connection, store, question, answer.paths[:_MOST_FIELDS])
    if not absent:
        return ()
    found = found_fields(connection, store, question.log_groups, question.timespan, most=_LOOKED_AT)
    names = {each.name: each.written for each in found.fields if each.written}
    sentences = []
    for path in absent:
        near = next(iter(_near(".".join(path), names)), None)
        if near is not None:
            wanted, there = visible(".".join(path)), visible(names[near] or near)
            sentences.append(f"No event has a field {wanted}; there is {there}.")
    return tuple(sentences)


def _absent(
    connection: Connection, store: EventStore, question: Question, paths: Sequence[FieldPath]
) -> list[FieldPath]:
    relation = store.relation(connection, question.log_groups, question.timespan, paths)
    absent = []
    for column in relation.fields:
        # Where NULL stands for a text, every event has the field.
        if column.missing_text is None:
            sql = f"SELECT 1 FROM ({relation.sql}) WHERE {identifier(column.column)} IS NOT NULL LIMIT 1"
            if not connection.execute(sql).fetchall():
                absent.append(column.path)
    return absent


def _near(wanted: str, names: Iterable[str]) -> list[str]:
    """Names that are ``wanted`` but for case, signs or a slip, or that end in it; the nearest first.

    Names of different fields are often alike (``roleName`` and ``roleArn``), so a slip is two letters in twenty.
    """
    plain = _plain(wanted)
    scores: dict[str, float] = {}
    for name in names:
        if name == wanted:
            continue
        if _plain(name) == plain:
            scores[name] = 2
        elif "." not in wanted and _plain(name.rpartition(".")[2]) == plain:
            scores[name] = 1.5
        elif (score := _alike(wanted, name)) >= _ALIKE:
            scores[name] = score
    return sorted(scores, key=lambda name: (-scores[name], name))


def _alike(wanted: str, name: str) -> float:
    """How alike the last keys are, of names whose other keys are the same."""
    (before, _, last), (other, _, key) = wanted.rpartition("."), name.rpartition(".")
    if before != other or abs(len(last) - len(key)) > 2 or key[-1:].isdigit():  # noqa: PLR2004 - letters of a slip
        return 0
    return SequenceMatcher(None, last.lower(), key.lower(), autojunk=False).ratio()


def _plain(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum() or c == ".")
