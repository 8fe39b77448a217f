"""What a query says of the moment it is asked and of its span of time, as numbers; and its names, as it is sent.

Sliced, or asked again, the service would take each query's own moment and span for those of the question.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

from siemlib.ql.ast import Call, Field, Number
from siemlib.ql.nodes import Node

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from siemlib.model.timespan import TimeSpan
    from siemlib.ql.ast import Query

_Part = TypeVar("_Part")


def with_moments(query: Query, span: TimeSpan, now: int) -> Query:
    """The query, with numbers for ``now()``, ``queryStartTime()``, ``queryEndTime()`` and ``queryTimeRange()``.

    Also in the queries inside it. ``now`` is epoch milliseconds; units are those of the functions.
    """
    last = span.end_ms - 1
    values = {
        "now": now // 1000,
        "querystarttime": span.start_ms,
        "queryendtime": last,
        "querytimerange": last - span.start_ms,
    }

    def filled(node: Node) -> Node:
        if isinstance(node, Call) and not node.arguments and node.name.lower() in values:
            return Number(str(values[node.name.lower()]), span=node.span)
        return node

    return _changed(query, filled)


def with_names(query: Query, names: Mapping[str, str]) -> Query:
    """The query, with other names for fields: what has no alias is named as it is written, and is written anew."""

    def renamed(node: Node) -> Node:
        return replace(node, path=(names[node.name],)) if isinstance(node, Field) and node.name in names else node

    return _changed(query, renamed) if names else query


def _changed(node: _Part, change: Callable[[Node], Node]) -> _Part:
    """The node with what ``change`` puts in the place of those inside it; itself where that is the same."""
    if isinstance(node, tuple):
        parts = tuple(_changed(part, change) for part in node)
        return cast("_Part", parts) if any(a is not b for a, b in zip(parts, node, strict=True)) else node
    if not isinstance(node, Node):
        return node
    if (other := change(node)) is not node:
        return cast("_Part", other)
    before = {each.name: getattr(node, each.name) for each in fields(node)}
    after = {name: _changed(part, change) for name, part in before.items()}
    changed = {name: part for name, part in after.items() if part is not before[name]}
    return cast("_Part", replace(cast("Any", node), **changed)) if changed else node
