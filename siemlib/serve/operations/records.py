"""GetLogRecord and GetLogGroupFields (specification 5.3): the fields of one event, and of all events around a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.errors import UsageError
from siemlib.model import clock
from siemlib.model.timespan import TimeSpan, parse_time, to_millis
from siemlib.serve.operations.groups import GROUP_IDENTIFIER, GROUP_NAME, group_of
from siemlib.serve.protocol import Flag, Text, Whole, invalid, is_text, read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siemlib.engine import Engine, FoundField, LogGroup
    from siemlib.serve.endpoint import Endpoint
    from siemlib.serve.protocol import Document, Shape

_ALWAYS = TimeSpan.of_millis(0, 253_402_300_799_000)
"""Every time that can be written."""
_FIELDS_AT_A_TIME = 200
_LONGEST_POINTER = 1024
_AROUND = 8 * 60
_UP_TO_NOW = 15 * 60
"""Seconds."""


def get_log_record(endpoint: Endpoint, request: Document) -> Document:
    """Every field of an event, as queries give them, and its whole message.

    Raises RefusedError for a pointer that is of no event here.
    """
    shapes: dict[str, Shape] = {"logRecordPointer": Text(1, _LONGEST_POINTER), "unmask": Flag()}
    pointer: str = read(request, shapes, required=("logRecordPointer",))["logRecordPointer"]
    record = _row(endpoint.engine, ("@timestamp", "@log"), pointer, _ALWAYS, None) if is_text(pointer) else {}
    group = next((each for each in endpoint.engine.log_groups() if record.get("@log") in _shown(each)), None)
    if group is None:
        raise invalid("The specified logRecordPointer is invalid.")
    moment = to_millis(parse_time(record["@timestamp"])[0])
    span = TimeSpan.of_millis(moment, moment + 1)
    # What some event of this millisecond has, this one has perhaps.
    found = endpoint.engine.fields(group.name, span)
    names = [each.written for each in (*found.system, *found.fields) if each.written is not None]
    for first in range(0, len(names), _FIELDS_AT_A_TIME):
        record |= _row(endpoint.engine, names[first : first + _FIELDS_AT_A_TIME], pointer, span, [group.name])
    return {"logRecord": record}


def _shown(group: LogGroup) -> set[str]:
    """How ``@log`` may show it."""
    return {group.name, *(f"{account}:{group.name}" for account in group.accounts)}


def _row(
    engine: Engine, names: Sequence[str], pointer: str, span: TimeSpan, groups: Sequence[str] | None
) -> dict[str, str]:
    """These fields of the event with this pointer, and the pointer; empty where there is no such event."""
    query = f"filter @ptr = {{{{pointer}}}} | fields {', '.join(names)} | limit 1"
    try:
        rows = engine.run(query, span, groups, parameters={"pointer": pointer}).rows
    except UsageError:  # no log group at all
        return {}
    return rows[0] if rows else {}


def get_log_group_fields(endpoint: Endpoint, request: Document) -> Document:
    """The fields of the events around a time, those that most events have first.

    Without a time, of the last quarter of an hour, which for an archive ends with its last event.
    """
    asked = read(request, {"logGroupName": GROUP_NAME, "logGroupIdentifier": GROUP_IDENTIFIER, "time": Whole(0)})
    group = group_of(endpoint, asked)
    if "time" in asked:
        first, behind = (asked["time"] - _AROUND) * 1000, (asked["time"] + _AROUND) * 1000
    else:
        behind = to_millis(clock.now() if group.last is None else group.last) + 1
        first = behind - _UP_TO_NOW * 1000
    try:
        span = TimeSpan.of_millis(max(first, 0), behind)
    except OverflowError:
        raise invalid("time is in epoch seconds, and this is in no calendar.") from None
    found = endpoint.engine.fields(group.name, span)
    fields = sorted((*found.system, *found.fields), key=lambda each: (-_percent(each), each.name))
    return {"logGroupFields": [{"name": each.name, "percent": _percent(each)} for each in fields if each.events]}


def _percent(found: FoundField) -> int:
    """A whole number, as the protocol has it; what some event has is not 0, what some lack is not 100."""
    if found.percent in {0, 100}:
        return int(found.percent)
    return min(max(round(found.percent), 1), 99)
