"""A small reading of conditions, so that what a source selects can be held against messages without an engine."""

from __future__ import annotations

import json
import re
from typing import cast

from siemlib.ql import ast
from siemlib.ql.parser import parse


def selects(condition: str, message: str) -> bool:
    """Whether ``condition`` (``and``, ``or``, ``=`` and ``like`` of fields) holds for a JSON or text ``message``."""
    (command,) = parse(f"filter {condition}").commands
    assert isinstance(command, ast.Filter)
    return _holds(command.condition, message)


def _holds(node: ast.Expression, message: str) -> bool:
    match node:
        case ast.Binary(operator="and"):
            return _holds(node.left, message) and _holds(node.right, message)
        case ast.Binary(operator="or"):
            return _holds(node.left, message) or _holds(node.right, message)
        case ast.Binary(operator="=", left=ast.Field() as field, right=ast.Text(value=text)):
            return _value(field, message) == text
        case ast.Like(value=ast.Field() as field, pattern=ast.Regex(pattern=pattern)):
            value = _value(field, message)
            return value is not None and re.search(pattern, value) is not None
        case ast.Like(value=ast.Field() as field, pattern=ast.Text(value=text)):
            return text in (_value(field, message) or "")
        case _:
            raise AssertionError(node)


def _value(field: ast.Field, message: str) -> str | None:
    if field.path == ("@message",):
        return message
    value: object = json.loads(message) if message.startswith("{") else {}
    for segment in field.path:
        value = cast("dict[str, object]", value).get(segment) if isinstance(value, dict) else None
    return value if isinstance(value, str) else None
