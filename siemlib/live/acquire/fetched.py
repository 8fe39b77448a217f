"""What a way of acquiring is asked for, and what it brought."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from siemlib.archive.acquired import Gap
    from siemlib.live.acquire.place import Place
    from siemlib.live.governor import Governor
    from siemlib.live.service import Service
    from siemlib.model.timespan import TimeSpan


@dataclass(frozen=True, slots=True)
class Step:
    """How far it has come, for people."""

    log_group: str
    what: str
    """What is counted: ``events``, ``files``."""
    done: int
    total: int | None = None
    """``None``: not known."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One log group to bring, of whom, and until when."""

    service: Service
    governor: Governor
    log_group: str
    """Its name in the archive."""
    identifier: str
    """What the service is given: its name, or its ARN in a linked account."""
    span: TimeSpan
    until: float
    """A moment on the governor's clock."""
    tell: Callable[[Step], None]
    pattern: str | None = None
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """How many events the service counts in a span, by bins."""

    bins: Mapping[int, int]
    """By the start of the bin, in epoch milliseconds; what is missing holds nothing."""
    size: int
    """Milliseconds."""

    @property
    def events(self) -> int:
        """All of them."""
        return sum(self.bins.values())


@dataclass(frozen=True, slots=True)
class Fetched:
    """Files of a log group, ready to be loaded."""

    place: Place
    files: tuple[Path, ...]
    received: int | None
    """Events, each once; ``None`` where only the load can tell."""
    gaps: tuple[Gap, ...] = ()
    notes: tuple[str, ...] = ()
    incomplete: tuple[str, ...] = field(default=())
    """Why it is not complete, where that has no time."""
    beside: tuple[Path, ...] = ()
    """Files that hold no event and vouch for those that do; they are kept in the archive."""
