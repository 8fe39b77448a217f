"""What the questions about logins share: who can answer, and how an answer is put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.access.limits import MOST_ROWS
from siemlib.investigate.access.witness import NUMBERS, joined
from siemlib.investigate.access.witnesses import RULE, none_held, witnesses
from siemlib.investigate.ask import searched, source_title, typed
from siemlib.investigate.words import count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from siemlib.case import Case
    from siemlib.investigate.access.witness import Witness


def speaking(case: Case) -> tuple[Witness, ...]:
    """The witnesses that tell of any login at all."""
    return tuple(witness for witness in witnesses(case).all if len(witness.sums()))


def sums(case: Case, *by: str, only: str = "", both: bool = False) -> pd.DataFrame:
    """The sums of every witness, with a column ``source`` behind those they are by."""
    frames = [
        frame.assign(source=witness.source)
        for witness in speaking(case)
        if len(frame := witness.sums(*by, only=only, both=both))
    ]
    return joined(frames, (*by, "source"), NUMBERS)


def titled(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with sources under the names that people call them."""
    return frame.assign(source=frame["source"].map(source_title, na_action="ignore").astype("string"))


def answered(case: Case, name: str, title: str, frame: pd.DataFrame, reading: str) -> Answer:
    """An answer that rests on the witnesses; it says first of all where none is."""
    seen = witnesses(case)
    asked = searched(case, seen.groups, "logins that succeeded and that failed")
    return Answer(name, title, frame, none_held(case) or reading, f"{asked} {RULE}", seen.runs)


def unanswered(case: Case, name: str, title: str, columns: Mapping[str, str]) -> Answer | None:
    """The answer where no log of the case can tell; else ``None``."""
    if not (missing := none_held(case)):
        return None
    return Answer(name, title, typed([], columns), missing, "no log group.", ())


def listed(parts: Sequence[str], most: int = 3) -> str:
    """Half sentences, whole, with how many more there are. What of them is of a log has passed ``plain`` before."""
    more = [f"{len(parts) - most:,} more in the table"] if len(parts) > most else []
    return "; ".join([*parts[:most], *more])


def cut(frame: pd.DataFrame, noun: str, plural: str = "") -> str:
    """The sentence that a table holds not every row; empty where it does."""
    longest = frame.groupby("source").size().max() if len(frame) else 0
    if longest < MOST_ROWS:
        return ""
    return f" The table holds the {count(MOST_ROWS, noun, plural)} of a source with most failures."
