"""What applications log, as JSON and as lines."""

from __future__ import annotations

import json
import re
from datetime import datetime

import pytest

from siemlib.sources import recognise, source
from siemlib.sources.source import TextTime
from tests.sources.samples import SAMPLES

EVENTS, LINES = source("application"), source("application_text")
VIOLET = ("violet", "203.0.113.66", "login", "failure")


def _of(message: str) -> tuple[str | None, str | None, str, str | None]:
    known = recognise([message])
    assert known is (EVENTS if message.startswith("{") else LINES), known
    entry = known.entry(message)
    return entry.actor, entry.address, entry.action, entry.outcome


@pytest.mark.parametrize(
    "event",
    [
        {"timestamp": "x", "level": "WARN", "msg": "login failed", "user": "violet", "client_ip": "203.0.113.66"},
        {"time": 1, "level": 40, "msg": "login failed", "userId": "violet", "req": {"remoteAddress": "203.0.113.66"}},
        {"@t": "x", "@l": "Warning", "@mt": "Login failed", "UserName": "violet", "ClientIp": "203.0.113.66:5"},
        {"@timestamp": "x", "log.level": "warn", "message": "login failed", "user.name": "violet"}
        | {"source": {"ip": "203.0.113.66"}},
        {"severity": "ERROR", "message": "x", "event": {"action": "user-login", "outcome": "failure"}}
        | {"user": {"name": "violet"}, "client": {"ip": "203.0.113.66"}},
        {"level": "info", "message": "login", "success": False, "context": {"user": {"email": "violet"}}}
        | {"extra": {"ip": "203.0.113.66"}},
        {"level": 4, "levelname": "warning", "short_message": "Invalid password for violet from 203.0.113.66"},
        {"level": "INFO", "message": "sign-in", "status": 401, "usr": {"id": "violet"}, "ip": "203.0.113.66"},
    ],
    ids=",".join,
)
def test_the_names_of_the_common_loggers_tell_who_from_where_and_whether(event: dict[str, object]) -> None:
    assert _of(json.dumps(event)) == VIOLET


@pytest.mark.parametrize(
    "line",
    [
        "2026-03-04 10:00:01,250 - app.auth - WARNING - login failed for user violet from 203.0.113.66",
        "2026-03-04 10:00:01,250 WARNING [app.auth] login failed for user violet from 203.0.113.66",
        "2026-03-04 10:00:01.250 [main] WARN  org.example.Auth - login failed for user violet from 203.0.113.66",
        "2026-03-04T10:00:01.250+01:00  WARN 7 --- [nio-1] o.e.Auth : login failed for user violet from 203.0.113.66",
        '[2026-03-04 10:00:01] production.WARNING: Login failed {"user":"violet","ip":"203.0.113.66"} []',
        "[WARNING]\t2026-03-04T10:00:01.250Z\t8d4c-01\tlogin failed for user violet from 203.0.113.66",
        "2026-03-04T10:00:01.250Z\t8d4c-01\tWARN\tlogin failed for user violet from 203.0.113.66",
        "2026-03-04 10:00:01.250 | WARNING  | app.auth:login:12 - login failed for user violet from 203.0.113.66",
        "2026-03-04T10:00:01Z WARN app.auth: login failed for user violet from 203.0.113.66",
        "2026-03-04 10:00:01.250 +01:00 [WRN] login failed for user violet from 203.0.113.66",
        "2026-03-04 10:00:01 UTC [WARN] auth: login failed for user violet from 203.0.113.66",
    ],
)
def test_the_layouts_of_the_common_loggers_tell_who_from_where_and_whether(line: str) -> None:
    assert _of(line) == VIOLET


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2026-03-04 10:00:01,250 INFO x", "2026-03-04T10:00:01.250000"),
        ("[2026-03-04T10:00:01+01:00] app.INFO: x", "2026-03-04T10:00:01+01:00"),
        ("[INFO]\t2026-03-04T10:00:01.250Z\tr-1\tx", "2026-03-04T10:00:01.250000+00:00"),
        ("2026-03-04 10:00:01.250 +05:30 [INF] x", "2026-03-04T10:00:01.250000+05:30"),
        ("2026-03-04 10:00:01 UTC [INFO] x", "2026-03-04T10:00:01"),
    ],
)
def test_the_time_of_a_line_is_read_with_its_zone(line: str, expected: str) -> None:
    assert isinstance(LINES.time, tuple)
    (layout,) = LINES.time
    assert isinstance(layout, TextTime)
    found = re.search(layout.pattern, line)
    assert found
    assert datetime.fromisoformat(found[1].replace(",", ".").replace(" +", "+")).isoformat() == expected


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("2026-03-04 10:00:01.250 UTC [123] FATAL:  password authentication failed for user x", "application_text"),
        ("2026-03-04 10:00:01 UTC:203.0.113.66(51022):app@shop:[4242]:FATAL:  no entry", "application_text"),
        ('2026-03-04 10:00:01.250 UTC,"u","d",123,"203.0.113.66:1",5,"x",1,FATAL,28P01,"x"', "application_text"),
        ("2026-03-04T10:00:01.123456Z 8 [Warning] Access denied for user 'root'@'203.0.113.66'", "application_text"),
        ("2026-03-04 10:00:01 0 [ERROR] mysqld: x", "application_text"),
        ("2026-03-04T10:00:00+01:00 web-1 app[7]: ERROR x", "application_text"),
        ("2026/03/04 10:00:00 [error] 7#7: x", "application_text"),
        ("2026-03-04 10:00:00 ERRORS were none", "application_text"),
        ('{"timestamp":"2026-03-04T10:00:00Z","level":"Metadata","message":"x"}', "application"),
        ('{"timestamp":"2026-03-04T10:00:00Z","level":"info"}', "application"),
        ('{"level":5,"message":"x"}', "application"),
        ('{"level":"warn","message":"x","rule":{"id":"5710","level":5}}', "application"),
    ],
)
def test_what_a_database_a_system_or_another_sensor_wrote_is_left_to_others(line: str, name: str) -> None:
    assert not source(name).recognise([line])


@pytest.mark.parametrize("name", [name for name in SAMPLES if not name.startswith("application")])
def test_no_other_source_loses_a_line_to_applications(name: str) -> None:
    assert not any(known.recognise([line]) for known in (EVENTS, LINES) for line in SAMPLES[name])


def test_a_request_is_named_by_method_and_path_and_by_its_id() -> None:
    entry = EVENTS.entry('{"level":30,"msg":"done","reqId":"r-7","req":{"method":"GET","url":"/x"},"res":{"a":1}}')

    assert entry.action == "GET /x"
    assert entry.summary == "30: done [request r-7]"


def test_a_level_alone_is_no_outcome() -> None:
    assert _of('{"level":"error","message":"disk is full"}') == (None, None, "event", None)
    assert _of("2026-03-04 10:00:00 ERROR disk is full") == (None, None, "line", None)


def test_a_later_line_of_a_trace_is_itself() -> None:
    trace = '  File "/srv/app/auth.py", line 12, in login'

    assert LINES.entry(trace).summary == trace.strip()
    assert LINES.entry(trace).action == "line"


def test_what_stands_at_the_top_counts_before_what_stands_deeper() -> None:
    event = {"level": "info", "message": "x", "data": {"user": "other", "ip": "10.0.0.9"}, "user": "violet"}

    assert _of(json.dumps(event | {"ip": "203.0.113.66"}))[:2] == ("violet", "203.0.113.66")
