"""What opened and what closed between two lists of one rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.ask import typed
from siemlib.investigate.listening.register import declared
from siemlib.investigate.listening.runs import by_series, keys, lists, none_found, not_asked, where
from siemlib.investigate.words import at, count, names, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from siemlib.case import Case
    from siemlib.investigate.listening.runs import Lists, PortRun
    from siemlib.sources.netstat import Listener, PortList

OPENED, CLOSED, REPLACED = "opened", "closed", "other program"
_MOST_HOSTS = 4
_COLUMNS = {
    "host": "text",
    "change": "text",
    "protocol": "text",
    "port": "count",
    "address": "text",
    "program": "text",
    "declared": "text",
    "not before": "time",
    "seen": "time",
    "first seen": "time",
    "rule": "text",
    "@ptr": "text",
}


def changes(case: Case) -> Answer:
    """Compare each list with the one before it: that which the alert quotes, else the last one of its rule and command.

    Columns: ``host``, ``change`` (opened, closed, other program), ``protocol``, ``port``, ``address``, ``program`` (of
    a replaced one ``old → new``), ``declared``, ``not before`` (the time of the list before; missing where only the
    alert quotes it), ``seen`` (the list that shows the change), ``first seen`` (in any list of the host), ``rule``,
    ``@ptr``.
    """
    title = "What changed between lists"
    read = lists(case)
    if read is None:
        return not_asked("port-changes", title, _COLUMNS)
    first: dict[tuple[str, tuple[str, str, int]], pd.Timestamp] = {}
    addresses: dict[str, str] = {}
    for run in read.runs:
        if run.address:
            addresses[run.host] = run.address
        for key in keys(run.ports):
            first.setdefault((run.host, key), run.time)
    rows = (
        (
            run.host,
            change,
            *(listener.protocol, listener.port, listener.address or "*", program),
            declared(case, run.host, addresses.get(run.host), listener),
            *(since, run.time, first.get((run.host, listener.key)), run.rule, run.ptr),
        )
        for series in by_series(read.runs).values()
        for since, run, change, listener, program in _changes(series)
    )
    frame = typed(rows, _COLUMNS).sort_values(["seen", "host", "change"], kind="stable", ignore_index=True)
    return Answer("port-changes", title, frame, _reading(case, read, frame), where(case, read), (read.run,))


def _changes(
    series: list[PortRun],
) -> Iterator[tuple[pd.Timestamp | None, PortRun, str, Listener, str | None]]:
    """The time of the list before, the list, what changed, the listener, and the text for its program."""
    last: PortRun | None = None
    for run in series:
        base, since = (last.ports, last.time) if last else (None, None)
        if run.before is not None:
            if base is not None and keys(base).keys() != keys(run.before).keys():
                # A list between the two is not in the archive; what it changed is known no better than this.
                yield from ((since, run, *change) for change in _between(base, run.before))
                since = None
            base = run.before
        if base is not None:
            yield from ((since, run, *change) for change in _between(base, run.ports))
        last = run


def _between(old: PortList, new: PortList) -> Iterator[tuple[str, Listener, str | None]]:
    before, after = keys(old), keys(new)
    for key, listener in after.items():
        if key not in before:
            yield OPENED, listener, listener.program
        elif listener.program and before[key].program and listener.program != before[key].program:
            yield REPLACED, listener, f"{before[key].program} → {listener.program}"
    for key, listener in before.items():
        if key not in after:
            yield CLOSED, listener, listener.program


def _reading(case: Case, read: Lists, frame: pd.DataFrame) -> str:
    if not read.runs:
        return none_found(case, read)
    compared = sum(run.before is not None for run in read.runs)
    compared += sum(run.before is None for series in by_series(read.runs).values() for run in series[1:])
    if not compared:
        return (
            f"Nothing to compare: each of the {count(len(read.runs), 'list')} is the only one of its rule.{read.doubts}"
        )
    if frame.empty:
        return f"Nothing changed in {count(compared, 'comparison')} of lists.{read.doubts}"
    sentences = []
    for change in (OPENED, CLOSED, REPLACED):
        part = frame[frame["change"] == change].drop_duplicates(["host", "protocol", "port", "address"])
        if len(part):
            words = {OPENED: "opened", CLOSED: "closed", REPLACED: "came to another program"}[change]
            ports = part[["host", "protocol", "port"]].drop_duplicates()
            told = "; ".join(
                _told(host, of_host) for host, of_host in list(part.groupby("host", sort=False))[:_MOST_HOSTS]
            )
            more = max(0, part["host"].nunique() - _MOST_HOSTS)
            rest = f"; and {count(more, 'host')} more" if more else ""
            number = f"{count(len(part), 'listener')} on {count(ports['port'].nunique(), 'port')}"
            sentences.append(f"{number} {words}: {told}{rest}.")
    return " ".join(sentences) + read.doubts


def _told(host: object, part: pd.DataFrame) -> str:
    """``kali_laptop 1900/udp and 57678/tcp+udp, seen at …``."""
    protocols: dict[int, dict[str, None]] = {}
    for port, protocol in zip(part["port"], part["protocol"], strict=True):
        protocols.setdefault(int(port), {})[str(protocol)] = None
    ports = [f"{port}/{'+'.join(sorted(found))}" for port, found in sorted(protocols.items())]
    programs = [plain(program) for program in part["program"].dropna().drop_duplicates()]
    by = f" ({names(programs, most=3)})" if programs else ""
    return f"{plain(host)} {names(ports, most=8)}{by}, seen at {at(part['seen'].min())}"
