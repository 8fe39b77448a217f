"""Maps and lists: what the plan does with them beyond the functions that a user can name.

A structure is JSON text. A part of one is JSON text too, since only an event tells whether it is a value or a structure
again; :func:`leaf` makes the one value of it that the rest of the language works with.
"""

from __future__ import annotations

from siemlib.model.event import FieldType
from siemlib.ql.functions import F, T
from siemlib.ql.plan import Apply, Constant, Expr, Ref, Symbol
from siemlib.ql.types import STRUCTURED, Kind

S = Kind.STRUCTURE
NO_EXAMPLE = ("", None)
"""Of the functions that nobody can name."""

_PART = F("part", (Kind.VALUE, T), FieldType.JSON, "a part, by JSON pointer", "ql_part({0}, {1})", NO_EXAMPLE)
_PART_OF_TEXT = F("part_of_text", (S, T), FieldType.JSON, "the same, also of a text", "ql_part({0}, {1})", NO_EXAMPLE)
_LEAF = F("leaf", (Kind.VALUE,), FieldType.DYNAMIC, "the one value", "{leaf}", NO_EXAMPLE)
_AS_JSON = F("as_json", (T,), FieldType.JSON, "a text as JSON", "CAST(to_json({0}) AS VARCHAR)", NO_EXAMPLE)
_WHOLE = F(
    "whole",
    (T, T, Kind.VALUE),
    FieldType.JSON,
    "the map or list in a part of a text, else the third",
    "coalesce(ql_structure(ql_part({0}, {1})), {2})",
    NO_EXAMPLE,
)


def pointer(path: tuple[str, ...]) -> Constant:
    """The JSON pointer (RFC 6901) of a path; a list takes its segments as indexes from 0."""
    text = "".join("/" + segment.replace("~", "~0").replace("/", "~1") for segment in path)
    return Constant(text, FieldType.TEXT)


def part(value: Expr, path: tuple[str, ...]) -> Expr:
    """The part of a structure at ``path``; missing where there is none, and where it is ``null``."""
    return Apply(_PART, (value, pointer(path)), FieldType.JSON)


def part_of_text(value: Expr, path: tuple[str, ...]) -> Expr:
    """As :func:`part`; where the value is a text that holds JSON, the part of that."""
    return Apply(_PART_OF_TEXT, (value, pointer(path)), FieldType.JSON)


def leaf(value: Expr) -> Expr:
    """The value as one value: a map or a list is missing. Anything but a structure is itself."""
    return Apply(_LEAF, (value,), FieldType.DYNAMIC) if value.type in STRUCTURED else value


def as_json(value: Expr) -> Expr:
    """The value as JSON text; what is no structure is a JSON text or, of a number, its digits as one."""
    return value if value.type in STRUCTURED else Apply(_AS_JSON, (value,), FieldType.JSON)


def whole(message: Symbol, path: tuple[str, ...], field: Symbol) -> Expr:
    """A discovered field as JSON text: the map or list at ``path`` of the message, else the leaf."""
    keys = (path[0].removeprefix("@"), *path[1:])
    joined = ".".join(keys)
    value = as_json(Ref(field))
    # As a leaf is discovered: by the keys as written, by one key that holds the dots, by the keys between the dots.
    for alternative in reversed(dict.fromkeys((keys, (joined,), tuple(joined.split("."))))):
        value = Apply(_WHOLE, (Ref(message), pointer(alternative), value), FieldType.JSON)
    return value
