"""Who else: the users that appear beside an address, the addresses that appear beside a user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.ask import searched, times
from siemlib.investigate.labels import named, with_labels
from siemlib.investigate.sightings import sightings
from siemlib.investigate.words import count, names

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Case
    from siemlib.investigate.subject import Subject


def beside(case: Case, subject: Subject) -> Answer:
    """Count, by source, the users in the events of an address, or the addresses in the events of a user.

    Columns: ``user`` or ``address`` (and ``address is``, from the inventory), ``source``, ``events``,
    ``succeeded events``, ``failed events``, ``first``, ``last``; most events first. An event counts for the one user
    or address that its source reads as the actor or the origin. Events are lines: a service writes several about one
    attempt to log in, which :func:`logins` counts.
    """
    column, noun = ("address", "address") if subject.ip is None else ("actor", "user")
    seen = sightings(case, subject)
    counted = _counted(seen.frame, column).rename(columns={column: noun})
    frame = with_labels(case, counted, noun) if noun == "address" else counted
    plural = "addresses" if noun == "address" else "users"
    title = f"{plural.capitalize()} beside {subject.name}"
    reading = " ".join([_reading(subject, frame, noun, plural, case), *seen.unread])
    asked = searched(case, case.log_groups(), f"{plural} in the events of {subject.name}")
    return Answer("beside", title, frame, reading, asked, seen.runs)


def _counted(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    outcomes = {"succeeded events": "success", "failed events": "failure"}
    marked = frame.assign(**{name: frame["outcome"] == outcome for name, outcome in outcomes.items()})
    counted = (
        marked.dropna(subset=[column])
        .groupby([column, "source"], as_index=False, sort=True)
        .agg(
            **{"events": ("time", "size"), **{name: (name, "sum") for name in outcomes}},
            first=("time", "min"),
            last=("time", "max"),
        )
    )
    counts = {name: counted[name].astype("Int64") for name in ("events", *outcomes)}
    typed = counted.assign(**counts, first=times(counted["first"]), last=times(counted["last"]))
    return typed.sort_values("events", ascending=False, kind="stable", ignore_index=True)


def _reading(subject: Subject, frame: pd.DataFrame, noun: str, plural: str, case: Case) -> str:
    if frame.empty:
        return f"No {noun} is named beside {subject.name} in any log group, {case.timespan}."
    totals = (
        frame.groupby(noun)[["events", "succeeded events"]].sum().sort_values("events", ascending=False, kind="stable")
    )
    passed = [named(case, str(name)) for name in totals.index[totals["succeeded events"] > 0]]
    most = names([f"{named(case, str(name))} ({count(row['events'], 'event')})" for name, row in totals.iterrows()])
    return (
        f"{count(len(totals), noun, plural)} beside {subject.name}: {most}. "
        f"With something that succeeded: {names(passed) or 'none'}."
    )
