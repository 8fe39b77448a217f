"""Expressions: syntax → typed expressions of the plan. Every error is collected; a placeholder stands in its place."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, assert_never

from siemlib.model.event import FieldType
from siemlib.ql import ast
from siemlib.ql.aggregates import find, hint_for
from siemlib.ql.diagnostic import Diagnostic
from siemlib.ql.groups import groups_of
from siemlib.ql.networks import is_subnet
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
)
from siemlib.ql.regexes import fault
from siemlib.ql.structures import leaf, part, whole
from siemlib.ql.types import STRUCTURED, Kind, common
from siemlib.ql.words import MOST_ARGUMENTS, UNITS

if TYPE_CHECKING:
    from collections.abc import Callable

    from siemlib.ql.functions import Function
    from siemlib.ql.scope import Scope

CAPS = {"ms": 1000, "s": 60, "m": 60, "h": 24}
"""The largest amount of a unit; the language lowers a larger one to it without a word: ``300s`` is ``60s``."""

NOTHING = Constant("", FieldType.TEXT)
"""Stands where an expression could not be resolved."""

_LOGIC = {"and", "or"}
_COMPARISONS = {"=", "!=", "<", "<=", ">", ">="}
_COMPARED_BY_TIME = {"earliest", "latest"}
_HIGHEST_PERCENTILE = 100
_MOST_BRANCHES = 10
_MOST_FREQUENT = 10_000
_CENTURY = {"d": 36525, "w": 5218, "mo": 1200, "q": 400, "y": 100}


@dataclass(frozen=True)
class Grouping:
    """What the items of a ``stats`` may name outside an aggregate: the keys, and earlier items by their aliases."""

    values: dict[str, Expr] = field(default_factory=dict)


@dataclass
class Resolver:
    """Resolves expressions in a scope; ``scope`` is replaced when the pipeline passes a ``stats``."""

    scope: Scope
    errors: list[Diagnostic] = field(default_factory=list)
    regexes: list[tuple[str, ast.Span]] = field(default_factory=list)
    formats: list[tuple[str, str, ast.Span]] = field(default_factory=list)

    among: Callable[[ast.InQuery, Grouping | None], Expr] = field(default=lambda _query, _grouping: NOTHING)
    """Analyses a query inside the query, and gives whether the value is among its values."""
    strangers: frozenset[str] = frozenset()
    """In a query inside a query: the names of the sides of the outer one's ``join``, which mean nothing here."""

    def complain(self, message: str, span: ast.Span, hint: str | None = None) -> Constant:
        """Note an error; gives the placeholder for an expression."""
        self.errors.append(Diagnostic(message, span, hint))
        return NOTHING

    def expression(  # noqa: C901, PLR0911, PLR0912 - one case for each construct
        self, node: ast.Expression, grouping: Grouping | None = None
    ) -> Expr:
        """The typed expression. ``grouping`` is given for an item of ``stats``, outside its aggregates."""
        known = self.scope.computed.get(folded(node)) if grouping is None else None
        if known is not None:
            return Ref(known)
        match node:
            case ast.Field():
                return self._field(node, grouping)
            case ast.Text(value=value):
                return Constant(value, FieldType.TEXT)
            case ast.Number(text=text):
                return Constant(text, FieldType.INTEGER if text.lstrip("-").isdecimal() else FieldType.NUMBER)
            case ast.Boolean(value=value):
                return Constant("1" if value else "0", FieldType.BOOLEAN)
            case ast.Unary(operator=operator, operand=operand):
                return self._unary(operator, self.expression(operand, grouping))
            case ast.Binary():
                return self._binary(node, grouping)
            case ast.Like():
                return self._like(node, grouping)
            case ast.In(value=value, items=items, negated=negated):
                members = tuple(self.expression(item, grouping) for item in items)
                return Member(leaf(self.expression(value, grouping)), tuple(map(leaf, members)), negated)
            case ast.InQuery():
                return self.among(node, grouping)
            case ast.Call():
                return self._call(node, grouping)
            case ast.Access():
                return self._access(node, grouping)
            case ast.Regex():
                message = "a regular expression stands only after 'like' or '=~'"
                return self.complain(message, node.span, "for example: @message like /…/")
            case ast.Period():
                return self.complain("a length of time stands only in bin, datefloor and dateceil", node.span)
            case ast.Parameter(name=name):
                return self.complain(f"the parameter {{{{{name}}}}} has no value", node.span)
            case ast.Star():
                return self.complain("'*' stands only in count(*)", node.span)
            case _:
                assert_never(node)

    def regex(self, node: ast.Regex | ast.Text) -> str:
        """The pattern of a literal, noted for the engine to check."""
        pattern = node.pattern if isinstance(node, ast.Regex) else node.value
        found = fault(pattern)
        if found is not None:
            self.complain(found.message, node.span, found.hint)
        else:
            self.regexes.append((groups_of(pattern).pattern, node.span))
        return groups_of(pattern).pattern

    def _field(self, node: ast.Field, grouping: Grouping | None) -> Expr:
        if grouping is not None:
            if node.name in grouping.values:
                return grouping.values[node.name]
            function = find(node.name)
            hint = f"write an aggregate, such as max({node.name}), or group by it"
            if function is not None and function.aggregate:
                hint = f"did you mean {'count(*)' if function.name == 'count' else f'{node.name}(…)'}?"
            return self.complain(f"'{node.name}' is neither aggregated nor a key after 'by'", node.span, hint)
        if len(node.path) > 1 and node.path[0] in self.strangers:
            bare = ".".join(node.path[1:])
            hint = f"the query in parentheses runs alone: write {bare}; a key '{node.path[0]}' stands in `{node.name}`"
            return self.complain(f"'{node.name}' is a name of the outer query", node.span, hint)
        inside = self.scope.structure_of(node.path)
        if inside is not None:
            return part(Ref(inside[0]), inside[1])
        symbol = self.scope.look_up(node.path)
        return self._unknown(node.name, node.span) if symbol is None else Ref(symbol)

    def _unknown(self, name: str, span: ast.Span) -> Expr:
        near = self.scope.near(name)
        hint = f"did you mean '{near}'?" if near else f"there are: {', '.join(self.scope.names)}"
        made_by = self.scope.made_by
        return self.complain(f"unknown symbol '{name}': after '{made_by}' there is only what it gave", span, hint)

    def _unary(self, operator: str, operand: Expr) -> Expr:
        if operator == "not":
            return Not(operand)
        if isinstance(operand, Constant) and operand.type in {FieldType.INTEGER, FieldType.NUMBER}:
            text = operand.text.removeprefix("-") if operand.text.startswith("-") else f"-{operand.text}"
            return replace(operand, text=text)
        return Arithmetic("-", Constant("0", FieldType.INTEGER), leaf(operand))

    def _binary(self, node: ast.Binary, grouping: Grouping | None) -> Expr:
        left, right = self.expression(node.left, grouping), self.expression(node.right, grouping)
        left, right = leaf(left), leaf(right)
        if node.operator in _LOGIC:
            return Logic(node.operator, left, right)
        if node.operator in _COMPARISONS:
            return Compare(node.operator, left, right)
        return Arithmetic(node.operator, left, right)

    def _like(self, node: ast.Like, grouping: Grouping | None) -> Expr:
        value = leaf(self.expression(node.value, grouping))
        if isinstance(node.pattern, ast.Regex):
            return Match(value, Constant(self.regex(node.pattern), FieldType.TEXT), regex=True, negated=node.negated)
        return Match(value, leaf(self.expression(node.pattern, grouping)), regex=False, negated=node.negated)

    # ── maps and lists ───────────────────────────────────────────────────────────────────────────────────────────────

    def scalar(self, node: ast.Expression, word: str) -> Expr:
        """An expression for ``word``, which takes no maps and lists: refused where it is one in every event."""
        value = self.expression(node)
        if value.type is FieldType.STRUCTURE:
            return self.complain(
                f"'{word}' takes no map or list", node.span, "name a part of it, as in m.key or m.list[0]"
            )
        return leaf(value)

    def structure(self, node: ast.Expression) -> Expr:
        """An expression for what takes maps and lists: a discovered field is taken whole, not as the leaf it has."""
        value = self.expression(node)
        origin = self.scope.origin(node.path) if isinstance(node, ast.Field) and isinstance(value, Ref) else None
        return whole(*origin) if origin is not None and value == Ref(origin[2]) else value

    def _access(self, node: ast.Access, grouping: Grouping | None) -> Expr:
        value = self.expression(node.value, grouping)
        if value.type in STRUCTURED:
            return part(value, node.path)
        if value is NOTHING:
            return NOTHING
        hint = "jsonParse(…) gives a map or a list"
        return self.complain(f"'{node.value.name}' gives one value, which has no parts", node.span, hint)

    # ── calls ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _call(self, node: ast.Call, grouping: Grouping | None) -> Expr:
        function = find(node.name)
        if function is None:
            named = node.span.first(len(node.name))
            return self.complain(f"unknown function '{node.name}'", named, hint_for(node.name))
        if function.aggregate and grouping is None:
            hint = f"for example: stats {function.example[0]} by field"
            return self.complain(f"'{node.name}' counts over many events: it stands only in 'stats'", node.span, hint)
        if not self._arity_fits(function, node):
            return NOTHING
        if function.name == "count" and isinstance(node.arguments[0] if node.arguments else ast.Star(), ast.Star):
            return Apply(function, (), FieldType.INTEGER)
        inner = None if function.aggregate else grouping
        parameters = _parameters(function, len(node.arguments))
        arguments = tuple(
            self._argument(function, kind, argument, inner)
            for kind, argument in zip(parameters, node.arguments, strict=True)
        )
        return self._applied(function, arguments, parameters, node)

    def _applied(  # noqa: PLR0911 - a way out for each function with a rule of its own
        self, function: Function, arguments: tuple[Expr, ...], parameters: tuple[Kind, ...], node: ast.Call
    ) -> Expr:
        if function.name == "bin" or function.name in _COMPARED_BY_TIME:
            time = self._event_time(node)
            if time is None:
                return NOTHING
            arguments = (time[0], *arguments) if function.name == "bin" else (*arguments, *time)
        if function.name == "formatDate" and not self._is_format(arguments, node):
            return NOTHING
        if function.name == "case" and len(arguments) // 2 > _MOST_BRANCHES:
            hint = "put another case(…) in the place of the last value"
            return self.complain(f"'{node.name}' takes at most {_MOST_BRANCHES} conditions", node.span, hint)
        if function.name == "pct" and not _is_percentile(arguments[1]):
            return self.complain("a percentile is a number from 0 to 100", node.arguments[1].span, "pct(x, 95)")
        if function.name == "topk" and not _is_count(arguments[0]):
            message = "'topk' takes a whole number from 1 to 10,000 first"
            return self.complain(message, node.arguments[0].span, "topk(10, x)")
        if function.result is not None:
            return Apply(function, arguments, function.result)
        values = [a for kind, a in zip(parameters, arguments, strict=False) if kind is Kind.VALUE]
        result = common(FieldType.DYNAMIC if missing_text(value) else value.type for value in values)
        if function.name in _COMPARED_BY_TIME and result is FieldType.TIMESTAMP:
            # The live service was seen to give epoch milliseconds here, not a time.
            result = FieldType.INTEGER
        return Apply(function, arguments, result)

    def _is_format(self, arguments: tuple[Expr, ...], node: ast.Call) -> bool:
        """Whether format and zone of a formatted time are written out; they are noted for the engine to check."""
        texts = [argument.text for argument in arguments[1:] if isinstance(argument, Constant)]
        if len(texts) == len(arguments) - 1:
            self.formats.append((texts[0], texts[1] if len(texts) > 1 else "UTC", node.span))
            return True
        hint = f'for example: {node.name}(@timestamp, "%Y-%m-%d")'
        self.complain(f"'{node.name}' takes a written-out format and time zone", node.span, hint)
        return False

    def _event_time(self, node: ast.Call) -> tuple[Expr, ...] | None:
        time = self.scope.look_up(("@timestamp",))
        if time is None:
            hint = "carry the time: stats … by bin(5m) as @t | stats … by datefloor(@t, 10m)"
            self.complain(f"unknown symbol '@timestamp', which '{node.name}' needs", node.span, hint)
            return None
        order = self.scope.look_up(("@ptr",))
        return (Ref(time),) if order is None or node.name.lower() == "bin" else (Ref(time), Ref(order))

    def _arity_fits(self, function: Function, node: ast.Call) -> bool:
        given, fewest, most = len(node.arguments), function.fewest, function.most
        if most is None and given > MOST_ARGUMENTS:
            hint = "compute parts of it in a 'fields' before"
            self.complain(f"'{node.name}' takes at most {MOST_ARGUMENTS} arguments, not {given:,}", node.span, hint)
            return False
        if given >= fewest and (most is None or given <= most):
            return True
        wanted = str(fewest) if most == fewest else f"at least {fewest}" if most is None else f"{fewest} to {most}"
        noun = "argument" if wanted == "1" else "arguments"
        example = "bin(5m), always of @timestamp" if function.name == "bin" else function.example[0]
        self.complain(f"'{node.name}' takes {wanted} {noun}, not {given}", node.span, f"for example: {example}")
        return False

    def _argument(  # noqa: PLR0911 - a way out for each kind, and for each that does not fit
        self, function: Function, kind: Kind, node: ast.Expression, grouping: Grouping | None
    ) -> Expr:
        if kind is Kind.PERIOD:
            if isinstance(node, ast.Period) and node.amount > 0:
                unit = UNITS[node.unit.lower()]
                if node.amount > _CENTURY.get(unit, node.amount):
                    return self.complain("a length of time is at most 100 years here", node.span)
                return Length(min(node.amount, CAPS.get(unit, node.amount)), unit)
            return self.complain(f"'{function.name}' takes a length of time here", node.span, "for example: 5m")
        if kind is Kind.PATTERN:
            if isinstance(node, ast.Regex | ast.Text):
                return Constant(self.regex(node), FieldType.TEXT)
            return self.complain(f"'{function.name}' takes a written-out regular expression here", node.span)
        if kind is Kind.SUBNET:
            version = {"isIpv4InSubnet": 4, "isIpv6InSubnet": 6}.get(function.name)
            if isinstance(node, ast.Text) and is_subnet(node.value, version):
                return Constant(node.value, FieldType.TEXT)
            example = '"2001:db8::/32"' if version == 6 else '"10.0.0.0/8"'  # noqa: PLR2004 - the version of IP
            return self.complain(f"'{function.name}' takes a written-out subnet here", node.span, f"such as {example}")
        if function.aggregate:
            return self.scalar(node, "stats")
        if kind is Kind.STRUCTURE and grouping is None:
            return self.structure(node)
        value = self.expression(node, grouping)
        return value if kind in {Kind.VALUE, Kind.STRUCTURE} else leaf(value)


def missing_text(value: Expr) -> str | None:
    """What ``NULL`` reads as in this value."""
    return value.symbol.missing_text if isinstance(value, Ref) else None


def column_name(item: ast.Item) -> str:
    """What a column without an alias is called: the field's name, or the expression as the user wrote it."""
    return item.expression.name if isinstance(item.expression, ast.Field) else item.text


def folded(node: ast.Expression) -> ast.Expression:  # noqa: PLR0911 - one for each construct
    """``node`` with function names in lower case: two spellings of one expression are equal then."""
    match node:
        case ast.Call(name=name, arguments=arguments):
            return ast.Call(name.lower(), tuple(folded(argument) for argument in arguments))
        case ast.Unary(operator=operator, operand=operand):
            return ast.Unary(operator, folded(operand))
        case ast.Binary(operator=operator, left=left, right=right):
            return ast.Binary(operator, folded(left), folded(right))
        case ast.Like(value=value, pattern=pattern, negated=negated):
            return ast.Like(folded(value), folded(pattern), negated)
        case ast.In(value=value, items=items, negated=negated):
            return ast.In(folded(value), tuple(folded(item) for item in items), negated)
        case ast.Access(value=value, path=path):
            return ast.Access(ast.Call(value.name.lower(), tuple(map(folded, value.arguments))), path)
        case ast.InQuery(value=value, query=query, negated=negated):
            return ast.InQuery(folded(value), query, negated)
        case _:
            return node


def _parameters(function: Function, given: int) -> tuple[Kind, ...]:
    """The kind of each argument that was given."""
    if function.name == "case":
        pairs = (Kind.CONDITION, Kind.VALUE) * (given // 2)
        return (*pairs, Kind.VALUE) if given % 2 else pairs
    return (*function.parameters, *(function.parameters[-1:] * given))[:given]


def _is_count(value: Expr) -> bool:
    return isinstance(value, Constant) and value.type is FieldType.INTEGER and 1 <= int(value.text) <= _MOST_FREQUENT


def _is_percentile(value: Expr) -> bool:
    if not isinstance(value, Constant) or value.type not in {FieldType.INTEGER, FieldType.NUMBER}:
        return False
    return 0 <= float(value.text) <= _HIGHEST_PERCENTILE
