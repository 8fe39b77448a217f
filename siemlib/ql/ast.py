"""The syntax of a query: frozen dataclasses, one per construct. Spans say where it stood and are not part of equality.

Adding a command means adding a node to :data:`Command`; mypy's ``assert_never`` then names every stage that forgot it.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Span:
    """Offsets into the query text, ``[start, end)``, in characters."""

    start: int = 0
    end: int = 0


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


Expression = (
    Field | Text | Number | Boolean | Regex | Period | Parameter | Star | Unary | Binary | Like | In | Call | Access
)


# ── commands ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Item(Node):
    """An expression with its alias. ``text`` is the user's spelling, which names the column where there is no alias."""

    expression: Expression
    alias: str | None = None
    text: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Fields(Node):
    """``fields item, …``."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Display(Node):
    """``display item, …``."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """``filter condition`` (or ``where``)."""

    condition: Expression


@dataclass(frozen=True, slots=True)
class ParseGlob(Node):
    """``parse [source] "lit*lit" as names``; ``source`` is ``None`` for ``@message``; ``pattern`` Text or Parameter."""

    source: Expression | None
    pattern: Text | Parameter
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParseRegex(Node):
    """``parse [source] /re/ [as names] [multi]``; without names the named groups are the fields."""

    source: Expression | None
    pattern: Regex
    names: tuple[str, ...] = ()
    multi: bool = False
    """Whether every match gives a row."""


@dataclass(frozen=True, slots=True)
class ParseLogfmt(Node):
    """``parse [source] logfmt as name``: a map of the pairs ``key=value``."""

    source: Expression | None
    name: str


@dataclass(frozen=True, slots=True)
class ParseCsv(Node):
    """``parse [source] csv as names``: columns by position."""

    source: Expression | None
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JsonField(Node):
    """``json field=source "path" as name``; ``path`` is as written, ``user.list[0]``."""

    source: Field
    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Unnest(Node):
    """``unnest value into name``: a row for every element of a list."""

    value: Expression
    name: str


@dataclass(frozen=True, slots=True)
class Expand(Node):
    """``expand field``: an event for every element of the list that the field holds, in its place."""

    field: Field


@dataclass(frozen=True, slots=True)
class SortKey(Node):
    """One key of ``sort``."""

    expression: Expression
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Sort(Node):
    """``sort key [asc|desc], …``."""

    keys: tuple[SortKey, ...]


@dataclass(frozen=True, slots=True)
class Stats(Node):
    """``stats item, … [by item, …]``; items may do arithmetic over aggregates and name earlier aliases."""

    items: tuple[Item, ...]
    by: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Limit(Node):
    """``limit N``."""

    count: Number | Parameter


@dataclass(frozen=True, slots=True)
class Dedup(Node):
    """``dedup field, …``."""

    fields: tuple[Field, ...]


Command = (
    Fields
    | Display
    | Filter
    | ParseGlob
    | ParseRegex
    | ParseLogfmt
    | ParseCsv
    | JsonField
    | Sort
    | Stats
    | Limit
    | Dedup
    | Unnest
    | Expand
)


@dataclass(frozen=True, slots=True)
class Query(Node):
    """A pipeline of commands."""

    commands: tuple[Command, ...]
