"""How a number of a sentence follows from the rows beside it, where that is laid down and not searched for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class How(StrEnum):
    """What is counted of the rows."""

    ROWS = "rows"
    DIFFERENT = "different"
    SUM = "sum of"
    LEAST = "least"
    GREATEST = "greatest"
    BOTH = "values that both apply to, of"
    """Values of the column of which one row holds for the first condition, and one for the second."""
    BEFORE = "rows before those of one time, of"
    """Of ``{n} … {m}``: n rows are before, m after, and what is left has one time."""
    AFTER = "rows after those of one time, of"
    SPARSE = "values of which fewer than half of the rows hold, of"
    """Values of the column for which the condition holds in fewer than half of their rows."""
    STANDS = "stands in the row"
    """There is a row for which the conditions hold, in whose values ``{n}`` is the number."""
    GIVEN = "given"
    """No result: a limit that was set, or a turn of phrase."""


@dataclass(frozen=True, slots=True)
class Traced:
    """``says`` are the words around a number, ``{n}``; ``{m}`` is another number, ``{x}`` a word, ``{y}`` any words.

    ``where`` are conditions on the rows: a column, an operator, and a value, in which ``{m}`` and ``{x}`` are what the
    sentence has there, and ``{half}`` is half of the period of the report, in seconds. Operators: ``=``, ``!=``, ``>``,
    ``under or none``, ``contains``, ``lacks``, ``is group``, ``given``, ``in`` and ``not in`` (values between bars).
    ``less`` is taken from what is counted.
    """

    says: str
    how: How = How.GIVEN
    column: str = ""
    where: tuple[tuple[str, str, str], ...] = ()
    less: int = 0
    exhibit: str = ""
    """The name of the exhibit whose rows are counted, ``run`` for rows of its runs; empty: its own."""
    within: str = ""
    """The name of the exhibit whose sentences this is about; empty: of any."""
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
