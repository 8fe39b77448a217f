"""A message → the JSON object in it, as DuckDB sees it: the first of equal keys, and numbers as DuckDB writes them.

What the standard does not allow (``NaN``, a comma before a bracket, half a surrogate pair) is no JSON.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from siemlib.patterns.syntax import Any

if TYPE_CHECKING:
    from siemlib.patterns.syntax import Selector

_HALF_PAIR = re.compile(r"\\u[dD][89abAB]", re.ASCII)
_LOW_HALF = re.compile(r"\\u[dD][c-fC-F]")
_LEAST, _MOST = -(2**63), 2**64 - 1
_FEWEST_ZEROS, _MOST_DIGITS = -6, 21


@dataclass(frozen=True, slots=True)
class JsonNumber:
    """A number: as text, and what it is worth; ``None`` when it is too large for a double."""

    text: str
    value: int | float | None


@dataclass(frozen=True, slots=True)
class Object:
    """The members of an object, in order; a key may be there twice."""

    members: tuple[tuple[str, Node], ...]


Node = Object | list["Node"] | JsonNumber | str | bool | None


def read_document(message: str) -> Object | None:
    """The JSON object that ``message`` is; ``None`` for everything else."""
    if not message.lstrip(" \t\r\n").startswith("{"):
        return None
    try:
        node = json.loads(
            message,
            object_pairs_hook=lambda pairs: Object(tuple(pairs)),
            parse_int=_whole,
            parse_float=_decimal,
            parse_constant=_refuse,
        )
    except (ValueError, RecursionError):
        return None
    if (_HALF_PAIR.search(message) or _LOW_HALF.search(message)) and not _whole_characters(node):
        return None
    return node if isinstance(node, Object) else None


def select(document: Object, selector: Selector) -> list[Node]:
    """What ``selector`` finds; more than one only with a wildcard."""
    found: list[Node] = [document]
    for step in selector.steps:
        found = [child for node in found for child in _children(node, step)]
    return found


def _children(node: Node, step: str | int | Any) -> list[Node]:
    if isinstance(node, list):
        if step is Any.INDEX:
            return node
        return node[step : step + 1] if isinstance(step, int) else []
    if isinstance(node, Object):
        if step is Any.KEY:
            return [value for _, value in node.members]
        return next(([value] for key, value in node.members if key == step), [])
    return []


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _whole(text: str) -> JsonNumber:
    # DuckDB keeps as written what no integer of 64 bits holds; Python reads no integer of more than 4,300 digits.
    if len(text) > len(str(_LEAST)):
        value = float(text)
        return JsonNumber(text, _exact(text, value))
    whole = int(text)
    return JsonNumber(str(whole) if _LEAST <= whole <= _MOST else text, whole)


def _exact(text: str, value: float) -> int | float | None:
    if not math.isfinite(value):
        return None
    return int(text) if len(text.lstrip("-")) <= 38 else value  # noqa: PLR2004 - digits that the SQL holds exactly


def _decimal(text: str) -> JsonNumber:
    value = float(text)
    return JsonNumber(_shortest(value), value) if math.isfinite(value) else JsonNumber(text, None)


def _shortest(value: float) -> str:
    """The shortest digits that read back as ``value``; with an exponent below 1e-6 and from 1e21, as DuckDB does."""
    if value == 0 or 10.0**_FEWEST_ZEROS <= abs(value) < 10.0**_MOST_DIGITS:
        text = format(Decimal(repr(value)), "f")
        return text if "." in text else f"{text}.0"
    mantissa, _, exponent = repr(value).partition("e")
    return f"{mantissa}e{int(exponent)}"


def _whole_characters(node: Node) -> bool:
    """Whether no text in ``node`` holds half a surrogate pair."""
    waiting: list[Node] = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, str):
            if any("\ud800" <= character <= "\udfff" for character in current):
                return False
        elif isinstance(current, list):
            waiting += current
        elif isinstance(current, Object):
            waiting += [part for member in current.members for part in member]
    return True
