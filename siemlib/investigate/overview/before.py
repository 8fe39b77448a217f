"""The window directly before this one, of the same length: what there is to compare with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from siemlib.errors import UsageError
from siemlib.investigate.ask import ask, group_name
from siemlib.investigate.words import at, names, plain
from siemlib.model.timespan import TimeSpan

if TYPE_CHECKING:
    from siemlib.case import Case
    from siemlib.model.run import Run

_COUNT = "stats count(*) as events by @log"


@dataclass(frozen=True, eq=False)
class Before:
    """``both`` is the case over the two windows together: what is new occurs there, and never before the second one."""

    span: TimeSpan
    both: Case
    events: dict[str, int]
    """Events of the window before by log group, of those that had any."""
    run: Run

    def groups(self, case: Case, *sources: str) -> tuple[str, ...]:
        """The log groups of these sources that there is something to compare of."""
        return tuple(
            group
            for group in case.log_groups()
            if group in self.events and any(group in case.log_groups(source) for source in sources)
        )

    def partly(self, case: Case) -> str:
        """A sentence on the log groups whose events begin within the window before; empty if there is none."""
        begin = {
            group.name: group.first
            for group in case.engine.log_groups()
            if group.first is not None and self.span.start < group.first and group.name in self.events
        }
        late = [
            name for name, first in begin.items() if (first - self.span.start) * 10 > self.span.end - self.span.start
        ]
        if not late:
            return ""
        told = names([f"{plain(name)} from {at(pd.Timestamp(begin[name]))} on" for name in late])
        return f"Of the window before, the archive covers a part only: {told}."


def before(case: Case) -> Before | None:
    """The window before; ``None`` where there is no log group, or no time lies so far back."""
    try:
        span = case.timespan.earlier()
    except UsageError:
        return None
    if not case.log_groups():
        return None
    result = ask(case.over(span), _COUNT, case.log_groups())
    events = {group_name(row["@log"]): int(row["events"]) for row in result.rows}
    both = case.over(TimeSpan(span.start, case.timespan.end))
    return Before(span, both, events, result.run)


def nothing_before(case: Case) -> str:
    """The sentence that there is nothing to compare with."""
    firsts = [group.first for group in case.engine.log_groups() if group.first is not None]
    since = at(pd.Timestamp(case.timespan.start))
    if not firsts or min(firsts) >= case.timespan.start:
        return f"No comparison: the archive holds nothing before {since}."
    hours = (case.timespan.end - case.timespan.start).total_seconds() / 3600
    return f"No comparison: the archive holds nothing of the {hours:,.4g} h before {since}."
