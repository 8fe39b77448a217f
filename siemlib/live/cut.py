"""Messages that a result shows cut short, made whole again.

The documentation says nothing of it. One report of 2026 has ``@message`` cut near 1,000 characters by GetQueryResults
and whole in GetLogRecord; an older capture shows 2,000 characters whole. So the longest message of a result is compared
with its event, at the price of one request: where that is whole, no shorter one is cut. Else all that are nearly as
long, in characters or in bytes, are fetched.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.live.errors import InvalidError, LiveError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SHORTEST = 900
"""Bytes: nobody has seen a message cut below that."""
MOST_FETCHED = 1_000
"""Messages of one result; at the rate of other requests this takes minutes."""
_NEARLY = 0.9
_FEWEST = int(SHORTEST / 4 * _NEARLY)
"""Characters: a message of fewer is neither so long nor nearly so long, however many bytes they take."""
_MARKS = ("...", "…")

_MESSAGE, _POINTER = "@message", "@ptr"


@dataclass(frozen=True, slots=True)
class Mended:
    """What was found."""

    cut: int = 0
    """Messages that were cut, or may have been: those that could not be fetched are among them."""
    mended: int = 0
    unknown: str = ""
    """Why the longest message could not be compared with its event."""


def mend(rows: list[dict[str, str]], record: Callable[[str], Mapping[str, str]], *, most: int = MOST_FETCHED) -> Mended:
    """Put whole messages into ``rows`` in the place of those that were cut; ``record`` is GetLogRecord."""
    long = [
        (len(text.encode()), row) for row in rows if len(text := row.get(_MESSAGE, "")) >= _FEWEST and row.get(_POINTER)
    ]
    longest, first = max(long, key=lambda each: each[0], default=(0, {}))
    if longest < SHORTEST:
        return Mended()
    try:
        whole = _whole(first, record)
    except (LiveError, InvalidError) as error:
        return Mended(unknown=error.message)
    if whole is None:
        return Mended()
    characters = len(first[_MESSAGE])
    first[_MESSAGE], mended, cut = whole, 1, 1
    for size, row in long:
        if row is first or (size < _NEARLY * longest and len(row[_MESSAGE]) < _NEARLY * characters):
            continue
        fetched = _fetched(row, record) if mended < most else None
        if fetched is not None and fetched != row[_MESSAGE]:
            row[_MESSAGE], mended, cut = fetched, mended + 1, cut + 1
        elif fetched is None:
            cut += 1
    return Mended(cut, mended)


def _fetched(row: dict[str, str], record: Callable[[str], Mapping[str, str]]) -> str | None:
    """The whole message, which may be the one that is there; ``None`` where it cannot be had."""
    try:
        return _whole(row, record) or row[_MESSAGE]
    except (LiveError, InvalidError):
        return None


def _whole(row: dict[str, str], record: Callable[[str], Mapping[str, str]]) -> str | None:
    """The event's message where the row's is only its beginning, perhaps with a mark behind it."""
    shown, whole = row[_MESSAGE], record(row[_POINTER]).get(_MESSAGE, "")
    beginnings = (shown, *(shown.removesuffix(mark) for mark in _MARKS))
    return whole if len(whole) > len(shown) and whole.startswith(beginnings) else None
