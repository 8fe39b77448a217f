"""From the logs to the facts: every count of a reading, with the runs that it rests on."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import pandas as pd

from siemlib.investigate.ask import ask, group_name, held, source_title
from siemlib.investigate.attempts import SOURCES_OF_LOGINS
from siemlib.investigate.pivot.flows import tried
from siemlib.investigate.portscan import ANSWERS
from siemlib.investigate.triage import entry
from siemlib.investigate.triage.facts import Facts
from siemlib.investigate.triage.focus import focus, within
from siemlib.investigate.triage.known import known_use, known_users
from siemlib.investigate.triage.requests import SOURCE as WEB
from siemlib.investigate.triage.requests import requests_of
from siemlib.investigate.triage.siblings import read, responses
from siemlib.investigate.triage.window import during, millis
from siemlib.model.inventory import AddressKind
from siemlib.model.run import Completeness

if TYPE_CHECKING:
    from collections.abc import Iterable

    from siemlib.case import Case
    from siemlib.investigate.triage.alarm import Alarm
    from siemlib.model.run import Run

_NO_SUCH_USER = re.compile(r"\b(?:invalid|illegal|unknown|non-?existent|no such) user\b", re.IGNORECASE)
_PORT = re.compile(r"(?:rejected|accepted) \S+ \S+ to (\S+) port (\d+):")


@dataclass(frozen=True)
class Gathered:
    """The facts, and every run that they rest on."""

    facts: Facts
    runs: tuple[Run, ...]


_FACTS: WeakKeyDictionary[Case, WeakKeyDictionary[Alarm, Gathered]] = WeakKeyDictionary()


def gather(case: Case, alarm: Alarm) -> Gathered:
    """The facts of an alert; of one case they are gathered once."""
    gathered = _FACTS.setdefault(case, WeakKeyDictionary())
    if alarm not in gathered:
        gathered[alarm] = _gather(case, alarm)
    return gathered[alarm]


def _gather(case: Case, alarm: Alarm) -> Gathered:
    told = focus(case, alarm)
    user = told.user.value if told.user else None
    if told.ip is None:
        runs = [*alarm.runs, *(run for seen in within(case, alarm) for run in seen.runs)]
        loopback = told.address.value if told.address else None
        facts = Facts(address=loopback, inside=True, user=user, minutes=alarm.minutes, incomplete=_incomplete(runs))
        return Gathered(facts, _once(runs))
    label = case.inventory.label(told.ip)
    beside, of_siblings = read(case, alarm)
    answered, of_responses = responses(case, alarm)
    logins, known = entry.logins_of(case, alarm), known_use(case, alarm)
    seen = within(case, alarm)[0]
    asked = requests_of(case, seen.frame, told.ip)
    doors, of_doors = tried(case, told.subjects(alarm)[0])
    groups, of_silence = _silent(case, alarm, seen.frame)
    runs = [*alarm.runs, *seen.runs, *of_siblings, *of_responses, *known.runs, *asked.runs, *of_doors, *of_silence]
    runs += logins.runs if logins else ()
    facts = Facts(
        address=told.ip.text,
        address_is=label.text if label else "",
        scanner=label is not None and label.kind is AddressKind.SCANNER,
        inside=label is not None and label.inside,
        user=user,
        minutes=alarm.minutes,
        unknown_accounts=_unknown(seen.frame, told.ip.text),
        requests=asked.total,
        refused=asked.refused,
        unusual=asked.unusual,
        rejected_ports=0 if doors.reads_as == ANSWERS else doors.ports,
        accepted_ports=_accepted(seen.frame, told.ip.text),
        signatures=tuple(dict.fromkeys(one.attack for one in beside if one.attack and one.address == told.ip.text)),
        responses=answered,
        known=known_users(known),
        sees_requests=asked.total > 0,
        silent=groups,
        missing=tuple(source_title(name) for name in ("sshd", WEB) if name not in held(case)),
        incomplete=_incomplete(runs),
    )
    return Gathered(_with_logins(facts, logins), _once(runs))


def _with_logins(facts: Facts, logins: entry.Logins | None) -> Facts:
    if logins is None:
        return facts
    failed = logins.window[logins.window["outcome"] == "failure"]
    ever = logins.ever
    taken = entry.broke_in(ever)
    return replace(
        facts,
        failures=int(failed["times"].sum()),
        accounts=int(failed["actor"].nunique()),
        failures_ever=int(ever.loc[ever["outcome"] == "failure", "times"].sum()),
        successes_ever=int((ever["outcome"] == "success").sum()),
        broke_in=taken.success if taken else None,
        prompt=entry.prompt(logins.window),
        later=entry.later(logins),
        elsewhere=entry.elsewhere(logins),
        sees_logins=not logins.window.empty and not logins.alerted,
    )


def _unknown(frame: pd.DataFrame, address: str) -> int:
    """Accounts that the lines of logins call unknown; the name itself may hold those words, so it is cut out."""
    own = frame[(frame["address"] == address) & frame["source"].isin(SOURCES_OF_LOGINS) & frame["actor"].notna()]
    pairs = zip(own["actor"].astype("str"), own["summary"].astype("str"), strict=True)
    return len({actor for actor, summary in pairs if _NO_SUCH_USER.search(summary.replace(actor, ""))})


def _accepted(frame: pd.DataFrame, address: str) -> int:
    """Distinct ports of flows from the address that were accepted and by no record of the same target rejected.

    The interface of a sender accepts what leaves it, whatever the interface of the target says of the same packets.
    """
    own = frame[(frame["source"] == "vpc_flow") & (frame["address"] == address)]
    ends = own["summary"].str.extract(_PORT).assign(outcome=own["outcome"]).dropna()
    accepted, rejected = (
        set(zip(part[0], part[1], strict=True))
        for part in (ends[ends["outcome"] == outcome] for outcome in ("success", "failure"))
    )
    return len({port for _, port in accepted - rejected})


def _silent(case: Case, alarm: Alarm, frame: pd.DataFrame) -> tuple[tuple[str, ...], tuple[Run, ...]]:
    """The log groups that name the address, but hold no event of anybody from the alert to the end of the window."""
    groups = tuple(str(name) for name in frame["log group"].unique() if str(name) in case.log_groups())
    last = min(alarm.end, pd.Timestamp(case.timespan.end))
    if not groups or last <= alarm.time:
        return groups, ()
    after = during(millis(alarm.time) + 1, millis(last))
    result = ask(case, f"filter {after}\n| stats count(*) as events by @log", groups)
    spoken = {group_name(row.get("@log", "")) for row in result.rows}
    return tuple(sorted(set(groups) - spoken)), (result.run,)


def _incomplete(runs: Iterable[Run]) -> str:
    worst = Completeness.worst([run.completeness for run in runs])
    return "" if worst is Completeness.COMPLETE else f"The least complete of the runs is {worst}."


def _once(runs: Iterable[Run]) -> tuple[Run, ...]:
    return tuple({run.id: run for run in runs}.values())
