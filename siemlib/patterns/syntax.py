"""The syntax of a pattern: frozen dataclasses, one per construct, without the place where it stood."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Any(Enum):
    """The wildcards of a selector."""

    KEY = ".*"
    INDEX = "[*]"


class Operator(Enum):
    """What stands between a field and a value."""

    EQUAL = "="
    UNEQUAL = "!="
    LESS = "<"
    GREATER = ">"
    AT_MOST = "<="
    AT_LEAST = ">="


class Mark(Enum):
    """What stands before a term of an unstructured pattern."""

    REQUIRED = ""
    OPTIONAL = "?"
    EXCLUDED = "-"


class Constant(Enum):
    """What stands behind ``IS``."""

    NULL = "NULL"
    TRUE = "TRUE"
    FALSE = "FALSE"


@dataclass(frozen=True, slots=True)
class Text:
    """A text, quoted or not; one ``*`` at either end stands for anything, every other ``*`` for itself."""

    value: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written, without quotes."""

    text: str


@dataclass(frozen=True, slots=True)
class Regex:
    """What stands between the ``%``; :func:`siemlib.patterns.regex.read` has found it good."""

    source: str


Value = Text | Number | Regex


@dataclass(frozen=True, slots=True)
class Comparison:
    """An operator and a value; only ``=`` and ``!=`` have a value that is no number."""

    operator: Operator
    value: Value


@dataclass(frozen=True, slots=True)
class Is:
    """``IS NULL``, ``IS TRUE``, ``IS FALSE``."""

    constant: Constant


@dataclass(frozen=True, slots=True)
class NotExists:
    """``NOT EXISTS``."""


@dataclass(frozen=True, slots=True)
class Selector:
    """``$.a.b[0].*`` is ``("a", "b", 0, Any.KEY)``; at most one step is a wildcard, the first is none of ``[…]``."""

    steps: tuple[str | int | Any, ...]


@dataclass(frozen=True, slots=True)
class At:
    """A condition on what a selector finds."""

    selector: Selector
    test: Comparison | Is | NotExists


@dataclass(frozen=True, slots=True)
class And:
    """Two or more conditions that must all hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Two or more conditions of which one must hold."""

    parts: tuple[Condition, ...]


Condition = At | Comparison | And | Or
"""Leaves are :class:`At` in a JSON pattern, and in the field of a space-delimited one :class:`Comparison`."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase to be found anywhere, or a regular expression."""

    what: Text | Regex
    mark: Mark = Mark.REQUIRED


@dataclass(frozen=True, slots=True)
class Terms:
    """An unstructured pattern; without terms it matches everything."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Json:
    """``{ condition }``."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a space-delimited pattern; one without name has no condition."""

    name: str | None = None
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Fields:
    """``[a, ..., b]``: the fields before the ellipsis and those behind it; ``back`` is ``None`` without an ellipsis."""

    front: tuple[Field, ...]
    back: tuple[Field, ...] | None = None


Pattern = Terms | Json | Fields
