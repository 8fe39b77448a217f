"""The first look: what is held, against what a policy wants, in lines that the sections below support."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.ask import searched, typed
from siemlib.investigate.coverage import silences
from siemlib.investigate.retention.delivered import delivered
from siemlib.investigate.retention.files import files
from siemlib.investigate.retention.held import NO_GROUP, held
from siemlib.investigate.retention.policy import AGAINST, GAPS, NOT_PROVABLE, REACHES, UNSEEN, against_policy
from siemlib.investigate.retention.recorded import recorded
from siemlib.investigate.words import count

if TYPE_CHECKING:
    from siemlib.case import Case

_COLUMNS = {"question": "text", "answer": "text"}


def first_look(case: Case, days_online: int = 90, days_kept: int = 365) -> Answer:
    """Answer six questions in a line each. Columns: ``question``, ``answer``."""
    title = "Retention in short"
    if not case.log_groups():
        return Answer("in-short", title, typed([], _COLUMNS), NO_GROUP, "no log group.", ())
    own, policy, gaps, told, loaded = case.together(
        partial(held, case),
        partial(against_policy, case, days_online, days_kept),
        partial(silences, case),
        partial(recorded, case),
        partial(files, case),
    )
    rows = [
        ("What is held?", own.reading),
        ("Does it reach as far as the policy wants?", policy.reading),
        ("Where are gaps?", gaps.reading),
        ("What was changed, exported or deleted?", told.reading),
        ("Which files is it from?", loaded.reading),
        ("Are CloudTrail's log files whole and unchanged?", delivered(case).reading),
    ]
    runs = {run.id: run for part in (own, policy, gaps, told, loaded) for run in part.runs}
    if not own.frame["events"].sum():
        reading = own.reading
    else:
        long, short = policy.frame["kept"], policy.frame["online"]
        reading = " ".join(
            f"{count(days, 'day')} {verb}: of {count(len(states), 'log group')}"
            f" {int(states.isin([REACHES, GAPS, UNSEEN]).sum()):,} reach back that far,"
            f" {int((states == REACHES).sum()):,} with events on every whole day; of"
            f" {int((states == NOT_PROVABLE).sum()):,} it is not provable from what is held."
            for days, verb, states in ((days_online, "online", short), (days_kept, "kept", long))
        )
        if against := int(((long == AGAINST) | (short == AGAINST)).sum()):
            reading += f" By CloudTrail, {count(against, 'log group')} went against the policy."
        reading += f" {count(len(gaps.frame), 'silence')} of a whole period of the map or longer."
    asked = searched(case, case.log_groups(), "events of any kind, and calls about retention")
    return Answer("in-short", title, typed(rows, _COLUMNS), reading, asked, tuple(runs.values()))
