"""What vouches for the events of CloudTrail in a case: its digest files, where the archive keeps any.

Every case that has read such events says so: in its provenance, and among what was not examined. An archive may hold
thousands of digest files, so they are looked at when somebody asks for the first time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from siemlib.case.display import Panel
from siemlib.errors import SiemError
from siemlib.evidence.cloudtrail.verdict import Verdict
from siemlib.model.certificate import many

if TYPE_CHECKING:
    from collections.abc import Callable

    from siemlib.archive.record import LoadRecord
    from siemlib.case.case import Case
    from siemlib.evidence.cloudtrail.check import Checked
    from siemlib.model.timespan import TimeSpan

SOURCE = "cloudtrail"
"""The kind of log that this is about, and the name of its section in a record."""
TITLE = "CloudTrail's digest files"
NOT_EXAMINED = "not examined"
_QUESTION = "Whether CloudTrail's log files are whole and as they were delivered"
OVER_LIVE = (
    f"{_QUESTION} was not examined: digest files vouch for the files that a trail delivers to S3, and not for what it"
    " delivers to CloudWatch Logs."
)
NO_DIGESTS = f"{_QUESTION} was not examined: there are no digest files in the archive."
NO_FILES = (
    f"{_QUESTION} was not examined: the archive keeps digest files, but these events came into it otherwise than in the"
    " files that CloudTrail delivers to S3."
)
AS_LOADED = "What the log files held is known by their SHA-256, which was taken when they were loaded."
NO_KEYS = "No public keys of CloudTrail are named in the settings ([cloudtrail] public_keys): no signature was checked."

_SAID = {
    Verdict.VALID: "CloudTrail's log files are whole and as they were delivered, by the digest files that it signed.",
    Verdict.UNPROVEN: "Not all of CloudTrail's log files are proven to be whole and as they were delivered.",
    Verdict.WRONG: "CloudTrail's log files are not as they were delivered: some are changed, missing or forged.",
}
_TRAILS = 30
"""Trails that are told of, the worst first; a table has them all."""


@dataclass(frozen=True)
class TrailFiles:
    """CloudTrail's digest files and log files in an archive, and the file of public keys that the settings name."""

    archive: Path
    loads: tuple[LoadRecord, ...]
    public_keys: str | None
    _found: dict[TimeSpan, Checked | None] = field(default_factory=dict, init=False, compare=False, repr=False)

    def checked(self, timespan: TimeSpan) -> Checked | None:
        """What those of a time came to; ``None`` where there is no digest file, or no log file of CloudTrail's own."""
        if timespan not in self._found:
            self._found[timespan] = self._check(timespan)
        return self._found[timespan]

    def _check(self, timespan: TimeSpan) -> Checked | None:
        from siemlib.archive.digests import material_of  # noqa: PLC0415 - of few archives
        from siemlib.evidence.cloudtrail.check import check  # noqa: PLC0415 - as above
        from siemlib.evidence.cloudtrail.keys import read_keys  # noqa: PLC0415 - as above

        if not self.has_digests:
            return None
        material = material_of(self.archive, self.loads, timespan)
        if not material.logs:
            return None
        keys = None
        if self.public_keys is not None:
            try:
                keys = read_keys(Path(self.public_keys))
            except SiemError as error:
                # A report is not refused for it, but says why nothing was checked. No path of the machine is told.
                why = error.message.removeprefix(f"{self.public_keys}: ")
                material.notes.append(f"The public keys of the settings could not be used: {why}.")
        return check(material, keys).within(timespan.start, timespan.end)

    @cached_property
    def has_digests(self) -> bool:
        """Whether the archive keeps any digest file."""
        from siemlib.archive.digests import has_digests  # noqa: PLC0415 - for those who open an archive

        return has_digests(self.archive)


@dataclass(frozen=True, slots=True)
class Integrity:
    """What can be said of CloudTrail's events in a timespan."""

    state: str
    """A :class:`siemlib.evidence.cloudtrail.verdict.Verdict`, or ``not examined``."""
    sentences: tuple[str, ...]
    checked: Checked | None = None

    @property
    def is_valid(self) -> bool:
        """Whether everything is as CloudTrail delivered it."""
        return self.state == "valid"

    @property
    def caveat(self) -> str:
        """A sentence that belongs beside the status of a report; empty where there is nothing to warn of."""
        return self.sentences[0] if self.state in {"wrong", "not proven"} else ""

    def panel(self) -> Panel:
        """As a section of the record."""
        return Panel(SOURCE, TITLE, self.sentences, state=self.state, caveat=self.caveat)


def integrity(case: Case) -> Integrity:
    """What CloudTrail's digest files say of its log files in the timespan of a case; without any, that none do."""
    if case.engine.url.startswith("live:"):
        return Integrity(NOT_EXAMINED, (OVER_LIVE,))
    files = case.origin.trail_files
    found = files.checked(case.timespan) if files else None
    if files is None or found is None:
        return Integrity(NOT_EXAMINED, (NO_FILES if files and files.has_digests else NO_DIGESTS,))
    if not found.trails:
        none = f"{_QUESTION} was not examined: no digest file in the archive is of this time."
        return Integrity(NOT_EXAMINED, (none, *found.general()[1:]), found)
    worst = sorted(found.trails, key=lambda trail: trail.verdict.exit_code, reverse=True)
    trails = [f"T{trail.title[1:]}: {trail.verdict}. {' '.join(trail.sentences())}" for trail in worst[:_TRAILS]]
    if len(worst) > _TRAILS:
        trails.append(f"{many(len(worst) - _TRAILS, 'more trail', 'more trails')}, none worse than those.")
    said = (_SAID[found.verdict], *trails, *found.general(), *([] if found.keys else [NO_KEYS]), AS_LOADED)
    return Integrity(found.verdict.value, said, found)


def sentences_of(case: Case, read: set[str], record: Callable[[Panel], Panel]) -> tuple[str, ...]:
    """The same for the provenance, recorded as a section of its own; nothing where no event of CloudTrail was read."""
    if read.isdisjoint(case.log_groups(SOURCE)):
        return ()
    found = integrity(case)
    record(found.panel())
    return found.sentences


def unproven(case: Case, read: set[str]) -> tuple[str, ...]:
    """What is to be said among the things that were not examined; nothing where all of it is valid."""
    if read.isdisjoint(case.log_groups(SOURCE)):
        return ()
    found = integrity(case)
    return () if found.is_valid else found.sentences[:1]
