"""What one load put into the archive, on disk: a file under ``loads/``. Only what such a file names is visible."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from siemlib.errors import InputError
from siemlib.model.event import FieldType, Shape  # noqa: TC001 - pydantic reads the annotations
from siemlib.model.run import Completeness  # noqa: TC001 - the same

if TYPE_CHECKING:
    from pathlib import Path

ASIDE = ".aside"
"""The ending of a file that is being written, and not there yet."""
VERSION = 1
"""Of the archive's layout; another number needs another reader."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FieldRecord(_Record):
    """A stored field of a part: a column of ``fields`` called ``name``, of what SQL type its ``type`` says."""

    name: str
    path: tuple[str, ...]
    type: FieldType
    missing_text: str | None = None
    """What NULL in the column stands for in the message, as ``-`` in flow records."""


class PartRecord(_Record):
    """One Parquet file of events, sorted by time: one log group, UTC day, source and shape."""

    path: str
    """Relative to the archive, with ``/``."""
    log_group: str
    source: str
    shape: Shape
    day: str
    """``YYYY-MM-DD``."""
    fields: tuple[FieldRecord, ...]
    events: int
    first: int
    """Epoch milliseconds of the earliest event."""
    last: int
    """Epoch milliseconds of the latest event."""
    message_bytes: int
    """UTF-8 bytes of the messages, uncompressed."""
    bytes: int
    sha256: str
    most_commas: int | None = None
    """At least the commas of the message with the most of them, which bound its JSON leaves; ``None``: not counted."""
    accounts: tuple[str, ...] = ()
    """The AWS accounts that the events name, sorted; of very many, the first."""


class FileRecord(_Record):
    """One delivered file: the evidence, by its digest."""

    name: str
    """The path as it was given; for people only."""
    sha256: str
    bytes: int
    format: str
    source: str
    log_group: str
    events: int
    """Events of this file that are visible: without its rejected ones and its duplicates."""
    rejected: int
    duplicates: int
    completeness: Completeness
    """``complete``, or ``partial`` where the file could not be read to its end."""
    notes: tuple[str, ...] = ()
    """What was assumed or noticed while reading it, as sentences."""
    content_sha256: str | None = None
    """Of what it holds decompressed: what CloudTrail's digest files name. Of CloudTrail's log files; ``None``: not
    known, as of those that were loaded before it was kept."""


class LoadRecord(_Record):
    """One committed load."""

    version: int = VERSION
    id: str
    started: str
    """ISO 8601, UTC."""
    finished: str
    files: tuple[FileRecord, ...]
    parts: tuple[PartRecord, ...]
    duplicates: tuple[str, ...] = ()
    """Parquet files with the events that were delivered before, relative to the archive."""
    rejected: str | None = None
    """The file with what could not be read, relative to the archive; ``None`` when there was nothing."""


def read_records(folder: Path) -> tuple[LoadRecord, ...]:
    """Every committed load of the archive in ``folder``, oldest first. Raises InputError for a damaged record."""
    records = []
    for path in sorted((folder / "loads").glob("*.json")):
        try:
            data = json.loads(path.read_bytes())
        except (OSError, ValueError) as error:
            raise InputError(f"{path}: the record of a load cannot be read: {error}") from None
        if isinstance(data, dict) and data.get("version") != VERSION:
            raise InputError(f"{path}: written by another version of siem (layout {data.get('version')!r})")
        try:
            records.append(LoadRecord.model_validate(data))
        except ValidationError as error:
            raise InputError(f"{path}: the record of a load is damaged: {error.errors()[0]['msg']}") from None
    return tuple(records)


def write_record(folder: Path, record: LoadRecord) -> None:
    """Commit a load: every file it names must be on disk already. Either all of it becomes visible, or nothing."""
    write_aside(folder / "loads" / f"{record.id}.json", record.model_dump_json(indent=1).encode() + b"\n")


def write_aside(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, whatever happens to the machine."""
    aside = path.with_suffix(ASIDE)
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    settle(path.parent)


def settle(path: Path) -> None:
    """Wait until a file's bytes, or a folder's names, are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
