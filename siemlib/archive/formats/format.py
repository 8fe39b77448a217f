"""What a delivery format is to us: how its files look, and how events come out of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from siemlib.archive.batch import Batch
    from siemlib.archive.stream import Reading


@dataclass(frozen=True, slots=True)
class Format:
    """One delivery format. Plain data and functions; knows nothing of the kinds of log inside."""

    name: str
    title: str
    documentation: str
    """Where the format is described."""
    recognise: Callable[[bytes, Path], bool]
    """Whether a file that begins with these bytes (the first 128 KiB, decompressed) is of this format."""
    read: Callable[[Iterator[bytes], Reading, int], Iterator[Batch]]
    """The events in these pieces of a file; the last argument is the largest message, in bytes."""
    stream: Callable[[Path], str] | None = None
    """The log stream of events that do not name theirs, where the delivery writes it into the path."""
    by_line: bool = False
    """Whether a line end of the file is the end of an event."""
    tells_time: bool = False
    """Whether the delivery gives the time of each event, so that the message need not."""


def stem(path: Path) -> str:
    """The file's name without ``.gz``: what a log stream is called when nothing better is known."""
    return path.name.removesuffix(".gz") or path.name


def legible(name: str) -> str:
    """The name of a file as text that can be kept: U+FFFD for bytes that are not UTF-8."""
    return "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in name)
