"""Expressions of a plan as SQL. A value can be asked for as text, number, time or condition; each has one spelling.

What is missing is ``NULL``. A condition over it is ``NULL`` too, which a filter reads as "no"; where that would be
turned round (``not``) or shown, it is made ``FALSE``: a comparison with a missing field is never true.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from siemlib.model.event import FieldType
from siemlib.ql.groups import groups_of, replacement
from siemlib.ql.networks import within
from siemlib.ql.plan import (
    Apply,
    Arithmetic,
    Compare,
    Constant,
    Expr,
    Length,
    Logic,
    Match,
    Member,
    Not,
    Ref,
    Shown,
    Symbol,
)
from siemlib.ql.sql.compare import alternatives, compare, member
from siemlib.ql.sql.dates import formatted, parsed
from siemlib.ql.sql.over_events import extreme, moment, rate
from siemlib.ql.sql.writer import double, identifier, integer, literal
from siemlib.ql.types import STRUCTURED, TEXTUAL, Kind, common

if TYPE_CHECKING:
    from siemlib.ql.functions import Function

_MILLIS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_INTERVALS = {"w": (7, "DAY"), "mo": (1, "MONTH"), "q": (3, "MONTH"), "y": (12, "MONTH")}


@dataclass(frozen=True, slots=True)
class Moment:
    """What a query asks of the run itself: epoch milliseconds, the end inclusive, as the service has it."""

    start: int
    end: int
    now: int
    earlier: tuple[int, int] | None = None
    """The earlier window of a query that compares two; its end is exclusive."""


@dataclass(frozen=True, slots=True)
class Expressions:
    """Writes expressions for one run."""

    moment: Moment
    table: str = ""
    """The part that columns are read from, where a column of the same name is being written."""

    # ── the ways to ask for a value ──────────────────────────────────────────────────────────────────────────────────

    def native(self, value: Expr) -> str:  # noqa: PLR0911 - one for each kind of value
        """The value in the SQL type of its own type; a missing stored number is ``NULL`` whatever it reads as."""
        match value:
            case Ref(symbol=symbol):
                return (f"{self.table}." if self.table else "") + identifier(symbol.column)
            case Constant():
                return _constant(value)
            case Length():
                return _interval(value)
            case Apply():
                return self._apply(value)
            case Arithmetic():
                return self._arithmetic(value)
            case Shown(value=inner):
                return self.text(inner)
            case Compare() | Logic() | Not() | Match() | Member():
                return f"coalesce({self.condition(value)}, FALSE)"
            case _:
                assert_never(value)

    def text(self, value: Expr) -> str:
        """The value as the text that a result shows."""
        if isinstance(value, Constant):
            return literal(value.text)
        if value.type in STRUCTURED:
            return self.leaf(value)
        return shown(self.native(value), value.type, value.symbol.missing_text if isinstance(value, Ref) else None)

    def number(self, value: Expr) -> str:
        """The value as a double; what is no number is ``NULL``."""
        if isinstance(value, Constant):
            return _number_constant(value)
        sql = self.native(value)
        match value.type:
            case FieldType.TEXT | FieldType.DYNAMIC:
                return _once("ql_number", sql, value)
            case FieldType.NUMBER:
                return sql
            case FieldType.INTEGER | FieldType.TIMESTAMP | FieldType.BOOLEAN:
                return f"CAST({sql} AS DOUBLE)"
            case FieldType.STRUCTURE | FieldType.JSON:
                return f"ql_number({self.leaf(value)})"

    def leaf(self, value: Expr) -> str:
        """The one value that a JSON text holds, as text; a map or a list is missing."""
        return _once("ql_leaf", self.native(value), value)

    def time(self, value: Expr) -> str:
        """The value as whole epoch milliseconds."""
        if value.type in {FieldType.TIMESTAMP, FieldType.INTEGER} and not isinstance(value, Constant):
            return self.native(value)
        return f"TRY_CAST({self.number(value)} AS BIGINT)"

    def condition(self, value: Expr) -> str:  # noqa: PLR0911 - one for each kind of condition
        """The value as a condition that may be ``NULL``."""
        match value:
            case Compare(operator=operator, left=left, right=right):
                return compare(self, operator, left, right)
            case Logic(operator="or"):
                return self._either(value)
            case Logic(operator=operator, left=left, right=right):
                return f"({self.condition(left)} {operator.upper()} {self.condition(right)})"
            case Not(operand=operand):
                return f"NOT coalesce({self.condition(operand)}, FALSE)"
            case Match():
                return self._match(value)
            case Member(value=inner, items=items, negated=negated):
                sql = member(self, inner, items)
                return f"({self.text(inner)} IS NOT NULL AND NOT coalesce({sql}, FALSE))" if negated else sql
            case _ if value.type is FieldType.BOOLEAN:
                return self.native(value)
            case _:
                return f"{self.number(value)} <> 0"

    def common(self, values: tuple[Expr, ...], kind: FieldType) -> list[str]:
        """The values in one SQL type, that of ``kind``."""
        if kind in TEXTUAL:
            return [self.text(value) for value in values]
        if kind is FieldType.NUMBER:
            return [self.number(value) for value in values]
        return [self.native(value) for value in values]

    # ── operators ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _arithmetic(self, value: Arithmetic) -> str:
        """Asked once, at the end, whether it is a number: a macro around each operation would double with each."""
        return _once("ql_finite", self._operation(value), value)

    def _operation(self, value: Arithmetic) -> str:
        left, right = self._operand(value.left), self._operand(value.right)
        match value.operator:
            case "/" | "%":
                divisor = right if _is_not_zero(value.right) else f"nullif({right}, 0)"
                return f"({left} {value.operator} {divisor})"
            case "^":
                return f"pow({left}, {right})"
            case operator:
                return f"({left} {operator} {right})"

    def _operand(self, value: Expr) -> str:
        return self._operation(value) if isinstance(value, Arithmetic) else self.number(value)

    def _either(self, value: Logic) -> str:
        operands: list[Expr] = []
        waiting: list[Expr] = [value]
        while waiting:
            match waiting.pop():
                case Logic(operator="or", left=left, right=right):
                    waiting += [right, left]
                case operand:
                    operands.append(operand)
        parts = [self.condition(operand) for operand in alternatives(operands)]
        return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"

    def _match(self, value: Match) -> str:
        test = "regexp_matches" if value.regex else "contains"
        sql = f"{test}({self.text(value.value)}, {self.text(value.pattern)})"
        return f"NOT {sql}" if value.negated else sql

    # ── functions ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _by_hand(self, value: Apply) -> str | None:  # noqa: PLR0911 - one for each function that no template can write
        function = value.function
        if function.name == "count" and not value.arguments:
            return "count(*)"
        if function.name in {"min", "max"}:
            return extreme(self, function.name, value.arguments[0])
        if function.name == "case":
            return self._case(value)
        if function.name in {"bin", "datefloor", "dateceil"}:
            return self._period(function.name, *value.arguments)
        if function.name in {"formatDate", "parseDate"}:
            return self._dated(value)
        if function.name == "rate":
            return rate(self, *value.arguments)
        return self.leaf(value.arguments[0]) if function.name == "leaf" else None

    def _apply(self, value: Apply) -> str:
        written = self._by_hand(value)
        if written is not None:
            return written
        function = value.function
        by_time = function.name in {"earliest", "latest"}
        given = self._arguments(function, value.arguments[:1] if by_time else value.arguments)
        words = {
            "all": ", ".join(given),
            "joined": f"({' || '.join(given)})",
            "start": integer(self.moment.start),
            "end": integer(self.moment.end),
            "now": integer(self.moment.now // 1000),
        }
        if by_time:
            time, *ids = (self.native(argument) for argument in value.arguments[1:])
            words["time"] = moment(time, ids)
        if Kind.PATTERN in function.parameters:
            words["by"] = self._replacement(value)
        if Kind.SUBNET in function.parameters:
            subnet = value.arguments[1]
            words["within"] = within(given[0], subnet.text if isinstance(subnet, Constant) else "")
        # Not "v.a0", which a column of the name "v" would take for itself.
        bound = {i: f"struct_extract(v, 'a{i}')" for i, a in enumerate(value.arguments) if _has_aggregate(a)}
        bound = {} if function.aggregate else bound
        if bound and ("TRY" in function.sql or "ql_" in function.sql):
            # SQL takes no aggregate inside TRY, which many templates have: it is bound to a name first.
            values = ", ".join(f"a{i}: {given[i]}" for i in bound)
            sql = function.sql.format(*(bound.get(i, sql) for i, sql in enumerate(given)), **words)
            return f"list_transform([{{{values}}}], lambda v: {sql})[1]"
        return (
            f"({function.sql.format(*given, **words)})" if " " in function.sql else function.sql.format(*given, **words)
        )

    def _arguments(self, function: Function, arguments: tuple[Expr, ...]) -> list[str]:
        kinds = (*function.parameters, *(function.parameters[-1:] * len(arguments)))
        values = tuple(a for kind, a in zip(kinds, arguments, strict=False) if kind is Kind.VALUE)
        shared = common(_without_missing_text(value) for value in values) if values else FieldType.TEXT
        given: list[str] = []
        for kind, argument in zip(kinds, arguments, strict=False):
            match kind:
                case Kind.TEXT | Kind.PATTERN | Kind.SUBNET:
                    given.append(self.text(argument))
                case Kind.NUMBER:
                    given.append(self.number(argument))
                case Kind.TIME:
                    given.append(self.time(argument))
                case Kind.CONDITION:
                    given.append(self.condition(argument))
                case Kind.VALUE:
                    given += self.common((argument,), shared)
                case Kind.STRUCTURE:
                    is_json = argument.type is FieldType.JSON
                    plain = self.native if argument.type is FieldType.STRUCTURE else self.text
                    given.append(f"ql_inner({self.native(argument)})" if is_json else plain(argument))
                case Kind.PERIOD:
                    given.append(self.native(argument))
                case _:
                    assert_never(kind)
        missing = len(function.parameters) - len(arguments)
        return [*given, *function.defaults[len(function.defaults) - missing :]] if missing > 0 else given

    def _replacement(self, value: Apply) -> str:
        """What replaces a match: groups can be named in a written-out text only, what comes out of a log is a text."""
        pattern, by = value.arguments[1], value.arguments[2]
        if isinstance(by, Constant) and isinstance(pattern, Constant):
            return literal(replacement(by.text, len(groups_of(pattern.text).names)))
        return f"replace({self.text(by)}, chr(92), repeat(chr(92), 2))"

    def _case(self, value: Apply) -> str:
        pairs = len(value.arguments) // 2
        results = (*value.arguments[1 : 2 * pairs : 2], *value.arguments[2 * pairs :])
        texts = self.common(results, value.type)
        whens = [
            f"WHEN {self.condition(value.arguments[2 * i])} THEN {result}" for i, result in enumerate(texts[:pairs])
        ]
        last = f" ELSE {texts[pairs]}" if len(texts) > pairs else ""
        return f"CASE {' '.join(whens)}{last} END"

    def _dated(self, value: Apply) -> str:
        form, zone, *_ = (*(a.text for a in value.arguments[1:] if isinstance(a, Constant)), "UTC")
        if value.function.name == "parseDate":
            return parsed(self.text(value.arguments[0]), form, zone)
        # SQL takes no aggregate inside TRY.
        return formatted(self.time(value.arguments[0]), form, zone, once=_has_aggregate(value.arguments[0]))

    def _period(self, name: str, time: Expr, period: Expr) -> str:
        sql = self.time(time)
        if not isinstance(period, Length):
            return "NULL"
        if _has_aggregate(time):
            return f"list_transform([{sql}], lambda v: {self._bucket(name, 'v', period)})[1]"
        return self._bucket(name, sql, period)

    @staticmethod
    def _bucket(name: str, sql: str, period: Length) -> str:
        if period.unit in _MILLIS:
            size = integer(period.amount * _MILLIS[period.unit])
            return f"ql_floor({sql}, {size})" if name != "dateceil" else f"ql_floor({sql} + {size} - 1, {size})"
        floor = f"ql_bucket({sql}, {_interval(period)})"
        if name != "dateceil":
            return floor
        return f"CASE WHEN {floor} = {sql} THEN {sql} ELSE ql_after({floor}, {_interval(period)}) END"


def shown(sql: str, kind: FieldType, missing_text: str | None) -> str:
    """SQL of type ``kind`` as the text that a result shows."""
    match kind:
        case FieldType.TEXT | FieldType.DYNAMIC:
            text = sql
        case FieldType.INTEGER:
            text = f"CAST({sql} AS VARCHAR)"
        case FieldType.NUMBER:
            text = f"ql_text({sql})"
        case FieldType.BOOLEAN:
            text = f"CAST(CAST({sql} AS INTEGER) AS VARCHAR)"
        case FieldType.TIMESTAMP:
            text = f"ql_time({sql})"
        case FieldType.STRUCTURE | FieldType.JSON:
            text = f"ql_cell({sql})"
    return text if missing_text is None else f"coalesce({text}, {literal(missing_text)})"


def shown_symbol(symbol: Symbol) -> str:
    """The symbol's column as the text that a result shows."""
    return shown(identifier(symbol.column), symbol.type, symbol.missing_text)


def _has_aggregate(value: Expr) -> bool:
    """Whether it is an aggregate, or computed from one."""
    if isinstance(value, Arithmetic):
        return _has_aggregate(value.left) or _has_aggregate(value.right)
    return isinstance(value, Apply) and (value.function.aggregate or any(map(_has_aggregate, value.arguments)))


def _without_missing_text(value: Expr) -> FieldType:
    """The type that a value has for its neighbours: a number that may read as a text is a text to them."""
    return FieldType.DYNAMIC if isinstance(value, Ref) and value.symbol.missing_text is not None else value.type


def _constant(value: Constant) -> str:
    match value.type:
        case FieldType.BOOLEAN:
            return "TRUE" if value.text == "1" else "FALSE"
        case FieldType.INTEGER:
            return integer(int(value.text))
        case FieldType.NUMBER:
            return _number_constant(value)
        case FieldType.TEXT | FieldType.DYNAMIC | FieldType.TIMESTAMP:
            return literal(value.text)
        case FieldType.STRUCTURE | FieldType.JSON:
            raise TypeError(value)


def _number_constant(value: Constant) -> str:
    if value.type in TEXTUAL:
        return f"ql_number({literal(value.text)})"
    try:
        return double(float(value.text))
    except ValueError:
        return "CAST(NULL AS DOUBLE)"


def _once(macro: str, sql: str, value: Expr) -> str:
    """A macro names its argument several times; what is large is bound first, or it would grow with every level."""
    operands = value.arguments if isinstance(value, Apply) else ()
    if isinstance(value, Arithmetic):
        operands = (value.left, value.right)
    if all(isinstance(operand, Ref | Constant | Length) for operand in operands):
        return f"{macro}({sql})"
    return f"list_transform([{sql}], lambda x: {macro}(x))[1]"


def _is_not_zero(value: Expr) -> bool:
    return isinstance(value, Constant) and value.type not in TEXTUAL and float(value.text) != 0


def period_sql(period: Length) -> tuple[str, bool]:
    """The step from one bin to the next: milliseconds, or an interval of the calendar (``True``)."""
    if period.unit in _MILLIS:
        return integer(period.amount * _MILLIS[period.unit]), False
    return _interval(period), True


def _interval(period: Length) -> str:
    amount, unit = _INTERVALS.get(period.unit, (1, "DAY"))
    return f"INTERVAL {literal(f'{amount * period.amount} {unit}')}"
