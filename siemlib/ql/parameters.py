r"""Parameters: AWS's own ``{{name}}``, bound as literals in the syntax, never by replacing text.

A value such as ``" | fields @message #`` can therefore change the answer, but never the question.

A string literal that holds nothing but ``{{name}}`` is that parameter as well (AWS's saved queries write
``filter user = "{{user}}"``); anywhere else inside a string, ``{{name}}`` is plain text. A text that must look like a
parameter is written ``"\{{name}}"``.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import TYPE_CHECKING, assert_never

from siemlib.errors import QueryError
from siemlib.ql.ast import (
    Access,
    Accum,
    Addtotals,
    Appendcols,
    Autoregress,
    Binary,
    Boolean,
    Call,
    Command,
    CountFrequent,
    Dedup,
    Display,
    Expand,
    Expression,
    Field,
    Fields,
    Filldown,
    Fillmissing,
    Filter,
    FilterIndex,
    In,
    InQuery,
    Invoke,
    Item,
    Join,
    JsonField,
    Like,
    Limit,
    Lookup,
    Number,
    Outlier,
    Parameter,
    ParseCsv,
    ParseGlob,
    ParseLogfmt,
    ParseRegex,
    Period,
    Query,
    Regex,
    Sessionize,
    Sort,
    Span,
    Star,
    Stats,
    Text,
    Unary,
    Unnest,
)
from siemlib.ql.diagnostic import visible
from siemlib.ql.limits import glob_problem, half_character, limit_problem
from siemlib.ql.pattern_nodes import AboutPatterns, Pattern, RelevantFields
from siemlib.ql.printer import print_expression
from siemlib.ql.tree import walk
from siemlib.ql.words import LONGEST_NUMBER, UNITS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class _Wanted(Enum):
    """What may stand where a parameter stands."""

    ANYTHING = auto()
    TEXT = auto()
    NUMBER = auto()
    PERIOD = auto()


_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_PERIOD = re.compile(r"([0-9]{1,12})([A-Za-z]+)")
_ARGUMENTS = {
    ("bin", 0): _Wanted.PERIOD,
    ("datefloor", 1): _Wanted.PERIOD,
    ("dateceil", 1): _Wanted.PERIOD,
    ("pct", 1): _Wanted.NUMBER,
    ("round", 1): _Wanted.NUMBER,
    ("substr", 1): _Wanted.NUMBER,
    ("substr", 2): _Wanted.NUMBER,
}
"""The arguments that are no text, whatever the function table says of the others."""


def names(query: Query) -> tuple[str, ...]:
    """The names of the query's parameters, each once, in the order of the text."""
    found: dict[str, None] = {}
    for command in query.commands:
        for node in (node for top in _expressions_of(command) for node in walk(top)):
            if isinstance(node, Parameter):
                found[node.name] = None
            elif isinstance(node, InQuery):
                found.update(dict.fromkeys(names(node.query)))
        if isinstance(command, Join | Appendcols):
            found.update(dict.fromkeys(names(command.query)))
    return tuple(found)


def inner_queries(query: Query) -> tuple[Query, ...]:
    """The queries inside this one, in the order of the text."""
    found: list[Query] = []
    for command in query.commands:
        nodes = (node for top in _expressions_of(command) for node in walk(top))
        found += (node.query for node in nodes if isinstance(node, InQuery))
        found += [command.query] if isinstance(command, Join | Appendcols) else []
    return tuple(found)


def bind(query: Query, values: Mapping[str, str | Text | Number | Boolean]) -> Query:
    """The query with a literal in the place of every parameter.

    A value becomes a :class:`~siemlib.ql.ast.Text`, but a number where only a number can stand (``limit``, arithmetic)
    and a period where only a period can (``bin``). A value that is a literal already keeps its kind where anything can
    stand. Spans stay those of the parameter, so later errors point at it.

    Raises:
        QueryError: with every parameter that has no value, every value that has no parameter, or every value that does
            not fit its place.
    """
    wanted = names(query)
    problems = [_missing(name, values, wanted) for name in wanted if name not in values]
    problems += [_surplus(name, wanted) for name in values if name not in wanted]
    problems += [
        f"the value of the parameter '{name}' is no text: it holds half of a character"
        for name, value in values.items()
        if half_character(_spelt(value)) is not None
    ]
    if problems:
        raise QueryError("; ".join(problems))
    binding = _Binding(
        {name: _spelt(value) for name, value in values.items()},
        {name: value for name, value in values.items() if isinstance(value, Number | Boolean)},
    )
    bound = replace(query, commands=tuple(binding.command(command) for command in query.commands))
    if binding.problems:
        raise QueryError("; ".join(binding.problems))
    return bound


def _spelt(value: str | Text | Number | Boolean) -> str:
    match value:
        case Text(value=text) | Number(text=text):
            return text
        case Boolean(value=truth):
            return "true" if truth else "false"
        case _:
            return value


def _missing(name: str, values: Mapping[str, object], wanted: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, [given for given in values if given not in wanted], n=1)
    return f"the parameter '{name}' has no value" + (f" (is it '{visible(near[0])}'?)" if near else "")


def _surplus(name: str, wanted: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, wanted, n=1)
    known = f"did you mean '{near[0]}'?" if near else f"it has {', '.join(wanted)}" if wanted else "it has none"
    return f"the query has no parameter '{visible(name)}' ({known})"


def _expressions_of(command: Command) -> Iterator[Expression]:  # noqa: C901, PLR0912 - one case for each kind of command
    """Every outermost expression of a command, in the order of the text; a query inside is none of them."""
    match command:
        case Fields(items=items) | Display(items=items):
            yield from (item.expression for item in items)
        case Filter(condition=condition) | FilterIndex(condition=condition):
            yield condition
        case ParseGlob(source=source, pattern=pattern) | ParseRegex(source=source, pattern=pattern):
            yield from (part for part in (source, pattern) if part is not None)
        case ParseLogfmt(source=source) | ParseCsv(source=source):
            yield from () if source is None else (source,)
        case Unnest(value=value):
            yield value
        case Sort(keys=keys):
            yield from (key.expression for key in keys)
        case Stats(items=items, by=by):
            yield from (item.expression for item in (*items, *by))
        case Limit(count=count):
            yield count
        case Dedup(fields=fields):
            yield from fields
        case Expand(field=source) | JsonField(source=source):
            yield source
        case Join(left_key=left, right_key=right):
            yield from (left, right)
        case Fillmissing(fills=fills):
            yield from (fill.value for fill in fills)
        case Pattern(value=value) | RelevantFields(condition=value):
            yield value
        case (
            Accum()
            | Autoregress()
            | Filldown()
            | Addtotals()
            | Outlier()
            | Sessionize()
            | CountFrequent()
            | Lookup()
            | Appendcols()
            | AboutPatterns()
            | Invoke()
        ):
            pass
        case _:
            assert_never(command)


@dataclass(slots=True)
class _Binding:
    """One binding on its way through a query; ``problems`` collects the values that do not fit."""

    values: Mapping[str, str]
    literals: Mapping[str, Number | Boolean]
    problems: list[str] = field(default_factory=list)
    bound: list[tuple[Span, Expression]] = field(default_factory=list)

    def command(self, command: Command) -> Command:  # noqa: C901, PLR0911, PLR0912 - one for each kind of command
        match command:
            case Fields(items=items) | Display(items=items):
                return replace(command, items=tuple(map(self.item, items)))
            case Filter(condition=condition) | FilterIndex(condition=condition):
                return replace(command, condition=self.expression(condition))
            case ParseGlob(source=source, pattern=pattern, names=aliases):
                return replace(
                    command, source=source and self.expression(source), pattern=self.glob(pattern, len(aliases))
                )
            case ParseRegex(source=source) | ParseLogfmt(source=source) | ParseCsv(source=source):
                return replace(command, source=source and self.expression(source))
            case Unnest(value=value):
                return replace(command, value=self.expression(value))
            case Sort(keys=keys):
                return replace(command, keys=tuple(replace(k, expression=self.expression(k.expression)) for k in keys))
            case Stats(items=items, by=by):
                return replace(command, items=tuple(map(self.item, items)), by=tuple(map(self.item, by)))
            case Limit(count=Parameter() as parameter):
                return replace(command, count=self.limit(parameter))
            case Fillmissing(fills=fills):
                return replace(command, fills=tuple(replace(f, value=self.expression(f.value)) for f in fills))
            case Join(query=query) | Appendcols(query=query):
                return replace(command, query=self.query(query))
            case Limit() | Dedup() | Expand() | JsonField():
                return command
            case Pattern(value=value):
                return replace(command, value=self.expression(value))
            case RelevantFields(condition=condition):
                return replace(command, condition=self.expression(condition))
            case (
                Accum()
                | Autoregress()
                | Filldown()
                | Addtotals()
                | Outlier()
                | Sessionize()
                | CountFrequent()
                | Lookup()
                | AboutPatterns()
                | Invoke()
            ):
                return command
            case _:
                assert_never(command)

    def query(self, query: Query) -> Query:
        """A query inside, whose own spellings are not those of an item around it."""
        inside = _Binding(self.values, self.literals, self.problems)
        return replace(query, commands=tuple(map(inside.command, query.commands)))

    def item(self, item: Item) -> Item:
        """The item, whose own spelling (and so the column it names) shows the value that was bound."""
        self.bound.clear()
        expression = self.expression(item.expression)
        text = item.text
        for span, literal in reversed(self.bound if text else []):
            start, end = span.start - item.span.start, span.end - item.span.start
            text = text[:start] + print_expression(literal) + text[end:]
        return replace(item, expression=expression, text=text)

    def expression(  # noqa: PLR0911 - one for each kind of node
        self, node: Expression, wanted: _Wanted = _Wanted.ANYTHING
    ) -> Expression:
        match node:
            case Parameter():
                literal = self.literal(node, wanted)
                self.bound.append((node.span, literal))
                return literal
            case Unary(operator=operator, operand=operand):
                inside = _Wanted.NUMBER if operator == "-" else _Wanted.ANYTHING
                return replace(node, operand=self.expression(operand, inside))
            case Binary(operator=operator, left=left, right=right):
                inside = _Wanted.NUMBER if operator in {"+", "-", "*", "/", "%", "^"} else _Wanted.ANYTHING
                return replace(node, left=self.expression(left, inside), right=self.expression(right, inside))
            case Like(value=value, pattern=pattern):
                return replace(node, value=self.expression(value), pattern=self.expression(pattern, _Wanted.TEXT))
            case In(value=value, items=items):
                return replace(node, value=self.expression(value), items=tuple(map(self.expression, items)))
            case InQuery(value=value, query=query):
                return replace(node, value=self.expression(value), query=self.query(query))
            case Call():
                return self.call(node)
            case Access(value=value):
                return replace(node, value=self.call(value))
            case Field() | Text() | Number() | Boolean() | Regex() | Period() | Star():
                return node
            case _:
                assert_never(node)

    def call(self, node: Call) -> Call:
        arguments = tuple(self.argument(node.name, i, argument) for i, argument in enumerate(node.arguments))
        return replace(node, arguments=arguments)

    def argument(self, function: str, index: int, node: Expression) -> Expression:
        return self.expression(node, _ARGUMENTS.get((function.lower(), index), _Wanted.ANYTHING))

    def literal(self, parameter: Parameter, wanted: _Wanted) -> Expression:
        value = self.values[parameter.name]
        match wanted:
            case _Wanted.ANYTHING if parameter.name in self.literals:
                return replace(self.literals[parameter.name], span=parameter.span)
            case _Wanted.ANYTHING | _Wanted.TEXT:
                return Text(value, span=parameter.span)
            case _Wanted.NUMBER:
                if _NUMBER.fullmatch(value.strip()) and len(value.strip()) <= LONGEST_NUMBER:
                    return Number(value.strip(), span=parameter.span)
                return self.misfit(parameter, "a number")
            case _Wanted.PERIOD:
                period = _PERIOD.fullmatch(value.strip())
                if period and period.group(2).lower() in UNITS:
                    return Period(int(period.group(1)), period.group(2), span=parameter.span)
                return self.misfit(parameter, "a period such as 5m")
            case _:
                assert_never(wanted)

    def misfit(self, parameter: Parameter, expected: str) -> Text:
        value = self.values[parameter.name]
        self.problems.append(f"the parameter '{parameter.name}' must be {expected} here, not '{visible(value[:80])}'")
        return Text(value, span=parameter.span)

    def limit(self, parameter: Parameter) -> Number:
        value = self.values[parameter.name].strip()
        if limit_problem(value) is not None:
            self.misfit(parameter, "a whole number from 1 to 100,000")
        return Number(value, span=parameter.span)

    def glob(self, pattern: Text | Parameter, aliases: int) -> Text:
        if isinstance(pattern, Text):
            return pattern
        value = self.values[pattern.name]
        problem = glob_problem(value, aliases)
        if problem is not None:
            self.problems.append(f"the parameter '{pattern.name}' does not fit: {problem}")
        return Text(value, span=pattern.span)
