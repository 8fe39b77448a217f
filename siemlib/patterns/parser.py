"""Text → syntax. The first character decides: ``{`` is a JSON pattern, ``[`` a space-delimited one, else terms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from siemlib.patterns.selectors import read_selector
from siemlib.patterns.syntax import (
    And,
    Any,
    At,
    Constant,
    Field,
    Fields,
    Is,
    Json,
    Mark,
    NotExists,
    Or,
    Regex,
    Term,
    Terms,
    Text,
)
from siemlib.patterns.tokens import BLANKS, LONGEST, Cursor, quote
from siemlib.patterns.values import read_comparison, read_regex

if TYPE_CHECKING:
    from collections.abc import Callable

    from siemlib.patterns.syntax import Comparison, Condition, Pattern, Selector

_MOST_REGEXES = 2
_MOST_WILDCARDS = 3
_DEEPEST = 30
_JOINTS = {"AND": "&&", "OR": "||", "&": "&&", "|": "||"}
_TWO_WORDS = "a text with blanks stands in double quotes; there is a ',' between two fields"
_WORD = re.compile(r"[A-Za-z]+")
_NAME = re.compile(r"[A-Za-z0-9_-]+")


def parse(text: str) -> Pattern:
    """The syntax of a pattern. Raises PatternError with the place of what is wrong."""
    cursor = Cursor(text)
    if len(text) > LONGEST:
        what = f"the pattern has {len(text):,} characters; a pattern has at most {LONGEST:,}"
        cursor.refuse(what, LONGEST, len(text))
    cursor.skip()
    if cursor.peek("{"):
        return _Conditions(cursor).json()
    if cursor.peek("["):
        return _Conditions(cursor).fields()
    return _terms(cursor)


def _terms(cursor: Cursor) -> Terms:
    terms: list[Term] = []
    while cursor.peek():
        start = cursor.at
        terms.append(_term(cursor))
        if cursor.peek() and not cursor.skip():
            character = cursor.text[cursor.at]
            hint = f"write {quote(cursor.text[start : cursor.reach('')])}, or a blank between two terms"
            cursor.refuse(f"'{character}' cannot stand in a term without quotes", hint=hint)
    return Terms(tuple(terms))


def _term(cursor: Cursor) -> Term:
    start = cursor.at
    mark = Mark.OPTIONAL if cursor.take("?") else Mark.EXCLUDED if cursor.take("-") else Mark.REQUIRED
    if mark is Mark.EXCLUDED:
        cursor.skip()
    if cursor.peek('"'):
        phrase = cursor.quoted()
        if mark is Mark.EXCLUDED and not phrase.strip(BLANKS):
            cursor.refuse("a blank phrase matches everything, so nothing is left", start, cursor.at)
        return Term(Text(phrase), mark)
    if cursor.peek("%"):
        return Term(read_regex(cursor), mark)
    word = cursor.word()
    if not word:
        character = cursor.text[cursor.at : cursor.at + 1]
        hint = f"a term with other characters than letters, digits and '_' stands in double quotes: {quote(character)}"
        cursor.refuse(f"expected a term, found {cursor.found()}", hint=hint if character else None)
    return Term(Text(word), mark)


class _Conditions:
    """Reads the two kinds of pattern that have conditions."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self._regexes = 0
        self._wildcards = 0
        self._depth = 0

    def json(self) -> Json:
        cursor = self._cursor
        cursor.at += 1
        condition = self._any(self._unit)
        self._closed("}", "'&&', '||' or '}'")
        return Json(condition)

    def fields(self) -> Fields:
        cursor = self._cursor
        cursor.at += 1
        front: list[Field] = []
        back: list[Field] | None = None
        names: set[str] = set()
        cursor.skip()
        empty = cursor.peek("]")
        while not empty:
            cursor.skip()
            start = cursor.at
            if cursor.take("..."):
                if back is not None:
                    cursor.refuse("a pattern has one '...' at most", start, cursor.at)
                back = []
            else:
                (front if back is None else back).append(self._field(names))
            cursor.skip()
            if not cursor.take(","):
                break
        self._closed("]", "',' or ']'")
        return Fields(tuple(front), () if empty else None if back is None else tuple(back))

    def _closed(self, bracket: str, expected: str) -> None:
        """Go over what closes the pattern, behind which nothing stands."""
        cursor = self._cursor
        cursor.skip()
        if not cursor.take(bracket):
            place, found = cursor.at, cursor.found()
            wrong = next((sign for sign in _JOINTS if cursor.text[cursor.at :].upper().startswith(sign)), None)
            hint = f"write '{_JOINTS[wrong]}'" if wrong else _TWO_WORDS if bracket == "]" and cursor.word() else None
            cursor.refuse(f"expected {expected}, found {found}", place, hint=hint)
        cursor.skip()
        if cursor.peek():
            cursor.refuse(f"nothing may stand behind the closing '{bracket}'", cursor.at, len(cursor.text))

    def _any(self, unit: Callable[[], Condition]) -> Condition:
        parts = [self._all(unit)]
        while self._cursor.take("||"):
            parts.append(self._all(unit))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _all(self, unit: Callable[[], Condition]) -> Condition:
        parts = [unit()]
        self._cursor.skip()
        while self._cursor.take("&&"):
            parts.append(unit())
            self._cursor.skip()
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _unit(self) -> Condition:
        cursor = self._cursor
        cursor.skip()
        start = cursor.at
        if not cursor.take("("):
            return self._condition()
        self._depth += 1
        if self._depth > _DEEPEST:
            cursor.refuse(f"parentheses nest {_DEEPEST} deep at most", start)
        inner = self._any(self._unit)
        if not cursor.take(")"):
            cursor.refuse(f"expected '&&', '||' or ')', found {cursor.found()}")
        self._depth -= 1
        return inner

    def _condition(self) -> At:
        cursor = self._cursor
        start = cursor.at
        selector = read_selector(cursor)
        self._count_wildcard(selector, start)
        cursor.skip()
        place = cursor.at
        word = cursor.match(_WORD).upper()
        if not word:
            return At(selector, self._comparison("an operator, IS or NOT EXISTS"))
        cursor.skip()
        second_place = cursor.at
        second = cursor.match(_WORD).upper()
        if word == "IS" and second in Constant.__members__:
            return At(selector, Is(Constant[second]))
        if word == "NOT" and second == "EXISTS":
            return At(selector, NotExists())
        if word == "IS" and second == "NOT":
            cursor.refuse(
                "IS NOT is not supported", place, cursor.at, "there are IS NULL, IS TRUE, IS FALSE, NOT EXISTS"
            )
        if word == "EXISTS":
            end = place + len(word)
            cursor.refuse("EXISTS is not supported", place, end, "'$.field = *' finds every text and number")
        if word in ("IS", "NOT"):
            expected = "NULL, TRUE or FALSE" if word == "IS" else "EXISTS"
            cursor.refuse(f"expected {expected} behind {word}", second_place, max(cursor.at, second_place + 1))
        return cursor.refuse("expected an operator, IS or NOT EXISTS", place, place + len(word))

    def _comparison(self, expected: str) -> Comparison:
        start = self._cursor.at
        comparison = read_comparison(self._cursor, expected)
        if isinstance(comparison.value, Regex):
            self._regexes += 1
            if self._regexes > _MOST_REGEXES:
                what = f"a pattern of this kind has at most {_MOST_REGEXES} regular expressions"
                self._cursor.refuse(what, start, self._cursor.at)
        return comparison

    def _count_wildcard(self, selector: Selector, start: int) -> None:
        self._wildcards += any(isinstance(step, Any) for step in selector.steps)
        if self._wildcards > _MOST_WILDCARDS:
            what = f"a pattern has at most {_MOST_WILDCARDS} wildcard selectors"
            self._cursor.refuse(what, start, self._cursor.at)

    def _field(self, names: set[str]) -> Field:
        cursor = self._cursor
        if cursor.peek(",") or cursor.peek("]"):
            return Field()
        start = cursor.at
        name = self._name()
        if name.isdigit():
            cursor.refuse("a name of digits would hide an unnamed field", start, cursor.at, f"for example: w{name}")
        if name in names:
            cursor.refuse(f"the name '{name}' is given twice", start, cursor.at)
        names.add(name)
        cursor.skip()
        if cursor.peek(",") or cursor.peek("]"):
            return Field(name)
        cursor.at = start
        return Field(name, self._any(lambda: self._own(name)))

    def _own(self, name: str) -> Condition:
        """A condition of the field ``name``, which it repeats."""
        cursor = self._cursor
        cursor.skip()
        start = cursor.at
        if cursor.peek("("):
            cursor.refuse("there are no parentheses in a field", hint="'&&' binds tighter than '||'")
        if self._name() != name:
            hint = "each field has its own conditions, in its own place"
            cursor.refuse(f"expected a condition of the field '{name}'", start, cursor.at, hint)
        cursor.skip()
        return self._comparison("an operator, ',' or ']'")

    def _name(self) -> str:
        cursor = self._cursor
        name = cursor.match(_NAME)
        if not name:
            cursor.refuse(f"expected the name of a field, found {cursor.found()}", hint="for example: [w1=ERROR, w2]")
        return name
