"""What is held against what a policy wants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from siemlib.case.answer import Answer
from siemlib.errors import UsageError
from siemlib.investigate.ask import searched, typed
from siemlib.investigate.retention.held import NO_GROUP, by_day, days_of
from siemlib.investigate.retention.recorded import kept
from siemlib.investigate.words import count, names, plain

if TYPE_CHECKING:
    from siemlib.case import Case
    from siemlib.engine import LogGroup
    from siemlib.investigate.retention.recorded import Kept

REACHES = "every day"
GAPS = "with silent days"
UNSEEN = "before the timespan"
NOT_PROVABLE = "not provable"
AGAINST = "against policy"
_DAY = pd.Timedelta(days=1)
_COLUMNS = {
    "log group": "text",
    "earliest event": "time",
    "days held": "count",
    "online": "text",
    "kept": "text",
    "silent days, online": "count",
    "silent days, kept": "count",
    "told by CloudTrail": "text",
}


@dataclass(frozen=True)
class _Policy:
    """A number of days, and from when to when they are, as of the end of the timespan."""

    days: int
    start: pd.Timestamp
    end: pd.Timestamp


def against_policy(case: Case, days_online: int = 90, days_kept: int = 365) -> Answer:
    """Compare what each log group holds with the days that events are to be online and to be kept at all.

    Counted back from the end of the timespan. Columns: ``log group``, ``earliest event`` (of all that the engine
    holds), ``days held`` (from there to the end, whole days), ``online`` and ``kept``, the ``silent days`` of both
    (whole UTC days without events, or begun ones where no day is whole; missing where it does not reach back), ``told
    by CloudTrail`` (what contradicts).
    ``online`` and ``kept`` are: every day, or with silent days, where the events reach back that far; before the
    timespan, where they do, but the timespan does not show it; not provable from what is held, which starts later;
    against policy, by CloudTrail. Raises UsageError for a policy of less than a day, or one that keeps events shorter
    than they are online.
    """
    if not 1 <= days_online <= days_kept:
        raise UsageError(
            f"not a policy: {days_online} days online and {days_kept} days kept",
            hint="give whole days, at least 1, and keep events at least as long as they are online",
        )
    title = f"Held, against a policy of {days_online:,} days online and {days_kept:,} days kept"
    groups = case.engine.log_groups()
    if not groups:
        return Answer("policy", title, typed([], _COLUMNS), NO_GROUP, "no log group.", ())
    result = by_day(case)
    days = days_of(result)
    end = pd.Timestamp(case.timespan.end)
    policies = [_Policy(number, end - number * _DAY, end) for number in (days_online, days_kept)]
    told = kept(case)
    frame = typed((_row(case, group, days.get(group.name, set()), policies, told) for group in groups), _COLUMNS)
    asked = searched(case, case.log_groups(), "events of any kind, by log group and by day")
    return Answer("policy", title, frame, _reading(frame, days_online, days_kept), asked, (result.run,))


def _row(
    case: Case, group: LogGroup, days: set[pd.Timestamp], policies: list[_Policy], told: tuple[Kept, ...]
) -> tuple[object, ...]:
    earliest = pd.Timestamp(group.first) if group.first else None
    of_group = [each for each in told if each.call.done and each.target == group.name]
    states, silent, against = [], [], []
    for policy in policies:
        state, without = _state(case, earliest, days, policy)
        contradicts = [each for each in of_group if _contradicts(each, policy)]
        against += contradicts
        states.append(AGAINST if contradicts else state)
        silent.append(without)
    end = policies[0].end
    held = (end - earliest) // _DAY if earliest is not None and earliest < end else None
    words = names([f"{each.call.name} {each.what}".strip() for each in dict.fromkeys(against)]) if against else None
    return group.name, earliest, held, *states, *silent, words


def _contradicts(told: Kept, policy: _Policy) -> bool:
    short = told.call.name == "PutRetentionPolicy" and told.days is not None and told.days < policy.days
    return short or told.call.name in {"DeleteLogGroup", "DeleteLogStream"}


def _state(
    case: Case, earliest: pd.Timestamp | None, days: set[pd.Timestamp], policy: _Policy
) -> tuple[str, int | None]:
    if earliest is None or earliest > policy.start:
        return NOT_PROVABLE, None
    seen_from = max(policy.start, pd.Timestamp(case.timespan.start))
    first, last = seen_from.ceil("D"), policy.end.floor("D")
    if first >= last:
        # No whole day is left; not to look at all would call nothing "every day".
        first, last = seen_from.floor("D"), policy.end.ceil("D")
    wanted = pd.date_range(first, last, freq="D", inclusive="left")
    without = len(wanted.difference(pd.DatetimeIndex(sorted(days)))) if len(days) else len(wanted)
    if pd.Timestamp(case.timespan.start) > policy.start:
        return UNSEEN, without
    return (GAPS if without else REACHES), without


def _reading(frame: pd.DataFrame, days_online: int, days_kept: int) -> str:
    sentences = []
    for column, number, verb in (("online", days_online, "online"), ("kept", days_kept, "kept")):
        of = f"{count(number, 'day')} {verb}"
        states = frame[column]
        parts = [
            f"{int((states == state).sum()):,} {words}"
            for state, words in (
                (REACHES, "reach back that far with events on every day"),
                (GAPS, "reach back that far, with days without events"),
                (UNSEEN, "reach back that far, but the timespan is shorter and does not show every day"),
                (NOT_PROVABLE, "not provable from what is held, which starts later or holds nothing"),
                (AGAINST, "against the policy by what CloudTrail tells"),
            )
            if (states == state).any()
        ]
        sentences.append(f"{of}: of {count(len(frame), 'log group')}, {'; '.join(parts)}.")
    least = frame.dropna(subset=["days held"]).sort_values("days held")
    if len(least):
        shortest, longest = least.iloc[0], least.iloc[-1]
        alike = shortest["days held"] == longest["days held"]
        rest = "" if alike else f" to {count(longest['days held'], 'day')} ({plain(longest['log group'])})"
        which = "" if alike else f" ({plain(shortest['log group'])})"
        sentences.append(f"The earliest events are {count(shortest['days held'], 'day')}{which}{rest} before the end.")
    return " ".join(sentences)
