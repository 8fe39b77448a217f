"""The JSON leaves that a query names, found in one reading of each message, however many they are.

Only for messages that are known to be JSON: what is no JSON is an error here, and absent in
:func:`siemlib.database.discover.json_leaf`, whose answers these are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.database.discover import json_leaf, json_pointer
from siemlib.ql.sql.writer import identifier, integer, literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from siemlib.model.event import FieldPath

LEAVES = identifier("#leaves")
"""The column with the list that :func:`with_leaves` adds."""


def with_leaves(source_sql: str, message_sql: str, paths: Sequence[FieldPath]) -> tuple[str, Mapping[FieldPath, str]]:
    """A FROM clause over ``source_sql`` in which every message was read once, and each of ``paths`` as SQL over it."""
    pointers = {path: pointer for path in paths if (pointer := json_pointer(path)) is not None}
    found = {path: json_leaf(message_sql, path) for path in paths if path not in pointers}
    if not pointers:
        return source_sql, found
    for number, (path, pointer) in enumerate(pointers.items(), 1):
        found[path] = json_leaf(message_sql, path, first=_leaf(message_sql, f"{LEAVES}[{integer(number)}]", pointer))
    listed = ", ".join(literal(pointer) for pointer in pointers.values())
    # A filter is pushed below a SELECT together with what it names, but not below unnest: there it would read the
    # message again for each mention of a field.
    texts = f"unnest([json_extract_string({message_sql}, [{listed}])]) AS {LEAVES}"
    return f"(SELECT *, {texts} FROM {source_sql})", found  # noqa: S608 - quoted by the writer


def _leaf(message_sql: str, text: str, pointer: str) -> str:
    """``text`` is a string, a number, or what only looks like one of them: then its kind is asked for."""
    looks = f"{text} IN ('true', 'false') OR starts_with({text}, '{{') OR starts_with({text}, '[')"
    kind = f"json_type({message_sql}, {literal(pointer)})"
    asked = f"CASE {kind} WHEN 'VARCHAR' THEN {text} WHEN 'BOOLEAN' THEN if({text} = 'true', '1', '0') END"
    # All that needs the question sorts behind '[': most values are told by one comparison.
    return f"CASE WHEN {text} >= '[' AND ({looks}) THEN {asked} ELSE {text} END"
