"""What happened around the alert: of its address and user in every log, and what else on the host."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from siemlib.case.answer import Answer
from siemlib.errors import UsageError
from siemlib.investigate.ask import searched, typed
from siemlib.investigate.sightings import OF_AN_EVENT, sightings
from siemlib.investigate.triage import about
from siemlib.investigate.triage.absent import of_an_alert
from siemlib.investigate.triage.focus import focus, within
from siemlib.investigate.triage.window import Host, millis
from siemlib.investigate.words import count, names, plain, verb
from siemlib.model.observable import Address
from siemlib.sources.reading import exact

if TYPE_CHECKING:
    from siemlib.case import Case
    from siemlib.investigate.triage.alarm import Alarm

_EVENT = dict.fromkeys(OF_AN_EVENT, "text") | {"time": "time"}
_ON_HOST = {
    "source": "text",
    "action": "text",
    "outcome": "text",
    "events": "count",
    "users": "count",
    "addresses": "count",
    "first": "time",
    "last": "time",
    "example": "text",
}


@of_an_alert
def around(case: Case, alarm: Alarm) -> Answer:
    """Merge the events of the alert's address and of its user within the window, oldest first.

    Columns: as of a timeline, ``time``, ``source``, ``log group``, ``actor``, ``address``, ``action``, ``outcome``,
    ``summary`` and ``@ptr``.
    """
    told = focus(case, alarm)
    whom = names([subject.name for subject in told.subjects(alarm)]) or "nobody"
    title = f"{count(alarm.minutes, 'minute')} to each side: {whom}"
    seen = within(case, alarm)
    if not seen:
        reading = f"Not examined: {alarm.name} names nobody to follow."
        return Answer("around", title, typed([], _EVENT), reading, "no log group.", ())
    frames = [one.frame for one in seen if len(one.frame)]
    frame = pd.concat(frames).drop_duplicates(["log group", "@ptr"]) if frames else seen[0].frame
    frame = frame.sort_values("time", kind="stable", ignore_index=True)[list(OF_AN_EVENT)]
    asked = searched(case, case.log_groups(), f"events of {whom} within {count(alarm.minutes, 'minute')} of the alert")
    runs = {run.id: run for one in seen for run in one.runs}
    unread = [sentence for one in seen for sentence in one.unread]
    reading = " ".join([_reading(alarm, frame, whom), *_outside(case, alarm), *unread])
    return Answer("around", title, frame, reading, asked, tuple(runs.values()))


@of_an_alert
def on_the_host(case: Case, alarm: Alarm) -> Answer:
    """Group what else happened within the window on the host of the alert, the rarest first: the unusual is rare.

    An event is the host's when its text or its log stream names the host, or when its text names the host's address.
    Events of the alert's own address are left out, and flow records are one group for each outcome: the ports that the
    internet asks for are no news. Columns: ``source``, ``action``, ``outcome``, ``events``, ``users`` and ``addresses``
    (distinct ones), ``first``, ``last``, ``example`` (the summary of the first).
    """
    host = host_of(case, alarm)
    if host is None:
        reading = f"Not examined: {alarm.name} names no host."
        return Answer("on-the-host", "On the host", typed([], _ON_HOST), reading, "no log group.", ())
    seen = sightings(case, host)
    ip = focus(case, alarm).ip
    others = _flows_as_one(seen.frame[~_names(seen.frame, ip)])
    rows = [
        (*key, *_counts(part), part["time"].min(), part["time"].max(), part["summary"].iloc[0])
        for key, part in others.groupby(["source", "action", "outcome"], dropna=False, sort=False)
    ]
    frame = typed(rows, _ON_HOST).sort_values(["events", "first"], kind="stable", ignore_index=True)
    asked = searched(case, case.log_groups(), f"events that name {host.name} within {count(alarm.minutes, 'minute')}")
    reading = " ".join([_host_reading(host, len(others), seen.total, frame), *seen.unread])
    return Answer("on-the-host", f"What else happened on {host.name}", frame, reading, asked, seen.runs)


def _names(frame: pd.DataFrame, ip: Address | None) -> pd.Series:
    """Whether an event is of the address, or its line names it: the answer to a flow has the host as its origin."""
    pairs = zip(frame["address"].astype("object"), frame["summary"].astype("str"), strict=True)
    told = [ip is not None and ((isinstance(at, str) and at == ip.text) or ip.matches(line)) for at, line in pairs]
    return pd.Series(told, index=frame.index, dtype="bool")


def _counts(part: pd.DataFrame) -> tuple[int, int, int]:
    return len(part), part["actor"].nunique(), part["address"].nunique()


def _flows_as_one(frame: pd.DataFrame) -> pd.DataFrame:
    flow = frame["source"] == "vpc_flow"
    return frame.assign(action=frame["action"].mask(flow, "flow record"))


def host_of(case: Case, alarm: Alarm) -> Host | None:
    """The host of the alert: its names, and its addresses by the alert and by the inventory; ``None`` without any."""
    told = [name for name in about.host_names(alarm.event) if _can_be_asked(name)]
    addresses = [one.value for one in about.addresses(alarm.event) if one.role in {"host", "target"}]
    if about.is_response(alarm.event):
        addresses = [one.value for one in about.addresses(alarm.event) if one.role == "origin"]
    addresses += [
        str(known.network.network_address)
        for known in case.inventory.entries
        if known.single and known.name and known.name in told
    ]
    known_addresses = [text for text in dict.fromkeys(addresses) if not _is_nobody(text)]
    if not told and not known_addresses:
        return None
    label = ", ".join([*told, *known_addresses])
    start, end = millis(alarm.start), millis(alarm.end)
    return Host(plain(label), start=start, end=end, names=tuple(told), addresses=tuple(known_addresses))


def _can_be_asked(name: str) -> bool:
    try:
        exact(name)
    except UsageError:
        return False
    return True


def _is_nobody(text: str) -> bool:
    address = Address.read(text)
    return address is None or address.is_loopback or address.ip.is_unspecified


def _reading(alarm: Alarm, frame: pd.DataFrame, whom: str) -> str:
    if frame.empty:
        return f"No event of {whom} within {count(alarm.minutes, 'minute')} of the alert."
    before, after = int((frame["time"] < alarm.time).sum()), int((frame["time"] > alarm.time).sum())
    by_source = frame["source"].value_counts()
    told = names([f"{source} {number:,}" for source, number in by_source.items()], most=8)
    return f"{count(len(frame), 'event')} of {whom}: {told}; {before:,} before the alert, {after:,} after it."


def _outside(case: Case, alarm: Alarm) -> list[str]:
    """Sentences: where the window reaches beyond the timespan, nothing was looked at."""
    beyond = []
    if alarm.start < pd.Timestamp(case.timespan.start):
        beyond.append("begins before")
    if alarm.end > pd.Timestamp(case.timespan.end):
        beyond.append("ends after")
    return [f"The window {names(beyond)} the timespan of the case, and is cut there."] if beyond else []


def _host_reading(host: Host, others: int, total: int, frame: pd.DataFrame) -> str:
    if not total:
        return f"No event of any log names {host.name} within the window."
    failed = int(frame.loc[frame["outcome"] == "failure", "events"].sum()) if len(frame) else 0
    rare = [f"{row['action']} ({row['source']})" for _, row in frame.head(3).iterrows()]
    told = f" Rarest: {names(rare)}." if rare else ""
    return (
        f"{count(others, 'event')} of others {verb(others, 'names', 'name')} {host.name}, {failed:,} of them failures;"
        f" those of the alert's own address stand above.{told}"
    )
