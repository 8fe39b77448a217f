"""What a file is: its delivery format by its first bytes, its kind of log by its first messages. Never by its name."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from siemlib.archive.formats import recognise_format
from siemlib.archive.joined import joined
from siemlib.archive.stream import head_of, pieces
from siemlib.errors import InputError
from siemlib.evidence.cloudtrail.names import is_digest, signed_by
from siemlib.sources import SOURCES, recognise
from siemlib.sources.vpc_flow import VPC_FLOW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siemlib.archive.batch import Batch, Rejection
    from siemlib.archive.formats import Format
    from siemlib.archive.stream import Reading
    from siemlib.settings import ArchiveSettings
    from siemlib.sources.source import LogSource

_SAMPLE = 50
"""Messages by which a kind of log is told."""
_LOOKED_AT = 1000
"""Messages among which those that are not blank are taken."""


class NotRecognisedError(InputError):
    """A file that looks like no log that we know."""


class DigestFileError(InputError):
    """A CloudTrail digest file, or the signature of one: it vouches for log files, and holds no event."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A file that can be loaded. ``source`` is ``None`` when it holds no message at all."""

    format: Format
    source: LogSource | None
    batches: Iterator[Batch]
    stream: str | None
    """What the path says, where the delivery writes it there."""


def recognise_file(reading: Reading, limits: ArchiveSettings, source: LogSource | None) -> Recognised:
    """What the file is, ready to be read; ``source`` is the user's word, which is not questioned.

    Raises NotRecognisedError, DigestFileError, InputError for a document that breaks before its first event, and
    TooLargeError.
    """
    path = reading.path
    head, flow = head_of(pieces(reading, limits))
    if signed_by(path.name) is not None or is_digest(path.name, head):
        raise DigestFileError(f"{path}: a CloudTrail digest file, which holds no events")
    delivery = recognise_format(head, path)
    if delivery is None:
        raise NotRecognisedError(f"{path}: not recognised: it is not text")
    if delivery.by_line and b"\r" in head and b"\n" not in head:
        # Lines as old Macs end them: else the whole file would pass for one event.
        flow = (piece.replace(b"\r", b"\n") for piece in flow)
        delivery = recognise_format(head.replace(b"\r", b"\n"), path) or delivery
    batches = delivery.read(flow, reading, limits.max_message_bytes)
    first, sample, broken = _first_messages(batches, keep_blank=delivery.tells_time)
    if not sample and broken:
        raise InputError(f"{path}: {broken.reason}")
    if not sample and reading.problem:
        raise InputError(f"{path}: {reading.problem}")
    if source is None and first and first[-1].layout is not None:
        source = VPC_FLOW  # its first line names the fields of flow logs, and nothing else has such a line
    if source is None and sample and not any(text.strip() for text in sample) and not delivery.tells_time:
        return Recognised(delivery, None, iter(()), None)  # blank lines, to the end of the file
    if source is None and sample and (source := recognise(sample)) is None:
        raise NotRecognisedError(
            f"{path}: not recognised: {delivery.title}, but no known kind of log",
            hint=f"--source says what it is: {', '.join(each.name for each in SOURCES)}",
        )
    whole: Iterator[Batch] = chain(first, batches)
    if source is not None and source.lines and delivery.by_line and not delivery.tells_time:
        whole = joined(whole, source.lines, limits.max_message_bytes)
    return Recognised(delivery, source, whole, delivery.stream(path) if delivery.stream else None)


def _first_messages(batches: Iterator[Batch], *, keep_blank: bool) -> tuple[list[Batch], list[str], Rejection | None]:
    """The batches up to the first messages, some of these, and the first rejection before them.

    The messages are blank only when all are. Blank ones before the first are not held, unless they are to be kept:
    a file may be made of nothing else.
    """
    first: list[Batch] = []
    broken: Rejection | None = None
    blank: list[str] = []
    for batch in batches:
        first.append(batch)
        if batch.rejections and broken is None:
            broken = batch.rejections[0]
        for start in range(0, len(batch.messages), _LOOKED_AT):
            messages = batch.messages.slice(start, _LOOKED_AT).to_pylist()
            sample = [message.decode("utf-8", "replace") for message in messages if message.strip()]
            if sample:
                return first, sample[:_SAMPLE], broken
            blank = [""]
        if not keep_blank and not batch.rejections and batch.layout is None:
            first.pop()
    return first, blank, broken
