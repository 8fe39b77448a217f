"""Any other lines of text, known by nothing but the time in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from siemlib.model.event import Shape
from siemlib.model.observable import find_addresses
from siemlib.sources import application, auditd, json_events, mysql, postgresql, suricata, syslog, vpc_flow, web_access
from siemlib.sources.clock import Uncertainty, as_written
from siemlib.sources.reading import entry as make_entry
from siemlib.sources.reading import matches, mostly, names_address, observables, whole_name
from siemlib.sources.source import EPOCH, ISO, NAMED_ZONE, LogSource, TextTime
from siemlib.sources.syslog_line import address_in, outcome_of, user_in
from siemlib.sources.zones import OFFSETS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siemlib.model.observable import Observable
    from siemlib.sources.source import Entry

_DAY = r"\d{4}-\d{2}-\d{2}"
_CLOCK = r"\d{2}:\d{2}:\d{2}"
_OPEN = r"^[\[(<\"]?"
# After a blank only what cannot be a number of the message.
_ZONE = r"(?:Z|[+-]\d{2}(?::?\d{2})?\b| [+-](?:0\d|1[0-4]):?(?:00|30|45)\b)"

_WORDS = frozenset({"MET", "EAT", "CAT", "WAT", "WET", "WIT", "AST"})
"""Short names of zones that a message may begin with in another sense."""
_NAMED = "|".join(sorted(zone for zone in OFFSETS if len(zone) > 2 and zone not in _WORDS))  # noqa: PLR2004 - not Z

TIMES = (
    TextTime(rf"{_OPEN}({_DAY}[T ]{_CLOCK}(?:[.,]\d{{1,9}})? (?:{_NAMED}))(?:[^0-9A-Za-z_-]|$)", NAMED_ZONE),
    # A zone that is there must be read: without it the event would be hours away from where it was.
    TextTime(rf"{_OPEN}({_DAY}[T ]{_CLOCK}(?:[.,]\d{{1,9}})?{_ZONE}?)", ISO),
    # Apache's and nginx' error logs
    TextTime(rf"^\[([A-Z][a-z]{{2}} [A-Z][a-z]{{2}} \d{{2}} {_CLOCK}\.\d{{1,6}} \d{{4}})\]", "%a %b %d %H:%M:%S.%f %Y"),
    TextTime(rf"^\[([A-Z][a-z]{{2}} [A-Z][a-z]{{2}} \d{{2}} {_CLOCK} \d{{4}})\]", "%a %b %d %H:%M:%S %Y"),
    TextTime(rf"^(\d{{4}}/\d{{2}}/\d{{2}} {_CLOCK})", "%Y/%m/%d %H:%M:%S"),
    # Snort's and Suricata's lines, audit records behind a header
    TextTime(rf"^(\d{{2}}/\d{{2}}/\d{{4}}-{_CLOCK}\.\d{{1,6}})", "%m/%d/%Y-%H:%M:%S.%f"),
    TextTime(r"\bmsg=audit\((\d{10}\.\d{3}):\d+\)", EPOCH),
    TextTime(r"^(\d{10}(?:\.\d{1,6}|\d{3})?)\b", EPOCH),
)
_PATTERNS = tuple(re.compile(time.pattern, re.ASCII) for time in TIMES)
_OTHERS = (
    json_events.is_json,
    syslog.is_syslog,
    web_access.is_access,
    vpc_flow.is_record,
    auditd.is_record,
    suricata.is_fast,
    application.is_line,
    postgresql.is_postgresql,
    mysql.is_mysql,
)


def has_time(message: str) -> bool:
    """Whether the line has a time that :data:`TIMES` can read."""
    return any(pattern.search(message) for pattern in _PATTERNS)


def _recognise(messages: Sequence[str]) -> bool:
    return mostly(messages, lambda line: has_time(line) and not any(other(line) for other in _OTHERS))


def entry(message: str) -> Entry:
    """The line itself; user, address and outcome where the usual words give them."""
    return make_entry(
        message,
        actor=user_in(message),
        address=address_in(message),
        action="line",
        outcome=outcome_of(message),
    )


def _observables(message: str) -> tuple[Observable, ...]:
    return observables(addresses=find_addresses(message), principals=[user_in(message)])


def _select_principal(name: str) -> str:
    return matches(whole_name(name))


_WRITTEN = as_written("The writer's own time of the line, cut to the second or the millisecond.")
_DELIVERED = Uncertainty(
    60_000, 1000, "The line has no time: it is that of its delivery, taken to be at most a minute after it was written."
)


def _uncertainty(message: str, time: int) -> Uncertainty:
    return _WRITTEN(message, time) if has_time(message) else _DELIVERED


PLAIN = LogSource(
    name="plain",
    title="Text logs",
    documentation="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html",
    shape=Shape.TEXT,
    log_group="text",
    recognise=_recognise,
    time=TIMES,
    stored=(),
    select_address=names_address,
    select_principal=_select_principal,
    observables=_observables,
    entry=entry,
    uncertainty=_uncertainty,
)
