"""Logs of applications that use a logging library, as JSON objects and as lines.

What tells them from any other JSON or text is the level (``INFO``, ``"level": "error"``): JSON has it beside a message,
a line has it behind its time, perhaps after a thread, a logger or a request. The names of fields are those of the
common loggers: Python's logging and structlog, Log4j and Logback, pino and bunyan, Serilog, zap, Monolog, ECS, GELF and
AWS Lambda.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from siemlib.model.event import Shape
from siemlib.model.observable import Address, find_addresses
from siemlib.sources import application_words as words
from siemlib.sources import cloudtrail, ossec, suricata
from siemlib.sources.clock import as_written
from siemlib.sources.reading import entry as make_entry
from siemlib.sources.reading import (
    json_object,
    matches,
    mostly,
    names_address,
    names_principal,
    observables,
    plain_entry,
    text_at,
    whole_name,
)
from siemlib.sources.source import ISO, JsonTime, LogSource, TextTime
from siemlib.sources.syslog_line import address_in, outcome_of, user_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from siemlib.model.observable import Observable
    from siemlib.sources.source import Entry

_LOGIN = re.compile(
    r"\b(?:log|sign)(?:ged|ed)?[ _-]?(?:in|on)\b|\bauthenticat|\b(?:bad|failed|incorrect|invalid|wrong) password\b",
    re.IGNORECASE,
)
_OTHERS: tuple[tuple[str, Callable[[str], object]], ...] = (
    ("eventSource", cloudtrail.is_cloudtrail),
    ("event_type", suricata.is_eve),
    ("rule", ossec.alert),
    ("full_log", ossec.alert),
)
"""JSON of other sources, and the field without which it is none of theirs."""

# ── JSON ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def logged(message: str) -> dict[str, object] | None:
    """The event that a logger wrote as JSON: one with a level and a message; ``None`` for any other."""
    event = json_object(message)
    if event is None or words.level(event) is None or words.told(event, "message") is None:
        return None
    return None if any(name in event and other(message) for name, other in _OTHERS) else event


def is_logged(message: str) -> bool:
    """Whether the message is JSON that a logger wrote."""
    return logged(message) is not None


def _recognise_json(messages: Sequence[str]) -> bool:
    return mostly(messages, is_logged)


def _address(event: Mapping[str, object], said: str) -> Address | None:
    for text in words.addresses(event):
        if found := Address.read(text) or next(iter(find_addresses(text)), None):
            return found
    return address_in(said)


def _action(event: Mapping[str, object], said: str) -> str:
    """What the event calls itself, a request by its method and path, or a login by the words for one."""
    named = words.told(event, "action")
    if _LOGIN.search(f"{named or ''} {said}"):
        return "login"
    if named:
        return named
    for container in ((), ("request",), ("req",), ("http",)):
        method = text_at(event, *container, "method")
        path = next((text for name in ("path", "url", "uri") if (text := text_at(event, *container, name))), None)
        if method and path:
            return f"{method} {path}"
    return words.told(event, "logger") or "event"


def _json_entry(message: str) -> Entry:
    event = logged(message)
    if event is None:
        return plain_entry(message)
    said = words.told(event, "message") or ""
    front = [words.level(event), words.told(event, "logger")]
    request = words.told(event, "request")
    return make_entry(
        " ".join(part for part in front if part) + f": {said}" + (f" [request {request}]" if request else ""),
        actor=words.told(event, "user") or user_in(said),
        address=_address(event, said),
        action=_action(event, said),
        outcome=words.outcome(event) or outcome_of(said),
    )


def _json_observables(message: str) -> tuple[Observable, ...]:
    event = logged(message)
    return observables(
        addresses=find_addresses(message),
        principals=[_json_entry(message).actor],
        hosts=[next((text for name in ("hostname", "host") if (text := text_at(event, name))), None)],
    )


# ── lines ────────────────────────────────────────────────────────────────────────────────────────────────────────────

_ISO = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?"
# After a blank only what cannot be a number of the message.
_ZONE = r"(?:Z|[+-]\d{2}(?::?\d{2})?\b| [+-](?:0\d|1[0-4]):?(?:00|30|45)\b| UTC\b)"
# [INFO]⇥2026-03-04T10:00:00.000Z⇥request⇥message is Lambda's.
_TIME = rf"^(?:\[{words.LEVEL}\]\s)?[\[(]?({_ISO}{_ZONE}?)"
_LEVEL = rf"(?P<level>{words.LEVEL})"
_LINE = re.compile(
    rf"{_TIME}[\])]?(?P<between>(?:[ \t]+\[[^\]]*\]|[ \t]+[-|]+(?:[ \t]+[\w.$/:-]+(?:\[\d+\])?)?(?=[ \t]+[-|])"
    r"|\t[\w-]+(?=\t))*)"
    # Two blanks behind the colon are PostgreSQL's.
    rf"(?:[ \t]*[-|]+)?[ \t]+(?:[\w-]+\.)?[\[<]?{_LEVEL}[\]>]?(?=[ \t:|-]|$)(?!:  )[ \t]*(?P<rest>.*)$",
    re.DOTALL,
)
_LAMBDA = re.compile(
    rf"\[{_LEVEL}\]\s+{_ISO}{_ZONE}?\s+(?P<request>[\w-]+)\s(?P<rest>.*)$",
    re.DOTALL,
)
_LOGGER = re.compile(
    r"(?:\d+ )?(?:--- )?(?:\[[^\]]*\][ \t]*)*(?P<logger>[A-Za-z_$][\w.$/-]*(?:\[\d+\])?(?::\w+:\d+)?)[ \t]*"
    r"(?::|-|\|)[ \t]+(?P<said>.*)$",
    re.DOTALL,
)
_BRACKETED = re.compile(r"\[(?P<logger>[A-Za-z_$][\w.$/-]*)\][ \t:-]+(?P<said>.*)$", re.DOTALL)
_LONGEST = 8192
_JSON = json.JSONDecoder()


def _read(message: str) -> tuple[str, str | None, str] | None:
    """Level, logger and message of a line, or ``None``."""
    text = message[:_LONGEST]
    found = _LINE.match(text) or _LAMBDA.match(text)
    if found is None:
        return None
    rest = found["rest"].lstrip(":-| \t")
    logger = _LOGGER.match(rest) or _BRACKETED.match(rest)
    if logger:
        return found["level"], logger["logger"], logger["said"]
    between = (found.groupdict().get("between") or "").strip("-| \t")
    return found["level"], between or None, rest


def _context(said: str) -> dict[str, object]:
    """The JSON object that loggers such as Monolog write behind the message, or an empty one."""
    start = said.find("{")
    try:
        value = _JSON.raw_decode(said, start)[0] if start >= 0 else {}
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def is_line(message: str) -> bool:
    """Whether the message is a line of a logger: a time in ISO 8601, then a level."""
    return _read(message) is not None


def _recognise_lines(messages: Sequence[str]) -> bool:
    return mostly(messages, is_line)


def _line_entry(message: str) -> Entry:
    read = _read(message)
    if read is None:
        return plain_entry(message)
    level, logger, said = read
    context = _context(said)
    return make_entry(
        f"{level} {logger}: {said}" if logger else f"{level}: {said}",
        actor=words.told(context, "user") or user_in(said),
        address=_address(context, said),
        action="login" if _LOGIN.search(said) else logger or "line",
        outcome=words.outcome(context) or outcome_of(said),
    )


def _line_observables(message: str) -> tuple[Observable, ...]:
    return observables(addresses=find_addresses(message), principals=[_line_entry(message).actor])


def _select_in_line(name: str) -> str:
    return matches(whole_name(name))


APPLICATION = LogSource(
    name="application",
    title="Application events",
    documentation="https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html",
    shape=Shape.JSON,
    log_group="application",
    recognise=_recognise_json,
    time=JsonTime(
        tuple(
            (name,)
            for name in (
                *("timestamp", "@timestamp", "time", "ts", "@t", "datetime", "date", "asctime", "eventTime", "created"),
                *("Timestamp", "timeMillis", "t"),
            )
        )
    ),
    stored=(),
    select_address=names_address,
    select_principal=names_principal,
    observables=_json_observables,
    entry=_json_entry,
    uncertainty=as_written("The writer's own time of the event, cut to the second or the millisecond."),
)
APPLICATION_TEXT = LogSource(
    name="application_text",
    title="Application lines",
    documentation="https://docs.python.org/3/howto/logging.html#changing-the-format-of-displayed-messages",
    shape=Shape.TEXT,
    log_group="application-text",
    recognise=_recognise_lines,
    # A zone that is there is read; a time without one is taken for UTC.
    time=(TextTime(_TIME.replace("| UTC\\b", ""), ISO),),
    stored=(),
    select_address=names_address,
    select_principal=_select_in_line,
    observables=_line_observables,
    entry=_line_entry,
    uncertainty=as_written("The writer's own time of the event, cut to the second or the millisecond."),
)
