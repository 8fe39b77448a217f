"""What a way of acquiring brought."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
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
    done: int
    total: int | None = None
    """``None``: not known."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One log group to bring, of whom, and until when."""

    service: Service
    governor: Governor
    log_group: str
    span: TimeSpan
    until: float
    """A moment on the governor's clock."""
    tell: Callable[[Step], None]
    pattern: str | None = None
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """Files of a log group, ready to be loaded."""

    place: Place
    files: tuple[Path, ...]
    received: int | None
    """Events, each once; ``None`` where only the load can tell."""
    counted: int | None = None
    """Events that the service counts in the span."""
    gaps: tuple[Gap, ...] = ()
    notes: tuple[str, ...] = ()
    incomplete: tuple[str, ...] = ()
    """Why it is not complete, where that has no time."""
    scanned_bytes: int = 0
    certificate: dict[str, Any] | None = None
