"""Lines put together to the events of several lines that they are: a database writes a statement as it was sent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from siemlib.archive.batch import KEPT, Batch, Rejection
from siemlib.archive.columns import integers, whole
from siemlib.archive.lines import too_long

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from siemlib.sources.source import Lines


def joined(batches: Iterator[Batch], lines: Lines, limit: int) -> Iterator[Batch]:
    """The events of which ``batches`` (of lines) are made, each with the number of its first line.

    Empty lines within an event are put back: they were left out of the batches, but their numbers are missing. An
    event of more than ``limit`` bytes is rejected with its beginning. Lines before the first that begins an event are
    one of their own.
    """
    open_event = _Open(limit)
    quotes = _Quotes(lines, limit)
    before = ""
    for batch in batches:
        if not len(batch.messages):
            yield batch
            continue
        starts, before = _starts(batch.messages, lines, before)
        quotes.keep_whole(batch.messages, starts)
        yield _events(batch, starts, open_event)
    yield open_event.close()


class _Quotes:
    """Whether a line stands within the quotes of a record that began before it: there it begins nothing.

    After ``limit`` bytes such a record is refused anyway, and one that a crash cut off ends there too.
    """

    def __init__(self, lines: Lines, limit: int) -> None:
        self._pattern = lines.quoted
        self._limit = limit
        self._open = False
        self._length = 0

    def keep_whole(self, messages: pa.Array, starts: NDArray[np.bool_]) -> None:
        """Take from ``starts`` the lines within quotes."""
        if not self._pattern:
            return
        odd = np.asarray(pc.count_substring(messages, '"').to_numpy(zero_copy_only=False)) % 2 == 1
        if not (self._open or odd.any()):
            return
        quoted = starts & _matches(messages, self._pattern)
        lengths = pc.binary_length(messages).to_numpy(zero_copy_only=False)
        for place in range(len(starts)):
            if self._open and self._length <= self._limit:
                starts[place] = False
                self._length += int(lengths[place])
                self._open = not odd[place]
            elif starts[place] or self._open:
                self._open = bool(quoted[place] and odd[place])
                self._length = int(lengths[place])


class _Open:
    """The last event, which the next line may continue. Holds no more than ``limit`` bytes and a line."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._parts: list[bytes] = []
        self._length = 0
        self._first = self._last = 0

    def start(self, ordinal: int, line: bytes) -> None:
        """Begin a new event; the one before must be taken."""
        self._parts, self._length = [line], len(line)
        self._first = self._last = ordinal

    def continue_with(self, ordinal: int, line: bytes) -> None:
        """Add a line; lines may be missing between."""
        if not self._parts:
            self.start(ordinal, line)
            return
        gap = ordinal - self._last
        if self._length + gap <= self._limit:
            self._parts.append(b"\n" * gap + line)
        self._length += gap + len(line)
        self._last = ordinal

    def take(self) -> tuple[int, bytes] | Rejection | None:
        """The event, if there is one."""
        if not self._parts:
            return None
        text, self._parts = b"".join(self._parts), []
        if self._length > self._limit:
            return Rejection(self._first, too_long(self._limit), text[:KEPT], self._length)
        return self._first, text

    def close(self) -> Batch:
        """What is left at the end of the file, as a batch."""
        match self.take():
            case None:
                return Batch.of_lists([], [])
            case Rejection() as rejection:
                return Batch.of_rejection(rejection)
            case (ordinal, text):
                return Batch.of_lists([text], [ordinal])


def _starts(messages: pa.Array, lines: Lines, before: str) -> tuple[NDArray[np.bool_], str]:
    """Whether each line begins an event; ``before`` says what the line before was, and the last line what the next."""
    starts = _matches(messages, lines.begin)
    if not lines.second:
        return starts, ""
    first = _matches(messages, lines.first)
    after = np.concatenate([[before == "first"], first[:-1]])
    return starts | (_matches(messages, lines.second) & ~after), "first" if first[-1] else ""


def _matches(messages: pa.Array, pattern: str) -> NDArray[np.bool_]:
    return np.asarray(pc.match_substring_regex(messages, pattern=pattern).to_numpy(zero_copy_only=False), dtype=bool)


def _events(batch: Batch, starts: NDArray[np.bool_], open_event: _Open) -> Batch:
    """The events that end in this batch; the last one stays open."""
    if starts.all():  # nothing to join: not a line is looked at
        taken = open_event.take()
        last = len(batch.messages) - 1
        open_event.start(batch.ordinals[last].as_py(), batch.messages[last].as_py())
        messages, ordinals = batch.messages.slice(0, last), batch.ordinals.slice(0, last)
        if isinstance(taken, tuple):
            messages = pa.concat_arrays([pa.array([taken[1]], type=messages.type), messages])
            ordinals = pa.concat_arrays([pa.array([taken[0]], type=pa.int64()), ordinals])
        refused = (taken,) if isinstance(taken, Rejection) else ()
        return replace(batch, messages=messages, ordinals=ordinals, rejections=(*batch.rejections, *refused))
    texts: list[bytes] = []
    numbers: list[int] = []
    rejections = list(batch.rejections)
    rows = zip(batch.messages.to_pylist(), whole(batch.ordinals).tolist(), starts.tolist(), strict=True)
    for line, ordinal, begins in rows:
        if not begins:
            open_event.continue_with(ordinal, line)
            continue
        match open_event.take():
            case Rejection() as rejection:
                rejections.append(rejection)
            case (number, text):
                texts.append(text)
                numbers.append(number)
            case None:
                pass
        open_event.start(ordinal, line)
    messages = pa.array(texts, type=batch.messages.type)
    return replace(
        batch, messages=messages, ordinals=integers(np.array(numbers, dtype=np.int64)), rejections=tuple(rejections)
    )
