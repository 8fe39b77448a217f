"""Every pattern that can be written, and messages that have something to do with it."""

from __future__ import annotations

import json

from hypothesis import strategies as st

from siemlib.patterns.regex import RegexError, read
from siemlib.patterns.syntax import (
    And,
    Any,
    At,
    Comparison,
    Constant,
    Field,
    Fields,
    Is,
    Json,
    Mark,
    NotExists,
    Number,
    Operator,
    Or,
    Pattern,
    Regex,
    Selector,
    Term,
    Terms,
    Text,
)

WORDS = [
    "ERROR",
    "a",
    "ab",
    "404",
    "4",
    "1e3",
    "-1",
    "+5.0",
    "0",
    "x y",
    'q"q',
    "\\",
    "*",
    "é",
    "10.0.0.1",
    "[",
    "]",
    " ",
]
KEYS = ["a", "b", "a.b", "0", "k-1", 'q"', "\\", "~", "é"]
NUMBERS = ["0", "1", "-1", "404", "1e3", "+5.0", ".5", "1.", "9007199254740993", "12345678901234567890123", "1e308"]
REGEXES = [
    "a",
    "^a",
    "b$",
    "a|4",
    r"\d+",
    r"[^a]\.",
    "a{,2}b",
    "x? y",
    ".*.*1",
    r"\x22",
    "",
    "a**",
    "^$",
    "(a)",
    "[a-c]{2,}",
]


def _good(source: str) -> bool:
    try:
        read(source)
    except RegexError:
        return False
    return True


regex_sources = st.one_of(
    st.sampled_from(REGEXES), st.text("ab4. ^$?[]{}|\\*+-,dDsSwWx0", min_size=1, max_size=8)
).filter(_good)
regexes = st.builds(Regex, regex_sources)
texts = st.builds(
    Text,
    st.one_of(
        st.sampled_from(WORDS),
        st.sampled_from(WORDS).map(lambda w: f"{w}*"),
        st.sampled_from(WORDS).map(lambda w: f"*{w}"),
        st.text(max_size=4),
    ),
)
numbers = st.builds(Number, st.sampled_from(NUMBERS))
comparisons = st.one_of(
    st.builds(Comparison, st.sampled_from([Operator.EQUAL, Operator.UNEQUAL]), st.one_of(texts, numbers, regexes)),
    st.builds(Comparison, st.sampled_from(Operator), numbers),
)
selectors = st.builds(
    lambda first, rest: Selector((first, *rest)),
    st.one_of(st.sampled_from(KEYS), st.just(Any.KEY)),
    st.lists(st.one_of(st.sampled_from(KEYS), st.integers(0, 2), st.sampled_from(Any)), max_size=2),
).filter(lambda selector: sum(isinstance(step, Any) for step in selector.steps) <= 1)
tests = st.one_of(comparisons, st.builds(Is, st.sampled_from(Constant)), st.just(NotExists()))


def _count(condition: object, kind: type) -> int:
    """How many values or steps of a kind a condition has."""
    if isinstance(condition, And | Or):
        return sum(_count(part, kind) for part in condition.parts)
    if isinstance(condition, At):
        return sum(isinstance(step, kind) for step in condition.selector.steps) + _count(condition.test, kind)
    return isinstance(condition, Comparison) and isinstance(condition.value, kind)


conditions = st.recursive(
    st.builds(At, selectors, tests),
    lambda inner: st.one_of(
        st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=4,
).filter(lambda condition: _count(condition, Regex) <= 2 and _count(condition, Any) <= 3)
alternatives = st.one_of(comparisons, st.builds(And, st.lists(comparisons, min_size=2, max_size=2).map(tuple)))
field_conditions = st.one_of(
    st.none(), alternatives, st.builds(Or, st.lists(alternatives, min_size=2, max_size=2).map(tuple))
)


@st.composite
def _fields(draw: st.DrawFn) -> Fields:
    names = draw(st.permutations(["w1", "status_code", "a-b", None, None]))[: draw(st.integers(0, 4))]
    drawn = [Field() if name is None else Field(name, draw(field_conditions)) for name in names]
    cut = draw(st.none() | st.integers(0, len(drawn)))
    if cut is None and drawn and drawn != [Field()]:
        return Fields(tuple(drawn))
    return Fields(tuple(drawn[: cut or 0]), tuple(drawn[cut or 0 :]))


fields = _fields().filter(
    lambda fields: sum(_count(f.condition, Regex) for f in (*fields.front, *(fields.back or ()))) <= 2
)
terms = st.builds(
    Terms, st.lists(st.builds(Term, st.one_of(texts, regexes), st.sampled_from(Mark)), max_size=4).map(tuple)
)
patterns: st.SearchStrategy[Pattern] = st.one_of(
    terms.filter(lambda p: not any(t.mark is Mark.EXCLUDED and _blank(t) for t in p.terms)),
    st.builds(Json, conditions),
    fields,
)


def _blank(term: Term) -> bool:
    return isinstance(term.what, Text) and not term.what.value.strip(" \t\r\n")


_leaves = st.one_of(
    st.sampled_from(WORDS),
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.sampled_from([404, 1000.0, 1e21, 1e-7, 9007199254740993, 0.5, 5.0, -0.0]),
)
_nodes = st.recursive(
    _leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)),
    max_leaves=8,
)
_documents = st.dictionaries(st.sampled_from(KEYS), _nodes, max_size=4)
_odd_numbers = [
    "-0",
    "1.50",
    "1e999",
    "1E2",
    "123456789012345678901234567890",
    "0.1e-7",
    "1e-400",
    "1e16",
    "18446744073709551616",
]
messages = st.one_of(
    st.lists(st.one_of(st.sampled_from(WORDS), st.sampled_from(NUMBERS)), max_size=6).map(" ".join),
    st.text(max_size=12),
    st.text('[]" \t\nab4', max_size=14),
    _documents.map(json.dumps),
    _documents.map(lambda document: json.dumps(document, ensure_ascii=False)),
    st.builds('{{"a": {}, "a": {}}}'.format, st.sampled_from(_odd_numbers), st.sampled_from(_odd_numbers)),
    st.builds(
        str.replace,
        _documents.map(json.dumps),
        st.sampled_from(["}", "]", "null", ","]),
        st.sampled_from([",}", "", "NaN"]),
    ),
    st.sampled_from(
        ['{"a":"\\ud800"}', '{"a":"\\ud83d\\ude00"}', ' {"a":1}\n', '{"a":1}x', "[1]", "null", '{"a":"x\\u0000"}']
    ),
)
