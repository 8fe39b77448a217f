"""A clock that does not wait, for the governor."""

from __future__ import annotations

import random
import threading
import time
from typing import TYPE_CHECKING

from siemlib.live.governor import Timing

if TYPE_CHECKING:
    from collections.abc import Callable


class FakeClock:
    """Time that passes when somebody sleeps: at once, and for everybody."""

    def __init__(self, *, seed: int = 7) -> None:
        self._now = 1000.0
        self._lock = threading.Lock()
        self._random = random.Random(seed)  # noqa: S311 - jitter
        self.slept: list[float] = []
        self._due: list[tuple[float, Callable[[], object]]] = []

    def at(self, seconds: float, event: Callable[[], object]) -> None:
        """Let something happen so many seconds from now."""
        self._due.append((self._now + seconds, event))

    def monotonic(self) -> float:
        """The moment, in seconds."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        with self._lock:
            self._now += seconds
            self.slept.append(seconds)
            due = [event for moment, event in self._due if moment <= self._now]
            self._due = [each for each in self._due if each[0] > self._now]
        for event in due:
            event()
        time.sleep(0)

    @property
    def timing(self) -> Timing:
        """What the governor takes."""
        return Timing(self.monotonic, self.sleep, self._random.random)
