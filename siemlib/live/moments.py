"""What a query says of the moment it is asked and of its span of time, as numbers.

Sliced, or asked again, the service would take each query's own moment and span for those of the question.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, TypeVar, cast

from siemlib.ql.ast import Call, Number
from siemlib.ql.nodes import Node

if TYPE_CHECKING:
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
    return _filled(query, {name: str(value) for name, value in values.items()})


def _filled(node: _Part, values: dict[str, str]) -> _Part:
    """The node with a number for each of these calls; itself where there is none."""
    if isinstance(node, tuple):
        parts = tuple(_filled(part, values) for part in node)
        return cast("_Part", parts) if any(a is not b for a, b in zip(parts, node, strict=True)) else node
    if not isinstance(node, Node):
        return node
    if isinstance(node, Call) and not node.arguments and node.name.lower() in values:
        return cast("_Part", Number(values[node.name.lower()], span=node.span))
    before = {each.name: getattr(node, each.name) for each in dataclasses.fields(node)}
    after = {name: _filled(part, values) for name, part in before.items()}
    changed = {name: part for name, part in after.items() if part is not before[name]}
    return cast("_Part", dataclasses.replace(cast("Any", node), **changed)) if changed else node
