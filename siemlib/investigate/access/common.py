"""What the questions about logins share: who can answer, and how an answer is put together."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.access.limits import MOST_ROWS
from siemlib.investigate.access.witness import NUMBERS, joined
from siemlib.investigate.access.witnesses import RULE, none_held, witnesses
from siemlib.investigate.ask import searched, typed
from siemlib.investigate.words import count, names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from siemlib.case import Case
    from siemlib.investigate.access.witness import Witness


def speaking(case: Case) -> tuple[Witness, ...]:
    """The witnesses that tell of any login at all."""
    every = witnesses(case).all
    sums = case.together(*(witness.sums for witness in every))
    return tuple(witness for witness, own in zip(every, sums, strict=True) if len(own))


def sums(case: Case, *by: str) -> pd.DataFrame:
    """The sums of every witness, with a column ``source`` behind those they are by."""
    every = speaking(case)
    sums = case.together(*(partial(witness.sums, *by) for witness in every))
    frames = [own.assign(source=witness.title) for own, witness in zip(sums, every, strict=True)]
    return joined(frames, (*by, "source"), NUMBERS)


def passed(case: Case) -> pd.DataFrame:
    """The successes of every witness, by ``user``, ``address`` and ``source``."""
    every = speaking(case)
    passed = case.together(*(witness.passed for witness in every))
    frames = [own.assign(source=witness.title) for own, witness in zip(passed, every, strict=True)]
    return joined(frames, ("user", "address", "source"), NUMBERS)


def answered(case: Case, name: str, title: str, frame: pd.DataFrame, reading: str) -> Answer:
    """An answer that rests on the witnesses; it says first of all where none is."""
    seen = witnesses(case)
    asked = searched(case, seen.groups, "logins that succeeded and that failed")
    return Answer(name, title, frame, none_held(case) or reading, " ".join([asked, RULE, *seen.notes]), seen.runs)


def starting(case: Case, name: str, title: str, columns: Mapping[str, str]) -> Answer | None:
    """Begin an answer, which rests on what is asked from here on. Gives the whole answer where no log can tell."""
    if missing := none_held(case):
        return Answer(name, title, typed([], columns), missing, "no log group.", ())
    begin(case)
    return None


def begin(case: Case) -> None:
    """What is asked from here on is the ground of the next answer."""
    for witness in witnesses(case).all:
        witness.begin()


def listed(parts: Sequence[str], most: int = 3) -> str:
    """Half sentences, whole, with how many more there are. What of them is of a log has passed ``plain`` before."""
    more = [f"{len(parts) - most:,} more in the table"] if len(parts) > most else []
    return "; ".join([*parts[:most], *more])


def quiet(case: Case) -> str:
    """The sentence where a question has no attempt to look at: what there was instead."""
    whole = sums(case)
    if whole.empty:
        return f"No login in {names(witnesses(case).groups, most=12)}, {case.timespan}."
    failures, successes = whole["failures"].sum(), whole["successes"].sum()
    return f"No login succeeded; {failures:,} failed." if failures else f"No login failed; {successes:,} succeeded."


def cut(frame: pd.DataFrame, noun: str, plural: str = "") -> str:
    """The sentence that a table holds not every row; empty where it does."""
    longest = frame.groupby("source").size().max() if len(frame) else 0
    if longest < MOST_ROWS:
        return ""
    most = count(MOST_ROWS, noun, plural)
    return f" The table holds, of each source, the {most} with most failures, and those that succeeded."
