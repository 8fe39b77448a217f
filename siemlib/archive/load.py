"""``siem load``: delivered files into the archive. A load is committed whole or not at all, and twice is once."""

from __future__ import annotations

import secrets
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from siemlib.archive.batch import Rejection
from siemlib.archive.carried import Carried
from siemlib.archive.digests import clear_digests, keep, settle_digests
from siemlib.archive.finish import finish
from siemlib.archive.formats.format import legible, stem
from siemlib.archive.kind import Kind
from siemlib.archive.openfile import OpenFile
from siemlib.archive.places import clear_leftovers, only_writer, prepare
from siemlib.archive.recognition import DigestFileError, NotRecognisedError, recognise_file
from siemlib.archive.record import LoadRecord, read_records, write_record
from siemlib.archive.stage import Stage, only_write_errors
from siemlib.archive.stream import Reading, digest_of
from siemlib.archive.summary import LoadSummary, Passed, Progress, Tally
from siemlib.archive.transform import has_year_problem
from siemlib.archive.walk import find_files, streams_of
from siemlib.archive.years import find_years
from siemlib.database.connection import connect
from siemlib.errors import InputError, UsageError
from siemlib.model.clock import now
from siemlib.model.event import Shape
from siemlib.settings import ArchiveSettings
from siemlib.sources import source as source_called

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from siemlib.archive.batch import Batch
    from siemlib.archive.layouts import Layouts
    from siemlib.archive.recognition import Recognised
    from siemlib.archive.walk import Found
    from siemlib.database.connection import Connection
    from siemlib.sources.source import LogSource

_MEMORY = "600MB"
"""For DuckDB; what does not fit is written to the staging folder."""


def load(  # noqa: PLR0913 - each is a wish of the user, given by name
    paths: Sequence[str | Path],
    archive: str | Path,
    *,
    log_group: str | None = None,
    source: str | None = None,
    year: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    settings: ArchiveSettings | None = None,
    layouts: Layouts | None = None,
) -> LoadSummary:
    """Load files and folders into ``archive``, which is made if it is not there.

    ``log_group`` is where all events go; without it each kind of log goes to the group that is usual for it.
    ``source`` says what kind of log it is instead of recognising it. ``year`` is the year of the first event of files
    whose times have none. ``layouts`` name the fields of flow records that come without a line of names.

    A file that cannot be loaded does not stop the others: see ``refused`` of the summary. Raises UsageError for what is
    wrong before the first file is read.
    """
    folder = Path(archive)
    found = list(find_files(paths, folder))
    kind = None if source is None else source_called(source)
    if log_group is not None and not log_group.strip():
        raise UsageError("the name of the log group is empty")
    prepare(folder)
    with only_writer(folder):
        clear_leftovers(folder)
        clear_digests(folder)
        (folder / "staging").mkdir()
        connection = connect(memory_limit=_MEMORY, temp_directory=folder / "staging" / "spill")
        try:
            wishes = _Wishes(log_group, kind, year, progress, settings or ArchiveSettings(), layouts)
            run = _Load(connection, folder, wishes)
            try:
                return run.all(found)
            finally:
                run.stop()
        finally:
            connection.close()
            clear_leftovers(folder)


@dataclass(frozen=True, slots=True)
class _Wishes:
    """What the user said."""

    log_group: str | None
    source: LogSource | None
    year: int | None
    progress: Callable[[Progress], None] | None
    settings: ArchiveSettings
    layouts: Layouts | None


class _Load:
    """One call of :func:`load`."""

    def __init__(self, connection: Connection, folder: Path, wishes: _Wishes) -> None:
        self._connection = connection
        self._folder = folder
        self._wishes = wishes
        records = read_records(folder)
        self._known = {file.sha256: file for record in records for file in record.files}
        self._parts = [part for record in records for part in record.parts]
        self._tally = Tally()
        self._started = now()
        self._dropped: set[str] = set()
        self._streams: dict[Path, str] = {}
        self._namesakes: Counter[str] = Counter()
        self._stage = self._new_stage()

    def all(self, found: Sequence[Found]) -> LoadSummary:
        """Load every file, committing now and then."""
        self._streams = streams_of(found)
        start = time.perf_counter()
        total = sum(each.path.stat().st_size for each in found if each.skipped is None)
        done = 0
        for each in found:
            if each.skipped is not None:
                self._tally.skipped.append(Passed(each.path, each.skipped))
                continue
            size = each.path.stat().st_size
            self._one(each, done, total)
            done += size
            if self._stage.bytes >= self._wishes.settings.commit_bytes:
                self._commit()
        if self._tally.kept:
            settle_digests()
        self._commit()
        self._tally.notes.extend(
            f"{count} files are named {name}: taken for different logs; copies of one log are recognised when they are"
            " loaded one after the other"
            for name, count in self._namesakes.items()
        )
        return self._tally.summary(time.perf_counter() - start)

    def stop(self) -> None:
        """Wait for what is being written, whatever happened."""
        self._stage.close()

    def _one(self, found: Found, done: int, total: int) -> None:
        """Load one file, or note why not."""
        path = found.path
        file: OpenFile | None = None
        try:
            before = path.stat()
            digest, size = digest_of(path)
            if self._is_known(path, digest):
                return
            reading = Reading(path, size)
            recognised = recognise_file(reading, self._wishes.settings, self._wishes.source)
            file = self._open(reading, digest, recognised)
            self._read(file, recognised, reading, done, total)
            if path.stat().st_mtime_ns != before.st_mtime_ns:
                self._refuse(file, Passed(path, "changed while it was being read; nothing of it is loaded"))
        except DigestFileError:
            self._keep(path)
        except NotRecognisedError as error:
            # A folder may hold anything; a file that somebody named is meant to be a log.
            (self._tally.refused if found.named else self._tally.skipped).append(_passed(path, error))
        except OSError as error:
            self._refuse(file, Passed(path, f"cannot be read: {error.strerror or error}"))
        except InputError as error:
            self._refuse(file, _passed(path, error))

    def _keep(self, path: Path) -> None:
        """Keep a file that vouches for log files and holds no event."""
        try:
            self._tally.kept.append(Passed(path, keep(self._folder, path)))
        except OSError as error:
            self._refuse(None, Passed(path, f"cannot be read: {error.strerror or error}"))
        except InputError as error:
            self._refuse(None, _passed(path, error))

    def _is_known(self, path: Path, digest: str) -> bool:
        """Whether the same bytes were loaded before; then it is noted."""
        if (known := self._known.get(digest)) is not None:
            where = f"into {known.log_group}" if known.log_group else "without any event"
            self._tally.known.append(Passed(path, f"already loaded, {where}"))
        elif (twin := next((each for each in self._stage.files if each.digest == digest), None)) is not None:
            self._tally.known.append(Passed(path, f"the same bytes as {twin.name}"))
        else:
            return False
        return True

    def _refuse(self, file: OpenFile | None, passed: Passed) -> None:
        """Note that a file cannot be loaded; what was read of it will be dropped before the commit."""
        self._tally.refused.append(passed)
        if file is not None:
            self._stage.flush_all()
            self._dropped.add(file.digest)
            self._stage.rejected.drop(file.digest)

    def _open(self, reading: Reading, digest: str, recognised: Recognised) -> OpenFile:
        source = recognised.source
        file = OpenFile(
            number=len(self._stage.files),
            name=legible(str(reading.path)),
            digest=digest,
            size=reading.size,
            format=recognised.format.name,
            source=source.name if source else "",
            log_group=self._wishes.log_group or (source.log_group if source else ""),
            stream=legible(recognised.stream or self._streams[reading.path]),
        )
        if source is not None and has_year_problem(source) and not recognised.format.tells_time:
            again = Reading(reading.path, reading.size)
            batches = recognise_file(again, self._wishes.settings, source).batches
            file.years = find_years(self._connection, source, batches, again, self._wishes.year)
            if file.years.needed:
                file.notes.append(f"its times have no year, and UTC is taken for their zone; {file.years.reason}")
        elif source is not None and source.carries_time and not recognised.format.tells_time:
            file.years = Carried()
        if recognised.stream is None and file.stream != (name := legible(stem(reading.path))):
            self._namesakes[name] += 1
        self._stage.files.append(file)
        return file

    def _read(self, file: OpenFile, recognised: Recognised, reading: Reading, done: int, total: int) -> None:
        cut = False
        for batch in recognised.batches:
            cut = cut or batch.cut
            file.repeated += batch.repeated
            if recognised.source is not None:
                for part in self._named(recognised.source, batch):
                    self._stage.add(file, Kind.of(file.log_group, recognised.source, part.layout), part)
            else:
                self._stage.reject(file, batch.rejections)
            if self._wishes.progress:
                self._wishes.progress(Progress(file.name, done + reading.taken, total))
        if reading.problem and not cut:
            self._stage.reject(file, [Rejection(0, reading.problem, b"", 0)])
        file.content = reading.content_sha256
        file.partial = cut or reading.problem is not None or reading.missing is not None
        if reading.missing:
            file.notes.append(f"not whole: {reading.missing}")
        elif file.partial:
            file.notes.append(f"read in part: {reading.problem or 'it breaks off or is broken; see rejected/'}")

    def _named(self, source: LogSource, batch: Batch) -> Iterable[Batch]:
        layouts = self._wishes.layouts
        return (batch,) if layouts is None or source.shape is not Shape.FLOW else layouts.split(batch)

    def _new_stage(self) -> Stage:
        started = now()
        # Sorts by time, and two loads of one second differ.
        load = f"{started:%Y%m%dT%H%M%S%fZ}-{secrets.token_hex(3)}"
        self._started = started
        self._dropped.clear()
        return Stage(self._connection, self._folder, load, self._wishes.settings.chunk_bytes)

    def _commit(self) -> None:
        """Make what was read since the last commit visible, at once."""
        stage = self._stage
        stage.flush_all()
        with only_write_errors(self._folder):
            finished = finish(stage, self._parts, self._dropped)
        files = tuple(
            file.record(finished.duplicates_of.get(file.digest[:16], 0))
            for file in stage.files
            if file.digest not in self._dropped
        )
        if files:
            record = LoadRecord(
                id=stage.load,
                started=self._started.isoformat(),
                finished=now().isoformat(),
                files=files,
                parts=tuple(finished.parts),
                duplicates=tuple(finished.duplicates),
                rejected=stage.rejected.settle(),
            )
            with only_write_errors(self._folder):
                write_record(self._folder, record)
            self._known.update({file.sha256: file for file in files})
            self._parts.extend(finished.parts)
            self._tally.committed(stage.load, files, finished.parts)
            kept = [file.rejection_note() for file in stage.files if file.digest not in self._dropped]
            self._tally.notes.extend(note for note in kept if note)
        stage.close()
        self._stage = self._new_stage()


def _passed(path: Path, error: InputError) -> Passed:
    """The reason without the path, which is told beside it."""
    return Passed(path, error.message.removeprefix(f"{path}: "), error.hint)
