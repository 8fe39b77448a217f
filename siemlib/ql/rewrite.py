"""The same change in every part of a query, whatever its commands.

It goes as deep as the syntax, which the parser keeps shallow.
"""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

from siemlib.ql.ast import Query
from siemlib.ql.nodes import Node, Span

if TYPE_CHECKING:
    from collections.abc import Callable

_Part = TypeVar("_Part")


def moved(node: _Part, place: Callable[[Span], Span]) -> _Part:
    """The node with every span in it, its own and those of its parts, at the place that ``place`` gives."""
    if isinstance(node, Span):
        return cast("_Part", place(node))
    return _mapped(node, lambda part: moved(part, place))


def map_inner(query: Query, change: Callable[[Query], Query]) -> Query:
    """The query with ``change`` made to each query inside it, in whatever command they stand."""

    def visit(part: object) -> object:
        return change(part) if isinstance(part, Query) else _mapped(part, visit)

    return _mapped(query, visit)


def _mapped(node: _Part, change: Callable[[object], object]) -> _Part:
    """The node with ``change`` made to each of its parts; itself where nothing changed."""
    if isinstance(node, tuple):
        parts = tuple(change(part) for part in node)
        return cast("_Part", parts) if any(a is not b for a, b in zip(parts, node, strict=True)) else node
    if not isinstance(node, Node):
        return node
    before = {each.name: getattr(node, each.name) for each in dataclasses.fields(node)}
    after = {name: change(part) for name, part in before.items()}
    changed = {name: part for name, part in after.items() if part is not before[name]}
    return cast("_Part", replace(cast("Any", node), **changed)) if changed else node
