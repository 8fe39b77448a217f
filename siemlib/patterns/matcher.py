"""Whether a message matches, and what is extracted, in plain Python. It raises on no message."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from siemlib.patterns.compare import holds, worth
from siemlib.patterns.document import JsonNumber, read_document, select
from siemlib.patterns.regex import read
from siemlib.patterns.syntax import (
    And,
    At,
    Comparison,
    Constant,
    Field,
    Fields,
    Is,
    Json,
    Mark,
    NotExists,
    Or,
    Regex,
    Terms,
)
from siemlib.patterns.tokens import BLANKS
from siemlib.patterns.words import split

if TYPE_CHECKING:
    from collections.abc import Callable

    from siemlib.patterns.document import Node, Object
    from siemlib.patterns.syntax import Condition, Pattern, Term

_UNNAMED = Field()
_CONSTANTS = {Constant.NULL: None, Constant.TRUE: True, Constant.FALSE: False}


def matches(pattern: Pattern, message: str) -> bool:
    """Whether ``message`` matches ``pattern``."""
    match pattern:
        case Terms(terms):
            return _terms_match(terms, message)
        case Json(condition):
            document = read_document(message)
            return document is not None and _true(condition, lambda leaf: _at(leaf, document))
        case Fields():
            return _placed(pattern, split(message)) is not None
    assert_never(pattern)


def extract(pattern: Pattern, message: str) -> dict[str, str] | None:
    """The extracted values of a message that matches, ``None`` of one that does not.

    Only space-delimited patterns extract: ``$name`` for the fields with a name, ``$1`` to ``$n`` by position for the
    others, in the order of the message.
    """
    if not isinstance(pattern, Fields):
        return {} if matches(pattern, message) else None
    words = split(message)
    fields = _placed(pattern, words)
    if fields is None:
        return None
    return {f"${field.name or number}": word for number, (field, word) in enumerate(zip(fields, words, strict=True), 1)}


def asked_of(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """The terms that count: where there are others, the optional ones do not; a blank phrase matches everything."""
    others = tuple(term for term in terms if term.mark is not Mark.OPTIONAL)
    return others or terms


def is_blank(term: Term) -> bool:
    """Whether ``term`` is a phrase of nothing but blanks."""
    return not isinstance(term.what, Regex) and not term.what.value.strip(BLANKS)


def open_end(pattern: Fields) -> bool:
    """Whether more words may follow: the last field is blank, and no ellipsis says where words may be."""
    return pattern.back is None and bool(pattern.front) and pattern.front[-1].condition is None


def _terms_match(terms: tuple[Term, ...], message: str) -> bool:
    counted = asked_of(terms)
    found = [_found(term, message) is (term.mark is not Mark.EXCLUDED) for term in counted]
    return any(found) if counted and counted[0].mark is Mark.OPTIONAL else all(found)


def _found(term: Term, message: str) -> bool:
    if isinstance(term.what, Regex):
        return read(term.what.source).search(message)
    return is_blank(term) or term.what.value in message


def _true(condition: Condition, leaf: Callable[[At | Comparison], bool]) -> bool:
    match condition:
        case And(parts):
            return all(_true(part, leaf) for part in parts)
        case Or(parts):
            return any(_true(part, leaf) for part in parts)
        case At() | Comparison():
            return leaf(condition)
    assert_never(condition)


def _at(leaf: At | Comparison, document: Object) -> bool:
    if not isinstance(leaf, At):
        return False
    nodes = select(document, leaf.selector)
    match leaf.test:
        case NotExists():
            return not nodes
        case Is(constant):
            return any(node is _CONSTANTS[constant] for node in nodes)
        case Comparison():
            return any(_node_holds(leaf.test, node) for node in nodes)
    assert_never(leaf.test)


def _node_holds(comparison: Comparison, node: Node) -> bool:
    """Only texts and numbers can be compared."""
    if isinstance(node, JsonNumber):
        return holds(comparison, node.text, node.value)
    return isinstance(node, str) and holds(comparison, node, None)


def _placed(pattern: Fields, words: list[str]) -> list[Field] | None:
    """The field of each word, if the words match."""
    back = pattern.back or ()
    between = len(words) - len(pattern.front) - len(back)
    if between < 0 or (between and pattern.back is None and not open_end(pattern)):
        return None
    fields = [*pattern.front, *[_UNNAMED] * between, *back]
    matched = all(_word_holds(field, word) for field, word in zip(fields, words, strict=True))
    return fields if matched else None


def _word_holds(field: Field, word: str) -> bool:
    if field.condition is None:
        return True
    number = worth(word)
    return _true(field.condition, lambda leaf: isinstance(leaf, Comparison) and holds(leaf, word, number))
