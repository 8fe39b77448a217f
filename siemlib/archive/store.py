"""Reading an archive: its log groups, its fields, and the relation of events that queries run over."""

from __future__ import annotations

from collections import defaultdict
from pathlib import PurePath
from typing import TYPE_CHECKING, Self

from siemlib.archive.acquired import fault_sentences, faulty, healed_files, read_acquired, twice_sentences
from siemlib.archive.ends import newest_from, oldest_to
from siemlib.archive.places import check_archive
from siemlib.archive.record import read_records
from siemlib.database.discover import guessed_field, json_text
from siemlib.database.json_leaves import with_leaves
from siemlib.database.leaves import MOST_LEAVES
from siemlib.database.relation import ACCOUNT, SYSTEM_COLUMNS, EventRelation, FieldColumn, account_text, shown_log
from siemlib.errors import UsageError
from siemlib.model.event import FieldType, Shape
from siemlib.model.run import Completeness
from siemlib.model.timespan import from_millis
from siemlib.ql.sql.writer import identifier, integer, literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from siemlib.archive.acquired import Acquired
    from siemlib.archive.record import FieldRecord, FileRecord, LoadRecord, PartRecord
    from siemlib.database.connection import Connection
    from siemlib.engine import LogGroup
    from siemlib.model.event import FieldPath
    from siemlib.model.timespan import TimeSpan

_MOST_SENTENCES = 10
_NOTHING = "CAST(NULL AS VARCHAR)"


class Archive:
    """An archive as it was when it was opened; a load that is committed later is seen by opening it again."""

    def __init__(self, path: Path, loads: tuple[LoadRecord, ...], acquired: tuple[Acquired, ...] = ()) -> None:
        self.path = path
        self._loads = loads
        self._acquired = acquired
        self._healed = healed_files(acquired)
        self._parts = [part for load in loads for part in load.parts]
        self._groups: tuple[LogGroup, ...] | None = None
        self._accounts: Mapping[str, tuple[str, ...]] | None = None

    @classmethod
    def open(cls, path: Path) -> Self:
        """The archive in this folder. Raises UsageError when it is none, InputError for a damaged record."""
        check_archive(path)
        return cls(path, read_records(path), read_acquired(path))

    def loads(self) -> tuple[LoadRecord, ...]:
        """Every committed load, oldest first: which files, which parts, what was rejected."""
        return self._loads

    def acquired(self) -> tuple[Acquired, ...]:
        """Every acquisition from an account, oldest first."""
        return self._acquired

    def digests(self) -> Mapping[str, str]:
        """SHA-256, in hex, of every loaded file, and the file's name."""
        return {file.sha256: file.name for load in self._loads for file in load.files}

    def unread(self, log_groups: Sequence[str] | None = None) -> tuple[str, ...]:
        """What was delivered, to these log groups or to any, and could not be read, as sentences without paths."""
        wanted = None if log_groups is None else set(log_groups)
        files = [file for load in self._loads for file in load.files if wanted is None or file.log_group in wanted]
        sentences = [
            f"{PurePath(file.name).name}, loaded into {file.log_group}, is not complete: {'; '.join(file.notes)}."
            for file in files
            if self._is_partial(file)
        ]
        rejected: dict[str, int] = defaultdict(int)
        for file in files:
            rejected[file.log_group] += file.rejected
        faults = (each for each in faulty(self._acquired) if wanted is None or each.log_group in wanted)
        return (
            *_first(fault_sentences(faults), "acquisitions are not complete"),
            *_first(sentences, "files are not complete"),
            *(
                f"{number:,} text{'' if number == 1 else 's'} of log group {group} could not be read when it was"
                " loaded; rejected/ in the archive holds what was kept."
                for group, number in sorted(rejected.items())
                if number
            ),
        )

    def assumed(self) -> tuple[str, ...]:
        """Where acquired events came from, with its notes; what was assumed or mended when complete files were loaded.

        As sentences without paths.
        """
        twice = twice_sentences(self._acquired)
        acquired = [
            " ".join((each.origin(), *(note for note in each.notes if note not in twice)))
            for each in self._acquired
            if each.finished is not None
        ]
        found = [
            f"{PurePath(file.name).name}, loaded into {file.log_group}: {note}."
            for load in self._loads
            for file in load.files
            if file.completeness is Completeness.COMPLETE and file.log_group
            for note in file.notes
        ]
        more = "notes of the load are in the archive"
        return (*_first(acquired, "acquisitions are told in the archive, in acquired/"), *twice, *_first(found, more))

    def log_groups(self) -> tuple[LogGroup, ...]:
        """Every log group that a file was loaded into, by name."""
        if self._groups is None:
            names = {file.log_group for load in self._loads for file in load.files if file.log_group}
            names |= {part.log_group for part in self._parts}
            self._groups = tuple(self._log_group(name) for name in sorted(names))
        return self._groups

    def schema(self, log_groups: Sequence[str]) -> Mapping[FieldPath, FieldType]:
        """The types that :meth:`relation` gives, for every field that some event of these groups has stored.

        All other fields are dynamic. Raises UsageError for an unknown log group.
        """
        parts = self._of(log_groups)
        paths = dict.fromkeys(field.path for part in parts for field in part.fields)
        return {path: _type(parts, path)[0] for path in paths}

    def relation(
        self, connection: Connection, log_groups: Sequence[str], timespan: TimeSpan, paths: Sequence[FieldPath]
    ) -> EventRelation:
        """The events of ``log_groups`` in ``timespan`` with a column for each of ``paths``, in that order.

        Only the parts of these groups and times are read, and of them only the columns that are named. Raises
        UsageError for an unknown log group.
        """
        del connection  # everything is in the SQL
        of_groups = self._of(log_groups)
        parts = [part for part in of_groups if part.first < timespan.end_ms and part.last >= timespan.start_ms]
        # Newest first: that is the order in which rows are asked for, so that what comes later can be skipped.
        parts.sort(key=lambda part: part.last, reverse=True)
        # Types are those of all parts of the groups, so that a query means the same over any timespan.
        fields = tuple(FieldColumn(path, f"field_{n}", *_type(of_groups, path)) for n, path in enumerate(paths, 1))
        alike: dict[object, list[PartRecord]] = defaultdict(list)
        for part in parts:
            inside = _is_inside(part, timespan)
            like = (part.source, part.shape, part.fields, inside, _is_wide(part), self._account(part.log_group))
            alike[like].append(part)
        selects = [self._select(group, fields, timespan) for group in alike.values()]
        known = sum(part.events for part in parts if _is_inside(part, timespan))
        cut = [part for part in parts if not _is_inside(part, timespan)]
        count = f"SELECT {integer(known)} + count(*) FROM {self._scan(cut)} WHERE {_within(timespan)}"  # noqa: S608 - ours
        return EventRelation(
            sql="\nUNION ALL\n".join(selects) if selects else _empty(fields),
            fields=fields,
            bytes=sum(part.message_bytes for part in parts),
            scanned=None if cut else known,
            count_sql=count if cut else None,
            newest_from=newest_from(parts, timespan),
            oldest_to=oldest_to(parts, timespan),
        )

    def _scan(self, parts: Sequence[PartRecord]) -> str:
        files = ", ".join(literal(str(self.path / part.path)) for part in parts)
        return f"read_parquet([{files}])"

    def _of(self, log_groups: Sequence[str]) -> list[PartRecord]:
        """The parts of these log groups."""
        names = [group.name for group in self.log_groups()]
        for wanted in log_groups:
            if wanted not in names:
                raise UsageError(
                    f"no log group {wanted!r} in {self.path}", hint=f"there are {', '.join(names)}" if names else None
                )
        return [part for part in self._parts if part.log_group in set(log_groups)]

    def _log_group(self, name: str) -> LogGroup:
        from siemlib.engine import LogGroup  # noqa: PLC0415 - brings pandas, which a load does not need

        parts = [part for part in self._parts if part.log_group == name]
        files = self._files(name)
        return LogGroup(
            name=name,
            sources=tuple(sorted({part.source for part in parts})),
            events=sum(part.events for part in parts),
            first=from_millis(min(part.first for part in parts)) if parts else None,
            last=from_millis(max(part.last for part in parts)) if parts else None,
            rejected=sum(file.rejected for file in files),
            accounts=tuple(sorted({account for part in parts for account in part.accounts})),
            partial_files=(
                *(PurePath(file.name).name for file in files if self._is_partial(file)),
                *(f"acquisition {each.id}" for each in faulty(self._acquired) if each.log_group == name),
            ),
        )

    def _is_partial(self, file: FileRecord) -> bool:
        """Whether something of the file is missing that did not come otherwise."""
        return file.completeness is not Completeness.COMPLETE and file.sha256 not in self._healed

    def _account(self, log_group: str) -> str | None:
        """The account of a log group: the one that its events name; ``None`` where they name none, or several."""
        if self._accounts is None:
            named: dict[str, set[str]] = defaultdict(set)
            for part in self._parts:
                named[part.log_group].update(part.accounts)
            self._accounts = {group: tuple(sorted(accounts)) for group, accounts in named.items()}
        accounts = self._accounts.get(log_group, ())
        return accounts[0] if len(accounts) == 1 else None

    def _files(self, log_group: str) -> list[FileRecord]:
        return [file for load in self._loads for file in load.files if file.log_group == log_group]

    def _select(self, parts: list[PartRecord], fields: Sequence[FieldColumn], timespan: TimeSpan) -> str:
        """The events of parts with the same columns."""
        rows = self._scan(parts)
        if not all(_is_inside(part, timespan) for part in parts):
            rows += f" WHERE {_within(timespan)}"
        json = _json(parts[0])
        if json != "message" and any(_stored(parts[0], field.path) is None for field in fields):
            rows = f"(SELECT *, {json} AS json FROM {rows})"  # noqa: S608 - quoted by the writer
            json = "json"
        leaves: Mapping[FieldPath, str] = {}
        if parts[0].shape is Shape.JSON:
            named = [field.path for field in fields if field.path != ACCOUNT and _stored(parts[0], field.path) is None]
            rows, leaves = with_leaves(rows, json, named)
        account = self._account(parts[0].log_group)
        system = [shown_log(account) if name == "log_group" else name for name in SYSTEM_COLUMNS]
        found = (
            account_text(account) if field.path == ACCOUNT else _column(parts[0], field, json, leaves)
            for field in fields
        )
        taken = (f"{sql} AS {identifier(field.column)}" for sql, field in zip(found, fields, strict=True))
        return f"SELECT {', '.join([*system, *taken])} FROM {rows}"  # noqa: S608 - quoted by the writer


def _first(sentences: Sequence[str], rest: str) -> tuple[str, ...]:
    """The first ten sentences, and how many there are besides."""
    more = len(sentences) - _MOST_SENTENCES
    return (*sentences[:_MOST_SENTENCES], *([f"{more:,} more {rest}."] if more > 0 else []))


def _type(parts: Sequence[PartRecord], path: FieldPath) -> tuple[FieldType, str | None]:
    """The type of a field, and what its NULL reads as.

    That of the stored column, if every part that may have the field has it stored in one way; else what a field is
    that nobody has looked at, dynamic text.
    """
    found = {_stored(part, path) for part in parts}
    if len(found) == 1 and (field := found.pop()) is not None:
        return field.type, field.missing_text
    types = {field.type for field in found if field is not None}
    # A part without the field (another layout, another kind of log) adds only absent values to a text.
    only_text = types == {FieldType.TEXT} and not any(_stored(part, path) is None and _may_have(part) for part in parts)
    return (FieldType.TEXT if only_text else FieldType.DYNAMIC), None


def _may_have(part: PartRecord) -> bool:
    return part.shape is not Shape.FLOW


def _stored(part: PartRecord, path: FieldPath) -> FieldRecord | None:
    return next((field for field in part.fields if field.path == path), None)


def _is_inside(part: PartRecord, timespan: TimeSpan) -> bool:
    """Whether every event of the part lies in the timespan."""
    return timespan.start_ms <= part.first and part.last < timespan.end_ms


def _within(timespan: TimeSpan) -> str:
    return f"timestamp >= {integer(timespan.start_ms)} AND timestamp < {integer(timespan.end_ms)}"


def _is_wide(part: PartRecord) -> bool:
    """Whether a message may have more leaves than are discovered. Parts of early archives do not say."""
    return part.most_commas is None or part.most_commas >= MOST_LEAVES


def _json(part: PartRecord) -> str:
    """The JSON whose leaves are discovered, as SQL over the columns of a part."""
    match part.shape:
        case Shape.JSON:
            return "ql_leaves(message)" if _is_wide(part) else "message"
        case Shape.FLOW:
            return "message"
        case Shape.TEXT:
            return json_text("message", "log_group")


def _column(part: PartRecord, wanted: FieldColumn, json: str, leaves: Mapping[FieldPath, str]) -> str:
    """The field as SQL over the columns of a part, ``json`` or ``leaves``, of the type that the relation gives it."""
    stored = _stored(part, wanted.path)
    if stored is None:
        match part.shape:
            case Shape.JSON:
                return leaves[wanted.path]
            case Shape.FLOW:
                return _NOTHING
            case Shape.TEXT:
                return guessed_field("message", wanted.path, json)
    column = f"fields.{identifier(stored.name)}"
    if stored.type is wanted.type or stored.type in {FieldType.TEXT, FieldType.DYNAMIC}:
        return column
    text = f"CAST({column} AS VARCHAR)"
    return text if stored.missing_text is None else f"coalesce({text}, {literal(stored.missing_text)})"


def _empty(fields: Sequence[FieldColumn]) -> str:
    """A relation of no event."""
    types = ["BIGINT", "BIGINT", *["VARCHAR"] * 4]
    columns = [f"CAST(NULL AS {kind}) AS {name}" for name, kind in zip(SYSTEM_COLUMNS, types, strict=True)]
    for field in fields:
        kind = {FieldType.INTEGER: "BIGINT", FieldType.BOOLEAN: "BOOLEAN"}.get(field.type, "VARCHAR")
        columns.append(f"CAST(NULL AS {kind}) AS {identifier(field.column)}")
    return f"SELECT {', '.join(columns)} WHERE FALSE"
