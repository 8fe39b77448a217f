"""A finding as it is made and as it shows itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from siemlib.case.answer import Answer, Chart
from siemlib.case.cells import escaped, part
from siemlib.case.display import AMBER, Exhibit, completeness_words
from siemlib.errors import UsageError
from siemlib.evidence.visible import visible
from siemlib.model.certificate import many
from siemlib.model.finding import Finding
from siemlib.model.run import Completeness, Run
from siemlib.workbook.found import POINTER, Found

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from siemlib.workbook.case import Case

Support = Exhibit | Answer | Chart | Found | Run
"""What a claim can rest on."""


@dataclass(frozen=True)
class Stated(Finding):
    """A finding of a case. As the last value of a cell it shows itself."""

    def lines(self) -> list[str]:
        """The claim, the facts for and against it, and what it rests on, as plain sentences."""
        rests = [*self.exhibits, *(f"run {run}" for run in self.runs)]
        return [
            f"{self.id} · {self.claim}",
            *(f"For: {fact}" for fact in self.facts_for),
            *(f"Against: {fact}" for fact in self.facts_against),
            f"Rests on {', '.join(rests)}"
            + (f", and names {many(len(self.events), 'event', 'events')}." if self.events else "."),
        ]

    def html(self) -> str:
        """The same as a page's part, escaped."""
        claim, *rest = [escaped(line) for line in self.lines()]
        state = escaped(completeness_words(self.completeness))
        if self.completeness is not Completeness.COMPLETE:
            state = f'<strong style="{AMBER}">{state}</strong>'
        items = "".join(f"<li>{line}</li>" for line in rest)
        return part(f"<p><strong>{claim}</strong></p><ul>{items}<li>Completeness: {state}</li></ul>")

    def text(self) -> str:
        """The same in a few lines, safe for a terminal."""
        return visible("\n".join([*self.lines(), f"Completeness: {completeness_words(self.completeness)}"]))

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        del include, exclude  # the whole bundle is small
        return {"text/html": self.html(), "text/plain": self.text()}, {"siem": {"finding": self.id}}


def stated(  # noqa: PLR0913 - the parts of a finding
    case: Case,
    claim: str,
    supports: Iterable[Support],
    *,
    events: Iterable[str] | pd.DataFrame,
    facts_for: str | Sequence[str],
    facts_against: str | Sequence[str],
    given: Mapping[str, str],
) -> Stated:
    """Make a finding of what was asked in ``case``. Raises UsageError where something does not support anything."""
    parts = list(supports)
    runs = {run.id: run for part in parts for run in _runs(part)}
    _of_this_case(case, runs)
    return Stated(
        claim=" ".join(claim.split()),
        runs=tuple(runs),
        events=_events(events, parts),
        exhibits=tuple(dict.fromkeys(code for part in parts for code in _codes(case, part))),
        facts_for=_sentences(facts_for),
        facts_against=_sentences(facts_against),
        completeness=Completeness.worst(run.completeness for run in runs.values()),
        given=tuple(given.items()),
        id=f"F{len(case.findings) + 1:02d}",
    )


def _runs(part: Support) -> tuple[Run, ...]:
    """The runs behind one support. One that rests on none supports nothing."""
    match part:
        case Run():
            return (part,)
        case Found():
            return (part.run,)
        case Exhibit() | Chart():
            return _runs(part.answer)
        case Answer():
            if not part.runs:
                raise UsageError(f"{part.title!r} was not examined, so that it supports nothing", hint=part.reading)
            return part.runs
        case _:
            raise UsageError(
                f"a finding cannot rest on {type(part).__name__}",
                hint="it rests on exhibits, answers, runs, and on what case.query gave",
            )


def _of_this_case(case: Case, runs: Iterable[str]) -> None:
    own = {run.id for run in case.runs}
    if foreign := [run for run in runs if run not in own]:
        raise UsageError(f"run {foreign[0]} is not of this case", hint="ask again in this case, so that it is recorded")


def _codes(case: Case, part: Support) -> list[str]:
    """The numbers of the exhibits of the case in which a reader sees ``part``."""
    if isinstance(part, Run | Found):
        return [e.id for e in case.exhibits if isinstance(part, Found) and e.answer.runs == (part.run,)]
    answer = part if isinstance(part, Answer) else part.answer
    return [exhibit.id for exhibit in case.exhibits if exhibit.answer is answer]


def _events(events: Iterable[str] | pd.DataFrame, parts: Iterable[Support]) -> tuple[str, ...]:
    """The ids of events, each of which one of the supports holds."""
    if isinstance(events, pd.DataFrame):
        if POINTER not in events.columns:
            raise UsageError(f"the rows have no column {POINTER}, so that they name no event")
        events = events[POINTER].dropna()
    wanted = tuple(dict.fromkeys(str(event) for event in events))
    if not wanted:
        return ()
    held = {event for part in parts for event in _held(part)}
    if missing := [event for event in wanted if event not in held]:
        raise UsageError(
            f"the event {missing[0][:80]!r} is in none of the supports",
            hint=f"name events by their {POINTER}, of rows that a support holds",
        )
    return wanted


def _held(part: Support) -> Iterable[str]:
    if isinstance(part, Run):
        return ()
    frame = part.frame if isinstance(part, Answer | Found) else part.answer.frame
    return frame[POINTER].dropna() if POINTER in frame.columns else ()


def _sentences(given: str | Sequence[str]) -> tuple[str, ...]:
    sentences = [given] if isinstance(given, str) else given
    return tuple(words for sentence in sentences if (words := " ".join(str(sentence).split())))
