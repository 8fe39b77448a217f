"""A half-open span of milliseconds ↔ the service's inclusive seconds; nowhere else is one turned into the other.

StartQuery takes seconds, and ``end`` is inclusive to its last millisecond (validated against AWS: ``[start, end]`` is
``start * 1000`` to ``end * 1000 + 999``). Two spans that follow each other are asked without a gap and without an
overlap: where an end is no whole second, a condition takes away what the seconds have too much.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.ql.ast import Binary, Call, Field, Number
from siemlib.ql.printer import print_expression

if TYPE_CHECKING:
    from siemlib.live.slicing import Slice
    from siemlib.ql.ast import Expression

_SECOND = 1000


@dataclass(frozen=True, slots=True)
class Door:
    """What StartQuery is given for a slice. Both are epoch seconds, inclusive."""

    start: int
    end: int
    exact: Expression | None
    """What an event in the slice meets and others in these seconds do not; ``None`` where there are no others."""

    @property
    def condition(self) -> str | None:
        """``exact`` as text."""
        return None if self.exact is None else print_expression(self.exact)


def door(span: Slice) -> Door:
    """How the service is asked for ``span``. Raises ValueError for one that is empty."""
    if span.start >= span.end:
        message = f"no time between {span.start} and {span.end}"
        raise ValueError(message)
    # The documentation compares times as numbers through toMillis (specification 2.3), not @timestamp itself.
    time = Call("toMillis", (Field(("@timestamp",)),))
    conditions = [Binary(">=", time, Number(str(span.start)))] if span.start % _SECOND else []
    if span.end % _SECOND:
        conditions.append(Binary("<", time, Number(str(span.end))))
    exact: Expression | None = conditions[0] if conditions else None
    if len(conditions) > 1:
        exact = Binary("and", *conditions)
    return Door(span.start // _SECOND, (span.end - 1) // _SECOND, exact)
