"""Events from files in S3: what an export task wrote there, and what CloudTrail, flow logs or Firehose deliver.

Objects are read by ranges of bounded size, each of just the object that was listed (``If-Match``). One that was read in
part goes on where it stopped, also in another process; one that changed in between is begun again, and that is said.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any

from siemlib.archive.places import make_folder
from siemlib.errors import UsageError
from siemlib.evidence.cloudtrail.names import trail_of
from siemlib.evidence.visible import visible
from siemlib.live.acquire.digests import vouchers
from siemlib.live.acquire.fetched import Fetched, Step
from siemlib.live.acquire.keys import is_log, is_wanted, path_of, plain, time_of
from siemlib.live.acquire.place import Place
from siemlib.live.errors import ChangedError, CredentialsError, DeadlineError, LiveError
from siemlib.live.running import together

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from siemlib.live.governor import Governor
    from siemlib.live.storage import Storage, StoredObject
    from siemlib.model.timespan import TimeSpan

_PIECE = 4 << 20
"""Bytes of a range; so many of them at once are held in memory:"""
_AT_ONCE = 8
_MOST_CHANGES = 3
_DONE = "objects.ndjson"


@dataclass
class FromS3:
    """What is wanted of a bucket."""

    storage: Storage
    """Lists objects at the governor's pace."""
    bucket: str
    prefix: str
    log_group: str
    span: TimeSpan
    governor: Governor
    until: float
    tell: Callable[[Step], None]
    fresh: bool = False
    piece: int = _PIECE

    @property
    def url(self) -> str:
        """As a person writes it."""
        return f"s3://{self.bucket}/{self.prefix}"


def by_s3(wanted: FromS3, archive: Path) -> Fetched:
    """The files that hold events of the span. Raises UsageError where there are none, LiveError where none came."""
    place = Place.of(archive, wanted.log_group, "s3", wanted.bucket, wanted.prefix)
    with place.held():
        logs, digests = [], []
        for each in wanted.storage.objects(wanted.bucket, wanted.prefix):
            if is_log(each.key, each.bytes):
                logs.append(each)
            elif trail_of(each.key):
                digests.append(each)
        chosen = [each for each in logs if is_wanted(each.key, wanted.span)]
        if not chosen:
            there = f"of {len(logs):,} files, none is of that time" if logs else "there is no log file"
            raise UsageError(f"{wanted.url}: {there}", hint=f"the span is {wanted.span}" if logs else None)
        run = _Objects(wanted, place, logs, len(chosen))
        together([partial(run.bring, each) for each in chosen], most=_AT_ONCE)
        if not run.files and run.errors:
            raise next(iter(run.errors.values()))
        files = tuple(run.files[each.key] for each in chosen if each.key in run.files)
        beside = vouchers(wanted, digests, chosen, place.folder / "digests")
        notes = (_span_of(chosen), *run.notes, *beside.notes)
        return Fetched(place, files, None, notes=notes, incomplete=tuple(run.reasons()), beside=beside.files)


def _span_of(chosen: Sequence[StoredObject]) -> str:
    """By what the files were chosen, as a sentence."""
    dated = sum(time_of(each.key) is not None for each in chosen)
    if not dated:
        return (
            f"The keys of the {len(chosen):,} files in S3 name no time, so all of them were taken: events outside the"
            " span that was asked for were loaded as well."
        )
    undated = f"; {len(chosen) - dated:,} whose keys name no time were taken as well" if dated < len(chosen) else ""
    return (
        f"{dated:,} files in S3 were chosen by the time in their keys, from 15 minutes before the span to an hour after"
        f" it{undated}. Each was loaded whole."
    )


@dataclass
class _Objects:
    """The objects of one run; brought side by side."""

    wanted: FromS3
    place: Place
    logs: Sequence[StoredObject]
    total: int
    files: dict[str, Path] = field(default_factory=dict)
    errors: dict[str, LiveError] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        """Look what is there already, and which keys are as well the folders of others."""
        self._known: dict[str, dict[str, Any]] = {}
        if not self.wanted.fresh:
            self._known = {entry["key"]: entry for entry in _entries(self.place.folder / _DONE)}
        keys = {each.key for each in self.logs}
        folders = {key[:at] for key in keys for at, letter in enumerate(key) if letter == "/"}
        self._folders = keys & folders

    def bring(self, found: StoredObject) -> None:
        """Read an object, unless it is there. What is wrong with it alone is kept for the end."""
        try:
            path = self._present(found) or self._read(found)
        except (CredentialsError, DeadlineError) as error:
            if not self.files:
                raise
            self._failed(found, error)
            return
        except LiveError as error:
            self._failed(found, error)
            return
        with self._lock:
            self.files[found.key] = path
            done = len(self.files)
        self.wanted.tell(Step(self.wanted.log_group, "files", done, self.total))

    def reasons(self) -> Iterator[str]:
        """Why objects did not come, alike reasons together."""
        alike: dict[type[LiveError], list[LiveError]] = {}
        for error in self.errors.values():
            alike.setdefault(type(error), []).append(error)
        for errors in alike.values():
            more = f", and {len(errors) - 1:,} files more for such a reason" if len(errors) > 1 else ""
            yield f"{visible(errors[0].message, keep='')}{more}"

    def _failed(self, found: StoredObject, error: LiveError) -> None:
        with self._lock:
            self.errors[found.key] = error

    def _present(self, found: StoredObject) -> Path | None:
        entry = self._known.get(found.key)
        if entry is None or (entry["etag"], entry["size"]) != (found.etag, found.bytes):
            return None
        path = self.place.folder / str(entry["path"])
        inside = path.resolve().is_relative_to(self.place.folder.resolve())
        return path if inside and path.is_file() and path.stat().st_size == found.bytes else None

    def _read(self, found: StoredObject) -> Path:
        path = path_of(self.place.folder / "objects", found.key, plain=found.key not in self._folders)
        if path.exists():  # an earlier version, which a load of the archive rests on
            path = path_of(
                self.place.folder / "versions" / plain(found.etag), found.key, plain=found.key not in self._folders
            )
        make_folder(path.parent)
        for _ in range(_MOST_CHANGES):
            try:
                self._fill(found)
            except ChangedError:
                found = self._again(found)
            else:
                return self._settled(found, path)
        raise ChangedError("the object changed each time that it was read")

    def _again(self, found: StoredObject) -> StoredObject:
        """The object as it is now."""
        with self._lock:
            self.notes.append(f"{visible(found.key[-100:], keep='')} changed while it was read, and was begun again.")
        there = self.wanted.storage.objects(self.wanted.bucket, found.key)
        now = next((each for each in there if each.key == found.key), None)
        if now is None:
            raise ChangedError("the object was taken away while it was read")
        return now

    def _half(self, found: StoredObject) -> tuple[Path, Path]:
        """Where an object lies until it is whole, and what says of which version: no key can name these places."""
        name = hashlib.sha256(found.key.encode()).hexdigest()
        return self.place.folder / "halves" / f"{name}.part", self.place.folder / "halves" / f"{name}.of"

    def _fill(self, found: StoredObject) -> None:
        """Read the rest of the object into its half file; what lies beside that says of which version it is."""
        part, of = self._half(found)
        make_folder(part.parent)
        version = json.dumps([found.etag, found.bytes])
        begun = of.is_file() and of.read_text(encoding="utf-8") == version and part.is_file()
        if not begun or part.stat().st_size > found.bytes:
            part.unlink(missing_ok=True)
            of.write_text(version, encoding="utf-8")
        with part.open("ab") as file:
            while (start := file.tell()) < found.bytes:
                read = partial(self.wanted.storage.read, self.wanted.bucket, found)
                request = partial(read, start=start, length=min(self.wanted.piece, found.bytes - start))
                file.write(self.wanted.governor.call("GetObject", request, until=self.wanted.until))
                file.flush()
            os.fsync(file.fileno())

    def _settled(self, found: StoredObject, path: Path) -> Path:
        part, of = self._half(found)
        part.replace(path)
        of.unlink()
        name = path.relative_to(self.place.folder).as_posix()
        entry = {"key": found.key, "etag": found.etag, "size": found.bytes, "path": name}
        with self._lock, (self.place.folder / _DONE).open("a", encoding="utf-8") as done:
            done.write(json.dumps(entry) + "\n")
        return path


def _entries(path: Path) -> Iterator[dict[str, Any]]:
    """What is known to be there; a line that a killed process cut off is none."""
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict) and {"key", "etag", "size", "path"} <= entry.keys():
            yield entry
