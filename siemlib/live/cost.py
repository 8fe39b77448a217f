"""What queries cost: an estimate before, a ceiling during, a ledger after.

The service charges for each gigabyte that it scans, before compression; what the spool answers costs nothing. Prices
are the user's to check: ``[cost] prices`` of ``siem.toml``, by Region. Without one it is 0.005 US dollars, the list
price of US East in 2026; other Regions are dearer (Tokyo 0.0076). A gigabyte is 10⁹ bytes here: never too little.

**The estimate** is the stored bytes of the log groups times the share of the window in the time that they hold. It is a
rough one: logs come unevenly, and what a log group stores may be counted after compression, several times less than
what is scanned. The ceiling therefore counts what the service says it scanned, at every look at a query that runs.
"""

from __future__ import annotations

import fcntl
import json
import os
import threading
from typing import TYPE_CHECKING, Any

from siemlib.live.errors import CeilingError
from siemlib.live.spool import SpoolError
from siemlib.model import clock
from siemlib.model.certificate import Cost, money, size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from siemlib.live.service import Counts, Group
    from siemlib.settings import CostSettings

DEFAULT_PRICE = 0.005
"""US dollars for a gigabyte scanned, where the settings say nothing."""
LEDGER = "ledger.ndjson"
_DAY_MS = 86_400_000


def price_of(region: str, settings: CostSettings) -> float:
    """US dollars for a gigabyte scanned in a Region."""
    return settings.prices.get(region, settings.prices.get("default", DEFAULT_PRICE))


def estimate(groups: Iterable[Group], start_ms: int, end_ms: int, now_ms: int) -> int:
    """Bytes that one query over ``[start, end)`` is likely to scan, if logs come evenly. Epoch milliseconds."""
    return sum(_share(group, start_ms, end_ms, now_ms) for group in groups)


def _share(group: Group, start_ms: int, end_ms: int, now_ms: int) -> int:
    kept_from = group.created
    if group.retention_days is not None:
        kept_from = max(kept_from, now_ms - group.retention_days * _DAY_MS)
    held = now_ms - kept_from
    asked = min(end_ms, now_ms) - max(start_ms, kept_from)
    if asked <= 0:
        return 0
    # A log group of this very moment, and a clock behind the service's, hold all there is in no time.
    return round(group.stored_bytes * min(1.0, asked / held)) if held > 0 else group.stored_bytes


class Budget:
    """What all runs of one case may cost, and have cost. For several threads."""

    def __init__(self, settings: CostSettings, region: str) -> None:
        self.price = price_of(region, settings)
        self.per_query = settings.per_query
        self.per_report = settings.per_report
        self._lock = threading.Lock()
        self._bytes = 0

    @property
    def bytes(self) -> int:
        """Scanned so far, by every run."""
        return self._bytes

    def dollars(self, count: int) -> float:
        """The price of so many bytes."""
        return count / 1e9 * self.price

    def meter(self) -> Meter:
        """The meter of one run."""
        return Meter(self)

    def spend(self, more: int) -> None:
        """Count bytes. Raises CeilingError where they pass what the case may cost."""
        with self._lock:
            self._bytes += more
            spent = self._bytes
        if self.per_report is not None and self.dollars(spent) > self.per_report:
            raise self._stopped("all runs of this case", spent, "per_report", self.per_report)

    def _stopped(self, what: str, spent: int, setting: str, ceiling: float) -> CeilingError:
        return CeilingError(
            f"stopped: the service scanned {size(spent)} for {what}, {money(self.dollars(spent))},"
            f" and [cost] {setting} allows {_exact(ceiling)}; this run gives no result",
            hint=_HINT.format(setting=setting),
        )

    def refuse(self, estimated: int) -> None:
        """Raise CeilingError for what is estimated to cost more than is allowed, before anything is asked."""
        allowed: list[tuple[str, float, str]] = []
        if self.per_query is not None:
            allowed.append(("per_query", self.per_query, ""))
        if self.per_report is not None:
            spent = self.dollars(self._bytes)
            beside = f", of which {money(spent)} is spent" if spent else ""
            allowed.append(("per_report", self.per_report - spent, beside))
        for setting, left, beside in allowed:
            if self.dollars(estimated) > left:
                ceiling = self.per_query if setting == "per_query" else self.per_report
                raise CeilingError(
                    f"not asked: it would scan about {size(estimated)}, {money(self.dollars(estimated))}"
                    f" at ${self.price:g} a gigabyte, and [cost] {setting} allows {_exact(ceiling or 0)}{beside}",
                    hint=_HINT.format(setting=setting),
                )


_HINT = "ask about less time or fewer log groups, or raise {setting} under [cost] in siem.toml"


class Meter:
    """What one run scans, over all of its queries; those that run side by side count together. For several threads."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._lock = threading.Lock()
        self._bytes = self._spared = 0
        self._asking = False
        self.estimated: int | None = None

    @property
    def bytes(self) -> int:
        """Scanned so far."""
        return self._bytes

    @property
    def cost(self) -> Cost:
        """Of what was scanned so far."""
        return Cost(self._bytes, self._budget.price, self.estimated)

    def expect(self, estimated: int) -> None:
        """Keep the estimate of the whole run, for the first query that the spool does not answer."""
        self.estimated = estimated

    def spare(self, counts: Counts) -> None:
        """Take what the spool answered out of what is expected."""
        with self._lock:
            self._spared += counts.bytes

    def watch(self) -> Callable[[Counts], None]:
        """What is told the counts of one query of the service each time they come; raises CeilingError.

        Raises it also at once, before the first query of the run is asked, where the estimate is above what is allowed.
        """
        with self._lock:
            # Queries that are begun side by side are refused as well, until one may be asked.
            if not self._asking and self.estimated is not None:
                self._budget.refuse(max(0, self.estimated - self._spared))
            self._asking = True
        seen = 0

        def told(counts: Counts) -> None:
            nonlocal seen
            # Less than before: the query was run again, and scans everything once more. Nothing: they are not told.
            more = counts.bytes - seen if counts.bytes >= seen else counts.bytes
            seen = counts.bytes or seen
            with self._lock:
                self._bytes += more
                spent = self._bytes
            self._budget.spend(more)
            ceiling = self._budget.per_query
            if ceiling is not None and self._budget.dollars(spent) > ceiling:
                raise self._budget._stopped("this run", spent, "per_query", ceiling)  # noqa: SLF001 - its own words

        return told


def _exact(dollars: float) -> str:
    return f"${dollars:,.2f}" if dollars >= 0.01 else f"${dollars:g}"  # noqa: PLR2004 - a cent


# ── the ledger ───────────────────────────────────────────────────────────────────────────────────────────────────────


def enter(folder: Path, entry: dict[str, Any]) -> None:
    """Add an entry to the ledger in the folder of a spool, with the time; on disk when this returns.

    Raises SpoolError where it cannot be written: a cost that nobody can look up is none that was agreed to.
    """
    line = json.dumps({"time": clock.now().isoformat(), **entry}, ensure_ascii=True)
    try:
        with (folder / LEDGER).open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            # A process that was killed while it wrote leaves half a line.
            size_before = file.seek(0, os.SEEK_END)
            torn = size_before > 0 and os.pread(file.fileno(), 1, size_before - 1) != b"\n"
            file.write((b"\n" if torn else b"") + line.encode("ascii") + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise SpoolError(f"the ledger cannot be written: {error.strerror}", hint=f"it is {folder / LEDGER}") from error


def ledger(folder: Path) -> Iterator[dict[str, Any]]:
    """Every entry of the ledger, the oldest first, without lines that are none."""
    try:
        lines = (folder / LEDGER).read_bytes().split(b"\n")
    except FileNotFoundError:
        return
    for line in lines:
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(entry, dict):
            yield entry
