"""The fields of a log group, as an engine tells them: GetLogGroupFields, with what a person needs to go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from siemlib.model.timespan import TimeSpan


@dataclass(frozen=True, slots=True)
class FoundField:
    """A field that some event has."""

    name: str
    """As results show it."""
    written: str | None
    """As a query writes it, in backticks where it needs them; ``None`` for a name that no query can write."""
    events: int
    """Of the events that were looked at, those that have it."""
    percent: float
    """The same as a share of them, 0 to 100."""
    kinds: tuple[str, ...]
    """What its values are: ``number``, ``text``, ``boolean``, ``JSON text``; sorted."""
    example: str
    """A value, cut to one short line; text of a log, to be shown with care."""


@dataclass(frozen=True, slots=True)
class FoundFields:
    """What a query finds in the events of a log group without ``parse``."""

    log_group: str
    timespan: TimeSpan
    events: int
    """In the timespan."""
    looked_at: int
    """Fewer than ``events`` if the fields are those of a sample."""
    system: tuple[FoundField, ...]
    fields: tuple[FoundField, ...]
    """Discovered fields: those of most events first, then by name."""
    lists: tuple[str, ...]
    """JSON arrays, as a query writes them, sorted."""
    plain: int
    """Events looked at that have no discovered field."""
    wide: int
    """Events looked at that have more than 200 leaves."""
    cut: bool
    """Whether there were more names than are told."""
