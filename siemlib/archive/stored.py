"""The stored fields of a message as SQL: the same text that a query would discover in it, found once, when loading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.archive.record import FieldRecord
from siemlib.database.discover import json_leaf
from siemlib.model.event import FieldType
from siemlib.ql.sql.writer import identifier, literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siemlib.model.event import FieldPath
    from siemlib.sources.source import StoredField

MISSING_IN_FLOWS = "-"
"""How a flow record writes what it does not know."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One stored field: how it is recorded, and the SQL that finds it in ``message`` and in ``parts``."""

    record: FieldRecord
    sql: str


def json_parts(paths: Sequence[FieldPath], message: str = "message") -> str:
    """The values at ``paths`` of the JSON in ``message`` as a list of JSON texts: all are found in one reading."""
    pointers = ", ".join(literal(_pointer(path)) for path in paths)
    return f"CAST(json_extract({message}, [{pointers}]) AS VARCHAR[])"


def cut_parts(paths: Sequence[FieldPath]) -> str:
    """The columns ``cut_message``, which is ``message`` up to its 200th leaf, and ``cut_parts`` of that."""
    return (
        "ql_leaves(message) AS cut_message, CASE WHEN is_json AND cut_message <> message "
        f"THEN {json_parts(paths, 'cut_message')} ELSE parts END AS cut_parts"
    )


def json_part(paths: Sequence[FieldPath], path: FieldPath, *, cut: bool = False) -> str:
    """The leaf at ``path`` from ``parts``, which is :func:`json_parts` of ``paths``; as :func:`json_leaf` gives it.

    With ``cut``, from what :func:`cut_parts` gives.

    A string without an escape is its text without the quotes; reading it as JSON again would take as long as all the
    rest. A key that holds a dot is looked for only where nothing was found, as ``json_leaf`` does, and only where the
    message has the beginning of one.
    """
    message, parts = ("cut_message", "cut_parts") if cut else ("message", "parts")
    part = f"{parts}[{paths.index(path) + 1}]"
    plain = f"starts_with({part}, '\"') AND NOT contains({part}, chr(92))"
    leaf = f"CASE WHEN {plain} THEN {part}[2:-2] ELSE ql_leaf({part}) END"
    if len(path) == 1:
        return leaf
    dotted = " OR ".join(f"contains({message}, {literal(f'{chr(34)}{key}.')})" for key in path[:-1])
    return f"coalesce({leaf}, CASE WHEN {dotted} THEN {json_leaf(message, path)} END)"


def json_fields(fields: Sequence[StoredField], paths: Sequence[FieldPath], *, cut: bool = False) -> tuple[Stored, ...]:
    """Stored fields of JSON messages. All are text: ``1.0`` and ``1`` are different answers to a query."""
    return tuple(
        Stored(
            FieldRecord(
                name=field.name,
                path=field.path,
                type=FieldType.TEXT if field.type is FieldType.TEXT else FieldType.DYNAMIC,
            ),
            json_part(paths, field.path, cut=cut),
        )
        for field in fields
    )


def flow_parts() -> str:
    """The words of a flow record. A doubled blank, as one AWS example has it, separates as one does."""
    return (
        "CASE WHEN contains(message, '  ') THEN regexp_split_to_array(trim(message), ' +') "
        "ELSE string_split(trim(message), ' ') END"
    )


def flow_fields(fields: Sequence[StoredField]) -> tuple[Stored, ...]:
    """Stored fields of flow records in the layout that ``fields`` is, one for each word, in order."""
    stored = []
    for position, field in enumerate(fields, start=1):
        whole = field.type is FieldType.INTEGER
        record = FieldRecord(
            name=field.name,
            path=field.path,
            type=FieldType.INTEGER if whole else FieldType.TEXT,
            missing_text=MISSING_IN_FLOWS if whole else None,
        )
        stored.append(Stored(record, f"TRY_CAST(parts[{position}] AS BIGINT)" if whole else f"parts[{position}]"))
    return tuple(stored)


def flow_is_valid(fields: Sequence[StoredField]) -> str:
    """Whether ``parts`` has this layout: every number a plain one (no ``007``) or ``-``."""
    conditions = [f"len(parts) = {len(fields)}"]
    for position, field in enumerate(fields, start=1):
        if field.type is FieldType.INTEGER:
            word = f"parts[{position}]"
            plain = f"CAST(TRY_CAST({word} AS BIGINT) AS VARCHAR) = {word}"
            conditions.append(f"({word} = '{MISSING_IN_FLOWS}' OR coalesce({plain}, FALSE))")
    return " AND ".join(conditions)


def struct(stored: Sequence[Stored]) -> str:
    """All fields as one STRUCT."""
    return f"struct_pack({', '.join(f'{identifier(s.record.name)} := {s.sql}' for s in stored)})"


def is_json() -> str:
    """Whether ``message`` is a JSON object. Lines of other logs are told by their first character."""
    blanks = "' ' || chr(9) || chr(10) || chr(13)"
    looks = f"CASE WHEN left(message, 1) = '{{' THEN TRUE ELSE starts_with(ltrim(message, {blanks}), '{{') END"
    # CASE and not AND, which would ask for both; TRY around the extraction takes ten times as long as asking first.
    return f"CASE WHEN {looks} THEN json_valid(message) ELSE FALSE END"


def _pointer(path: FieldPath) -> str:
    keys = (path[0].removeprefix("@"), *path[1:]) if path[0].startswith("@@") else path
    return "".join("/" + key.replace("~", "~0").replace("/", "~1") for key in keys)
