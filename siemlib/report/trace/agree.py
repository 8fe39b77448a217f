"""Whether the words around a number agree with a fact that has its value, or the two are equal by chance."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from siemlib.report.trace.facts import Fact, How
from siemlib.report.trace.read import Read, about, distance, stands_in
from siemlib.report.trace.table import Sort
from siemlib.report.trace.tokens import Kind, Token, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from siemlib.report.trace.named import Named

_LARGE = 100
"""From here on a value that is found is hardly found by chance, so that no word need bind it."""
_BESIDE = 14
"""Characters within which a value stands beside a number."""
_MOST = re.compile(
    r"\b(?:most|highest|largest|longest|greatest|up to|to|last|latest|newest|at most|until)\b", re.IGNORECASE
)
_LEAST = re.compile(r"\b(?:first|earliest|oldest|from|lowest|least|since|between|level|back)\b", re.IGNORECASE)
_PART = re.compile(r" of (?:the )?\d")
_WHOLE = re.compile(r"\d of (?:the )?$")


def agreement(read: Read, token: Token, chosen: Sequence[Named], fact: Fact) -> int:
    """How well the words around a token agree with a fact; 0 where they do not.

    A time is hardly met by chance. Of a number, each of :data:`_RULES` must hold; of a small one, words must bind it to
    the column, and name the rows in the same part of the sentence.
    """
    low, high = read.part(token)
    inside = all(stands_in(each, low, high) for each in chosen)
    beside = any(each.literal and distance(token, each) <= _BESIDE for each in chosen)
    column = fact.column is not None and (
        fact.column.drawn or "%" in fact.column.name or about(read.near(token), fact.column)
    )
    score = 10 + 3 * column + 2 * inside + 2 * beside - len(chosen)
    if token.kind is Kind.TIME or _part_that_is_named(read, token, chosen, fact):
        return score
    if not all(rule(read, token, chosen, fact) for rule in _RULES):
        return 0
    if fact.column is None or column:
        bound = inside
    else:
        bound = inside and fact.how is not How.DIFFERENT and _in_other_words(read, token, fact, beside=beside)
    return score if bound or token.value >= _LARGE else 0


def _in_other_words(read: Read, token: Token, fact: Fact, *, beside: bool) -> bool:
    """Whether the part of the sentence, or all of it, speaks of the column; or it is the only one, with a value beside.

    That is a column of amounts, where a table has no other.
    """
    if fact.column is None:
        return False
    low, high = read.part(token)
    amounts = [column for column in read.table.columns if column.sort is Sort.AMOUNT]
    said = [word for word, start in read.words if low <= start < high]
    if not any(about(said, column) for column in amounts):
        said = [word for word, _ in read.words]
    return about(said, fact.column) or (len(amounts) == 1 and beside)


def _is_said(read: Read, token: Token, _chosen: Sequence[Named], fact: Fact) -> bool:
    """Whether the sentence speaks of a most or a least where the fact is one."""
    said = {How.GREATEST: _MOST, How.LEAST: _LEAST}.get(fact.how)
    return said is None or said.search(read.text, *read.part(token)) is not None


def _of_its_list(read: Read, token: Token, chosen: Sequence[Named], _fact: Fact) -> bool:
    """Whether a fact is of the value right before the token, where one stands there: ``sshd 851``."""
    before = read.listed_before(token)
    return not before or any(each in chosen for each in before)


def _part_that_is_named(read: Read, token: Token, chosen: Sequence[Named], fact: Fact) -> bool:
    """Whether of ``914 of 989 steps are not provable`` the first is the sum of a column that the rest names."""
    if fact.column is None or fact.how not in {How.SUM, How.CELL} or chosen or not _PART.match(read.text, token.end):
        return False
    after = [word for word, start in read.words if token.end <= start < read.part(token)[1]]
    return all(word in after for word, _ in words_of(fact.column.name))


def _of_its_noun(read: Read, token: Token, _chosen: Sequence[Named], fact: Fact) -> bool:
    """Whether a fact is of what the next words say, where those are the name of a column: ``12 failed logins``."""
    meant = read.meant(token)
    if not meant or fact.column in meant:
        return True
    if fact.column is not None or all(column.sort is Sort.AMOUNT for column in meant):
        return False
    # Where rows are counted up already, their number is not that of users, hosts or calls.
    summed = any(column.sort is Sort.AMOUNT for column in read.table.columns)
    return not (summed and any(read.called(token, column) for column in meant))


def _nothing_of_one(_read: Read, _token: Token, chosen: Sequence[Named], fact: Fact) -> bool:
    """Whether a zero is of one condition: where there are two, or none, nearly everything is zero somewhere."""
    return fact.value != 0 or len(chosen) == 1


def _of_its_whole(read: Read, token: Token, chosen: Sequence[Named], _fact: Fact) -> bool:
    """Whether of ``6 of 7`` the first is a part and the second the whole."""
    if _PART.match(read.text, token.end):
        return bool(chosen)
    return not chosen or not _WHOLE.search(read.text, 0, token.start)


def _elsewhere(read: Read, token: Token, chosen: Sequence[Named], fact: Fact) -> bool:
    """Whether a fact of another exhibit is of what the next words say, or of a value written beside the token."""
    if read.own:
        return True
    literal = any(each.literal for each in chosen)
    if fact.column in read.meant(token) and fact.column is not None:
        return token.value >= _LARGE or read.called(token, fact.column) or literal
    beside = any(each.literal and distance(token, each) <= _BESIDE for each in chosen)
    return token.value >= _LARGE and (literal if fact.column is None else beside)


_RULES: tuple[Callable[[Read, Token, Sequence[Named], Fact], bool], ...] = (
    _is_said,
    _of_its_list,
    _of_its_noun,
    _nothing_of_one,
    _of_its_whole,
    _elsewhere,
)
