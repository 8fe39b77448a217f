"""The syntax of a query: frozen dataclasses, one per construct. Spans say where it stood and are not part of equality.

Adding a command means adding a node to :data:`Command`; mypy's ``assert_never`` then names every stage that forgot it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from siemlib.ql.call_nodes import Argument, Invoke
from siemlib.ql.nodes import (
    Access,
    Binary,
    Boolean,
    Call,
    Expression,
    Field,
    In,
    InQuery,
    Like,
    Node,
    Number,
    Parameter,
    Period,
    Regex,
    Span,
    Star,
    Text,
    Unary,
)
from siemlib.ql.nodes_inner import Appendcols, Join
from siemlib.ql.pattern_nodes import PatternCommand
from siemlib.ql.selection import Selection

__all__ = [
    "HALF_AN_HOUR",
    "Access",
    "Accum",
    "Addtotals",
    "Appendcols",
    "Argument",
    "Autoregress",
    "Binary",
    "Boolean",
    "Call",
    "Command",
    "CountFrequent",
    "Dedup",
    "Display",
    "Expand",
    "Expression",
    "Field",
    "Fields",
    "Fill",
    "Filldown",
    "Fillmissing",
    "Filter",
    "FilterIndex",
    "In",
    "InQuery",
    "Invoke",
    "Item",
    "Join",
    "JsonField",
    "Like",
    "Limit",
    "Looked",
    "Lookup",
    "Node",
    "Number",
    "Outlier",
    "Parameter",
    "ParseCsv",
    "ParseGlob",
    "ParseLogfmt",
    "ParseRegex",
    "Period",
    "Query",
    "Regex",
    "Selection",
    "Sessionize",
    "Sort",
    "SortKey",
    "Span",
    "Star",
    "Stats",
    "Text",
    "Unary",
    "Unnest",
    "Wildcard",
]


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


HALF_AN_HOUR = Period(30, "m")
"""After so long without an event a session has ended, where the query does not say (CWL_QuerySyntax-Sessionize)."""


@dataclass(frozen=True, slots=True)
class Sessionize(Node):
    """``sessionize field, … [maxspan 30m] [as alias]``."""

    fields: tuple[Field, ...]
    gap: Period = HALF_AN_HOUR
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
    | ParseLogfmt
    | ParseCsv
    | JsonField
    | Sort
    | Stats
    | Limit
    | Dedup
    | Unnest
    | Expand
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
    | Join
    | Appendcols
    | PatternCommand
    | Invoke
)


@dataclass(frozen=True, slots=True)
class Query(Node):
    """A pipeline of commands; ``source`` are the log groups that a query inside another names, if it names any.

    ``selection`` is the ``SOURCE`` of the whole query, and that of a query inside another which does not name groups.
    """

    commands: tuple[Command, ...]
    source: tuple[str, ...] = ()
    selection: Selection | None = None
