"""Where the numbers of the readings about retention are from."""

from __future__ import annotations

from siemlib.investigate.retention.policy import GAPS, NOT_PROVABLE, REACHES, UNSEEN
from siemlib.model.traced import How, Traced, on

_SHORT = "in-short|first-look"
_REACH = f"{REACHES}|{GAPS}|{UNSEEN}"


def _against(name: str) -> tuple[Traced, ...]:
    """How far what is held of each log group reaches, by one of the two lengths of a policy."""
    head = f"{name}: of {{m}} log group[s]"

    def rows(says: str, states: str) -> Traced:
        return Traced(says, How.ROWS, where=on(f"{name} in {states}"), exhibit="policy", within=_SHORT)

    return (
        Traced(f"{name}: of {{n}} log group[s] {{m}} reach", How.ROWS, exhibit="policy", within=_SHORT),
        rows(f"{head} {{n}} reach back", _REACH),
        rows(f"{head} {{o}} reach back that far, {{n}} with", REACHES),
        rows(
            f"{head} {{o}} reach back that far, {{p}} with events on every whole day; of {{n}} it is not", NOT_PROVABLE
        ),
        Traced(f"{name}: of {{n}} log group", How.ROWS, within="policy"),
    )


TRACED: tuple[Traced, ...] = (
    *_against("online"),
    *_against("kept"),
    Traced("{n} silence[s] of a whole period", How.ROWS, where=on("silence given"), exhibit="silences", within=_SHORT),
    Traced("{n} event[s] in {m} of", How.SUM, "events", within="held"),
    Traced("event[s] in {n} of", How.ROWS, where=on("events > 0"), within="held"),
    Traced("event[s] in {m} of {n} log", How.ROWS, within="held"),
    Traced("the earliest at {t} UTC", How.LEAST, "first", within="held"),
    Traced("the latest at {t} UTC", How.GREATEST, "last", within="held"),
    Traced("{n} file[s] of {m} byte", How.ROWS, within="files"),
    Traced("file[s] of {n} byte", How.SUM, "bytes", within="files"),
    Traced("loaded between {t} UTC and", How.LEAST, "loaded", within="files"),
    Traced("loaded between {u} UTC and {t} UTC", How.GREATEST, "loaded", within="files"),
    Traced("gave {n} event", How.SUM, "events", within="files"),
    Traced("{n} text[s] could not be read", How.SUM, "rejected", within="files|held"),
    Traced("The earliest events are {n} day", How.LEAST, "days held", within="policy"),
    Traced("{y} at {t} UTC by", How.STANDS, where=on("time = {t}"), within="recorded"),
    Traced("{n} call[s]: {m} succeeded, {o} failed", How.ROWS, within="recorded"),
    Traced("call[s]: {n} succeeded, {o} failed", How.ROWS, where=on("outcome = success"), within="recorded"),
    Traced("call[s]: {m} succeeded, {n} failed", How.ROWS, where=on("outcome != success"), within="recorded"),
)
