"""The limits of the endpoint: the service's quotas, each of which can be lowered, or lifted."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Limits:
    """The defaults are the quotas of the service (CloudWatch Logs quotas; specification 5.5); ``None`` is no limit."""

    rows_of_a_query: int = 100_000
    rows_without_limit: int = 10_000
    rows_of_a_page: int = 10_000
    queries_at_once: int = 100
    starts_per_second: float | None = 10
    """StartQuery."""
    results_per_second: float | None = 10
    """GetQueryResults."""
    others_per_second: float | None = None
    """Each of the other operations."""
    latency: float = 0.0
    """Seconds added to every answer."""
    query_seconds: float = 0.0
    """A query is ``Running`` at least so long."""
    token_seconds: float = 3600
    """A ``nextToken`` is good for so long."""
    timeout_seconds: float = 3600
    """A query that has not ended after so long is a ``Timeout``."""
    preview_rows: int = 0
    """Rows that GetQueryResults gives of a query that is still ``Running`` although its answer is known."""
    queries_kept: int = 1_000
    """Ended queries whose rows can still be had; the service keeps them for seven days."""
    bytes_kept: int = 2 << 30
    """Of their rows, in memory and in files without a name."""

    def rate(self, operation: str) -> float | None:
        """Requests a second of an operation."""
        match operation:
            case "StartQuery":
                return self.starts_per_second
            case "GetQueryResults":
                return self.results_per_second
            case _:
                return self.others_per_second


UNLIMITED = Limits(starts_per_second=None, results_per_second=None)
"""The quotas but for the rates."""


class Rates:
    """How many requests of each operation may still be made; thread-safe.

    A bucket for each operation holds the tokens of one second and is full at first, so that a request that comes a
    little early is no excess; what is refused takes no token.
    """

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits, self._clock = limits, clock
        self._lock = threading.Lock()
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, operation: str) -> bool:
        """Whether one more request may be made now."""
        rate = self._limits.rate(operation)
        if rate is None:
            return True
        with self._lock:
            now, most = self._clock(), max(1.0, rate)
            tokens, since = self._buckets.get(operation, (most, now))
            tokens = min(most, tokens + (now - since) * rate)
            allowed = tokens >= 1
            self._buckets[operation] = (tokens - allowed, now)
            return allowed
