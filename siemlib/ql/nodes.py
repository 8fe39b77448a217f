"""The nodes of expressions: frozen dataclasses, one per construct. See :mod:`siemlib.ql.ast`, which has them all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from siemlib.ql.ast import Query


@dataclass(frozen=True, slots=True)
class Span:
    """Offsets into the query text, ``[start, end)``, in characters."""

    start: int = 0
    end: int = 0

    def first(self, length: int) -> Span:
        """The place of its first ``length`` characters."""
        return Span(self.start, self.start + length)


@dataclass(frozen=True, slots=True)
class BorrowedSpan(Span):
    """The place of a call, for what comes out of the saved query that it calls: ``inside`` is its place in ``text``."""

    name: str = ""
    """As it is called, with its ``$``."""
    text: str = ""
    inside: Span = field(default_factory=Span)

    def first(self, length: int) -> Span:
        """The same call, and the first characters of the place inside."""
        return BorrowedSpan(self.start, self.end, self.name, self.text, self.inside.first(length))


_NOWHERE = Span()


@dataclass(frozen=True, slots=True)
class Node:
    """What every construct has: the place where it stood."""

    span: Span = field(default=_NOWHERE, compare=False, repr=False, kw_only=True)


# ── expressions ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Field(Node):
    """A field by its path: ``a.b.0`` and ``a.b[0]`` are both ``("a", "b", "0")``; quoted segments keep their dots."""

    path: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name as a column of a result has it."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A string literal; ``value`` has its escapes resolved."""

    value: str


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number literal, kept as written so that nothing is lost of a long one."""

    text: str


@dataclass(frozen=True, slots=True)
class Boolean(Node):
    """``true`` or ``false``."""

    value: bool


@dataclass(frozen=True, slots=True)
class Regex(Node):
    """A regular expression literal; ``pattern`` is what stands between the slashes, with escaped slashes resolved."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Period(Node):
    """A length of time as written: ``5m`` is ``Period(5, "m")``."""

    amount: int
    unit: str


@dataclass(frozen=True, slots=True)
class Parameter(Node):
    """``{{name}}``; binding replaces it by a literal before analysis."""

    name: str


@dataclass(frozen=True, slots=True)
class Star(Node):
    """The ``*`` of ``count(*)``."""


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """``operator`` is ``not`` or ``-``."""

    operator: str
    operand: Expression


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """``operator`` is one of ``and or = != < <= > >= + - * / % ^``."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Like(Node):
    """``value [not] like pattern``; ``=~`` is another spelling and parses to the same."""

    value: Expression
    pattern: Expression
    negated: bool = False


@dataclass(frozen=True, slots=True)
class In(Node):
    """``value [not] in [items]``."""

    value: Expression
    items: tuple[Expression, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function call; ``name`` as the user spelt it (names are case-insensitive)."""

    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Access(Node):
    """A part of what a call gives: ``jsonParse(x).a[0]`` has the path ``("a", "0")``."""

    value: Call
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InQuery(Node):
    """``value [not] in ( SOURCE … | … )``: the values of the one field that the query gives."""

    value: Expression
    query: Query
    negated: bool = False


Expression = (
    Field
    | Text
    | Number
    | Boolean
    | Regex
    | Period
    | Parameter
    | Star
    | Unary
    | Binary
    | Like
    | In
    | Call
    | Access
    | InQuery
)
