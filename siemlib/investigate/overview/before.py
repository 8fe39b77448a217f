"""The window directly before this one, of the same length: what there is to compare with."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from siemlib.errors import UsageError
from siemlib.investigate.ask import ask, group_name
from siemlib.investigate.coverage import coverage, period_of
from siemlib.investigate.words import at, names, plain
from siemlib.model.timespan import TimeSpan

if TYPE_CHECKING:
    from siemlib.case import Case
    from siemlib.model.run import Run

_COUNT = "stats count(*) as events by bin({period}) as start, @log"


@dataclass(frozen=True, eq=False)
class Before:
    """``both`` is the case over the two windows together: what is new occurs there, and never before the second one."""

    span: TimeSpan
    both: Case
    events: dict[str, int]
    """Events of the window before by log group, of those that had any."""
    heard: dict[str, int]
    """In how many periods of a coverage map those were."""
    run: Run

    def groups(self, case: Case, *sources: str) -> tuple[str, ...]:
        """The log groups of these sources that there is something to compare of."""
        return tuple(
            group
            for group in case.log_groups()
            if group in self.events and any(group in case.log_groups(source) for source in sources)
        )

    def partly(self, case: Case) -> str:
        """Sentences on the log groups of which there is only a part of the window before; empty if there is none.

        Their events begin within it, or they had some in less than half as many periods as now.
        """
        begin = {
            group.name: group.first
            for group in case.engine.log_groups()
            if group.first is not None and self.span.start < group.first and group.name in self.events
        }
        late = [
            name for name, first in begin.items() if (first - self.span.start) * 10 > self.span.end - self.span.start
        ]
        frame = coverage(case).frame
        now = frame[frame["events"] > 0].groupby("log group").size()
        thin = [name for name, periods in self.heard.items() if periods * 2 < now.get(name, 0) and name not in late]
        told = [f"{plain(name)} from {at(pd.Timestamp(begin[name]))} on" for name in late]
        gaps = [f"{plain(name)} in {self.heard[name]:,}, and now in {now[name]:,}" for name in thin]
        sentences = [f"The window before is held in part only: {names(told)}."] if told else []
        if gaps:
            sentences.append(
                f"In the window before, events lie in fewer periods of {period_of(case)}, so that what is called new"
                f" may be old: {names(gaps)}."
            )
        return " ".join(sentences)


def before(case: Case) -> Before | None:
    """The window before; ``None`` where there is no log group, or no time lies so far back."""
    try:
        span = case.timespan.earlier()
    except UsageError:
        return None
    if not case.log_groups():
        return None
    result = ask(case.over(span), _COUNT.format(period=period_of(case)), case.log_groups())
    events, heard = Counter[str](), Counter[str]()
    for row in result.rows:
        events[group_name(row["@log"])] += int(row["events"])
        heard[group_name(row["@log"])] += 1
    both = case.over(TimeSpan(span.start, case.timespan.end))
    return Before(span, both, dict(events), dict(heard), result.run)


def nothing_before(case: Case) -> str:
    """The sentence that there is nothing to compare with."""
    groups = case.engine.log_groups()
    firsts = [group.first for group in groups if group.first is not None]
    since = at(pd.Timestamp(case.timespan.start))
    # Of a service, it may not be known since when a log group has events.
    known = all(group.first is not None or group.events == 0 for group in groups)
    if known and (not firsts or min(firsts) >= case.timespan.start):
        return f"No comparison: nothing is held before {since}."
    hours = (case.timespan.end - case.timespan.start).total_seconds() / 3600
    return f"No comparison: nothing is held of the {hours:,.4g} h before {since}."
