"""The window in short: a line for each question of the page, and what of it is worth a sentence."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate import access
from siemlib.investigate.ask import searched, typed
from siemlib.investigate.coverage import THROUGHOUT, coverage, silences, unit
from siemlib.investigate.overview.alerts import alerts_by_level
from siemlib.investigate.overview.changed import MOST_LISTED, changed
from siemlib.investigate.overview.traffic import traffic_over_time
from siemlib.investigate.pivot.alerts import SEVERE
from siemlib.investigate.words import count, names

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Case

_COLUMNS = {"question": "text", "answer": "text"}


def in_short(case: Case) -> Answer:
    """Answer the questions of the page in a line each; its reading says the numbers together.

    Columns: ``question``, ``answer``.
    """
    (held, silent, warned, moved, new), (entered, made) = case.together(
        partial(_of_logs, case), partial(_of_logins, case)
    )
    asked = {
        "What do the log groups hold?": held,
        "Where are they silent?": silent,
        "What did the rules make of it?": warned,
        "Which traffic passed?": moved,
        "Who logged in?": entered,
        "Were users or keys made?": made,
        "What is new?": new,
    }
    parts = (
        (warned, "alerts", _warned(warned.frame)),
        (moved, "traffic", _moved(moved.frame)),
        (entered, "logins", _entered(entered.frame)),
        (made, "new users and keys", _made(made.frame)),
    )
    sentences = [_held(case, held.frame, silent.frame)]
    if held.frame["events"].sum():
        sentences += [f"{told[:1].upper()}{told[1:]}." for answer, _, told in parts if answer.runs]
    sentences.append(_new(new))
    if lack := [noun for answer, noun, _ in parts if not answer.runs]:
        sentences.append(f"Not examined, for want of logs: {', '.join(lack)}.")
    runs = {run.id: run for answer in asked.values() for run in answer.runs}
    return Answer(
        "in-short",
        "The window in short",
        typed([(question, answer.reading) for question, answer in asked.items()], _COLUMNS),
        " ".join(sentences),
        searched(case, case.log_groups(), "what each question below asks for"),
        tuple(runs.values()),
    )


def _of_logs(case: Case) -> list[Answer]:
    questions = (coverage, silences, alerts_by_level, traffic_over_time, changed)
    return case.together(*(partial(question, case) for question in questions))


def _of_logins(case: Case) -> list[Answer]:
    # One after the other: each begins the list of its runs anew, in one place.
    return [access.over_time(case), access.new_identities(case)]


def _held(case: Case, frame: pd.DataFrame, silent: pd.DataFrame) -> str:
    events = int(frame["events"].sum())
    if not events:
        return f"No log group holds any event, {case.timespan}: nothing could be found, and nothing is ruled out."
    groups = frame.loc[frame["events"] > 0, "log group"].nunique()
    sentence = f"{count(events, 'event')} in {groups} of {count(len(case.log_groups()), 'log group')}"
    throughout = int((silent["silence"] == THROUGHOUT).sum())
    other = len(silent) - throughout
    gaps = [f"{throughout} silent throughout"] if throughout else []
    gaps += [f"{count(other, 'silence')} within the window"] if other else []
    return f"{sentence}, {' and '.join(gaps) if gaps else f'none of them silent for a whole {unit(case)}'}."


def _warned(frame: pd.DataFrame) -> str:
    if frame.empty:
        return "no alert"
    severe = int(frame.loc[frame["level"].fillna(-1) >= SEVERE, "alerts"].sum())
    return f"{count(frame['alerts'].sum(), 'alert')}, {severe:,} of level {SEVERE} or more"


def _moved(frame: pd.DataFrame) -> str:
    if frame.empty:
        return "no flow"
    flows = frame.groupby("traffic")["flows"].sum()
    told = [
        f"{int(flows.get(f'{way} {what}', 0)):,} {what}" for way in ("inbound",) for what in ("accepted", "rejected")
    ]
    out = [f"{int(flows.get(f'outbound {what}', 0)):,} {what}" for what in ("accepted", "rejected")]
    return f"inbound flows {' and '.join(told)}, outbound {' and '.join(out)}"


def _entered(frame: pd.DataFrame) -> str:
    if frame.empty:
        return "no login"
    by = frame.groupby("outcome")["logins"].sum()
    return f"logins {int(by.get('failed', 0)):,} failed and {int(by.get('succeeded', 0)):,} succeeded"


def _made(frame: pd.DataFrame) -> str:
    done = frame[frame["outcome"] != "failure"]
    users = int(done["what"].isin(["CreateUser", "user added"]).sum())
    keys = int((done["what"] == "CreateAccessKey").sum())
    if not users and not keys:
        return "no user and no access key made"
    return f"{count(users, 'user')} and {count(keys, 'access key')} made"


def _new(answer: Answer) -> str:
    if answer.frame.empty:
        return answer.reading
    kinds = answer.frame["what"].value_counts(sort=False)
    told = [f"{what} {number:,}{' or more' if number >= MOST_LISTED else ''}" for what, number in kinds.items()]
    return f"New since the window before: {names(told, most=len(told))}."
