"""What was brought → the archive, and what the archive then holds against what the service counts."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from siemlib.archive.acquired import Gap
from siemlib.archive.load import load
from siemlib.archive.recognition import NotRecognisedError, recognise_file
from siemlib.archive.store import Archive
from siemlib.archive.stream import Reading, digest_of
from siemlib.database.connection import connect
from siemlib.errors import InputError
from siemlib.model.run import Completeness
from siemlib.sources import source as source_called
from siemlib.sources.plain import PLAIN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from siemlib.archive import Progress
    from siemlib.archive.layouts import Layouts
    from siemlib.live.acquire.fetched import Counted, Fetched
    from siemlib.model.timespan import TimeSpan
    from siemlib.settings import ArchiveSettings

_MESSAGES = 50
"""Of each file that is sampled."""
_SAMPLED = 5
"""Files that are looked at to recognise what is in them."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of the files of one log group."""

    kinds: tuple[str, ...]
    """The kinds of log that the files were taken for."""
    digests: Mapping[str, str]
    """SHA-256 and name of each file."""
    added: int
    """Events that the archive did not hold yet."""
    duplicates: int
    rejected: int
    held: int
    """Events of the files: added, duplicates, and rejected ones."""
    incomplete: tuple[str, ...]
    """Why not all of the files is in the archive."""
    notes: tuple[str, ...] = ()
    """What of the files beside them is not."""


def bring_in(  # noqa: PLR0913 - what was brought, and how it is to be loaded
    fetched: Fetched,
    log_group: str,
    *,
    source: str | None,
    settings: ArchiveSettings,
    progress: Callable[[Progress], None] | None = None,
    layouts: Layouts | None = None,
) -> Loaded:
    """Load the files. What is there already is not loaded again. Raises UsageError while another load is writing."""
    archive = fetched.place.archive
    before = set(Archive.open(archive).digests())
    digests = {digest_of(path)[0]: fetched.place.name(path) for path in fetched.files}
    summaries = []
    for kind, paths in _by_kind(fetched.files, source, settings).items():
        if paths:
            loaded = load(
                paths, archive, log_group=log_group, source=kind, settings=settings, progress=progress, layouts=layouts
            )
            summaries.append(loaded)
    beside = load(fetched.beside, archive, settings=settings).refused if fetched.beside else ()
    files = [file for each in Archive.open(archive).loads() for file in each.files if file.sha256 in digests]
    refused = [passed for summary in summaries for passed in summary.refused]
    partial = [file for file in files if file.completeness is not Completeness.COMPLETE]
    return Loaded(
        kinds=tuple(sorted({file.source for file in files if file.source})),
        digests=digests,
        added=sum(file.events for file in files if file.sha256 not in before),
        duplicates=sum(file.duplicates for file in files if file.sha256 not in before),
        rejected=sum(file.rejected for file in files),
        held=sum(file.events + file.duplicates + file.rejected for file in files),
        incomplete=(
            *(f"{passed.path.name} could not be loaded: {passed.reason}" for passed in refused),
            *(f"{digests[file.sha256].rpartition('/')[2]}: {'; '.join(file.notes)}" for file in partial),
        ),
        notes=tuple(f"{passed.path.name} could not be kept: {passed.reason}" for passed in beside),
    )


def _by_kind(
    files: Sequence[Path], source: str | None, settings: ArchiveSettings
) -> dict[str | None, list[str | Path]]:
    """The files by what they are said to be. Where nobody says it, a text of no known kind is one of any kind.

    That needs a delivery that tells the time of each event, as an export does.
    """
    if source is not None:
        return {source: list(files)}
    chosen: dict[str | None, list[str | Path]] = {None: [], PLAIN.name: []}
    for path in files:
        chosen[PLAIN.name if _is_any_text(path, settings) else None].append(path)
    return chosen


def _is_any_text(path: Path, settings: ArchiveSettings) -> bool:
    reading = Reading(path, path.stat().st_size)
    try:
        recognise_file(reading, settings, None)
    except NotRecognisedError:
        with suppress(InputError):
            return recognise_file(Reading(path, reading.size), settings, PLAIN).format.tells_time
    except InputError:
        pass
    return False


def kind_of(  # noqa: PLR0913 - all that may know it, in turn
    files: Sequence[Path],
    archive: Path,
    log_group: str,
    *,
    told: str | None,
    settings: ArchiveSettings,
    guess: str | None = None,
) -> str:
    """The kind of log that all events of a log group are taken for; the same each time that it is acquired.

    Only events of one kind are compared to find those that were delivered before. So what a person or an earlier
    acquisition said counts, then what the archive holds of the log group, then the ``guess``, then what the events
    look like.
    """
    if told is not None:
        return source_called(told).name
    opened = Archive.open(archive)
    earlier = [each.source for each in opened.acquired() if each.log_group == log_group and each.source]
    if earlier:
        return earlier[-1]
    held = {part.source for each in opened.loads() for part in each.parts if part.log_group == log_group}
    if len(held) == 1:
        return held.pop()
    return guess or next(_recognised(files, settings), PLAIN.name)


def sample_of(files: Sequence[Path], settings: ArchiveSettings) -> list[str]:
    """Some messages of the first and the last of the delivered files."""
    found: list[str] = []
    for path in dict.fromkeys((*files[:2], *files[-2:])):
        with suppress(InputError):
            batches = recognise_file(Reading(path, path.stat().st_size), settings, PLAIN).batches
            messages = [text for batch in islice(batches, 1) for text in batch.messages[:_MESSAGES].to_pylist()]
            found.extend(text.decode("utf-8", "replace") for text in messages)
    return found


def _recognised(files: Sequence[Path], settings: ArchiveSettings) -> Iterator[str]:
    for path in files[:_SAMPLED]:
        try:
            found = recognise_file(Reading(path, path.stat().st_size), settings, None)
        except InputError:
            continue
        if found.source is not None:
            yield found.source.name


def missing_by_time(archive: Path, log_group: str, span: TimeSpan, counted: Counted) -> tuple[Gap, ...]:
    """Where the archive holds fewer events of the span than the service counts."""
    held = _held(archive, log_group, span, counted.size)
    gaps: list[Gap] = []
    for start in sorted(counted.bins):
        expected, there = counted.bins[start], held.get(start, 0)
        if there >= expected:
            continue
        begin, end = max(start, span.start_ms), min(start + counted.size, span.end_ms)
        if gaps and gaps[-1].end == begin:
            last = gaps.pop()
            expected, there, begin = expected + (last.expected or 0), there + (last.received or 0), last.start
        gaps.append(Gap(start=begin, end=end, why="counted, and not there", expected=expected, received=there))
    return tuple(gaps)


def _held(archive: Path, log_group: str, span: TimeSpan, size: int) -> dict[int, int]:
    opened = Archive.open(archive)
    if log_group not in {group.name for group in opened.log_groups()}:
        return {}
    with connect() as connection:
        relation = opened.relation(connection, [log_group], span, [])
        bins = f"SELECT timestamp // {int(size)} * {int(size)}, count(*) FROM ({relation.sql}) GROUP BY 1"  # noqa: S608 - of our own making
        return {int(start): int(events) for start, events in connection.execute(bins).fetchall()}
