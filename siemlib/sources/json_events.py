"""Events of any kind that are JSON objects: what no other source knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.model.event import Shape
from siemlib.model.observable import Address, find_addresses
from siemlib.sources import application, cloudtrail, ossec, suricata
from siemlib.sources.clock import as_written
from siemlib.sources.reading import entry as make_entry
from siemlib.sources.reading import (
    first_text,
    json_object,
    mostly,
    names_address,
    names_principal,
    observables,
    plain_entry,
)
from siemlib.sources.source import JsonTime, LogSource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siemlib.model.observable import Observable
    from siemlib.sources.source import Entry

_USER = (("user",), ("username",), ("user_name",), ("userName",), ("user", "name"), ("user", "id"), ("principal",))
_ADDRESS = (
    ("src_ip",),
    ("srcip",),
    ("source_ip",),
    ("client_ip",),
    ("clientIp",),
    ("remote_addr",),
    ("remote_ip",),
    ("source", "ip"),
    ("client", "ip"),
    ("ip",),
)
_ACTION = (("action",), ("event",), ("event_type",), ("eventName",), ("event", "action"), ("alert", "signature"))
_MESSAGE = (("alert", "signature"), ("message",), ("msg",), ("log",), ("description",))
_OTHERS = (cloudtrail.CLOUDTRAIL, ossec.OSSEC, suricata.SURICATA, application.APPLICATION)


def is_json(message: str) -> bool:
    """Whether the message is one JSON object."""
    return json_object(message) is not None


def _recognise(messages: Sequence[str]) -> bool:
    return mostly(messages, is_json) and not any(known.recognise(messages) for known in _OTHERS)


def entry(message: str) -> Entry:
    """What the usual names of fields tell; the whole event where they tell nothing."""
    event = json_object(message)
    if event is None:
        return plain_entry(message)
    address = Address.read(first_text(event, *_ADDRESS) or "")
    told = first_text(event, *_MESSAGE)
    action = first_text(event, *_ACTION) or "event"
    return make_entry(
        f"{action}: {told}" if told and told != action else told or message,
        actor=first_text(event, *_USER),
        address=address or next(iter(find_addresses(message)), None),
        action=action,
    )


def _observables(message: str) -> tuple[Observable, ...]:
    event = json_object(message)
    return observables(addresses=find_addresses(message), principals=[first_text(event, *_USER)])


JSON_EVENTS = LogSource(
    name="json_events",
    title="JSON events",
    documentation="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html",
    shape=Shape.JSON,
    log_group="json-events",
    recognise=_recognise,
    time=JsonTime(
        (
            ("timestamp",),
            ("@timestamp",),
            ("time",),
            ("ts",),
            ("eventTime",),
            ("datetime",),
            ("date",),
        )
    ),
    stored=(),
    select_address=names_address,
    select_principal=names_principal,
    observables=_observables,
    entry=entry,
    uncertainty=as_written("The writer's own time of the event, cut to the second or the millisecond."),
)
