"""Syntax → text, such that it reads back as the same syntax."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, assert_never

from siemlib.patterns.selectors import selector_text
from siemlib.patterns.syntax import And, At, Comparison, Fields, Is, Json, NotExists, Or, Regex, Terms
from siemlib.patterns.tokens import quote
from siemlib.patterns.values import value_text

if TYPE_CHECKING:
    from siemlib.patterns.syntax import Condition, Field, Pattern, Term

_WORD = re.compile(r"[A-Za-z0-9_]+")


def pattern_text(pattern: Pattern) -> str:
    """``pattern`` as a person would write it."""
    match pattern:
        case Terms(terms):
            return " ".join(_term(term) for term in terms)
        case Json(condition):
            return f"{{ {_condition(condition, '')} }}"
        case Fields(front, back):
            parts = [_field(field) for field in front]
            if back is not None:
                parts += ["...", *(_field(field) for field in back)]
            return f"[{', '.join(parts)}]"
    assert_never(pattern)


def _term(term: Term) -> str:
    if isinstance(term.what, Regex):
        return f"{term.mark.value}%{term.what.source}%"
    word = term.what.value
    return term.mark.value + (word if _WORD.fullmatch(word) else quote(word))


def _field(field: Field) -> str:
    if field.condition is None:
        return field.name or ""
    return _condition(field.condition, field.name or "")


def _condition(condition: Condition, name: str, *, inside: bool = False) -> str:
    """``name`` is the field that a comparison repeats; ``inside`` another condition, parentheses may be needed."""
    match condition:
        case At(selector, test):
            return f"{selector_text(selector)} {_test(test)}"
        case Comparison():
            return f"{name}{_test(condition).replace(' ', '', 1)}"
        case And(parts):
            text = " && ".join(_condition(part, name, inside=True) for part in parts)
        case Or(parts):
            # Between fields there are no parentheses, and none are needed: '&&' binds tighter.
            text = " || ".join(_condition(part, name, inside=not name) for part in parts)
        case _:
            assert_never(condition)
    return f"({text})" if inside and not name else text


def _test(test: Comparison | Is | NotExists) -> str:
    match test:
        case Comparison(operator, value):
            return f"{operator.value} {value_text(value)}"
        case Is(constant):
            return f"IS {constant.value}"
        case NotExists():
            return "NOT EXISTS"
    assert_never(test)
