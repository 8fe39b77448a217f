"""A claim we make, with what supports it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """``claim`` is one sentence; ``runs`` are ids of runs and ``events`` are event ids (``@ptr``) that support it."""

    claim: str
    runs: tuple[str, ...]
    events: tuple[str, ...] = ()
