"""Syntax → SQL for DuckDB: whether a message matches, and what is extracted from it.

Nothing of a pattern reaches SQL but through ``siemlib.ql.sql.writer``. The expressions use two macros that every
connection of ours has, ``ql_finite`` and ``ql_whole``. A message's JSON is parsed once for all selectors, and once more
if it matches: DuckDB reads ``NaN`` and a comma before a bracket, which are no JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from siemlib.patterns.compare import holds_sql, worth_sql
from siemlib.patterns.matcher import asked_of, is_blank, open_end
from siemlib.patterns.regex import read
from siemlib.patterns.syntax import And, Any, At, Comparison, Fields, Is, Json, Mark, NotExists, Or, Regex, Terms
from siemlib.patterns.words import split_sql
from siemlib.ql.sql.writer import integer, literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from siemlib.patterns.syntax import Condition, Field, Pattern, Selector, Term

_NO_MAP = "CAST(MAP {} AS MAP(VARCHAR, VARCHAR))"
_IN_QUOTES = r'"([^"\\]|\\.)*"'
_NO_NUMBERS = r"(?i)nan|inf"
_COMMA_TOO_MUCH = r",[ \t\r\n]*[}\]]"


def predicate(pattern: Pattern, message_sql: str) -> str:
    """A condition that is true where the message matches, and false, never ``NULL``, where it does not."""
    match pattern:
        case Terms(terms):
            sql = _terms(terms, message_sql)
        case Json(condition):
            sql = _json(condition, message_sql)
        case Fields():
            sql = _let("words", split_sql(message_sql), _words(pattern))
        case _:
            assert_never(pattern)
    return f"coalesce({sql}, false)"


def extraction(pattern: Pattern, message_sql: str) -> str:
    """The extracted values of a message that matches, as ``MAP(VARCHAR, VARCHAR)`` in the order of the message.

    Of a message that does not match it says nothing; it may be ``NULL``.
    """
    if not isinstance(pattern, Fields):
        return _NO_MAP
    front, back = pattern.front, pattern.back or ()
    names = [literal(f"${field.name}") if field.name else literal(f"${n}") for n, field in enumerate(front, 1)]
    last = [
        literal(f"${field.name}") if field.name else f"('$' || (len(words) - {integer(len(back) - n)}))"
        for n, field in enumerate(back, 1)
    ]
    numbers = f"range({integer(len(front) + 1)}, len(words) - {integer(len(back) - 1)})"
    between = f"list_transform({numbers}, lambda n: '$' || n)"
    values = f"map({_list(names)} || {between} || {_list(last)}, words)"
    enough = f"len(words) >= {integer(len(front) + len(back))}"
    return _let("words", split_sql(message_sql), f"CASE WHEN {enough} THEN {values} END")


def _list(items: list[str]) -> str:
    return f"CAST([{', '.join(items)}] AS VARCHAR[])"


def _let(name: str, value: str, expression: str) -> str:
    """``expression``, in which ``name`` is ``value``, worked out once."""
    return f"list_transform([{value}], lambda {name}: {expression})[1]"


# ── terms ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _terms(terms: tuple[Term, ...], message_sql: str) -> str:
    counted = asked_of(terms)
    joint = " OR " if counted and counted[0].mark is Mark.OPTIONAL else " AND "
    return joint.join(_term(term, message_sql) for term in counted) or "true"


def _term(term: Term, message_sql: str) -> str:
    negation = "NOT " if term.mark is Mark.EXCLUDED else ""
    if isinstance(term.what, Regex):
        return f"{negation}regexp_matches({message_sql}, {literal(read(term.what.source).re2)})"
    return "true" if is_blank(term) else f"{negation}contains({message_sql}, {literal(term.what.value)})"


def _condition(condition: Condition, leaf: Callable[[At | Comparison], str]) -> str:
    match condition:
        case And(parts):
            return "(" + " AND ".join(_condition(part, leaf) for part in parts) + ")"
        case Or(parts):
            return "(" + " OR ".join(_condition(part, leaf) for part in parts) + ")"
        case At() | Comparison():
            return leaf(condition)
    assert_never(condition)


# ── JSON ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _json(condition: Condition, message_sql: str) -> str:
    leaves = _leaves(condition)
    paths = dict.fromkeys(_path(leaf.selector) for leaf in leaves if not _is_wild(leaf.selector))
    # DuckDB takes no wildcards when it looks for several paths.
    nodes = {path: f"nodes[{integer(number)}]" if len(paths) > 1 else "nodes" for number, path in enumerate(paths, 1)}

    def leaf_sql(leaf: At | Comparison) -> str:
        if not isinstance(leaf, At):
            return "false"
        if _is_wild(leaf.selector):
            return _any_node(leaf, message_sql)
        return _one_node(leaf, nodes[_path(leaf.selector)])

    sql = _condition(condition, leaf_sql)
    if paths:
        listed = ", ".join(literal(path) for path in paths)
        found = f"json_extract({message_sql}, {f'[{listed}]' if len(paths) > 1 else listed})"
        sql = _let("nodes", f"CAST(TRY({found}) AS VARCHAR{'[]' if len(paths) > 1 else ''})", sql)
    parsed = not any(isinstance(leaf.test, NotExists) for leaf in leaves)
    return f"CASE WHEN {sql} THEN {_is_object(message_sql, parsed=parsed)} END"


def _leaves(condition: Condition) -> list[At]:
    if isinstance(condition, And | Or):
        return [leaf for part in condition.parts for leaf in _leaves(part)]
    return [condition] if isinstance(condition, At) else []


def _is_wild(selector: Selector) -> bool:
    return any(isinstance(step, Any) for step in selector.steps)


def _path(selector: Selector) -> str:
    return "$" + "".join(_step(step) for step in selector.steps)


def _step(step: str | int | Any) -> str:
    if isinstance(step, Any):
        return step.value
    if isinstance(step, int):
        return f"[{integer(step)}]"
    escaped = step.replace("\\", "\\\\").replace('"', '\\"')
    return f'."{escaped}"'


def _is_object(message_sql: str, *, parsed: bool) -> str:
    """Whether a message is a JSON object by the standard; ``parsed`` says that DuckDB has read it as JSON."""
    outside = f"regexp_replace({message_sql}, {literal(_IN_QUOTES)}, '0', 'g')"
    doubtful = literal(f"{_NO_NUMBERS}|{_COMMA_TOO_MUCH}")
    quick = (
        f"contains(lower({message_sql}), 'nan') OR contains(lower({message_sql}), 'inf') "
        f"OR regexp_matches({message_sql}, {literal(_COMMA_TOO_MUCH)})"
    )
    return (
        f"{'' if parsed else f'json_valid({message_sql}) AND '}"
        f"regexp_matches({message_sql}, '^[ \\t\\r\\n]*\\{{') "
        # Most messages have nothing doubtful, not even in their texts, and need no second look. Only CASE spares it.
        f"AND CASE WHEN {quick} THEN NOT regexp_matches({outside}, {doubtful}) ELSE true END"
    )


def _one_node(condition: At, node: str) -> str:
    if isinstance(condition.test, NotExists):
        return f"{node} IS NULL"
    return f"coalesce({_test(condition.test, node)}, false)"


def _any_node(condition: At, message_sql: str) -> str:
    nodes = f"CAST(TRY(json_extract({message_sql}, {literal(_path(condition.selector))})) AS VARCHAR[])"
    if isinstance(condition.test, NotExists):
        return f"coalesce(len({nodes}), 0) = 0"
    return f"coalesce(len(list_filter({nodes}, lambda node: {_test(condition.test, 'node')})), 0) > 0"


def _test(test: Comparison | Is, node: str) -> str:
    """``node`` is the JSON text of a node; it is simple, and may stand in several places."""
    if isinstance(test, Is):
        return f"({node} = {literal(test.constant.value.lower())})"
    # Worked out once, the first character tells what it is; objects, arrays, constants cannot be compared.
    text = f"CASE left({node}, 1) WHEN '\"' THEN json_extract_string({node}, '$') ELSE {node} END"
    number = f"CASE WHEN left({node}, 1) <> '\"' THEN ql_finite(TRY_CAST({node} AS DOUBLE)) END"
    return f"(left({node}, 1) NOT IN ('{{', '[', 't', 'f', 'n') AND {holds_sql(test, f'({text})', f'({number})')})"


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _words(pattern: Fields) -> str:
    front, back = pattern.front, pattern.back or ()
    count = integer(len(front) + len(back))
    exact = pattern.back is None and not open_end(pattern)
    parts = [f"len(words) {'=' if exact else '>='} {count}"]
    parts += [_word(field, f"words[{integer(place)}]") for place, field in enumerate(front, 1)]
    parts += [_word(field, f"words[{integer(place)}]") for place, field in enumerate(back, -len(back))]
    return " AND ".join(filter(None, parts))


def _word(field: Field, word: str) -> str:
    if field.condition is None:
        return ""
    number = f"({worth_sql(word)})"

    def leaf(condition: At | Comparison) -> str:
        return holds_sql(condition, word, number) if isinstance(condition, Comparison) else "false"

    return _condition(field.condition, leaf)
