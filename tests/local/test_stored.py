"""An archive answers as the plain messages do: what is stored as a typed column changes the speed, never the answer."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings

from siemlib.archive import load
from siemlib.database.memory import MemoryEvent, MemoryStore
from siemlib.engine import LogGroup
from siemlib.local.engine import LocalEngine, open_local
from siemlib.model.timespan import TimeSpan, to_millis
from tests.database.queries import queries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

SPAN = TimeSpan.of_millis(1_772_582_400_000, 1_772_668_800_000)
SETTINGS = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
FLOW = (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
)
FLOWS = [
    "2 123456789012 eni-1 10.0.0.1 10.0.0.2 4022 22 6 1 40 1772618400 1772618460 ACCEPT OK",
    "2 123456789012 eni-1 - - - - - - - 1772618460 1772618520 - NODATA",
    "2 123456789012 eni-1 10.0.0.10 10.0.0.2 22 4022 6 7 9007199254740993 1772618400 1772618460 REJECT OK",
    "2 123456789012 eni-2 2001:db8::1 10.0.0.2 7 0 58 10 0 1772618461 1772618470 ACCEPT OK",
    "2 123456789012 eni-2 203.0.113.7 10.0.0.9 7 443 6 10 9007199254740992 1772618461 1772618470 REJECT OK",
    "2 123456789012 eni-2 203.0.113.7 10.0.0.9 7 443 6 10 100 1772618461 1772618470 REJECT OK",
    "2 unknown eni-1 - - - - - - - 1772618460 1772618520 - SKIPDATA",
]
CALLS: list[dict[str, object]] = [
    {"eventVersion": "1.08", "sourceIPAddress": "192.0.2.1", "readOnly": True, "requestParameters": {"size": 7}},
    {"eventVersion": "1.8", "sourceIPAddress": "192.0.2.10", "readOnly": False, "errorCode": "AccessDenied"},
    {"eventVersion": "7", "sourceIPAddress": "ec2.amazonaws.com", "requestParameters": {"size": 9007199254740993}},
    {"eventVersion": 1.50, "sourceIPAddress": None, "readOnly": "true", "errorCode": ""},
    {"eventVersion": 'x\\"ü', "sourceIPAddress": ["10.0.0.1"], "readOnly": {"a": 1}, "errorCode": "7"},
    {"eventVersion": 7, "readOnly": 1, "requestParameters.size": "x", "requestParameters": None},
]
NAMES = {
    "flows": {"a": "srcPort", "b": "bytes", "t": "srcAddr", "flag": "action", "gone": "accountId"},
    "calls": {
        "a": "eventVersion",
        "b": "requestParameters.size",
        "t": "sourceIPAddress",
        "flag": "readOnly",
        "gone": "errorCode",
    },
}
"""What the generated queries call ``a``, ``b`` … in each log group."""


class Messages(MemoryStore):
    """Events in memory, of both log groups."""

    def log_groups(self) -> tuple[LogGroup, ...]:
        """The two."""
        return tuple(LogGroup(name, (), 0, None, None) for name in NAMES)

    def unread(self, log_groups: Sequence[str] | None = None) -> tuple[str, ...]:
        """Nothing."""
        del log_groups
        return ()


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> tuple[LocalEngine, LocalEngine]:
    """An archive, and its messages in memory."""
    folder = tmp_path_factory.mktemp("stored")
    (folder / "flows.log").write_text("\n".join([FLOW, *FLOWS]) + "\n")
    lines = [
        {"eventTime": f"2026-03-04T10:00:0{n // 2}Z", "eventSource": "s3.amazonaws.com", "eventName": "Get", **call}
        for n, call in enumerate(CALLS)
    ]
    (folder / "calls.ndjson").write_text(
        "".join(json.dumps(line | {"eventID": f"{n}"}) + "\n" for n, line in enumerate(lines))
    )
    for name, file in (("flows", "flows.log"), ("calls", "calls.ndjson")):
        assert load([folder / file], folder / "archive", log_group=name).refused == ()
    stored = open_local(folder / "archive")
    plain = Messages([event for name in NAMES for event in _events(stored, name)])
    return stored, LocalEngine(plain, "local:memory")


def test_the_archive_holds_every_event(engines: tuple[LocalEngine, LocalEngine]) -> None:
    stored, _ = engines
    assert [event.message for event in _events(stored, "flows")] == sorted(FLOWS, key=lambda line: line.split()[10])
    assert len(_events(stored, "calls")) == len(CALLS)


@pytest.mark.parametrize("group", NAMES)
def test_an_archive_answers_generated_queries_as_its_messages_do(
    engines: tuple[LocalEngine, LocalEngine], group: str
) -> None:
    @given(queries)
    @SETTINGS
    def same(query: str) -> None:
        asked = re.sub(r"\b(a|b|t|flag|gone)\b(?!\()", lambda m: NAMES[group][m[0]], query)
        check_same(engines, asked.replace("'memory'", f"'{group}'"), group)

    same()


@pytest.mark.parametrize(
    ("group", "query"),
    [
        ("flows", "stats sum(bytes) as total, count(bytes) as n, max(bytes), min(bytes) by srcAddr | sort total desc"),
        (
            "flows",
            'filter srcPort != 7 and dstPort not in [22] or bytes = "-" | fields srcPort, dstPort, bytes, action',
        ),
        ("flows", "fields srcPort | sort bytes desc, srcPort | dedup srcPort"),
        ("flows", "filter isIpv4InSubnet(srcAddr, '10.0.0.0/8') | stats pct(packets, 50), latest(bytes) by action"),
        ("flows", "filter bytes = 9007199254740993 | fields bytes"),
        ("flows", "stats count(*) by logStatus, accountId, version"),
        ("flows", "stats countDistinct(srcPort), values(bytes), earliest(dstPort)"),
        ("calls", "fields eventVersion, readOnly, errorCode, sourceIPAddress | sort eventVersion desc"),
        ("calls", "filter readOnly = true or errorCode = '' | stats count(*) as n by readOnly, sourceIPAddress"),
        ("calls", "filter ispresent(requestParameters.size) | fields requestParameters.size, `requestParameters.size`"),
        ("calls", "filter eventVersion > 1 | dedup eventVersion | limit 2"),
    ],
)
def test_an_archive_answers_what_people_ask_as_its_messages_do(
    engines: tuple[LocalEngine, LocalEngine], group: str, query: str
) -> None:
    check_same(engines, query, group)


def _events(engine: LocalEngine, group: str) -> list[MemoryEvent]:
    asked = engine.run("fields @timestamp, @message, @logStream | sort @timestamp asc", SPAN, [group], every_row=True)
    times = [to_millis(time) for time in asked.frame["@timestamp"]]
    return [
        MemoryEvent(time, row["@message"], group, row["@logStream"])
        for time, row in zip(times, asked.rows, strict=True)
    ]


def check_same(engines: tuple[LocalEngine, LocalEngine], query: str, group: str) -> None:
    from_columns, from_text = (engine.run(query, SPAN, [group]) for engine in engines)
    assert [_comparable(row) for row in from_columns.rows] == [_comparable(row) for row in from_text.rows], query
    assert from_columns.run.statistics.records_matched == from_text.run.statistics.records_matched


def _comparable(row: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in row.items() if name != "@ptr"}


def test_fields_beyond_the_two_hundredth_are_absent_also_where_they_are_stored(tmp_path: Path) -> None:
    late = {"errorCode": "Denied", "eventTime": "2026-03-04T10:00:02Z"}
    head = {"eventSource": "s3.amazonaws.com", "eventName": "GetObject", "eventVersion": "1.08"}
    wide = [{**head, "items": list(range(count)), **late} for count in (196, 197, 300)]
    lines = [json.dumps(call) for call in wide]
    (tmp_path / "calls.json").write_text("\n".join(lines) + "\n", "utf-8")
    load([tmp_path / "calls.json"], tmp_path / "archive", log_group="calls", source="cloudtrail")
    engine = open_local(tmp_path / "archive")
    [group] = engine.log_groups()
    assert group.events == 3  # the time is found wherever it stands
    query = "fields eventName, errorCode, items.195, items.196, items.197 | sort items.196"
    rows = [{k: v for k, v in row.items() if k != "@ptr"} for row in engine.run(query, SPAN, ["calls"]).rows]
    assert sorted(rows, key=lambda row: "errorCode" not in row) == [
        {"eventName": "GetObject", "errorCode": "Denied", "items.195": "195"},
        {"eventName": "GetObject", "items.195": "195", "items.196": "196"},
        {"eventName": "GetObject", "items.195": "195", "items.196": "196"},
    ]
