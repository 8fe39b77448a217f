"""Ids that look like real ones and come from the seed."""

from __future__ import annotations

from random import Random
from uuid import UUID


def generator(seed: int, kind: str) -> Random:
    """The random numbers of one kind of log: a change of one kind leaves the others as they were.

    Seeded with text, which Python digests with SHA-512, so that neither the hash seed nor the platform matters.
    """
    return Random(f"{seed}:{kind}")  # noqa: S311 - a sample must be repeatable, and guards nothing


def uuid(rng: Random) -> str:
    """A random UUID (version 4)."""
    return str(UUID(int=rng.getrandbits(128), version=4))


def digits(rng: Random, count: int) -> str:
    """So many hexadecimal digits."""
    return f"{rng.getrandbits(4 * count):0{count}x}"
