"""A clock that does not wait, for the governor."""

from __future__ import annotations

import random
import threading
import time

from siemlib.live.governor import Timing


class FakeClock:
    """Time that passes when somebody sleeps: at once, and for everybody."""

    def __init__(self, *, seed: int = 7) -> None:
        self._now = 1000.0
        self._lock = threading.Lock()
        self._random = random.Random(seed)  # noqa: S311 - jitter
        self.slept: list[float] = []

    def monotonic(self) -> float:
        """The moment, in seconds."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        with self._lock:
            self._now += seconds
            self.slept.append(seconds)
        time.sleep(0)

    @property
    def timing(self) -> Timing:
        """What the governor takes."""
        return Timing(self.monotonic, self.sleep, self._random.random)
