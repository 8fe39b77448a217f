"""Fields that a query names and no event has, where the events have one that is nearly called so."""

# ruff: noqa: S608 - what goes into this SQL is our own, or quoted by the writer

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from siemlib.database.fields import found_fields
from siemlib.ql.diagnostic import visible
from siemlib.ql.sql.writer import identifier, integer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from siemlib.database.connection import Connection
    from siemlib.database.relation import EventStore, FieldColumn
    from siemlib.database.run import Answer, Question

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
    relation = store.relation(connection, question.log_groups, question.timespan, answer.paths[:_MOST_FIELDS])
    # Where NULL stands for a text, every event has the field.
    asked = [column for column in relation.fields if column.missing_text is None]
    missed = _absent(connection, f"SELECT * FROM ({relation.sql}) LIMIT {integer(_LOOKED_AT)}", asked)
    if not missed:
        return ()
    found = found_fields(connection, store, question.log_groups, question.timespan, most=_LOOKED_AT)
    names = {each.name: each.written for each in found.fields if each.written}
    nearly = {column: names[near] or near for column in missed for near in _near(".".join(column.path), names)[:1]}
    # To look into every event takes longest: it is done last, for the few names that there is something to say of.
    return tuple(
        f"No event has a field {visible('.'.join(column.path))}; there is {visible(nearly[column])}."
        for column in _absent(connection, relation.sql, list(nearly))
    )


def _absent(connection: Connection, events_sql: str, columns: Sequence[FieldColumn]) -> list[FieldColumn]:
    """The columns that no event has a value in, found in one reading of the events."""
    if not columns:
        return []
    found = ", ".join(f"count({identifier(column.column)})" for column in columns)
    [counts] = connection.execute(f"SELECT {found} FROM ({events_sql})").fetchall()
    return [column for column, count in zip(columns, counts, strict=True) if not count]


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
