"""All of a check, by trail: as values, as sentences for people, and as JSON."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from siemlib.evidence.cloudtrail.chain import Chains, Gap, by_trail
from siemlib.evidence.cloudtrail.logs import Logs, State
from siemlib.evidence.cloudtrail.names import delivered_at
from siemlib.evidence.cloudtrail.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from siemlib.evidence.cloudtrail.chain import DigestResult
    from siemlib.evidence.cloudtrail.keys import PublicKeys
    from siemlib.evidence.cloudtrail.logs import LogResult
    from siemlib.evidence.cloudtrail.material import Material
    from siemlib.evidence.cloudtrail.names import Trail

NO_DIGESTS = (
    "There are no digest files, so nothing says whether the log files are whole and as CloudTrail delivered them."
)
LATER = (
    "Whether CloudTrail delivered other digest files, after these or of other trails and Regions, cannot be told from"
    " them."
)
_SHOWN = 10
_LATE = timedelta(hours=1)
"""How long after an event its log file, and so the time of its digest file, may come."""


@dataclass(frozen=True, slots=True)
class TrailResult:
    """What the chain of one trail came to."""

    trail: Trail
    digests: tuple[DigestResult, ...]
    """The oldest first."""
    logs: tuple[LogResult, ...]
    gaps: tuple[Gap, ...]
    beginning: str
    """What is to be said of what was before the first."""

    @property
    def first(self) -> datetime:
        """Since when log files are listed."""
        return min(result.digest.start for result in self.digests)

    @property
    def last(self) -> datetime:
        """Until when."""
        return max(result.digest.end for result in self.digests)

    @property
    def verdict(self) -> Verdict:
        """The worst of all its parts."""
        return Verdict.worst(
            [each.verdict for each in self.digests]
            + [each.verdict for each in self.gaps]
            + [each.state.verdict for each in self.logs]
        )

    @property
    def title(self) -> str:
        """Which trail over which time."""
        return f"{self.trail}, {self.first:%Y-%m-%d %H:%M:%S} to {self.last:%Y-%m-%d %H:%M:%S} UTC"

    def sentences(self, shown: int = _SHOWN) -> tuple[str, ...]:
        """The counts, then what is not valid, the worst first; of each kind the first ``shown``."""
        wrong = sorted((each for each in self.digests if each.verdict is not Verdict.VALID), key=_worst_first)
        files = [f"The digest file {each.digest.name} is {each.verdict}: {each.why}." for each in wrong]
        bad = sorted((each for each in self.logs if each.state is not State.VALID), key=_worst_state_first)
        logs = [f"The log file {each.name} is {each.state}: {each.why}." for each in bad]
        return (
            f"{_many(len(self.digests), 'digest file')}: {_counted(each.verdict for each in self.digests)}.",
            f"{_many(len(self.logs), 'log file')} listed: {_counted(each.state for each in self.logs)}.",
            *_first(files, shown),
            *_first([gap.sentence for gap in self.gaps], shown),
            *_first(logs, shown),
            *([self.beginning] if self.beginning else []),
        )

    def within(self, start: datetime, end: datetime) -> TrailResult | None:
        """What of it is about log files with events in ``[start, end)``; ``None``: nothing.

        What of that time lies before or after all of its digest files is a gap as well.
        """
        kept = tuple(each for each in self.digests if each.digest.end > start and each.digest.start < end + _LATE)
        if not kept:
            return None
        names = {each.digest.name for each in kept}
        first, last = kept[0].digest.start, max(each.digest.end for each in kept)
        outside = [(start, first)] * (first > start) + [(last, end)] * (last < end)
        if self.trail.backfill:  # which is made when it is needed, and does not reach anywhere
            outside = []
        gaps = (
            *(each for each in self.gaps if start <= each.time < end + _LATE),
            *(Gap(since, Verdict.UNPROVEN, _uncovered(since, until)) for since, until in outside),
        )
        beginning = self.beginning if kept[0] is self.digests[0] else ""
        logs = tuple(each for each in self.logs if each.digest in names and each.may_be_of(start, end))
        return replace(self, digests=kept, logs=logs, gaps=gaps, beginning=beginning)


@dataclass(frozen=True, slots=True)
class Checked:
    """What all of it came to."""

    trails: tuple[TrailResult, ...]
    unlisted: tuple[LogResult, ...]
    broken: tuple[tuple[str, str], ...]
    """Names of digest files that cannot be read, and why."""
    keys: PublicKeys | None
    notes: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The worst of all parts; without a digest file, not proven."""
        return Verdict.worst(
            [each.verdict for each in self.trails]
            + [Verdict.WRONG] * bool(self.broken)
            + [Verdict.UNPROVEN] * bool(self.unlisted or not self.trails)
        )

    def within(self, start: datetime, end: datetime) -> Checked:
        """What of it is about log files with events in ``[start, end)``; what has no time of its own stays."""
        trails = (each.within(start, end) for each in self.trails)
        unlisted = (each for each in self.unlisted if _was_delivered(each.name, start, end))
        return replace(self, trails=tuple(each for each in trails if each), unlisted=tuple(unlisted))

    def general(self, shown: int = _SHOWN) -> tuple[str, ...]:
        """What is of no trail, as sentences."""
        unlisted = [f"The log file {each.name} is {each.state}." for each in self.unlisted]
        return (
            *([] if self.trails else [NO_DIGESTS]),
            *_first([f"The digest file {name} cannot be read: {why}." for name, why in self.broken], shown),
            *_first(unlisted, shown),
            *_first(self.notes, shown),
            *([LATER] if self.trails else []),
            self.keys.sentence if self.keys else "No public keys of CloudTrail were given: no signature was checked.",
        )

    def document(self) -> dict[str, Any]:
        """Everything, for JSON."""
        return {
            "verdict": self.verdict.value,
            "keys": {"file": self.keys.name, "sha256": self.keys.sha256} if self.keys else None,
            "trails": [_trail(each) for each in self.trails],
            "unlisted": [each.name for each in self.unlisted],
            "unreadable": [{"digest": name, "why": why} for name, why in self.broken],
            "notes": list(self.general(shown=len(self.unlisted) + len(self.broken) + len(self.notes))),
        }


def check(material: Material, keys: PublicKeys | None) -> Checked:
    """Check everything in ``material``; without ``keys`` no signature is checked, and so nothing is valid."""
    chains, logs = Chains(material, keys), Logs(material.logs)
    results = chains.results()
    trails = []
    for digests in by_trail(material).values():
        own = tuple(results[digest.sha256] for digest in digests)
        listed = tuple(logs.judge(log, by) for by in own for log in by.digest.logs)
        trails.append(TrailResult(digests[0].trail, own, listed, chains.gaps(digests), chains.beginning(digests[0])))
    every = (log for digest in material.digests.values() for log in digest.logs)
    return Checked(tuple(trails), logs.unlisted(every), tuple(material.broken), keys, tuple(material.notes))


def _uncovered(since: datetime, until: datetime) -> str:
    return f"From {since:%Y-%m-%d %H:%M:%S} to {until:%Y-%m-%d %H:%M:%S} UTC no digest file of it is here."


def _was_delivered(name: str, start: datetime, end: datetime) -> bool:
    """Whether a log file may hold events of that time, as far as its name says when it was delivered."""
    delivered = delivered_at(name)
    return delivered is None or start <= delivered < end + _LATE


def _worst_first(result: DigestResult) -> int:
    return -list(Verdict).index(result.verdict)


def _worst_state_first(result: LogResult) -> int:
    return -list(Verdict).index(result.state.verdict)


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _counted(states: Iterable[str]) -> str:
    """``3 valid, 1 missing``, in the order in which they come first."""
    counts: dict[str, int] = {}
    for state in states:
        counts[state] = counts.get(state, 0) + 1
    return ", ".join(f"{number:,} {state}" for state, number in counts.items()) or "none"


def _first(sentences: Sequence[str], shown: int) -> list[str]:
    more = len(sentences) - shown
    return [*sentences[:shown], *([f"And {more:,} more like this."] if more > 0 else [])]


def _trail(result: TrailResult) -> dict[str, Any]:
    trail = result.trail
    return {
        "trail": trail.name,
        "account": trail.account,
        "region": trail.region,
        "home_region": trail.home,
        "backfill": trail.backfill,
        "from": result.first.isoformat(),
        "to": result.last.isoformat(),
        "verdict": result.verdict.value,
        "digests": [
            {
                "name": each.digest.name,
                "sha256": each.digest.sha256,
                "from": each.digest.start.isoformat(),
                "to": each.digest.end.isoformat(),
                "verdict": each.verdict.value,
                "why": each.why,
            }
            for each in result.digests
        ],
        "gaps": [
            {"at": gap.time.isoformat(), "verdict": gap.verdict.value, "what": gap.sentence} for gap in result.gaps
        ],
        "log_files": [
            {
                "name": each.name,
                "state": each.state.value,
                "why": each.why,
                "digest": each.digest,
                "sha256": each.sha256,
            }
            for each in result.logs
        ],
    }
