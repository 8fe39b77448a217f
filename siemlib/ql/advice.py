"""What a query says that its writer may not have meant. It is no error: the answer is that of the service."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from siemlib.ql import ast
from siemlib.ql.diagnostic import visible
from siemlib.ql.tree import walk
from siemlib.ql.types import SYSTEM_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator

_PERCENT = re.compile(r"%.*|.*%", re.DOTALL)
_STAR = re.compile(r"\*.*|.*\*", re.DOTALL)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_OTHER_SYSTEM = (
    "@requestId",
    "@duration",
    "@billedDuration",
    "@type",
    "@maxMemoryUsed",
    "@memorySize",
    "@initDuration",
)
_ORDERED = frozenset({"=", "!=", "<", "<=", ">", ">="})


def advice(query: ast.Query) -> tuple[str, ...]:
    """A sentence for each habit of another language that means something else here, in the order of the text."""
    said: dict[str, None] = {}
    limit: ast.Limit | None = None
    for command in query.commands:
        if isinstance(command, ast.Limit):
            limit = command
        if limit is not None and isinstance(command, ast.Filter):
            said["A filter behind 'limit' sees only the rows that the limit left: write it before, to filter all."] = (
                None
            )
        if isinstance(command, ast.Filter) and isinstance(command.condition, ast.Text):
            said[
                f"A text alone is no condition; to look for it: filter @message like {_quoted(command.condition)}."
            ] = None
        for expression in _expressions(command):
            for node in walk(expression):
                said.update(dict.fromkeys(_about(node)))
    return tuple(said)


def _about(node: ast.Expression) -> Iterator[str]:
    match node:
        case ast.Like(pattern=ast.Text(value=value)) if len(value) > 1 and _PERCENT.fullmatch(value):
            yield f"'%' is no wildcard: {visible(value)!r} is looked for as it stands; 'like' finds a text anywhere."
        case ast.Like(pattern=ast.Text(value=value)) if len(value) > 1 and _STAR.fullmatch(value):
            yield f"'*' is no wildcard in 'like': {visible(value)!r} is looked for as it stands, anywhere."
        case ast.Binary(
            operator=operator, left=ast.Field(path=("@timestamp" | "@ingestionTime",)), right=ast.Text(value=value)
        ) if operator in _ORDERED and _DATE.match(value):
            yield "A time is no text: compare toMillis(@timestamp) with epoch milliseconds, or choose the span of time."
        case ast.Field(path=(name,)) if name.startswith("@") and name not in SYSTEM_FIELDS:
            near = difflib.get_close_matches(name, [*SYSTEM_FIELDS, *_OTHER_SYSTEM], n=1, cutoff=0.8)
            if near and near[0] != name:
                yield f"There is no system field {visible(name)!r}; did you mean {near[0]!r}?"
        case _:
            return


def _expressions(command: ast.Command) -> Iterator[ast.Expression]:
    match command:
        case ast.Fields(items=items) | ast.Display(items=items):
            yield from (item.expression for item in items)
        case ast.Stats(items=items, by=by):
            yield from (item.expression for item in (*items, *by))
        case ast.Filter(condition=condition) | ast.FilterIndex(condition=condition):
            yield condition
        case ast.Sort(keys=keys):
            yield from (key.expression for key in keys)
        case ast.Dedup(fields=fields):
            yield from fields
        case _:
            # The other commands take names and options, of which there is nothing to say.
            return


def _quoted(text: ast.Text) -> str:
    return '"' + visible(text.value) + '"'
