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
class InQuery(Node):
    """``value [not] in ( SOURCE … | … )``: the values of the one field that the query gives."""

    value: Expression
    query: Query
    negated: bool = False


Expression = (
    Field | Text | Number | Boolean | Regex | Period | Parameter | Star | Unary | Binary | Like | In | Call | InQuery
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
    """``parse [source] /re/ [as names]``; without names the named groups are the fields."""

    source: Expression | None
    pattern: Regex
    names: tuple[str, ...] = ()


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
    """``limit N``, or ``limit any N``, which is content with any rows."""

    count: Number | Parameter
    anywhere: bool = False


@dataclass(frozen=True, slots=True)
class Dedup(Node):
    """``dedup field, …``."""

    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class FilterIndex(Node):
    """``filterIndex field = value`` or ``field in [values]``: a filter that may use an index."""

    condition: Expression


@dataclass(frozen=True, slots=True)
class Accum(Node):
    """``accum field [as alias]``: the running total, in the place of the field where there is no alias."""

    field: Field
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class Autoregress(Node):
    """``autoregress field [as alias] [p=first-last]``: the values of so many rows before."""

    field: Field
    alias: str | None = None
    first: int = 1
    last: int = 1


@dataclass(frozen=True, slots=True)
class Wildcard(Node):
    """A name with ``*`` in it: ``src*Port`` is ``("src", "Port")``. Parts between stars are bare words, or empty."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filldown(Node):
    """``filldown [name …]``; no name means every column."""

    names: tuple[Field | Wildcard, ...] = ()


@dataclass(frozen=True, slots=True)
class Addtotals(Node):
    """``addtotals [fieldname=Total] [row=true] [col=false] [field, …]``; no field means every column of numbers."""

    fields: tuple[Field, ...] = ()
    name: str = "Total"
    row: bool = True
    column: bool = False


@dataclass(frozen=True, slots=True)
class Fill(Node):
    """``value for field`` of ``fillmissing``; ``value`` is a literal or a parameter."""

    value: Expression
    field: Field


@dataclass(frozen=True, slots=True)
class Fillmissing(Node):
    """``fillmissing [with value for field, …]``."""

    fills: tuple[Fill, ...] = ()


@dataclass(frozen=True, slots=True)
class Outlier(Node):
    """``outlier [action=…] [param=2.5] [uselower=false] [mark=false] field …``; ``factor`` is ``param``, as written."""

    fields: tuple[Field, ...]
    action: str = "transform"
    factor: str = "2.5"
    lower: bool = False
    mark: bool = False


@dataclass(frozen=True, slots=True)
class Sessionize(Node):
    """``sessionize field, … [maxspan 30m] [as alias]``."""

    fields: tuple[Field, ...]
    gap: Period = Period(30, "m")
    alias: str = "session_id"


@dataclass(frozen=True, slots=True)
class CountFrequent(Node):
    """``countFrequent field, …``."""

    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Looked(Node):
    """``column as field`` of a lookup; without the column it is that of the field's name."""

    field: Field
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Lookup(Node):
    """``lookup table column as field, … OUTPUT column as field, …``; ``OUTPUTNEW`` is ``only_new``.

    ``cidrlookup table field as column OUTPUT …`` is the same with ``networks``; its one key names them the other way.
    """

    table: str
    keys: tuple[Looked, ...]
    outputs: tuple[Looked, ...]
    only_new: bool = False
    networks: bool = False


Command = (
    Fields
    | Display
    | Filter
    | ParseGlob
    | ParseRegex
    | Sort
    | Stats
    | Limit
    | Dedup
    | FilterIndex
    | Accum
    | Autoregress
    | Filldown
    | Addtotals
    | Fillmissing
    | Outlier
    | Sessionize
    | CountFrequent
    | Lookup
)


@dataclass(frozen=True, slots=True)
class Query(Node):
    """A pipeline of commands; ``source`` are the log groups that a query inside another names."""

    commands: tuple[Command, ...]
    source: tuple[str, ...] = ()
