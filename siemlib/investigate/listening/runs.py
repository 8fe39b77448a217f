"""Every list of listening ports that the alerts quote, in order of time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from siemlib.case.answer import Answer
from siemlib.investigate.ask import ask, not_held, searched, typed
from siemlib.investigate.words import count, names, plain, span
from siemlib.queries import saved
from siemlib.sources.netstat import read_ports
from siemlib.sources.ossec import alert, rule_id
from siemlib.sources.ossec_agent import agent
from siemlib.sources.reading import text_at

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from siemlib.case import Case
    from siemlib.engine import Result
    from siemlib.model.run import Run
    from siemlib.sources.netstat import Listener, PortList

SOURCE = "ossec"
MOST_READ = 50_000
"""Outputs that are read, the newest: a daily list of 100 hosts over more than a year."""

CHANGED = "533"
"""The rule that fires when a list differs from the one before it; what it compares with is in the alert."""
_UNNAMED = "unnamed host"
_COLUMNS = {
    "time": "time",
    "host": "text",
    "host address": "text",
    "rule": "text",
    "command": "text",
    "listeners": "count",
    "opened": "count",
    "closed": "count",
    "unread lines": "count",
    "@ptr": "text",
}


@dataclass(frozen=True)
class PortRun:
    """One list of one host. ``before`` is the list that the rule compared it with, where the alert quotes it."""

    time: pd.Timestamp
    host: str
    address: str | None
    rule: str
    ports: PortList
    before: PortList | None
    ptr: str | None

    @property
    def series(self) -> tuple[str, str, str]:
        """Lists of one series can be compared: a rule remembers only its own last list, and commands differ."""
        return self.host, self.rule, self.ports.command


@dataclass(frozen=True, eq=False)
class Lists:
    """What was read: ``runs``, oldest first, of ``groups``."""

    runs: tuple[PortRun, ...]
    without: int
    """Alerts of rule 533 that quote no list."""
    cut: bool
    """Whether there are more outputs than are read; the oldest ones are missing then."""
    groups: tuple[str, ...]
    run: Run

    @property
    def doubts(self) -> str:
        """What was not read, as sentences with a blank before them; empty where all was."""
        unread = sum(len(run.ports.unread) for run in self.runs)
        told = [
            (unread, f" {count(unread, 'line')} of the lists could not be read as a listener."),
            (self.without, f" {count(self.without, 'alert')} of rule {CHANGED} without a list could not be used."),
            (self.cut, f" Of more outputs than that, the newest {MOST_READ:,} were read."),
        ]
        return "".join(sentence for number, sentence in told if number)


_READ: WeakKeyDictionary[Case, Lists] = WeakKeyDictionary()


def lists(case: Case) -> Lists | None:
    """Read every list once; ``None`` where no log group holds alerts."""
    groups = case.log_groups(SOURCE)
    if not groups:
        return None
    if case not in _READ:
        result = ask(case, f"{saved('ossec/command_outputs').text}\n| limit {MOST_READ}", groups)
        read = [_run(time, row) for time, row in zip(result.frame["@timestamp"], result.rows, strict=True)]
        runs = tuple(run for run in reversed(read) if run)
        _READ[case] = Lists(runs, _without(result), len(result.rows) == MOST_READ, groups, result.run)
    return _READ[case]


def _run(time: pd.Timestamp, row: dict[str, str]) -> PortRun | None:
    event = alert(row.get("@message", ""))
    ports = read_ports(text_at(event, "full_log") or "")
    if event is None or ports is None:
        return None
    before = read_ports(text_at(event, "previous_output") or text_at(event, "previous_log") or "")
    host, address = agent(event)
    rule = rule_id(event) or "none"
    return PortRun(time, host or address or _UNNAMED, address, rule, ports, before, row.get("@ptr"))


def _without(result: Result) -> int:
    events = [alert(row.get("@message", "")) or {} for row in result.rows]
    return sum(rule_id(event) == CHANGED and not read_ports(text_at(event, "full_log") or "") for event in events)


def by_series(runs: Iterable[PortRun]) -> dict[tuple[str, str, str], list[PortRun]]:
    """The runs that can be compared with one another, each oldest first."""
    series: dict[tuple[str, str, str], list[PortRun]] = defaultdict(list)
    for run in runs:
        series[run.series].append(run)
    return dict(series)


def keys(ports: PortList) -> dict[tuple[str, str, int], Listener]:
    """The listeners of a list, by what makes them the same in another one."""
    return {listener.key: listener for listener in ports.listeners}


def not_asked(name: str, title: str, columns: dict[str, str]) -> Answer:
    """The answer where no log group holds alerts."""
    return not_held(name, title, SOURCE, columns)


def where(case: Case, read: Lists) -> str:
    """The sentence under every answer of this page."""
    return searched(case, read.groups, "alerts that quote a list of listening ports")


def none_found(case: Case, read: Lists) -> str:
    """The reading where no alert quotes a list: that says nothing of the ports."""
    return (
        f"No alert in {names(read.groups)} quotes a list of listening ports, {case.timespan}: what listens is not"
        f" known.{read.doubts}"
    )


def history(case: Case) -> Answer:
    """Every list in order of time, with what it has more and less than the list before it.

    Columns: ``time``, ``host``, ``host address``, ``rule``, ``command``, ``listeners``, ``opened`` and ``closed``
    (missing for the first list of its rule and command, unless the alert quotes the former one), ``unread lines``,
    ``@ptr``.
    """
    title = "Lists of listening ports, oldest first"
    read = lists(case)
    if read is None:
        return not_asked("port-lists", title, _COLUMNS)
    rows = [_row(run, base) for series in by_series(read.runs).values() for run, base in _with_base(series)]
    frame = typed(rows, _COLUMNS).sort_values("time", kind="stable", ignore_index=True)
    return Answer("port-lists", title, frame, _reading(case, read), where(case, read), (read.run,))


def _with_base(series: list[PortRun]) -> list[tuple[PortRun, PortList | None]]:
    former: list[PortList | None] = [None, *(run.ports for run in series[:-1])]
    return [(run, run.before or base) for run, base in zip(series, former, strict=True)]


def _row(run: PortRun, base: PortList | None) -> tuple[object, ...]:
    now, then = set(keys(run.ports)), set(keys(base)) if base else set()
    moved = (len(now - then), len(then - now)) if base else (None, None)
    place = (run.time, run.host, run.address, run.rule, run.ports.command)
    return (*place, len(now), *moved, len(run.ports.unread), run.ptr)


def _reading(case: Case, read: Lists) -> str:
    if not read.runs:
        return none_found(case, read)
    told = {run.host: 0 for run in read.runs}
    for run in read.runs:
        told[run.host] += 1
    each = names([f"{plain(host)} {number:,}" for host, number in told.items()])
    return (
        f"{count(len(read.runs), 'list')} of {count(len(told), 'host')},"
        f" {span(read.runs[0].time, read.runs[-1].time)}: {each}.{read.doubts}"
    )
