"""The plan: the analysed query. Names are resolved, types are known, and a dialect can write it down without asking.

``head`` works on one event at a time, so a span of time may be cut into slices before it; ``tail`` needs all rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.model.event import FieldType
from siemlib.ql.plan_inner import InnerStep
from siemlib.ql.plan_patterns import Patterns, PatternStep, Relevance
from siemlib.ql.plan_rows import RowStep
from siemlib.ql.plan_tables import LookUp

if TYPE_CHECKING:
    from siemlib.model.event import FieldPath
    from siemlib.ql.ast import Span
    from siemlib.ql.functions import Function
    from siemlib.ql.plan_patterns import Baseline
    from siemlib.ql.types import Column


@dataclass(frozen=True, slots=True)
class Symbol:
    """A named value of a row. ``name`` is what the user writes; ``column`` is unique even if case is ignored."""

    name: str
    column: str
    type: FieldType
    missing_text: str | None = None
    """What ``NULL`` reads as, for a stored number of which some events say "not available"."""


# ── expressions ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Ref:
    """The value of a symbol."""

    symbol: Symbol

    @property
    def type(self) -> FieldType:
        """The symbol's."""
        return self.symbol.type


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal. Numbers keep their text, so that a long one stays exact; booleans are ``1`` and ``0``."""

    text: str
    type: FieldType


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time: an amount of ``ms s m h d w mo q y``, with the caps of the language applied."""

    amount: int
    unit: str
    type: FieldType = FieldType.TEXT


@dataclass(frozen=True, slots=True)
class Apply:
    """A function of the table, applied."""

    function: Function
    arguments: tuple[Expr, ...]
    type: FieldType


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """``operator`` is one of ``+ - * / % ^``; the result is a double, missing where an operand is no number."""

    operator: str
    left: Expr
    right: Expr
    type: FieldType = FieldType.NUMBER


@dataclass(frozen=True, slots=True)
class Compare:
    """``operator`` is one of ``= != < <= > >=``."""

    operator: str
    left: Expr
    right: Expr
    type: FieldType = FieldType.BOOLEAN


@dataclass(frozen=True, slots=True)
class Logic:
    """``operator`` is ``and`` or ``or``."""

    operator: str
    left: Expr
    right: Expr
    type: FieldType = FieldType.BOOLEAN


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a condition."""

    operand: Expr
    type: FieldType = FieldType.BOOLEAN


@dataclass(frozen=True, slots=True)
class Match:
    """``like``: part of a text, or a regular expression that is found in it."""

    value: Expr
    pattern: Expr
    regex: bool
    negated: bool
    type: FieldType = FieldType.BOOLEAN


@dataclass(frozen=True, slots=True)
class Member:
    """``in [ … ]``."""

    value: Expr
    items: tuple[Expr, ...]
    negated: bool
    type: FieldType = FieldType.BOOLEAN


@dataclass(frozen=True, slots=True)
class Shown:
    """The value as the text that a result shows: a missing stored number is the text that it reads as."""

    value: Expr
    type: FieldType = FieldType.DYNAMIC


Expr = Ref | Constant | Length | Apply | Arithmetic | Compare | Logic | Not | Match | Member | Shown


# ── steps ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Assignment:
    """A symbol and what it is computed from."""

    symbol: Symbol
    value: Expr


@dataclass(frozen=True, slots=True)
class Compute:
    """``fields`` and ``display``: new values beside the old ones. ``command`` is the word that the user wrote."""

    command: str
    assignments: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True)
class Where:
    """``filter`` and ``filterIndex``."""

    condition: Expr
    command: str = "filter"


@dataclass(frozen=True, slots=True)
class Extract:
    """``parse``: groups of a regular expression (RE2). ``outputs`` are symbols with the number of their group.

    A row that does not match is kept, without the values.
    """

    source: Expr
    pattern: str
    groups: int
    outputs: tuple[tuple[Symbol, int], ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """``unnest``, ``expand`` and ``parse … multi``: a row for every element of lists, which are of one length.

    A row without a list gives none. ``command`` is the word that the user wrote; ``position`` keeps elements in order.
    """

    command: str
    lists: tuple[Assignment, ...]
    position: Symbol


@dataclass(frozen=True, slots=True)
class Aggregate:
    """``stats``: one row for each distinct combination of ``keys``."""

    keys: tuple[Assignment, ...]
    values: tuple[Assignment, ...]
    command: str = "stats"


@dataclass(frozen=True, slots=True)
class Key:
    """A key of :class:`Order`."""

    value: Expr
    descending: bool
    plain: bool = False
    """Whether texts are compared as they are, without looking for numbers inside them."""


@dataclass(frozen=True, slots=True)
class Order:
    """``sort``; rows with equal keys stay in the order they had."""

    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """``limit``."""

    count: int


@dataclass(frozen=True, slots=True)
class Unique:
    """``dedup``: the first row of each combination; rows with a missing value are all kept."""

    keys: tuple[Symbol, ...]


Step = (
    Compute | Where | Extract | Spread | Aggregate | Order | Cut | Unique | RowStep | LookUp | InnerStep | PatternStep
)

GROUPING = (Aggregate, Patterns, Relevance)
"""Steps that give other rows than events; their rows carry how many events there were."""


@dataclass(frozen=True, slots=True)
class Output:
    """A column of the result and the symbol it shows."""

    column: Column
    symbol: Symbol


@dataclass(frozen=True, slots=True)
class Plan:
    """A query, ready to be written in any dialect."""

    fields: tuple[tuple[FieldPath, Symbol], ...]
    """The discovered fields that the query names, in the order of the text."""
    head: tuple[Step, ...]
    tail: tuple[Step, ...]
    outputs: tuple[Output, ...]
    is_events: bool
    """Whether the rows are events, which carry ``@ptr``."""
    limit: int | None
    """The smallest ``limit`` of the query."""
    regexes: tuple[tuple[str, Span], ...] = ()
    """Every regular expression with its place, for the engine to check before it runs the query."""
    formats: tuple[tuple[str, str, Span], ...] = ()
    """Every format of a time with its time zone and place, for the same."""

    inner: tuple[tuple[tuple[str, ...], Plan], ...] = ()
    """The queries inside this one, each with its log groups, or none where they are those of this query.

    They are whole: where this one is sliced by time, each of them still runs once, over the whole span.
    """
    origins: tuple[tuple[Span, int], ...] = ()
    """For each command of the text where it stands, and how many of the steps it gave; in the order of the steps."""
    baseline: Baseline | None = None
    """The earlier window that the query compares with."""
    estimate: bool = False
    """Whether only the size of what would be read is asked for."""
    notes: tuple[str, ...] = ()
    """What the result must say of methods that are ours, as sentences."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """The whole pipeline."""
        return self.head + self.tail

    @property
    def paths(self) -> tuple[FieldPath, ...]:
        """The discovered fields that a store must give."""
        return tuple(path for path, _ in self.fields)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the result, in order, without ``@ptr``."""
        return tuple(output.column for output in self.outputs)
