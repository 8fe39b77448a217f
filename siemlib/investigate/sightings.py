"""Every event that names the subject, read by its source: what the timeline, the logins and the neighbours rest on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import pandas as pd

from siemlib.investigate.ask import OTHER, ask, ask_each, group_name, kinds, once, typed
from siemlib.investigate.words import count
from siemlib.model.event import Shape
from siemlib.sources import recognise, source
from siemlib.sources.plain import PLAIN
from siemlib.sources.syslog_line import SUCCESS_WORDS, teller

if TYPE_CHECKING:
    from siemlib.case import Case
    from siemlib.engine import Result
    from siemlib.investigate.ask import Memo
    from siemlib.investigate.subject import Subject
    from siemlib.model.run import Run
    from siemlib.sources.source import Entry, LogSource

MOST_READ = 50_000
"""Events that are read from the log groups of one kind. Beyond it memory and time would grow with the attack."""

TELLS_OF_A_LOGIN = f"@message like /(?i){SUCCESS_WORDS}|ConsoleLogin|type=USER_LOGIN /"
_NUMBER = "uid="
_SYSLOG = ("sshd", "syslog")
_CATCH_ALL = ("application_text", "json_events", "plain")
"""Sources that say nothing of what their lines are; the lines of another kind among them are read as what they are."""

_COLUMNS = {
    "time": "time",
    "source": "text",
    "log group": "text",
    "actor": "text",
    "address": "text",
    "action": "text",
    "outcome": "text",
    "summary": "text",
    "@ptr": "text",
    "times": "count",
    "teller": "text",
}
OF_AN_EVENT = tuple(name for name in _COLUMNS if name not in {"times", "teller"})
"""The columns of a timeline."""


@dataclass(frozen=True, eq=False)
class Sightings:
    """``frame`` has the columns of a timeline, oldest first, ``times``, how often the event happened, and ``teller``.

    The teller is the host and the service that wrote a line of syslog.

    ``total`` counts also what was not read.
    """

    frame: pd.DataFrame
    total: int
    unread: tuple[str, ...]
    """Sentences: which kinds of log had more events than were read."""
    runs: tuple[Run, ...]


_READ: Memo[Subject, Sightings] = WeakKeyDictionary()


def sightings(case: Case, subject: Subject) -> Sightings:
    """Read the events of the subject from every log group, the oldest 50,000 of each kind of log.

    Of more, also the later ones that tell of a login: else who fails often enough would hide that he got in.
    """
    return once(_READ, case, subject, partial(_read, case, subject))


def _read(case: Case, subject: Subject) -> Sightings:
    frames, unread, runs, total = [typed([], _COLUMNS)], [], [], 0
    oldest = f"| fields @timestamp, @log, @message\n| sort @timestamp asc\n| limit {MOST_READ}"
    by_kind = [(sources, groups, subject.condition(sources)) for sources, groups in kinds(case).items()]
    results = ask_each(case, ((f"filter {condition}\n{oldest}", groups) for _, groups, condition in by_kind))
    for (sources, groups, condition), result in zip(by_kind, results, strict=True):
        runs.append(result.run)
        matched = len(result.rows)
        frame = entries(result, sources)
        if matched == MOST_READ:
            counted = ask(case, f"filter {condition}\n| stats count(*) as events", groups)
            runs.append(counted.run)
            matched = int(counted.rows[0]["events"])
            if matched > MOST_READ:
                told = ask(case, f"filter {condition}\n| filter {TELLS_OF_A_LOGIN}\n{oldest}", groups)
                runs.append(told.run)
                later = entries(told, sources)
                frame = pd.concat([frame, later[~later["@ptr"].isin(frame["@ptr"])]])
                unread.append(
                    f"Of {count(matched, 'event')} in {', '.join(groups)} the oldest {MOST_READ:,} were read, and of"
                    f" the later ones those alone that tell of a login."
                )
        total += matched
        if len(frame):
            frames.append(frame)
    # A stable sort: events of the same millisecond keep the order of their log.
    frame = pd.concat(frames, ignore_index=True).sort_values("time", kind="stable", ignore_index=True)
    return Sightings(frame, total, tuple(unread), tuple(runs))


def by_number(subject: Subject, seen: Sightings) -> tuple[str, ...]:
    """A sentence where the logins of an account that is seen cannot be found by its name."""
    frame = seen.frame
    named = (frame["source"] == "auditd") & (frame["actor"] == subject.name)
    entered = named & (frame["action"] == "login") & (frame["outcome"] == "success")
    if subject.ip or subject.name.startswith(_NUMBER) or entered.any() or not named.any():
        return ()
    return (f"Linux audit may tell of a login by the number of the account alone: look for {_NUMBER}… as well.",)


def entries(result: Result, sources: tuple[str, ...]) -> pd.DataFrame:
    """The events of a result that has ``@timestamp``, ``@log`` and ``@message``, as ``Sightings.frame`` has them."""
    moments = result.frame["@timestamp"]
    return typed(
        (
            (moment, name, group_name(row["@log"]), *_parts(entry), row.get("@ptr"), entry.times, _teller(name, row))
            for moment, row in zip(moments, result.rows, strict=True)
            for name, entry in [read_entry(row.get("@message", ""), sources)]
        ),
        _COLUMNS,
    )


def _parts(entry: Entry) -> tuple[str | None, ...]:
    return entry.actor, entry.address, entry.action, entry.outcome, entry.summary


def _teller(name: str, row: dict[str, str]) -> str | None:
    told = teller(row.get("@message", "")) if name in _SYSLOG else None
    return " ".join(told) if told else None


def read_entry(message: str, sources: tuple[str, ...]) -> tuple[str, Entry]:
    """The source that recognises the message, and its reading. One group may hold several kinds of log."""
    own = next((known for known in map(source, sources) if _reads(known, message, alone=len(sources) == 1)), None)
    if known := own or recognise([message]) or (source(sources[0]) if len(sources) == 1 else None):
        return known.name, known.entry(message)
    return OTHER, PLAIN.entry(message)


def _reads(known: LogSource, message: str, *, alone: bool) -> bool:
    """Whether the message is of this source; of the only one of its log group, that is asked only where in doubt."""
    in_doubt = known.name in _CATCH_ALL or (known.shape is Shape.JSON and not message.lstrip().startswith("{"))
    return known.recognise([message]) if in_doubt or not alone else True
