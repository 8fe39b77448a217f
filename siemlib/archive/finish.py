"""The last step before a commit: what was delivered twice is set aside, small parts are put together."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from siemlib.archive.duplicates import TWICE, Delivery, scan
from siemlib.archive.parts import COLUMNS, Extent, describe, first_accounts, write_relation
from siemlib.archive.record import settle
from siemlib.ql.sql.writer import literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from siemlib.archive.parts import Part, Place
    from siemlib.archive.record import PartRecord
    from siemlib.archive.stage import Stage

_SMALL = 16 << 20
"""Bytes of text below which a part is put together with others of its day."""
_FULL = 64 << 20
"""Bytes of text at which a part has grown enough."""


@dataclass
class Finished:
    """What is ready to be committed."""

    parts: list[PartRecord] = field(default_factory=list)
    duplicates: list[str] = field(default_factory=list)
    """Files with the events that were there already."""
    duplicates_of: dict[str, int] = field(default_factory=dict)
    """How many duplicates each file has, by the first 16 digits of its digest."""


def finish(stage: Stage, known: Sequence[PartRecord], dropped: set[str]) -> Finished:
    """Look for duplicates in what was staged, and write the parts anew that must change.

    ``known`` are the parts of the archive; ``dropped`` are digests of files of which nothing may stay.
    """
    finished = Finished()
    connection = stage.connection
    gone = ", ".join(literal(digest[:16]) for digest in sorted(dropped))
    of_dropped = f"split_part(event_id, '-', 1) IN ({gone})" if dropped else "FALSE"
    for (log_group, source), parts in _grouped(stage.parts).items():
        held = [part for part in known if part.log_group == log_group and part.source == source]
        keys = f"(FROM {scan(stage.staging, stage.keys_of(log_group, source))} WHERE NOT {of_dropped})"
        delivery = Delivery(stage.folder, parts[0].place.kind.source, keys)
        suspects = delivery.days_with_repeats(connection)
        for day in sorted({part.place.day for part in parts}):
            of_day = [part for part in parts if part.place.day == day]
            fresh = [part.record for part in of_day]
            near = _overlapping(fresh, held)
            connection.execute(f"CREATE OR REPLACE TEMP TABLE {TWICE} (event_id VARCHAR)")
            twice = delivery.find(connection, day, fresh, near) if day in suspects or near else 0
            if twice:
                _set_aside(stage, fresh, finished)
            removed = f"({of_dropped} OR event_id IN (FROM {TWICE}))"
            changed = _changed(stage, of_day, removed) if twice or dropped else set()
            for run, anew in _runs(of_day, changed):
                finished.parts.extend(_rewritten(stage, run, removed) if anew else (part.record for part in run))
    return finished


def _grouped(parts: Sequence[Part]) -> dict[tuple[str, str], list[Part]]:
    groups: dict[tuple[str, str], list[Part]] = defaultdict(list)
    for part in parts:
        groups[part.record.log_group, part.record.source].append(part)
    return groups


def _overlapping(fresh: Sequence[PartRecord], held: Sequence[PartRecord]) -> list[PartRecord]:
    first, last = min(part.first for part in fresh), max(part.last for part in fresh)
    return [part for part in held if part.first <= last and part.last >= first]


def _set_aside(stage: Stage, fresh: Sequence[PartRecord], finished: Finished) -> None:
    """Keep the duplicates as evidence, apart from the events."""
    name = f"duplicates/{stage.load}-{len(finished.duplicates) + 1}.parquet"
    path = stage.folder / name
    events = scan(stage.folder, (part.path for part in fresh))
    order = "ORDER BY timestamp, event_id"
    rows = f"SELECT {COLUMNS} FROM {events} SEMI JOIN {TWICE} USING (event_id) {order}"  # noqa: S608 - quoted by scan
    stage.connection.execute(f"COPY ({rows}) TO {literal(str(path))} (FORMAT parquet, COMPRESSION zstd)")
    settle(path)
    settle(path.parent)
    finished.duplicates.append(name)
    counts = f"SELECT split_part(event_id, '-', 1), count(*) FROM {TWICE} GROUP BY 1"  # noqa: S608 - our own name
    for digest, count in stage.connection.execute(counts).fetchall():
        finished.duplicates_of[digest] = finished.duplicates_of.get(digest, 0) + count


def _changed(stage: Stage, parts: Sequence[Part], removed: str) -> set[str]:
    """The parts that lose an event."""
    events = scan(stage.folder, (part.record.path for part in parts))
    sql = f"SELECT DISTINCT filename FROM {events} WHERE {removed}"  # noqa: S608 - paths are quoted by scan
    names = {row[0] for row in stage.connection.execute(sql).fetchall()}
    return {part.record.path for part in parts if str(stage.folder / part.record.path) in names}


def _runs(parts: Sequence[Part], changed: set[str]) -> Iterator[tuple[list[Part], bool]]:
    """The parts of a day that become one part each, and whether they must be written anew.

    Small parts of the same columns are put together; a part that loses an event is written anew, all others stay.
    """
    small: dict[Place, list[Part]] = defaultdict(list)
    for part in parts:
        if part.record.message_bytes >= _SMALL:
            yield [part], part.record.path in changed
            continue
        run = small[part.place]
        run.append(part)
        if sum(each.record.message_bytes for each in run) >= _FULL:
            yield list(run), True
            run.clear()
    for run in small.values():
        if run:
            yield run, len(run) > 1 or run[0].record.path in changed


def _rewritten(stage: Stage, parts: Sequence[Part], removed: str) -> Iterator[PartRecord]:
    """The record of the part that several become, without what is removed; none when no event is left."""
    place = parts[0].place
    order = "ORDER BY timestamp" if len(parts) > 1 else ""
    events = scan(stage.folder, (part.record.path for part in parts))
    stage.connection.execute(f"CREATE OR REPLACE TEMP VIEW rewritten AS FROM {events} WHERE NOT {removed} {order}")
    counts = "SELECT count(*), min(timestamp), max(timestamp), sum(strlen(message)) FROM rewritten"
    commas = max(part.record.most_commas or 0 for part in parts)
    accounts = first_accounts(account for part in parts for account in part.record.accounts)
    found, first, last, size = stage.connection.execute(counts).fetchall()[0]
    extent = Extent(found, first, last, size, commas, accounts)
    if extent.events:
        name = stage.new_name(place.kind, place.day)
        write_relation(stage.connection, "rewritten", place, stage.folder / name, extent)
        yield describe(stage.folder, name, place, extent).record
    for part in parts:
        (stage.folder / part.record.path).unlink()
