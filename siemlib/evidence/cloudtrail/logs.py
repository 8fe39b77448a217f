"""What the digest files say of each log file: valid, changed, missing, or that nobody can tell."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from siemlib.evidence.cloudtrail.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from siemlib.evidence.cloudtrail.chain import DigestResult
    from siemlib.evidence.cloudtrail.format import LogFile
    from siemlib.evidence.cloudtrail.material import Log


class State(StrEnum):
    """What a log file came to."""

    VALID = "valid"
    CHANGED = "changed"
    MISSING = "missing"
    UNPROVEN = "not proven"
    UNLISTED = "listed by no digest file"

    @property
    def verdict(self) -> Verdict:
        """The same among all verdicts."""
        if self in {State.CHANGED, State.MISSING}:
            return Verdict.WRONG
        return Verdict.VALID if self is State.VALID else Verdict.UNPROVEN


@dataclass(frozen=True, slots=True)
class LogResult:
    """What a log file came to, and why. ``digest`` is the name of the digest file that lists it, or empty."""

    name: str
    state: State
    why: str
    digest: str = ""
    sha256: str = ""
    """As the digest file has it."""
    newest: str | None = None
    oldest: str | None = None

    def may_be_of(self, start: datetime, end: datetime) -> bool:
        """Whether it holds an event of ``[start, end)``, as far as the digest file says."""
        if self.newest is None or self.oldest is None:
            return True
        return self.newest >= f"{start:%Y-%m-%dT%H:%M:%SZ}" and self.oldest <= f"{end:%Y-%m-%dT%H:%M:%SZ}"


_UNLISTED = "no digest file that is here lists it, so that nothing says that CloudTrail delivered it"
_BESIDE = "a digest file lists a file of this name with another content, which is here as well"


class Logs:
    """The log files that are here, by name and by content."""

    def __init__(self, logs: Iterable[Log]) -> None:
        self._all = tuple(logs)
        self._named: dict[str, list[Log]] = defaultdict(list)
        self._content: dict[str, list[Log]] = defaultdict(list)
        for log in self._all:
            self._named[log.name].append(log)
            # What was never compressed is its own content.
            for sha256 in {log.sha256, log.file_sha256} - {None, ""}:
                self._content[str(sha256)].append(log)

    def judge(self, listed: LogFile, by: DigestResult) -> LogResult:
        """What one listed log file came to."""
        state, why = self._compare(listed)
        if by.verdict is Verdict.WRONG:
            state, why = State.UNPROVEN, "the digest file that lists it is wrong itself"
        elif by.verdict is Verdict.UNPROVEN and state is State.VALID:
            state, why = State.UNPROVEN, "it is as its digest file lists it, but that is not proven itself"
        return LogResult(listed.name, state, why, by.digest.name, listed.sha256, listed.newest, listed.oldest)

    def unlisted(self, listed: Iterable[LogFile]) -> tuple[LogResult, ...]:
        """The log files that are here and that no digest file lists with their content.

        One that is here in the place of a listed file, which is not, is that file, changed: it is judged as such.
        """
        names: dict[str, set[str]] = defaultdict(set)
        for each in listed:
            names[each.name].add(each.sha256)
        contents: set[str | None] = {sha256 for of_name in names.values() for sha256 in of_name}
        return tuple(
            LogResult(log.shown or log.name, State.UNLISTED, _BESIDE if log.name in names else _UNLISTED)
            for log in self._all
            if not {log.sha256, log.file_sha256} & contents and self._content.keys() >= names.get(log.name, set())
        )

    def _compare(self, listed: LogFile) -> tuple[State, str]:
        if same := self._content.get(listed.sha256):
            if any(log.name == listed.name for log in same):
                return State.VALID, "its SHA-256 is the one that was delivered"
            return (
                State.VALID,
                f"its SHA-256 is the one that was delivered; it is here as {same[0].shown or same[0].name}",
            )
        named = self._named.get(listed.name, [])
        if not named:
            return State.MISSING, "no file of this name or with this content is here"
        if any(log.sha256 is None and not log.problem for log in named):
            return State.UNPROVEN, "the SHA-256 of its content is not known: it was loaded before that was kept"
        problem = next((log.problem for log in named if log.problem), "")
        if problem and not any(log.sha256 for log in named):
            return State.CHANGED, f"it cannot be read: {problem}"
        return State.CHANGED, "its SHA-256 is not the one that was delivered"
