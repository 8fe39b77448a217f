"""How exactly a log says when something happened: the interval around an event's time in which it lies.

It holds what a format and the way it is written leave open. It does not hold how wrong the clock of a host may be: no
log says that, and whoever compares two logs must allow for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SECOND = 1000
"""Milliseconds."""


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """What an event tells of happened in ``[time - before, time + after)``; both in milliseconds."""

    before: int
    after: int
    reason: str
    """A sentence."""


def as_written(reason: str) -> Callable[[str, int], Uncertainty]:
    """The uncertainty of a log whose time is that of the event, cut to the second or the millisecond.

    A time that happens to be on the full second is taken to be cut to it, which is never too narrow.
    """
    exact = Uncertainty(0, 1, reason)
    to_the_second = Uncertainty(0, SECOND, reason)

    def uncertainty(message: str, time: int) -> Uncertainty:
        del message  # the time says all
        return exact if time % SECOND else to_the_second

    return uncertainty


def resolution(time: int) -> int:
    """The milliseconds that one step of the written time covers; see :func:`as_written`."""
    return 1 if time % SECOND else SECOND
