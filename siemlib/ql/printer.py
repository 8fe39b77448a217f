"""Syntax to text. ``parse(print_query(q)) == q`` for every query that can be written at all.

Values are quoted here and nowhere else, so a value can never become a part of the question.
"""

from __future__ import annotations

import re
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
    Looked,
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
    SortKey,
    Star,
    Stats,
    Text,
    Unary,
    Unnest,
    Wildcard,
)
from siemlib.ql.expressions import LEVELS, Level
from siemlib.ql.pattern_nodes import AboutPatterns
from siemlib.ql.print_patterns import print_pattern_command
from siemlib.ql.print_source import print_selection
from siemlib.ql.quoting import print_text
from siemlib.ql.read_call import print_invoke
from siemlib.ql.words import LONGEST_CHAIN, RESERVED

if TYPE_CHECKING:
    from collections.abc import Iterable

_BARE_FIRST = re.compile(r"(?![0-9])[A-Za-z0-9_@]+")
_BARE = re.compile(r"[A-Za-z0-9_@]+")


def print_query(query: Query) -> str:
    """The query as text, one command a line.

    Raises:
        QueryError: for a name that the language cannot spell (empty, or with a backtick or a line break in it).
    """
    source = [f"SOURCE {', '.join(map(print_text, query.source))}"] if query.source else []
    source = [print_selection(query.selection)] if query.selection is not None else source
    return "\n| ".join([*source, *(_command(command) for command in query.commands)])


def print_expression(expression: Expression) -> str:
    """One expression as text, with no more parentheses than it needs.

    Raises:
        QueryError: as :func:`print_query` does.
    """
    return _expression(expression, Level.OR)


def print_name(name: str) -> str:
    """A name after ``as``: bare where that is possible, else in backticks."""
    segments = name.split(".")
    bare = _BARE_FIRST.fullmatch(segments[0]) and all(_BARE.fullmatch(segment) for segment in segments[1:])
    return name if bare and name.lower() not in RESERVED else _in_backticks(name)


# ── commands ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _command(command: Command) -> str:  # noqa: C901, PLR0911, PLR0912 - one for each kind of command
    match command:
        case Fields(items=items):
            return f"fields {_items(items)}"
        case Display(items=items):
            return f"display {_items(items)}"
        case Filter(condition=condition):
            return f"filter {print_expression(condition)}"
        case ParseGlob(source=source, pattern=pattern, names=names):
            return f"parse {_source(source)}{print_expression(pattern)} as {', '.join(map(print_name, names))}"
        case ParseRegex(source=source, pattern=pattern, names=names, multi=multi):
            aliases = f" as {', '.join(map(print_name, names))}" if names else ""
            return f"parse {_source(source)}{print_expression(pattern)}{aliases}{' multi' if multi else ''}"
        case ParseLogfmt(source=source, name=name):
            return f"parse {_source(source)}logfmt as {print_name(name)}"
        case ParseCsv(source=source, names=names):
            return f"parse {_source(source)}csv as {', '.join(map(print_name, names))}"
        case JsonField(source=field, path=path, name=name):
            return f"json field={print_expression(field)} {print_text(path)} as {print_name(name)}"
        case Unnest(value=value, name=name):
            return f"unnest {print_expression(value)} into {print_name(name)}"
        case Expand(field=field):
            return f"expand {print_expression(field)}"
        case Sort(keys=keys):
            return f"sort {', '.join(map(_sort_key, keys))}"
        case Stats(items=items, by=by):
            return f"stats {_items(items)}" + (f" by {_items(by)}" if by else "")
        case Limit(count=count):
            return f"limit {'any ' if command.anywhere else ''}{print_expression(count)}"
        case Dedup(fields=fields):
            return f"dedup {', '.join(map(print_expression, fields))}"
        case FilterIndex(condition=condition):
            return f"filterIndex {print_expression(condition)}"
        case Lookup():
            return _lookup(command)
        case Join():
            return _join(command)
        case Appendcols(query=query, override=override, most=most):
            return f"appendcols override={_truth(override)} max={most} ({print_query(query)})"
        case AboutPatterns():
            return print_pattern_command(command, print_expression)
        case Invoke():
            return print_invoke(command)
        case _:
            return _row_command(command)


def _join(command: Join) -> str:
    left, right = print_name(command.left), print_name(command.right)
    keys = f"{_path((command.left, *command.left_key.path))}={_path((command.right, *command.right_key.path))}"
    kind = "left" if command.keeps_left else "inner"
    return f"join type={kind} left={left} right={right} where {keys} ({print_query(command.query)})"


def _lookup(command: Lookup) -> str:
    word = "cidrlookup" if command.networks else "lookup"
    keys = (_looked(key, field_first=command.networks) for key in command.keys)
    outputs = ", ".join(_looked(output, field_first=False) for output in command.outputs)
    output = "OUTPUTNEW" if command.only_new else "OUTPUT"
    return f"{word} {print_name(command.table)} {', '.join(keys)} {output} {outputs}"


def _looked(pair: Looked, *, field_first: bool) -> str:
    field = print_expression(pair.field)
    if pair.column is None:
        return field
    column = print_name(pair.column)
    return f"{field} as {column}" if field_first else f"{column} as {field}"


def _row_command(  # noqa: PLR0911 - one for each kind of command
    command: Accum | Autoregress | Filldown | Addtotals | Fillmissing | Outlier | Sessionize | CountFrequent,
) -> str:
    match command:
        case Accum(field=field, alias=alias):
            return f"accum {print_expression(field)}{_alias(alias)}"
        case Autoregress(field=field, alias=alias, first=first, last=last):
            return f"autoregress {print_expression(field)}{_alias(alias)} p={first}-{last}"
        case Filldown(names=names):
            return " ".join(["filldown", *map(_field_or_wildcard, names)])
        case Addtotals(fields=fields, name=name, row=row, column=column):
            options = f"fieldname={print_name(name)} row={_truth(row)} col={_truth(column)}"
            return f"addtotals {options} {', '.join(map(print_expression, fields))}".rstrip()
        case Fillmissing(fills=fills):
            filled = (f"{print_expression(fill.value)} for {print_expression(fill.field)}" for fill in fills)
            return f"fillmissing with {', '.join(filled)}" if fills else "fillmissing"
        case Outlier(fields=fields, action=action, factor=factor, lower=lower, mark=mark):
            options = f"action={action} param={factor} uselower={_truth(lower)} mark={_truth(mark)}"
            return f"outlier {options} {', '.join(map(print_expression, fields))}"
        case Sessionize(fields=fields, gap=gap, alias=alias):
            listed = ", ".join(map(print_expression, fields))
            return f"sessionize {listed} maxspan {print_expression(gap)}{_alias(alias)}"
        case CountFrequent(fields=fields):
            return f"countFrequent {', '.join(map(print_expression, fields))}"
        case _:
            assert_never(command)


def _alias(alias: str | None) -> str:
    return "" if alias is None else f" as {print_name(alias)}"


def _truth(value: bool) -> str:  # noqa: FBT001 - it is the value that is printed
    return "true" if value else "false"


def _field_or_wildcard(name: Field | Wildcard) -> str:
    return print_expression(name) if isinstance(name, Field) else "*".join(name.parts)


def _items(items: Iterable[Item]) -> str:
    return ", ".join(
        print_expression(item.expression) + (f" as {print_name(item.alias)}" if item.alias is not None else "")
        for item in items
    )


def _source(source: Expression | None) -> str:
    if source is None:
        return ""
    # Only a field or a call reads as a source; anything else would read as the pattern, or would end too early.
    level = Level.OR if isinstance(source, Field | Call | Access) else None
    return (_expression(source, level) if level else f"({print_expression(source)})") + " "


def _sort_key(key: SortKey) -> str:
    return print_expression(key.expression) + (" desc" if key.descending else "")


# ── expressions ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _expression(expression: Expression, floor: Level) -> str:
    """``expression`` where an operator around it binds so that only ``floor`` and tighter may stand bare."""
    text, level = _spell(expression)
    return text if level >= floor else f"({text})"


def _spell(expression: Expression) -> tuple[str, Level]:
    """The text and how tightly its outermost operator binds."""
    match expression:
        case Unary() | Binary() | Like() | In() | InQuery():
            return _spell_operation(expression)
        case Number(text=number) if number.startswith("-"):
            return number, Level.MINUS
        case _:
            return _spell_primary(expression), Level.PRIMARY


def _spell_primary(  # noqa: C901, PLR0911 - one for each kind of node
    expression: Number | Field | Text | Boolean | Regex | Period | Parameter | Star | Call | Access,
) -> str:
    match expression:
        case Number(text=number):
            return number
        case Field(path=path):
            return _path(path)
        case Text(value=value):
            return print_text(value)
        case Boolean(value=truth):
            return "true" if truth else "false"
        case Regex(pattern=pattern):
            return _regex(pattern)
        case Period(amount=amount, unit=unit):
            return f"{amount}{unit}"
        case Parameter(name=name):
            return f"{{{{{name}}}}}"
        case Star():
            return "*"
        case Call(name=name, arguments=arguments):
            return f"{name}({', '.join(map(print_expression, arguments))})"
        case Access(value=value, path=path):
            return f"{_spell_primary(value)}{''.join(map(_member, path))}"
        case _:
            assert_never(expression)


def _spell_operation(  # noqa: PLR0911 - one for each operation
    operation: Unary | Binary | Like | In | InQuery,
) -> tuple[str, Level]:
    match operation:
        case Unary(operator="not", operand=operand):
            return f"not {_expression(operand, Level.NOT)}", Level.NOT
        case Unary(operand=Number(text=number)) if not number.startswith("-"):
            # "-5" would read back as one literal.
            return f"-({number})", Level.MINUS
        case Unary(operand=operand):
            return f"-{_expression(operand, Level.MINUS)}", Level.MINUS
        case Binary(operator=operator):
            return _binary(operation), LEVELS[operator]
        case Like(value=value, pattern=pattern, negated=negated):
            word = "not like" if negated else "like"
            return (
                f"{_expression(value, Level.ADDITIVE)} {word} {_expression(pattern, Level.ADDITIVE)}",
                Level.COMPARISON,
            )
        case InQuery(value=value, query=query, negated=negated):
            word = "not in" if negated else "in"
            return f"{_expression(value, Level.ADDITIVE)} {word} ({print_query(query)})", Level.COMPARISON
        case In(value=value, items=items, negated=negated):
            word = "not in" if negated else "in"
            listed = ", ".join(map(print_expression, items))
            return f"{_expression(value, Level.ADDITIVE)} {word} [{listed}]", Level.COMPARISON
        case _:
            assert_never(operation)


def _binary(operation: Binary) -> str:
    level = LEVELS[operation.operator]
    tighter = Level(level + 1)
    left, right = level, tighter
    if level == Level.COMPARISON:
        left = tighter
    elif level == Level.POWER:
        left, right = Level.PRIMARY, Level.MINUS
    elif level <= Level.AND and _chained(operation) > LONGEST_CHAIN:
        # Without these parentheses the parser would balance the chain.
        left = tighter
    return f"{_expression(operation.left, left)} {operation.operator} {_expression(operation.right, right)}"


def _chained(operation: Binary) -> int:
    """How many operands this operator joins without parentheses."""
    operands = 2
    node = operation.left
    while isinstance(node, Binary) and node.operator == operation.operator:
        operands += 1
        node = node.left
    return operands


# ── names and literals ───────────────────────────────────────────────────────────────────────────────────────────────


def _path(path: tuple[str, ...]) -> str:
    first, *others = path
    if len(path) == 1 and first.lower() in RESERVED:
        return _in_backticks(first)
    head = first if _BARE_FIRST.fullmatch(first) else _in_backticks(first)
    return head + "".join(map(_member, others))


def _member(segment: str) -> str:
    return "." + (segment if _BARE.fullmatch(segment) else _in_backticks(segment))


def _in_backticks(name: str) -> str:
    """A name between backticks; the ``@`` of a system field stands before them, as the documentation spells it."""
    rest = name.lstrip("@")
    if not rest or "`" in name or "\n" in name:
        raise QueryError(f"the name {name!r} cannot be written in a query")
    return f"{name[: len(name) - len(rest)]}`{rest}`"


def _regex(pattern: str) -> str:
    """Slashes are escaped, and line breaks, which mean the same as an escape; everything else stands as it is."""
    escaped = re.sub(r"\\(.)|/|\n", _escape_in_regex, pattern, flags=re.DOTALL)
    return f"/{escaped}/"


def _escape_in_regex(match: re.Match[str]) -> str:
    if match.group() == "/":
        return "\\/"
    if match.group() in {"\n", "\\\n"}:
        return "\\n"
    return match.group()
