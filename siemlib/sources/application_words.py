"""The words in which applications log: levels, and what the usual loggers call the user, the address, the message."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from siemlib.sources.reading import first_text, leaf, text_at

if TYPE_CHECKING:
    from collections.abc import Mapping

LEVEL = (
    r"(?:TRACE|VERBOSE|DEBUG|INFO|INFORMATION|NOTICE|WARN|WARNING|ERROR|ERR|CRIT|CRITICAL|FATAL|SEVERE|ALERT|EMERG"
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
_LEVELS = ("level", "severity", "levelname", "log.level", "lvl", "loglevel", "log_level", "logLevel", "severityText")
_LEVELS += ("SeverityText", "@l", "Level")
_MESSAGES = ("message", "msg", "short_message", "@m", "@mt", "Message", "MessageTemplate", "body", "event", "text")
_LOGGERS = ("logger", "logger_name", "loggerName", "log.logger", "name", "component", "module", "service", "app")
_REQUESTS = ("request_id", "requestId", "requestID", "req_id", "reqId", "trace_id", "traceId", "trace.id")
_REQUESTS += ("correlation_id", "correlationId", "AWSRequestId", "x-request-id", "RequestId", "TraceId")
_USERS = ("user", "username", "user_name", "userName", "user.name", "user.id", "user_id", "userId", "userid", "login")
_USERS += ("account", "principal", "actor", "email", "user_email", "usr.id", "usr.name", "usr", "enduser.id", "UserName")
_IN_USER = ("name", "username", "id", "email", "login")
_ADDRESSES = ("ip", "client_ip", "clientIp", "clientIP", "client.ip", "clientip", "remote_addr", "remoteAddr")
_ADDRESSES += ("remoteAddress", "remote_address", "remote_ip", "remoteIp", "src_ip", "source_ip", "sourceIp", "srcip")
_ADDRESSES += ("source.ip", "source.address", "client.address", "ip_address", "ipAddress", "ipaddr", "peer", "client")
_ADDRESSES += ("network.client.ip", "remote", "http.client_ip", "ClientIp", "RemoteIpAddress")
_IN_ADDRESS = ("ip", "address", "addr")
_ACTIONS = ("action", "event.action", "event_type", "eventType", "event_name", "eventName", "event", "operation")
_OUTCOMES = ("outcome", "event.outcome", "result", "status", "success", "succeeded")
_STATUSES = ("status_code", "statusCode", "http.status_code", "http.response.status_code", "status", "StatusCode")
_SUCCESS = frozenset({"success", "succeeded", "successful", "ok", "allowed", "granted", "accepted", "true"})
_FAILURE = frozenset({"failure", "failed", "fail", "error", "denied", "refused", "rejected", "blocked", "false"})
_STATUS = range(100, 600)
_FIRST_ERROR = 400


def _paths(name: str, inner: tuple[str, ...] = ()) -> tuple[tuple[str, ...], ...]:
    """A dotted name is written with its dot as often as with objects in objects."""
    whole = ((name,), tuple(name.split("."))) if "." in name else ((name,),)
    return (*whole, *((name, each) for each in inner))


def _everywhere(names: tuple[str, ...], inner: tuple[str, ...] = ()) -> tuple[tuple[str, ...], ...]:
    """At the top before anywhere deeper."""
    top = tuple(path for name in names for path in _paths(name, inner))
    return top + tuple((container, *path) for container in _CONTAINERS for path in top)


_USER_PATHS = _everywhere(_USERS, _IN_USER)
_ADDRESS_PATHS = _everywhere(_ADDRESSES, _IN_ADDRESS)
_REQUEST_PATHS = _everywhere(_REQUESTS)
_LEVEL_PATHS = tuple(path for name in _LEVELS for path in _paths(name))
_MESSAGE_PATHS = tuple((name,) for name in _MESSAGES)
_LOGGER_PATHS = tuple(path for name in _LOGGERS for path in _paths(name))
_ACTION_PATHS = tuple(path for name in _ACTIONS for path in _paths(name))
_OUTCOME_PATHS = _everywhere(_OUTCOMES)
_STATUS_PATHS = _everywhere(_STATUSES)

_NAMES = {
    "message": _MESSAGE_PATHS,
    "logger": _LOGGER_PATHS,
    "request": _REQUEST_PATHS,
    "user": _USER_PATHS,
    "action": _ACTION_PATHS,
}


def told(event: Mapping[str, object], what: str) -> str | None:
    """What the event says of its ``message``, ``logger``, ``request``, ``user`` or ``action``."""
    return first_text(event, *_NAMES[what])


def level(event: Mapping[str, object]) -> str | None:
    """The level: a word, or a number of the usual scale; other values of such a name are no level."""
    for path in _LEVEL_PATHS:
        value = leaf(event, *path)
        if isinstance(value, str) and _LEVEL_WORD.fullmatch(value.strip()):
            return value.strip()
        if isinstance(value, int) and value in _LEVEL_NUMBERS:
            return str(value)
    return None


def addresses(event: Mapping[str, object]) -> tuple[str, ...]:
    """The values of the names that applications give the address of the other side, the likeliest first."""
    return tuple(text for path in _ADDRESS_PATHS if (text := text_at(event, *path)))


def outcome(event: Mapping[str, object]) -> str | None:
    """``success`` or ``failure`` where a field says so in a word, in yes and no, or as a status of HTTP."""
    for path in _OUTCOME_PATHS:
        value = leaf(event, *path)
        word = str(value).strip().lower() if isinstance(value, str | bool) else ""
        if word in _SUCCESS:
            return "success"
        if word in _FAILURE:
            return "failure"
    for path in _STATUS_PATHS:
        text = text_at(event, *path) or ""
        if len(text) == 3 and text.isascii() and text.isdigit() and int(text) in _STATUS:  # noqa: PLR2004 - as HTTP's
            return "failure" if int(text) >= _FIRST_ERROR else "success"
    return None
