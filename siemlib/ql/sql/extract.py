"""The SQL of ``parse`` by a glob or a regular expression: one pass over the text, for the groups that are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.ql.groups import only_groups
from siemlib.ql.sql.writer import identifier, indent, literal, select

if TYPE_CHECKING:
    from collections.abc import Collection

    from siemlib.ql.plan import Extract
    from siemlib.ql.sql.expressions import Expressions

_GROUPS = identifier("#groups")


def extract_sql(step: Extract, expressions: Expressions, last: str, used: Collection[str]) -> str:
    """The SELECT of ``step`` over the part ``last``. ``used`` are the columns that anything asks for.

    What does not match has no values; a group that took no part in a match is an empty text.
    """
    wanted = {number: symbol for symbol, number in step.outputs if symbol.column in used}
    if not step.groups or not wanted:
        nothing = (f"CAST(NULL AS VARCHAR) AS {identifier(symbol.column)}" for symbol in wanted.values())
        return select(["*", *nothing], last)
    source, pattern = expressions.text(step.source), literal(only_groups(step.pattern, wanted))
    # Group 0 is the whole match; only where that is empty, it must be asked whether there was one.
    names = ", ".join(literal(f"g{number}") for number in range(len(wanted) + 1))
    inner = select(["*", f"regexp_extract({source}, {pattern}, [{names}]) AS {_GROUPS}"], last)
    matched = f"{_GROUPS}.g0 <> '' OR regexp_matches({source}, {pattern})"
    outputs = (
        f"CASE WHEN {matched} THEN {_GROUPS}.g{place} END AS {identifier(symbol.column)}"
        for place, (_, symbol) in enumerate(sorted(wanted.items()), 1)
    )
    return select([f"* EXCLUDE ({_GROUPS})", *outputs], f"(\n{indent(inner)}\n)")


def extracted(step: Extract, expressions: Expressions, used: Collection[str]) -> list[str]:
    """The same as columns of one SELECT, which reads the text once for each."""
    wanted = {number: symbol for symbol, number in step.outputs if symbol.column in used}
    if not step.groups:
        return [f"CAST(NULL AS VARCHAR) AS {identifier(symbol.column)}" for symbol in wanted.values()]
    source, pattern = expressions.text(step.source), literal(only_groups(step.pattern, wanted))
    # The first group is the whole match.
    return [
        f"CASE WHEN regexp_matches({source}, {pattern}) THEN regexp_extract({source}, {pattern}, {place}) END"
        f" AS {identifier(symbol.column)}"
        for place, (_, symbol) in enumerate(sorted(wanted.items()), 2)
    ]
