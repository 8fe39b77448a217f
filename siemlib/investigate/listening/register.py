"""What listens where: every listener with its first and last list, whether it is declared, and who can reach it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from siemlib.case.answer import Answer
from siemlib.investigate.ask import typed
from siemlib.investigate.listening.runs import lists, none_found, not_asked, where
from siemlib.investigate.words import at, count, names, plain, verb
from siemlib.model.observable import Address

if TYPE_CHECKING:
    from collections.abc import Iterable

    from siemlib.case import Case
    from siemlib.investigate.listening.runs import Lists, PortRun
    from siemlib.model.inventory import Known
    from siemlib.sources.netstat import Listener

EVERYWHERE, ONE, LOOPBACK = "every address", "one address", "loopback only"
DECLARED, UNDECLARED = "yes", "no"
NO_HOST, NO_PORTS, NO_INVENTORY = "host not in inventory", "no ports in inventory", "no inventory"
BEFORE, MAYBE, WITHIN = "yes", "not known", "no"
_MOST_NAMED = 6
_ORDER = {
    "declared": (UNDECLARED, NO_HOST, NO_PORTS, NO_INVENTORY, DECLARED),
    "reach": (EVERYWHERE, ONE, LOOPBACK),
}
COLUMNS = {
    "host": "text",
    "host address": "text",
    "address": "text",
    "port": "count",
    "protocol": "text",
    "program": "text",
    "reach": "text",
    "declared": "text",
    "first seen": "time",
    "last seen": "time",
    "listed before": "text",
    "in the last list": "text",
    "lists": "count",
    "address cut": "text",
}


@dataclass
class _Seen:
    """One listener of one host, over its lists."""

    host: str
    last: Listener
    times: list[pd.Timestamp] = field(default_factory=list)
    before: str = WITHIN
    now: bool = False


def rows_of(case: Case, read: Lists) -> pd.DataFrame:
    """The register: every listener of every host, the undeclared ones that every address reaches first."""
    seen: dict[tuple[str, tuple[str, str, int]], _Seen] = {}
    newest = _newest(read.runs)
    covered: set[tuple[str, str]] = set()
    for run in read.runs:
        former = {listener.key for listener in run.before.listeners} if run.before else set()
        for listener in run.ports.listeners:
            first = (run.host, listener.protocol) not in covered
            known = seen.setdefault((run.host, listener.key), _Seen(run.host, listener))
            if not known.times:
                known.before = BEFORE if listener.key in former else MAYBE if first and not run.before else WITHIN
            known.last = listener
            known.times.append(run.time)
            known.now = newest[run.host, listener.protocol] is run
        covered |= {(run.host, protocol) for protocol in run.ports.protocols}
    addresses = {run.host: run.address for run in read.runs if run.address}
    frame = typed((_row(case, each, addresses.get(each.host)) for each in seen.values()), COLUMNS)
    return ordered(frame)


def _newest(runs: Iterable[PortRun]) -> dict[tuple[str, str], PortRun]:
    """The newest list of each host that can hold a protocol."""
    return {
        (run.host, protocol): run
        for run in runs
        for protocol in (*run.ports.protocols, *(listener.protocol for listener in run.ports.listeners))
    }


def _row(case: Case, seen: _Seen, host_address: str | None) -> tuple[object, ...]:
    listener = seen.last
    return (
        seen.host,
        host_address,
        listener.address or "*",
        listener.port,
        listener.protocol,
        listener.program,
        EVERYWHERE if listener.everywhere else LOOPBACK if listener.loopback else ONE,
        declared(case, seen.host, host_address, listener),
        min(seen.times),
        max(seen.times),
        seen.before,
        "yes" if seen.now else "no",
        len(seen.times),
        "yes" if listener.cut else "no",
    )


def declared(case: Case, host: str, host_address: str | None, listener: Listener) -> str:
    """Whether the inventory declares the port at this host, or why that cannot be told."""
    if not case.inventory.entries:
        return NO_INVENTORY
    known = _entry(case, host, host_address, listener)
    if known is None:
        return NO_HOST
    if not known.ports:
        return NO_PORTS
    return DECLARED if f"{listener.port}/{listener.protocol}" in known.ports else UNDECLARED


def _entry(case: Case, host: str, host_address: str | None, listener: Listener) -> Known | None:
    """By the address of the host; else by its name; else by the address that is listened on, if it has one."""
    if (address := Address.read(host_address or "")) and (known := case.inventory.entry(address)):
        return known
    if named := next((known for known in case.inventory.entries if known.name == host), None):
        return named
    own = Address.read(listener.address)
    outer = own is not None and not (listener.everywhere or listener.loopback or listener.cut)
    return case.inventory.entry(own) if own and outer else None


def ordered(frame: pd.DataFrame) -> pd.DataFrame:
    """What is undeclared and reached from everywhere first; then by host, protocol and port."""
    ranks = {
        name: pd.Categorical(frame[name].astype("object"), categories=list(values), ordered=True).codes
        for name, values in _ORDER.items()
    }
    by = ["_declared", "_reach", "host", "port", "protocol", "address"]
    ranked = frame.assign(_declared=ranks["declared"], _reach=ranks["reach"]).sort_values(by, kind="stable")
    return ranked.drop(columns=["_declared", "_reach"]).reset_index(drop=True)


def register(case: Case) -> Answer:
    """Every listener that any list of the timespan holds, for an auditor's spreadsheet.

    Columns: ``host``, ``host address``, ``address`` (``*`` where the list says every address without naming it),
    ``port``, ``protocol``, ``program``, ``reach`` (every address, one address, loopback only), ``declared`` (yes, no,
    or why not known), ``first seen`` and ``last seen`` (times of lists), ``listed before`` (whether it listened before
    the first list here: yes, where the alert quotes the list before; not known, for the first list of a host), ``in the
    last list`` of its host (yes, no), ``lists`` (how many hold it), ``address cut`` (yes: netstat had no room for all
    of it).
    """
    title = "Register of listening ports"
    read = lists(case)
    if read is None:
        return not_asked("register", title, COLUMNS)
    frame = rows_of(case, read)
    return Answer("register", title, frame, _register_reading(case, read, frame), where(case, read), (read.run,))


def latest(case: Case) -> Answer:
    """What the newest list of each host holds. Columns as :func:`register`; ``last seen`` is the time of that list."""
    title = "What listens, by the newest list of each host"
    read = lists(case)
    if read is None:
        return not_asked("listening-now", title, COLUMNS)
    frame = _now(rows_of(case, read)).sort_values(["host", "port", "protocol"], kind="stable", ignore_index=True)
    return Answer("listening-now", title, frame, _latest_reading(case, read, frame), where(case, read), (read.run,))


def undeclared(case: Case) -> Answer:
    """Listeners that others can reach and that the inventory does not declare, by the newest list of each host.

    Columns as :func:`register`. Those on every address come first, and those of which nothing is known behind those
    that an entry of the inventory leaves out.
    """
    title = "Listeners that others can reach, not declared in the inventory"
    read = lists(case)
    if read is None:
        return not_asked("undeclared", title, COLUMNS)
    every = _now(rows_of(case, read))
    reached = every[every["reach"] != LOOPBACK]
    frame = reached[reached["declared"] != DECLARED].reset_index(drop=True)
    reading = f"{_undeclared_reading(reached, frame)}{read.doubts}" if read.runs else none_found(case, read)
    return Answer("undeclared", title, frame, reading, where(case, read), (read.run,))


def loopback(case: Case) -> Answer:
    """Listeners that only their own host can reach, by the newest list of each host. Columns as :func:`register`."""
    title = "Listeners on loopback only"
    read = lists(case)
    if read is None:
        return not_asked("loopback", title, COLUMNS)
    every = _now(rows_of(case, read))
    frame = every[every["reach"] == LOOPBACK].reset_index(drop=True)
    if not read.runs:
        reading = none_found(case, read)
    elif frame.empty:
        reading = f"No listener is on loopback only; a command may leave those out.{read.doubts}"
    else:
        hosts = count(frame["host"].nunique(), "host")
        reading = f"{count(len(frame), 'listener')} on loopback only, on {hosts}: {told(frame)}."
    return Answer("loopback", title, frame, reading, where(case, read), (read.run,))


def _now(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["in the last list"] == "yes"].reset_index(drop=True)


def told(frame: pd.DataFrame) -> str:
    """Ports by host, for a sentence: ``bastion-1 22/tcp and 4444/tcp (ncat); web-1 22/tcp``."""
    parts = []
    for host, part in frame.groupby("host", sort=False):
        ports: dict[str, list[str]] = {}
        for _, row in part.iterrows():
            program = f" ({plain(row['program'])})" if pd.notna(row["program"]) else ""
            ports.setdefault(f"{row['port']}/{row['protocol']}", []).append(program)
        parts.append(
            f"{plain(host)} {names([port + programs[0] for port, programs in ports.items()], most=_MOST_NAMED)}"
        )
    shown = parts[:_MOST_NAMED]
    more = f"; and {count(len(parts) - len(shown), 'host')} more" if len(parts) > len(shown) else ""
    return "; ".join(shown) + more


def _register_reading(case: Case, read: Lists, frame: pd.DataFrame) -> str:
    if not read.runs:
        return none_found(case, read)
    gone = frame[frame["in the last list"] == "no"]
    closed = (
        f" {count(len(gone), 'listener')} of them not in the last list any more: {told(gone)}." if len(gone) else ""
    )
    cut = int((frame["address cut"] == "yes").sum())
    unsure = f" {count(cut, 'address', 'addresses')} cut by netstat: more than one may be behind each." if cut else ""
    return (
        f"{count(len(frame), 'listener')} on {count(frame['host'].nunique(), 'host')}, in"
        f" {count(len(read.runs), 'list')}.{closed}{unsure}{read.doubts}"
    )


def _latest_reading(case: Case, read: Lists, frame: pd.DataFrame) -> str:
    if not read.runs:
        return none_found(case, read)
    if frame.empty:
        return f"The newest lists hold no listener.{read.doubts}"
    reach = frame["reach"].value_counts()
    parts = names([f"{int(reach[kind]):,} on {kind}" for kind in (EVERYWHERE, ONE) if kind in reach])
    within = f"{int(reach[LOOPBACK]):,} on {LOOPBACK}" if LOOPBACK in reach else ""
    old = min(run.time for run in _newest(read.runs).values())
    return (
        f"{count(len(frame), 'listener')} on {count(frame['host'].nunique(), 'host')}:"
        f" {'; '.join(part for part in (parts, within) if part)}. The oldest of these lists is of {at(old)}."
        f"{read.doubts}"
    )


def _undeclared_reading(reached: pd.DataFrame, frame: pd.DataFrame) -> str:
    if reached.empty:
        return "The newest lists hold no listener that another host can reach."
    if frame.empty:
        each = count(len(reached), "listener")
        return f"Every one of the {each} of the newest lists that others can reach is declared in the inventory."
    sentences = []
    left_out = frame[frame["declared"] == UNDECLARED]
    wide = left_out[left_out["reach"] == EVERYWHERE]
    if len(wide):
        sentences.append(f"{count(len(wide), 'undeclared listener')} on {EVERYWHERE} of the host: {told(wide)}.")
    if narrow := len(left_out) - len(wide):
        rest = left_out[left_out["reach"] == ONE]
        sentences.append(f"{count(narrow, 'undeclared listener')} on {ONE}: {told(rest)}.")
    if not len(left_out) and (reached["declared"] == DECLARED).any():
        sentences.append("Of the hosts that declare ports, no other port listens.")
    for why, words in (
        (NO_HOST, "the inventory has no such host"),
        (NO_PORTS, "its entry in the inventory declares no ports"),
        (NO_INVENTORY, "there is no inventory (siem.toml)"),
    ):
        part = frame[frame["declared"] == why]
        if len(part):
            sentences.append(
                f"Whether {count(len(part), 'listener')} {verb(len(part), 'is', 'are')} declared is not known,"
                f" for {words}: {told(part)}."
            )
    return " ".join(sentences)
