"""The first look: what listens that nobody declared, in five lines that the sections below support."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.ask import typed
from siemlib.investigate.listening.changes import CLOSED, OPENED, changes
from siemlib.investigate.listening.hosts import hosts
from siemlib.investigate.listening.register import EVERYWHERE, LOOPBACK, UNDECLARED, latest, loopback, undeclared
from siemlib.investigate.listening.runs import lists, none_found, not_asked, where
from siemlib.investigate.words import count

if TYPE_CHECKING:
    from siemlib.case import Case

_COLUMNS = {"question": "text", "answer": "text"}
_TITLE = "Open ports in short"


def first_look(case: Case) -> Answer:
    """Answer five questions in a line each. Columns: ``question``, ``answer``."""
    read = lists(case)
    if read is None:
        return not_asked("in-short", _TITLE, _COLUMNS)
    now, bare, moved, own, known = latest(case), undeclared(case), changes(case), loopback(case), hosts(case)
    rows = [
        ("What listens?", now.reading),
        ("What is not declared?", bare.reading),
        ("What changed?", moved.reading),
        ("What is on loopback only?", own.reading),
        ("Which hosts never reported?", known.reading),
    ]
    runs = {run.id: run for part in (now, bare, moved, own, known) for run in part.runs}
    if not read.runs:
        return Answer(
            "in-short", _TITLE, typed(rows, _COLUMNS), none_found(case, read), where(case, read), tuple(runs.values())
        )
    reached = now.frame[now.frame["reach"] != LOOPBACK]
    sure = bare.frame[bare.frame["declared"] == UNDECLARED]
    unsure = len(bare.frame) - len(sure)
    wide = int((sure["reach"] == EVERYWHERE).sum())
    opened, closed = (
        moved.frame[moved.frame["change"] == change].drop_duplicates(["host", "protocol", "port", "address"])
        for change in (OPENED, CLOSED)
    )
    reading = (
        f"{count(len(reached), 'listener')} can be reached from other hosts: {len(sure):,} undeclared ({wide:,} of them"
        f" on {EVERYWHERE}), {unsure:,} of which it is not known whether they are declared."
        f" Between lists {len(opened):,} opened and {len(closed):,} closed."
        f" {int((known.frame['lists'] == 0).sum()):,} of {count(len(known.frame), 'known host')} never reported."
    )
    return Answer("in-short", _TITLE, typed(rows, _COLUMNS), reading, where(case, read), tuple(runs.values()))
