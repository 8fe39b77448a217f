"""What a load did, for the person who started it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from siemlib.errors import ExitCode
from siemlib.model.run import Completeness
from siemlib.model.timespan import from_millis

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from siemlib.archive.record import FileRecord, PartRecord


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a load has come: the file at hand, and bytes on disk."""

    name: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Passed:
    """A file of which nothing was loaded, and why."""

    path: Path
    reason: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class GroupSummary:
    """What one log group got. ``bytes`` are of uncompressed messages."""

    log_group: str
    sources: tuple[str, ...]
    files: int
    events: int
    rejected: int
    duplicates: int
    bytes: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True, slots=True)
class LoadSummary:
    """What a load did."""

    groups: tuple[GroupSummary, ...]
    """By name. An empty file is in none, unless the group was named."""
    seconds: float
    notes: tuple[str, ...]
    """What was assumed, and which files are not complete, as sentences."""
    refused: tuple[Passed, ...]
    """Files that should have been loaded and could not be."""
    skipped: tuple[Passed, ...]
    """Files of a folder that are no logs."""
    kept: tuple[Passed, ...]
    """Files that hold no events and vouch for others: CloudTrail's digest files, and their signatures."""
    known: tuple[Passed, ...]
    """Files that the archive holds already."""
    partial: tuple[str, ...]
    """Names of files that could not be read to their end, or of which nothing could be read."""
    loads: tuple[str, ...]
    """Ids of the committed loads."""

    @property
    def exit_code(self) -> ExitCode:
        """1 when a file was refused or there was nothing to load, 3 when a file was loaded in part, else 0."""
        if self.refused or not (self.loads or self.known or self.kept):
            return ExitCode.FAILED
        return ExitCode.INCOMPLETE if self.partial else ExitCode.DONE


@dataclass
class _Group:
    sources: set[str] = field(default_factory=set)
    files: int = 0
    events: int = 0
    rejected: int = 0
    duplicates: int = 0
    bytes: int = 0
    first: int | None = None
    last: int | None = None


@dataclass
class Tally:
    """The summary while it grows."""

    refused: list[Passed] = field(default_factory=list)
    skipped: list[Passed] = field(default_factory=list)
    kept: list[Passed] = field(default_factory=list)
    known: list[Passed] = field(default_factory=list)
    partial: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    _groups: dict[str, _Group] = field(default_factory=dict)

    def committed(self, load: str, files: Sequence[FileRecord], parts: Sequence[PartRecord]) -> None:
        """Count what was committed."""
        self.loads.append(load)
        for file in files:
            self.notes.extend(f"{file.name}: {note}" for note in file.notes)
            if file.completeness is not Completeness.COMPLETE:
                self.partial.append(file.name)
            if not file.log_group:  # an empty file, of no known kind
                continue
            group = self._groups.setdefault(file.log_group, _Group())
            group.files += 1
            group.rejected += file.rejected
            group.duplicates += file.duplicates
            if file.source:
                group.sources.add(file.source)
        for part in parts:
            group = self._groups.setdefault(part.log_group, _Group())
            group.events += part.events
            group.bytes += part.message_bytes
            group.first = part.first if group.first is None else min(group.first, part.first)
            group.last = part.last if group.last is None else max(group.last, part.last)

    def summary(self, seconds: float) -> LoadSummary:
        """What was counted."""
        return LoadSummary(
            groups=tuple(_summary(name, group) for name, group in sorted(self._groups.items())),
            seconds=seconds,
            notes=tuple(self.notes),
            refused=tuple(self.refused),
            skipped=tuple(self.skipped),
            kept=tuple(self.kept),
            known=tuple(self.known),
            partial=tuple(self.partial),
            loads=tuple(self.loads),
        )


def _summary(name: str, group: _Group) -> GroupSummary:
    return GroupSummary(
        log_group=name,
        sources=tuple(sorted(group.sources)),
        files=group.files,
        events=group.events,
        rejected=group.rejected,
        duplicates=group.duplicates,
        bytes=group.bytes,
        first=None if group.first is None else from_millis(group.first),
        last=None if group.last is None else from_millis(group.last),
    )
