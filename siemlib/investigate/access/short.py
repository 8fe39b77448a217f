"""Logins in short: a line for each question that the sections below support."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.access.account import new_identities, without_mfa
from siemlib.investigate.access.common import begin
from siemlib.investigate.access.guessing import guessing
from siemlib.investigate.access.origins import first_seen
from siemlib.investigate.access.success import after_failures
from siemlib.investigate.access.summary import blind, totals
from siemlib.investigate.access.web import web_logins
from siemlib.investigate.access.witnesses import RULE, none_held, witnesses
from siemlib.investigate.ask import searched, typed

if TYPE_CHECKING:
    from siemlib.case import Case

_COLUMNS = {"question": "text", "answer": "text"}


def in_short(case: Case) -> Answer:
    """Answer seven questions in a line each. Columns: ``question``, ``answer``."""
    parts = (
        ("Did a login succeed after a burst of failures?", after_failures(case)),
        ("Who guesses passwords?", guessing(case)),
        ("Did a user come from a new address?", first_seen(case)),
        ("Who logged in without a second factor?", without_mfa(case)),
        ("Were users or keys made?", new_identities(case)),
        ("Were forms sent to login pages?", web_logins(case)),
    )
    begin(case)
    how_many = none_held(case) or totals(case)
    rows = [
        ("How many logins failed and succeeded?", how_many),
        *((question, answer.reading) for question, answer in parts),
    ]
    runs = {run.id: run for run in (*witnesses(case).runs, *(run for _, answer in parts for run in answer.runs))}
    return Answer(
        "logins-in-short",
        "Logins in short",
        typed(rows, _COLUMNS),
        " ".join([f"{how_many}{'' if none_held(case) else blind(case)}", *witnesses(case).notes]),
        f"{searched(case, case.log_groups(), 'logins')} {RULE}",
        tuple(runs.values()),
    )
