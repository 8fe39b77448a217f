"""What a delivery format gives: some events of one file, as columns, and what could not be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence

KEPT = 64 << 10
"""Bytes that are kept of a text that is too long to be an event."""
ROW = 100
"""Bytes that a row takes at least besides its text: millions of empty ones must not be held as if they were nothing."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A text that is no event, and why. ``text`` is its beginning, ``length`` all its bytes."""

    ordinal: int
    reason: str
    text: bytes
    length: int

    @classmethod
    def of(cls, ordinal: int, reason: str, text: bytes) -> Rejection:
        """The rejection of ``text``, cut to what is kept."""
        return cls(ordinal, reason, text[:KEPT], len(text))


@dataclass(frozen=True, slots=True)
class Batch:
    """Events of one file in the order of the file; a few MB of text at most, plus one event.

    ``ordinals`` count from 1: the line for files of lines, the event for all others. They are part of the event's id
    and must not depend on how the file was cut into pieces.
    """

    messages: pa.Array
    """Binary: exactly the bytes received, UTF-8 or not."""
    ordinals: pa.Array
    """int64."""
    timestamps: pa.Array | None = None
    """int64, epoch milliseconds, null where the delivery does not say; ``None`` when it never does."""
    ingestion_times: pa.Array | None = None
    """int64, epoch milliseconds, as ``timestamps``."""
    streams: pa.Array | None = None
    """string; ``None`` when the delivery does not name the log stream."""
    rejections: tuple[Rejection, ...] = ()
    cut: bool = False
    """Whether the last rejection is the rest of the file, which broke off or cannot be read further."""
    layout: tuple[str, ...] | None = None
    """The names of the fields by a header line, for all events of the batch; ``None`` without one."""
    repeated: int = 0
    """Events left out because the same file gave them before: the delivery names each event, and its pages overlap."""

    @classmethod
    def of_lists(  # noqa: PLR0913 - one for each column
        cls,
        messages: Sequence[bytes],
        ordinals: Sequence[int],
        *,
        timestamps: Sequence[int | None] | None = None,
        ingestion_times: Sequence[int | None] | None = None,
        streams: Sequence[str | None] | None = None,
        rejections: Sequence[Rejection] = (),
        cut: bool = False,
        repeated: int = 0,
    ) -> Batch:
        """A batch from Python values."""
        return cls(
            pa.array(messages, type=pa.binary()),
            pa.array(ordinals, type=pa.int64()),
            None if timestamps is None else pa.array(timestamps, type=pa.int64()),
            None if ingestion_times is None else pa.array(ingestion_times, type=pa.int64()),
            None if streams is None else pa.array(streams, type=pa.string()),
            tuple(rejections),
            cut,
            repeated=repeated,
        )

    @classmethod
    def of_rejection(cls, rejection: Rejection, *, cut: bool = False) -> Batch:
        """A batch without events."""
        return cls.of_lists([], [], rejections=[rejection], cut=cut)
