"""How a number of a sentence follows from the rows beside it, where that is laid down and not searched for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

OPERATORS = (
    "under or none",
    "is group",
    "not in",
    "contains",
    "at least",
    "lacks",
    "given",
    "is",
    "none",
    "outside",
    "loopback",
    "in",
    "!=",
    "=",
)
_CONDITION = re.compile(rf"(?P<column>.+?) (?P<op>{'|'.join(OPERATORS)}|>)(?: (?P<value>.*))?", re.DOTALL)

_SIGNED = re.compile(r"(?P<column>.+?) (?P<op>!=|=|>) (?P<value>.*)", re.DOTALL)
"""With a sign, which a name of a column does not hold; such a name may hold words: ``most in 10 minutes``."""


class How(StrEnum):
    """What is counted of the rows."""

    ROWS = "rows"
    DIFFERENT = "different"
    SUM = "sum of"
    LEAST = "least"
    GREATEST = "greatest"
    PERCENT = "per cent of"
    """Of the sum of the column the part of the rows for which the conditions hold."""
    TOP = "the greatest sum, of each time, of"
    PEAK = "the first time with the greatest sum of"
    AT = "the time of the first row with the greatest"
    STEP = "the least time between two of"
    BOTH = "values that both apply to, of"
    """Values of the column of which one row holds for the first condition, and one for the second."""
    BEFORE = "rows before those of one time, of"
    """Of ``{n} … {m}``: n rows are before, m after, and what is left has one time."""
    AFTER = "rows after those of one time, of"
    SPARSE = "values of which fewer than half of the rows hold, of"
    """Values of the column for which the condition holds in fewer than half of their rows."""
    STANDS = "stands in the row"
    """There is a row for which the conditions hold, in which every number and time of the words is taken."""
    PARAMETER = "parameter"
    """It is the parameter of the report that the column names."""
    GIVEN = "given"
    """No result: a limit that was set, or a turn of phrase."""


@dataclass(frozen=True, slots=True)
class Traced:
    """``says`` are the words around a number, ``{n}``, or around a time, ``{t}``.

    Beside it may stand other numbers (``{m}``, ``{o}``, ``{p}``) and times (``{u}``), ``{x}``, a word, ``{y}``, any
    words, ``{v}``, words of one sentence, ``{z}``, a value in a list, with or without what is said of it in brackets
    behind it, and ``{w}``, one in which there may be commas. ``[s]`` is a letter of a plural, or several, that may be
    missing.

    ``where`` are conditions on the rows: a column, an operator, and a value, in which ``{m}``, ``{t}`` and the like are
    what the sentence has there, ``{half}`` is half of the period of the report, in seconds, and ``{ip}`` and ``{user}``
    are the parameters of that name, without which a rule says nothing. Operators: ``=``, ``is``, ``!=``, ``>``,
    ``at least``, ``under or none``, ``contains``, ``lacks``, ``is group``, ``given``, ``none``, ``loopback`` and
    ``outside`` (an address of the host itself, and any other, or all where there is no other), ``in`` and ``not in``
    (values between bars). Where no row has the words or the value that the sentence names, the rule
    says nothing: it has misread a name; with ``is`` that is wrong. ``less`` is taken from what is counted.
    """

    says: str
    how: How = How.GIVEN
    column: str = ""
    where: tuple[tuple[str, str, str], ...] = ()
    less: int = 0
    unless: tuple[tuple[str, str, str], ...] = ()
    """Rows for which all of these hold are not counted."""
    exhibit: str = ""
    """The name of the exhibit whose rows are counted, ``run`` for rows of its runs, ``figure`` for the marks of its
    chart, where areas lie on each other their total; empty: its own."""
    within: str = ""
    """The names of the exhibits whose sentences this is about, between bars; empty: of any. ``x: answers`` are the
    answers in the table of x."""
    after: str = ""
    """Words before, from which on, up to the end of that sentence, the rule is looked for."""
    by: str = "from"
    """The column of times of a top or a peak."""
    lacking: str = ""
    """Words with which a text is not one that the rule is about."""
    rest: bool = False
    """Whether the number is the difference between ``{m}`` and the count."""
    why: str = ""
    """What a given number is."""

    @property
    def words(self) -> str:
        """What is counted: ``different user where failures > 0``."""
        if self.how is How.GIVEN:
            return self.why
        what = f"{self.how} {self.column}".strip()
        where = f" where {' and '.join(' '.join(each) for each in self.where)}" if self.where else ""
        return f"{what}{where}{f', less {self.less}' if self.less else ''}"


def on(*conditions: str) -> tuple[tuple[str, str, str], ...]:
    """Conditions as they are read: ``on("failures > 0", "outcome = success")``. Raises ValueError for no operator."""
    found = []
    for text in conditions:
        match = _SIGNED.fullmatch(text) or _CONDITION.fullmatch(text)
        if match is None:
            message = f"no operator in {text!r}"
            raise ValueError(message)
        found.append((match["column"], match["op"], match["value"] or ""))
    return tuple(found)
