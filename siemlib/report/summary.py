"""What a report says of itself in a few fields: ``data/report.json``, which the index and other programs read."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError

from siemlib.model.run import Completeness

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FILE = "report.json"


class Status(StrEnum):
    """How far a report can be relied on. Only ``COMPLETE`` may look green."""

    COMPLETE = "complete"
    EMPTY = "nothing in the period"
    """No log group holds any event in the timespan, so that no answer means anything."""
    INCOMPLETE = "incomplete"
    UNKNOWN = "unknown"
    FAILED = "failed"
    REFUSED = "refused"
    """It ran to its end, and what it says or shows does not agree with its record."""

    @property
    def colour(self) -> str:
        """How it looks; only complete is green."""
        return {self.COMPLETE: "green", self.UNKNOWN: "grey", self.FAILED: "red", self.REFUSED: "red"}.get(
            self, "amber"
        )

    @classmethod
    def of(cls, completeness: Iterable[Completeness], *, failed: bool, empty: bool = False) -> Status:
        """The status of a report that rests on runs of this completeness; on none at all, unknown."""
        if failed:
            return cls.FAILED
        if empty:
            return cls.EMPTY
        match Completeness.worst(completeness):
            case Completeness.COMPLETE:
                return cls.COMPLETE
            case Completeness.UNKNOWN:
                return cls.UNKNOWN
            case _:
                return cls.INCOMPLETE


class Summary(BaseModel):
    """One report. Times are ISO 8601, UTC; ``start`` and ``end`` are empty when no case was opened."""

    model_config = ConfigDict(frozen=True)

    name: str
    title: str
    date: str
    status: Status
    built: str
    start: str = ""
    end: str = ""
    engine: str = ""
    parameters: dict[str, str] = {}
    colour: str = ""
    """How its banner looks: CloudTrail files that are not as delivered make it worse than its status."""
    exhibits: int = 0
    runs: int = 0
    complete_runs: int | None = None
    """Of the runs those that gave everything; reports of earlier versions do not say it."""
    findings: int | None = None
    """Claims of an analyst; likewise."""
    answer: tuple[str, ...] = ()
    seal: dict[str, Any] | None = None
    """How it is sealed (:class:`siemlib.evidence.seal_files.SealPlan`); that the time stamp was had is not in it."""
    asset: dict[str, str] | None = None
    """The script beside the folder that charts are drawn with: ``name`` and ``sha256``; none where it needs none."""

    @property
    def shown(self) -> str:
        """The colour that stands for it; only a complete report whose banner is green is green."""
        return self.colour if self.status is Status.COMPLETE and self.colour in _COLOURS else self.status.colour


_COLOURS = ("green", "amber", "grey", "red")


def read_summary(path: Path) -> Summary | None:
    """The summary in a file; ``None`` when it is not there or not readable as one."""
    try:
        return Summary.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
