"""A file that was loaded into the archive of a case."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """One file of an archive, by its name without folders. ``loaded`` is an ISO 8601 time, UTC."""

    name: str
    sha256: str
    bytes: int
    log_group: str
    events: int
    rejected: int
    duplicates: int
    complete: bool
    loaded: str
    notes: tuple[str, ...] = ()
