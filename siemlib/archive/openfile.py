"""A file that is being loaded: what is known of it, and what was counted so far."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from siemlib.archive.carried import Carried
from siemlib.archive.record import FileRecord
from siemlib.model.run import Completeness

if TYPE_CHECKING:
    from siemlib.archive.years import Years

_REASONS = 3
"""Reasons that are told of one file."""


@dataclass
class OpenFile:
    """One file of a load. ``number`` is its place in the order of loading."""

    number: int
    name: str
    digest: str
    size: int
    format: str
    source: str
    log_group: str
    stream: str
    years: Years | Carried | None = None
    """Where times come from that the messages do not give whole."""
    accepted: int = 0
    """Events, duplicates included."""
    repeated: int = 0
    """Events that the file holds again, by their own ids."""
    rejected: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    """Why texts were rejected, and how many."""
    mended: int = 0
    """Events in which U+FFFD stands for bytes that are not UTF-8."""
    partial: bool = False
    content: str | None = None
    """SHA-256 of the decompressed content, in hex, where it may be asked for."""
    notes: list[str] = field(default_factory=list)

    def rejection_note(self) -> str | None:
        """What was rejected and why, the usual reasons first; ``None`` when the file's record tells all of it."""
        if not self.rejected or (self.partial and self.rejected == 1):  # what it broke off in is told by its own note
            return None
        told = [f"{count:,} {reason}" for reason, count in self.reasons.most_common(_REASONS)]
        other = self.rejected - sum(count for _, count in self.reasons.most_common(_REASONS))
        if other > 0:
            told.append(f"{other:,} for other reasons")
        texts = "text is no event" if self.rejected == 1 else "texts are no events"
        return f"{self.name}: {self.rejected:,} {texts} ({'; '.join(told)}); see rejected/ in the archive"

    def record(self, duplicates: int) -> FileRecord:
        """What the archive will say of the file."""
        notes = list(self.notes)
        nothing = self.rejected > 0 and not self.accepted
        if not self.accepted and not self.rejected:
            notes.append("holds no events")
        if nothing:
            notes.append("none of its texts could be read as an event; rejected/ says why")
        if isinstance(self.years, Carried) and (carried := self.years.note()):
            notes.append(carried)
        if self.mended:
            notes.append(f"{self.mended:,} events have U+FFFD in place of bytes that are not UTF-8; see rejected/")
        return FileRecord(
            name=self.name,
            sha256=self.digest,
            bytes=self.size,
            format=self.format,
            source=self.source,
            log_group=self.log_group,
            events=self.accepted - duplicates,
            rejected=self.rejected,
            duplicates=duplicates + self.repeated,
            completeness=Completeness.PARTIAL if self.partial or nothing else Completeness.COMPLETE,
            notes=tuple(notes),
            content_sha256=self.content,
        )
