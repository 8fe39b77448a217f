"""Opening engines and cases from what people write."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, TypeVar

from siemlib.case.case import Case, Origin
from siemlib.case.loaded import LoadedFile
from siemlib.engine.protocol import TellsOfGroups
from siemlib.errors import UsageError
from siemlib.evidence.scrub import archive_of, recorded_url
from siemlib.model.inventory import Inventory, Known
from siemlib.model.run import Completeness
from siemlib.model.timespan import TimeSpan, parse_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from siemlib.archive.record import LoadRecord
    from siemlib.engine import Engine
    from siemlib.ql.call_nodes import Definition

OneCase = TypeVar("OneCase", bound=Case)
FRESH = "SIEM_FRESH"
"""The environment variable that, where it is not empty, lets no live engine answer from its spool."""

_FORMS = "write local:FOLDER, where FOLDER is what siem load wrote, or live:REGION for the account"


def open_engine(url: str, *, fresh: bool = False) -> Engine:
    """The engine that ``url`` names: ``local:FOLDER`` is an archive, ``live:REGION?profile=NAME`` the account.

    The lookup tables, the saved queries and everything about the account are of ``siem.toml``
    (:func:`siemlib.settings.settings_of`). ``fresh``: what the account answered before is asked again. Raises
    UsageError for anything else, and for an archive or an account that cannot be asked.
    """
    kind, separator, rest = url.partition(":")
    if not separator or kind not in ("local", "live") or (kind == "local" and not rest):
        raise UsageError(f"not an engine: {url!r}", hint=_FORMS)
    # DuckDB and boto3 are loaded only by those who open an engine.
    from siemlib.queries.library import library  # noqa: PLC0415 - as said above
    from siemlib.settings import settings_of  # noqa: PLC0415 - pydantic takes its time

    settings = settings_of(archive_of(url))

    def saved() -> Mapping[str, Definition]:
        return library(settings.saved_queries.folder)

    if kind == "live":
        from siemlib.live.open import open_live  # noqa: PLC0415 - as said above

        return open_live(url, settings, saved_queries=saved, fresh=fresh or bool(os.environ.get(FRESH)))
    from siemlib.local.engine import open_local  # noqa: PLC0415 - as said above

    return open_local(Path(rest), lookup_tables=settings.lookup_tables, saved_queries=saved)


def open_with_events(url: str) -> Engine:
    """The same as :func:`open_engine`. Raises UsageError also for an archive that holds no event at all."""
    engine = open_engine(url)
    # What an account's log groups hold is not known, and to open it has asked it already.
    if archive_of(url) is not None and not any(group.events for group in engine.log_groups()):
        raise UsageError(
            f"{recorded_url(url)} holds no events, so there is nothing to report on", hint="load some logs"
        )
    return engine


def open_case(*, engine: str, start: str, end: str, title: str = "") -> Case:
    """Open the engine and a case over ``[start, end)``.

    Times are ISO 8601; one without a zone is taken as UTC, and the case says so. An empty ``start`` or ``end`` is the
    first or the last event of the archive, and the case says that too. Raises UsageError for what is no time, an empty
    span, and where a time is left out for an archive without events, or for the account.
    """
    return opened(Case, engine=engine, start=start, end=end, title=title)


def opened(kind: type[OneCase], *, engine: str, start: str, end: str, title: str = "") -> OneCase:
    """The same as :func:`open_case` for a case of another ``kind``."""
    found = open_engine(engine)
    span, notes = _span(found, start, end)
    found.log_groups()  # a service is asked what they hold, and then knows what it could not see of them
    told = found.notes if isinstance(found, TellsOfGroups) else ()
    return kind(found, span, title=title, notes=(*notes, *told), origin=_origin(engine), inventory=_inventory(engine))


def case_over(  # noqa: PLR0913 - all but the engine are named
    engine: Engine,
    *,
    start: str,
    end: str,
    title: str = "",
    origin: Origin | None = None,
    inventory: Inventory | None = None,
) -> Case:
    """The same as :func:`open_case` for an engine that is already open, whose events came from ``origin``."""
    span, notes = _span(engine, start, end)
    return Case(engine, span, title=title, notes=notes, origin=origin, inventory=inventory)


def _span(engine: Engine, start: str, end: str) -> tuple[TimeSpan, tuple[str, ...]]:
    """The timespan that was meant, and what was assumed of it."""
    notes: list[str] = []
    first = _given(start, "start", notes) or _from_archive(engine, "start", notes)
    last = _given(end, "end", notes) or _from_archive(engine, "end", notes)
    return TimeSpan(first, last), tuple(notes)


def _inventory(url: str) -> Inventory:
    from siemlib.settings import inventory_origin, settings_of  # noqa: PLC0415 - pydantic takes its time

    archive = archive_of(url)
    known = (
        Known(entry.address, entry.name, entry.role, entry.owner, entry.scanner, entry.ports)
        for entry in settings_of(archive).inventory
    )
    return Inventory(known, origin=inventory_origin(archive))


def _origin(url: str) -> Origin:
    """Which files were loaded into the archive, and how well; nothing for events that a service holds."""
    folder = archive_of(url)
    if folder is None:
        return Origin()
    from siemlib.archive.store import Archive  # noqa: PLC0415 - for those who open an archive

    archive = Archive.open(folder)
    from siemlib.case.integrity import TrailFiles  # noqa: PLC0415 - as above
    from siemlib.settings import settings_of  # noqa: PLC0415 - pydantic takes its time

    trails = TrailFiles(folder, archive.loads(), settings_of(folder).cloudtrail.public_keys)
    return Origin(archive.digests(), archive.unread(), archive.assumed(), tuple(_files(archive.loads())), trails)


def _files(loads: Iterable[LoadRecord]) -> Iterator[LoadedFile]:
    return (
        LoadedFile(
            name=PurePath(file.name).name,
            sha256=file.sha256,
            bytes=file.bytes,
            log_group=file.log_group,
            events=file.events,
            rejected=file.rejected,
            duplicates=file.duplicates,
            complete=file.completeness is Completeness.COMPLETE,
            loaded=load.finished,
            notes=file.notes,
        )
        for load in loads
        for file in load.files
    )


def _given(text: str, which: str, notes: list[str]) -> datetime | None:
    if not text.strip():
        return None
    time, assumed = parse_time(text)
    if assumed:
        notes.append(f"The {which} was given without a time zone and is taken as UTC.")
    return time


def _from_archive(engine: Engine, which: str, notes: list[str]) -> datetime:
    if engine.url.partition(":")[0] == "live":
        raise UsageError(
            f"no {which} is given", hint="an account holds more than a case can be over: give start and end, ISO 8601"
        )
    groups = engine.log_groups()
    first = [group.first for group in groups if group.first is not None]
    last = [group.last for group in groups if group.last is not None]
    if not first or not last:
        raise UsageError("the archive holds no events, so it gives no timespan", hint="load some logs, or give times")
    if which == "start":
        notes.append("No start was given: it is the time of the first event in the archive.")
        return min(first)
    notes.append("No end was given: it is just after the last event in the archive.")
    return max(last) + timedelta(milliseconds=1)
