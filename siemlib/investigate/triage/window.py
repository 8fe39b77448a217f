"""A subject within a window of time, so that what is asked of a pivot is asked of the minutes around an alert."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.investigate.sightings import TELLS_OF_A_LOGIN
from siemlib.investigate.subject import Subject
from siemlib.model.observable import Address
from siemlib.sources.reading import matches, whole_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd


@dataclass(frozen=True)
class Within(Subject):
    """A subject whose events count only from ``start`` to before ``end``, epoch milliseconds."""

    start: int = 0
    end: int = 0

    def anywhere(self, sources: Iterable[str] = ()) -> str:
        """As that of the subject, within the window."""
        return f"{self._time} and ({super().anywhere(sources)})"

    def condition(self, sources: tuple[str, ...]) -> str:
        """As that of the subject, within the window."""
        return f"{self._time} and ({super().condition(sources)})"

    @property
    def _time(self) -> str:
        return during(self.start, self.end)


@dataclass(frozen=True)
class Host(Within):
    """The events that name a host, by one of its names or addresses, or whose log stream is named after it."""

    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()

    @property
    def noun(self) -> str:
        """``host``."""
        return "host"

    def anywhere(self, sources: Iterable[str] = ()) -> str:
        """The condition for any log."""
        return self.condition(tuple(sources))

    def condition(self, sources: tuple[str, ...]) -> str:  # noqa: ARG002 - a host is named alike in every log
        """The condition for any log."""
        named = [whole_name(name, in_json=True) for name in self.names]
        parts = [matches(pattern, field) for pattern in named for field in ("@message", "@logStream")]
        parts += [matches(Address.parse(text).pattern) for text in self.addresses]
        return f"{self._time} and ({' or '.join(parts)})"


@dataclass(frozen=True)
class Entered(Within):
    """The events, of anyone, that tell of a login."""

    def anywhere(self, sources: Iterable[str] = ()) -> str:
        """The condition for any log."""
        return self.condition(tuple(sources))

    def condition(self, sources: tuple[str, ...]) -> str:  # noqa: ARG002 - the words are the same in every log
        """The condition for any log."""
        return f"{self._time} and {TELLS_OF_A_LOGIN}"


def during(start: int, end: int) -> str:
    """The condition that an event lies from ``start`` to before ``end``, epoch milliseconds."""
    return f"toMillis(@timestamp) >= {start} and toMillis(@timestamp) < {end}"


def millis(time: pd.Timestamp) -> int:
    """Epoch milliseconds."""
    return int(time.value // 1_000_000) if time.unit == "ns" else int(time.timestamp() * 1000)
