"""The first look: what the logs say of the account's defences, a line for each question."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.ask import searched, source_title, typed
from siemlib.investigate.posture.defences import OFF, defences
from siemlib.investigate.posture.firewall import opened
from siemlib.investigate.posture.keys import keys
from siemlib.investigate.posture.last_events import last_events
from siemlib.investigate.posture.mfa import LOGIN, without_mfa
from siemlib.investigate.posture.root import own_calls, root_use
from siemlib.investigate.posture.sharing import shared
from siemlib.investigate.posture.silence import alerts_silent
from siemlib.investigate.posture.trust import trust
from siemlib.investigate.words import count

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Case

_COLUMNS = {"question": "text", "answer": "text"}


def first_look(case: Case) -> Answer:
    """Answer nine questions in a line each. Columns: ``question``, ``answer``."""
    questions = {
        "Was logging or detection switched off?": defences,
        "Was the root user used?": root_use,
        "Who came without MFA?": without_mfa,
        "What was opened to the world?": opened,
        "What was made public or shared?": shared,
        "Whom does the account trust anew?": trust,
        "Which keys were made and used?": keys,
        "Which alerts fell silent?": alerts_silent,
        "When did each source speak last?": last_events,
    }
    answers = case.together(*(partial(question, case) for question in questions.values()))
    parts = dict(zip(questions, answers, strict=True))
    runs = {run.id: run for part in parts.values() for run in part.runs}
    frame = typed(((question, part.reading) for question, part in parts.items()), _COLUMNS)
    asked = searched(case, case.log_groups(), "calls and alerts that tell of the account's defences")
    title = "Defences in short"
    return Answer("in-short", title, frame, _reading(case, list(parts.values())), asked, tuple(runs.values()))


def _reading(case: Case, parts: list[Answer]) -> str:
    off, root, mfa, ports, shares, trusts, made, silent, last = (part.frame for part in parts)
    held = set(last.loc[last["events"] > 0, "log group"])
    # Of logs without any event in the timespan, a count of 0 would say what nobody knows.
    heard = {name: not held.isdisjoint(case.log_groups(name)) for name in ("cloudtrail", "ossec")}
    examined = [*(heard["cloudtrail"] for _ in range(_OF_CALLS)), heard["ossec"]]
    blind = [*_blind(case, heard, "cloudtrail", "what was called in the account")]
    blind += _blind(case, heard, "ossec", "whether alerts fell silent")
    rest = f"Not examined: {'; '.join(blind)}." if blind else ""
    if not any(examined):
        return f"{rest} Nothing here tells of an account's defences."
    switched = off[off["effect"] == OFF]
    bare = mfa[(mfa["kind"] == LOGIN) & (mfa["MFA"] == "no")]
    off_done = len(_done(switched))
    facts = [
        f"{count(off_done, 'defence')} switched off, {count(len(switched) - off_done, 'attempt')} failed",
        f"{count(own_calls(root)['calls'].sum(), 'call')} of the root user",
        f"{count(bare['number'].sum(), 'console login')} without MFA",
        f"{count(len(_done(ports)), 'rule')} opened to the world",
        f"{count(len(_done(shares)), 'share')} beyond the account",
        count(len(_done(trusts)), "new trust"),
        f"{count(made['created'].notna().sum(), 'credential')} made",
        f"{count((silent['silent'] == 'yes').sum(), 'rule or agent', 'rules or agents')} fell silent",
    ]
    told = [fact for fact, known in zip(facts, examined, strict=False) if known]
    return " ".join(filter(None, [f"{'; '.join(told)}.", rest]))


_OF_CALLS = 7
"""Questions that CloudTrail answers."""


def _blind(case: Case, heard: dict[str, bool], source: str, what: str) -> list[str]:
    if heard[source]:
        return []
    why = "without any event in the timespan" if case.log_groups(source) else "in no log group"
    return [f"{what} ({source_title(source)} {why})"]


def _done(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["outcome"] == "success"]
