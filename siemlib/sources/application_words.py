"""The words in which applications log: levels, and what the usual loggers call the user, the address, the message."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from siemlib.sources.reading import first_text, leaf, text_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LEVEL = (
    r"(?:TRACE|VERBOSE|DEBUG|DBG|INFO|INF|WRN|FTL|INFORMATION|NOTICE|WARN|WARNING|ERROR|ERR|CRIT|CRITICAL|FATAL|SEVERE|ALERT|EMERG"
    r"|EMERGENCY|PANIC|trace|debug|info|notice|warn|warning|error|critical|fatal)"
)
"""A level as loggers write it: all capitals, or all small."""
_LEVEL_WORD = re.compile(LEVEL, re.IGNORECASE)
_LEVEL_NUMBERS = frozenset({10, 20, 30, 40, 50, 60})
"""Of bunyan and pino, and of Python's ``levelno``."""

_CONTAINERS = (
    *("context", "ctx", "extra", "fields", "data", "labels", "payload", "jsonPayload", "attributes", "properties"),
    *("Properties", "req", "request", "http", "event", "detail", "details", "metadata", "meta"),
)
_LEVELS = (
    *("level", "severity", "levelname", "log.level", "lvl", "loglevel", "log_level", "logLevel", "severityText"),
    *("SeverityText", "@l", "Level"),
)
_MESSAGES = ("message", "msg", "short_message", "@m", "@mt", "Message", "MessageTemplate", "body", "event", "text")
_LOGGERS = ("logger", "logger_name", "loggerName", "log.logger", "name", "component", "module", "service", "app")
_REQUESTS = (
    *("request_id", "requestId", "requestID", "req_id", "reqId", "trace_id", "traceId", "trace.id"),
    *("correlation_id", "correlationId", "AWSRequestId", "x-request-id", "RequestId", "TraceId"),
)
_USERS = (
    *("user", "username", "user_name", "userName", "user.name", "user.id", "user_id", "userId", "userid", "login"),
    *("account", "principal", "actor", "email", "user_email", "usr.id", "usr.name", "usr", "enduser.id", "UserName"),
)
_IN_USER = ("name", "username", "id", "email", "login")
_ADDRESSES = (
    *("ip", "client_ip", "clientIp", "clientIP", "client.ip", "clientip", "remote_addr", "remoteAddr"),
    *("remoteAddress", "remote_address", "remote_ip", "remoteIp", "src_ip", "source_ip", "sourceIp", "srcip"),
    *("source.ip", "source.address", "client.address", "ip_address", "ipAddress", "ipaddr", "peer", "client"),
    *("network.client.ip", "remote", "http.client_ip", "ClientIp", "RemoteIpAddress"),
)
_IN_ADDRESS = ("ip", "address", "addr")
_ACTIONS = ("action", "event.action", "event_type", "eventType", "event_name", "eventName", "event", "operation")
_OUTCOMES = ("outcome", "event.outcome", "result", "status", "success", "succeeded")
_STATUSES = ("status_code", "statusCode", "http.status_code", "http.response.status_code", "status", "StatusCode")
_SUCCESS = frozenset({"success", "succeeded", "successful", "ok", "allowed", "granted", "accepted", "true"})
_FAILURE = frozenset({"failure", "failed", "fail", "error", "denied", "refused", "rejected", "blocked", "false"})
_HTTP_STATUS = re.compile(r"[1-5][0-9][0-9]")
_FIRST_ERROR = 400


def _paths(name: str, inner: tuple[str, ...] = ()) -> tuple[tuple[str, ...], ...]:
    """A dotted name is written with its dot as often as with objects in objects."""
    whole = ((name,), tuple(name.split("."))) if "." in name else ((name,),)
    return (*whole, *((name, each) for each in inner))


def _all_paths(names: tuple[str, ...], inner: tuple[str, ...] = ()) -> tuple[tuple[str, ...], ...]:
    return tuple(path for name in names for path in _paths(name, inner))


_LEVEL_PATHS = _all_paths(_LEVELS)
_ADDRESS_PATHS = _all_paths(_ADDRESSES, _IN_ADDRESS)
_OUTCOME_PATHS = _all_paths(_OUTCOMES)
_STATUS_PATHS = _all_paths(_STATUSES)
_AT_THE_TOP = {
    "message": _all_paths(_MESSAGES),
    "logger": _all_paths(_LOGGERS),
    "action": _all_paths(_ACTIONS),
}
_ANYWHERE = {
    "request": _all_paths(_REQUESTS),
    "user": _all_paths(_USERS, _IN_USER),
}


def _parts(event: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """The event, then the objects in which loggers put what the program adds: the top counts before anything deeper."""
    yield event
    for name in _CONTAINERS:
        if isinstance(part := event.get(name), dict):
            yield part


def _there(event: Mapping[str, object], paths: tuple[tuple[str, ...], ...]) -> Iterator[tuple[str, ...]]:
    """Of many paths those that may lead somewhere; events are small and names are many."""
    return (path for path in paths if path[0] in event)


def told(event: Mapping[str, object], what: str) -> str | None:
    """What the event says of its ``message``, ``logger``, ``action``, ``request`` or ``user``."""
    if what in _AT_THE_TOP:
        return first_text(event, *_there(event, _AT_THE_TOP[what]))
    paths = _ANYWHERE[what]
    return next((text for part in _parts(event) if (text := first_text(part, *_there(part, paths)))), None)


def level(event: Mapping[str, object]) -> str | None:
    """The level: a word, or a number of the usual scale; other values of such a name are no level."""
    for path in _LEVEL_PATHS:
        value = leaf(event, *path)
        if isinstance(value, str) and _LEVEL_WORD.fullmatch(value.strip()):
            return value.strip()
        if isinstance(value, int) and value in _LEVEL_NUMBERS:
            return str(value)
    return None


def addresses(event: Mapping[str, object]) -> Iterator[str]:
    """The values of the names that applications give the address of the other side, the likeliest first."""
    for part in _parts(event):
        yield from (text for path in _there(part, _ADDRESS_PATHS) if (text := text_at(part, *path)))


def outcome(event: Mapping[str, object]) -> str | None:
    """``success`` or ``failure`` where a field says so in a word, in yes and no, or as a status of HTTP."""
    parts = list(_parts(event))
    for value in (leaf(part, *path) for part in parts for path in _there(part, _OUTCOME_PATHS)):
        word = str(value).strip().lower() if isinstance(value, str | bool) else ""
        if word in _SUCCESS:
            return "success"
        if word in _FAILURE:
            return "failure"
    for text in (text_at(part, *path) for part in parts for path in _there(part, _STATUS_PATHS)):
        if text and _HTTP_STATUS.fullmatch(text):
            return "failure" if int(text) >= _FIRST_ERROR else "success"
    return None
