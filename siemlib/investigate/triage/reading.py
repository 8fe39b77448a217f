"""The reading: error or attack, with every fact for and against, and the rules that it follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.ask import searched, typed
from siemlib.investigate.labels import named
from siemlib.investigate.triage import about, entry
from siemlib.investigate.triage.absent import of_an_alert
from siemlib.investigate.triage.facts import Reading
from siemlib.investigate.triage.focus import focus
from siemlib.investigate.triage.gather import gather
from siemlib.investigate.triage.history import history
from siemlib.investigate.triage.known import known_use
from siemlib.investigate.triage.levels import meaning, route
from siemlib.investigate.triage.rules import RULES, STEPS, Verdict, decide
from siemlib.investigate.triage.siblings import siblings
from siemlib.investigate.words import at, plain, verb
from siemlib.sources import ossec

if TYPE_CHECKING:
    from siemlib.case import Case
    from siemlib.investigate.triage.alarm import Alarm

_LOOK = {"question": "text", "answer": "text"}
_WEIGHED = {"reading": "text", "weight": "text", "fact": "text", "rule": "text"}
_PROCEDURE = {"rule": "text", "holds": "text", "holds when": "text", "reason": "text", "for": "text", "against": "text"}
_FOR, _AGAINST = "for", "against"


@of_an_alert
def in_short(case: Case, alarm: Alarm) -> Answer:
    """Answer the questions of a triage in a line each; the reading is the verdict with its facts for and against.

    Columns: ``question``, ``answer``.
    """
    found = gather(case, alarm)
    verdict = decide(found.facts)
    rule = history(case, alarm)
    rows = [
        ("What fired?", _what(alarm)),
        (
            "What does the level mean, and who is told?",
            f"{meaning(alarm.level)}; {route(case, alarm.level) or 'not known'}",
        ),
        ("Whom is it about?", _whom(case, alarm)),
        ("Has the rule fired before?", rule.reading),
        ("What fired beside it?", siblings(case, alarm).reading),
        ("Is the address a user's?", known_use(case, alarm).reading),
        ("Did a success follow?", entry.success_after(case, alarm).reading),
        ("Error or attack?", sentence(verdict)),
    ]
    runs = {run.id: run for run in (*found.runs, *rule.runs)}
    asked = searched(case, case.log_groups(), f"what {alarm.name} is about")
    return Answer("in-short", "The alert in short", typed(rows, _LOOK), sentence(verdict), asked, tuple(runs.values()))


@of_an_alert
def for_and_against(case: Case, alarm: Alarm) -> Answer:
    """Every reading with the facts for it and against it, the one that was chosen first.

    Columns: ``reading``, ``weight`` (``for``, ``against`` or ``no fact``), ``fact``, ``rule``.
    """
    found = gather(case, alarm)
    verdict = decide(found.facts)
    order = [verdict.reading, *(reading for reading in Reading if reading is not verdict.reading)]
    rows = [row for reading in order for row in _weighed(verdict, reading)]
    neutral = [(rule, fact) for rule, fact in verdict.held if not rule.favours and not rule.against]
    rows += [("every reading", "to be known", fact, rule.name) for rule, fact in neutral]
    asked = searched(case, case.log_groups(), f"the facts about {alarm.name}")
    return Answer("for-and-against", "For and against", typed(rows, _WEIGHED), sentence(verdict), asked, found.runs)


@of_an_alert
def procedure(case: Case, alarm: Alarm) -> Answer:
    """The rules of the reading, with thresholds and reasons, and which of them hold here; then the steps in order.

    Columns: ``rule``, ``holds`` (``yes``/``no``), ``holds when``, ``reason``, ``for``, ``against``.
    """
    found = gather(case, alarm)
    verdict = decide(found.facts)
    held = {rule.name for rule, _ in verdict.held}
    rows = [
        (
            rule.name,
            "yes" if rule.name in held else "no",
            rule.holds_when,
            rule.reason,
            ", ".join(rule.favours),
            ", ".join(rule.against),
        )
        for rule in RULES
    ]
    steps = [(words, test(found.facts), reading) for words, reading, test in STEPS]
    rows += [
        (f"step {number}", "yes" if holds else "no", words, "The first step that holds decides.", str(reading), "")
        for number, (words, holds, reading) in enumerate(steps, 1)
    ]
    decided = next((number for number, (_, holds, _) in enumerate(steps, 1) if holds), None)
    last = f"Step {decided} decides: {verdict.because}." if decided else f"No step holds: {verdict.because}."
    reading = f"{len(held)} of {len(RULES)} rules {verb(len(held), 'holds', 'hold')}. {last}"
    asked = searched(case, case.log_groups(), f"the facts about {alarm.name}")
    return Answer("procedure", "The rules of the reading", typed(rows, _PROCEDURE), reading, asked, found.runs)


def sentence(verdict: Verdict) -> str:
    """The reading with why it was chosen, and the facts for and against it; never a bare verdict."""
    favour = [fact for rule, fact in verdict.held if verdict.reading in rule.favours]
    against = [fact for rule, fact in verdict.held if verdict.reading in rule.against]
    parts = [f"Reading: {verdict.reading}, because {verdict.because}."]
    parts.append(f"For it: {' '.join(favour)}" if favour else "For it: no rule speaks for it.")
    parts.append(f"Against it: {' '.join(against)}" if against else "Against it: no fact.")
    if verdict.reading is Reading.UNDECIDED:
        parts += [_signs(verdict, "an attack", Reading.FAILED), _signs(verdict, "an error", Reading.ERROR)]
    return " ".join(part for part in parts if part)


def _signs(verdict: Verdict, what: str, reading: Reading) -> str:
    facts = [fact for rule, fact in verdict.held if reading in rule.favours]
    return f"Signs of {what}: {' '.join(facts)}" if facts else ""


def _weighed(verdict: Verdict, reading: Reading) -> list[tuple[str, str, str, str]]:
    favour = [(str(reading), _FOR, fact, rule.name) for rule, fact in verdict.held if reading in rule.favours]
    against = [(str(reading), _AGAINST, fact, rule.name) for rule, fact in verdict.held if reading in rule.against]
    return favour + against or [(str(reading), "no fact", "No rule that speaks for or against it holds.", "")]


def _what(alarm: Alarm) -> str:
    said = ossec.description(alarm.event)
    level = "no level" if alarm.level is None else f"level {alarm.level}"
    host = about.host(alarm.event)
    return (
        f"{at(alarm.time)}, {level}, rule {plain(alarm.rule)}"
        + (f': "{plain(said)}"' if said else "")
        + (f" on {plain(host)}." if host else ".")
    )


def _whom(case: Case, alarm: Alarm) -> str:
    told = focus(case, alarm)
    user = f"user {plain(told.user.value)}" if told.user else "no user"
    if told.ip is None:
        return f"No address that can be followed; {user}."
    how = told.address.field if told.address else ""
    return f"{named(case, told.ip.text)} ({how}); {user}."
