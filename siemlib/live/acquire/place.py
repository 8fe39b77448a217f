"""Where an acquisition keeps what comes, in the archive: so that it goes on after a kill, and as evidence afterwards.

    acquired/delivered/<log group>/<key>/   what came, in the files that are loaded
    acquired/delivered/<log group>/<key>/state.json   how far it has come

The key stands for all that was asked (account, Region, way, span, pattern or place), so that asking for the same again
finds it again.
"""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import json
import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from siemlib.archive.acquired import FOLDER
from siemlib.archive.places import group_folder, make_folder
from siemlib.archive.record import write_aside
from siemlib.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_STATE = "state.json"
_FAST = 1
"""Level of gzip: pages are written while they come."""


class State(BaseModel):
    """What is kept of how far an acquisition has come."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: int = 1


OneState = TypeVar("OneState", bound=State)


@dataclass(frozen=True, slots=True)
class Place:
    """The folder of one acquisition."""

    archive: Path
    folder: Path

    @classmethod
    def of(cls, archive: Path, log_group: str, *asked: object) -> Self:
        """The folder for what is ``asked``, plain values whose order counts."""
        key = hashlib.sha256(json.dumps([log_group, *asked]).encode()).hexdigest()[:16]
        return cls(archive, archive / FOLDER / "delivered" / group_folder(log_group) / key)

    def name(self, path: Path) -> str:
        """The name of a delivered file in a record."""
        return path.relative_to(self.archive / FOLDER / "delivered").as_posix()

    @contextmanager
    def held(self, *, fresh: bool = False) -> Iterator[None]:
        """Hold the folder alone; ``fresh`` forgets how far it had come. Raises UsageError where another process does.

        What was delivered before is not removed: loads of the archive name it as their evidence.
        """
        make_folder(self.folder)
        with (self.folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise UsageError("the same is being acquired by another process", hint="wait until it ends") from None
            if fresh:
                (self.folder / _STATE).unlink(missing_ok=True)
            yield

    def state(self, kind: type[OneState]) -> OneState | None:
        """How far it had come; ``None`` for nowhere, and where what was written cannot be read."""
        try:
            return kind.model_validate_json((self.folder / _STATE).read_bytes())
        except (OSError, ValidationError):
            return None

    def keep(self, state: State) -> None:
        """Write how far it has come; on disk when this returns."""
        write_aside(self.folder / _STATE, state.model_dump_json().encode() + b"\n")

    def new_file(self, stem: str, ending: str) -> Path:
        """A name that no delivered file has."""
        number = 1
        while (path := self.folder / f"{stem}-{number}{ending}").exists():
            number += 1
        return path


class Pages:
    """A file of answers as they came, one gzip member and a line each; what was added is on disk."""

    def __init__(self, path: Path, length: int = 0) -> None:
        """Go on behind the first ``length`` bytes; what a killed process wrote after them goes."""
        self._file = path.open("r+b" if path.exists() else "x+b")
        self._file.truncate(length)
        self._file.seek(length)

    def add(self, body: bytes) -> int:
        """Write an answer; gives the length of the file."""
        self._file.write(gzip.compress(body + b"\n", _FAST, mtime=0))
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._file.tell()

    def close(self) -> None:
        """Close the file."""
        self._file.close()
