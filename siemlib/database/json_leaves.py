"""The JSON leaves that a query names, found in one reading of each message, however many they are.

Only for messages that are known to be JSON: what is no JSON is an error here, and absent in
:func:`siemlib.database.discover.json_leaf`, whose answers these are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.database.discover import json_pointer, key_paths
from siemlib.ql.sql.writer import identifier, integer, literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from siemlib.model.event import FieldPath

LEAVES = identifier("#leaves")
"""The column with the list that :func:`with_leaves` adds."""


def with_leaves(source_sql: str, message_sql: str, paths: Sequence[FieldPath]) -> tuple[str, Mapping[FieldPath, str]]:
    """A FROM clause over ``source_sql`` in which every message was read once, and each of ``paths`` as SQL over it."""
    wanted = {path: [json_pointer(keys) for keys in key_paths(path)] for path in paths}
    pointers = list(dict.fromkeys(pointer for alternatives in wanted.values() for pointer in alternatives))
    found: dict[FieldPath, str] = {}
    for path, alternatives in wanted.items():
        leaves = [_leaf(message_sql, f"{LEAVES}[{integer(pointers.index(p) + 1)}]", p) for p in alternatives]
        found[path] = f"coalesce({', '.join(leaves)})" if leaves else "CAST(NULL AS VARCHAR)"
    if not pointers:
        return source_sql, found
    listed = ", ".join(literal(pointer) for pointer in pointers)
    # A filter is pushed below a SELECT by writing out what it names, so that the message would be read again for each
    # mention of a field; but not where that has a random number in it. Leaves that nobody asks for are still not read.
    texts = f"CASE WHEN random() < 2 THEN json_extract_string({message_sql}, [{listed}]) END AS {LEAVES}"
    return f"(SELECT *, {texts} FROM {source_sql})", found  # noqa: S608 - quoted by the writer


def _leaf(message_sql: str, text: str, pointer: str) -> str:
    """``text`` is a string, a number, or what only looks like one of them: then its kind is asked for."""
    return f"ql_found({text}, json_type({message_sql}, {literal(pointer)}))"
