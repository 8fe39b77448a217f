"""Reading an archive: log groups, types, and that being stored never changes an answer."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from siemlib.archive import Archive, load
from siemlib.database.connection import connect
from siemlib.errors import InputError, UsageError
from siemlib.model.event import FieldType
from siemlib.model.timespan import TimeSpan
from tests.archive.deliveries import ALWAYS, alert, ndjson, record, rows

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "version srcaddr dstaddr srcport dstport start end interface-id account-id action log-status"
FLOWS = [
    "2 123456789012 eni-1 10.0.0.1 10.0.0.2 4022 22 6 1 40 1772618400 1772618460 ACCEPT OK",
    "2 123456789012 eni-1 - - - - - - - 1772618460 1772618520 - NODATA",
]


def test_a_folder_that_is_no_archive_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not an archive"):
        Archive.open(tmp_path)
    with pytest.raises(UsageError, match="not an archive"):
        Archive.open(tmp_path / "missing")


def test_a_damaged_record_is_told_by_name(tmp_path: Path) -> None:
    load([ndjson(tmp_path / "x.json", [alert(1)])], tmp_path / "a")
    (record_file,) = (tmp_path / "a" / "loads").iterdir()
    record_file.write_text(record_file.read_text()[:100])
    with pytest.raises(InputError, match=record_file.name):
        Archive.open(tmp_path / "a")


def test_log_groups_are_listed_with_what_they_hold(tmp_path: Path) -> None:
    load([ndjson(tmp_path / "x.json", [alert(1), alert(7)])], tmp_path / "a", log_group="b")
    load([ndjson(tmp_path / "y.json", [record(1)])], tmp_path / "a", log_group="b")
    load([ndjson(tmp_path / "z.json", [record(2)])], tmp_path / "a", log_group="a")
    a, b = Archive.open(tmp_path / "a").log_groups()
    assert (a.name, a.sources, a.events) == ("a", ("cloudtrail",), 1)
    assert (b.name, b.sources, b.events) == ("b", ("cloudtrail", "ossec"), 3)
    assert b.first == datetime(2026, 3, 4, 10, 0, 1, tzinfo=UTC)
    assert b.last == datetime(2026, 3, 4, 10, 0, 7, tzinfo=UTC)


def test_the_events_of_a_span_are_known_and_counted_only_where_the_span_cuts_a_part(tmp_path: Path) -> None:
    load([ndjson(tmp_path / "x.json", [alert(1), alert(3), alert(7)])], tmp_path / "a")
    archive, connection = Archive.open(tmp_path / "a"), connect()
    whole = archive.relation(connection, ["OSSEC"], ALWAYS, [])
    assert (whole.scanned, whole.count_sql) == (3, None)
    start = datetime(2026, 3, 4, 10, 0, 1, tzinfo=UTC)
    for end, events in ((8, 3), (7, 2), (2, 1)):
        cut = archive.relation(connection, ["OSSEC"], TimeSpan(start, start.replace(second=end)), [])
        found = cut.scanned if cut.count_sql is None else connection.execute(cut.count_sql).fetchall()[0][0]
        assert (found, len(connection.execute(cut.sql).fetchall())) == (events, events)


def test_an_unknown_log_group_is_told_with_those_that_are_there(tmp_path: Path) -> None:
    load([ndjson(tmp_path / "x.json", [alert(1)])], tmp_path / "a")
    with pytest.raises(UsageError, match="'ossec'") as error:
        Archive.open(tmp_path / "a").relation(connect(), ["ossec"], ALWAYS, [])
    assert error.value.hint == "there are OSSEC"


def test_the_end_of_a_timespan_is_outside(tmp_path: Path) -> None:
    load([ndjson(tmp_path / "x.json", [alert(n) for n in range(10)])], tmp_path / "a")
    archive, connection = Archive.open(tmp_path / "a"), connect()
    start = datetime(2026, 3, 4, 10, 0, 3, tzinfo=UTC)
    relation = archive.relation(connection, ["OSSEC"], TimeSpan(start, start.replace(second=6)), [("full_log",)])
    assert [row[-1] for row in connection.execute(f"{relation.sql} ORDER BY 1").fetchall()] == [
        "line 3",
        "line 4",
        "line 5",
    ]
    empty = TimeSpan(datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 1, 2, tzinfo=UTC))
    relation = archive.relation(connection, ["OSSEC"], empty, [("rule", "level")])
    assert connection.execute(relation.sql).fetchall() == []
    assert len(connection.execute(relation.sql).description or ()) == 7


def test_only_the_days_of_the_timespan_are_read(tmp_path: Path) -> None:
    days = [record(n, eventTime=f"2026-03-{n + 1:02d}T10:00:00Z") for n in range(9)]
    load([ndjson(tmp_path / "x.ndjson", days)], tmp_path / "a")
    day = TimeSpan(datetime(2026, 3, 4, tzinfo=UTC), datetime(2026, 3, 5, tzinfo=UTC))
    relation = Archive.open(tmp_path / "a").relation(connect(), ["cloudtrail"], day, [])
    assert relation.sql.count(".parquet") == 1
    assert "/2026-03-04/" in relation.sql


NASTY: list[dict[str, object]] = [
    {},
    {"errorCode": None, "eventName": True, "readOnly": False},
    {"eventName": 1.50, "errorCode": 1e300, "awsRegion": -0, "recipientAccountId": 123456789012},
    {"eventName": 12345678901234567890123, "errorCode": [1], "awsRegion": {"a": 1}, "userIdentity": []},
    {"eventName": 'quote " and \\ backslash', "errorCode": "é \u0001 \ud83d\ude00", "awsRegion": ""},
    {"userIdentity": {"type": {"x": 1}, "userName": "{not json", "arn": "true"}, "eventName": "null"},
    {"userIdentity": None, "userIdentity.userName": "dotted", "userIdentity.type": 7},
    {
        "userIdentity": {
            "sessionContext.sessionIssuer.userName": "half",
            "sessionContext": {"sessionIssuer.userName": "x"},
        }
    },
    {"userIdentity": {"sessionContext": {"sessionIssuer": {"userName": "deep"}}, "accessKeyId": "AKIA"}},
]


def test_a_stored_field_reads_as_it_would_from_the_message(tmp_path: Path) -> None:
    file = ndjson(tmp_path / "ct.ndjson", [record(n, **more) for n, more in enumerate(NASTY)])
    load([file], tmp_path / "stored", source="cloudtrail")
    # The same events as a kind of log that stores nothing.
    load([file], tmp_path / "plain", source="json_events", log_group="cloudtrail")
    parts = Archive.open(tmp_path / "stored").loads()[0].parts
    paths = [".".join(field.path) for part in parts for field in part.fields]
    assert len(paths) > 12
    stored = rows(tmp_path / "stored", ["cloudtrail"], *paths)
    assert stored == rows(tmp_path / "plain", ["cloudtrail"], *paths)
    assert len(stored) == len(NASTY)
    assert any(row[4 + paths.index("userIdentity.userName")] == "dotted" for row in stored)


def test_flows_have_numbers_and_a_dash_where_there_is_none(tmp_path: Path) -> None:
    load([ndjson(tmp_path / "flow.log", FLOWS)], tmp_path / "a")
    archive = Archive.open(tmp_path / "a")
    types = archive.schema(["vpc-flow"])
    assert types["srcPort",] is FieldType.INTEGER
    assert types["accountId",] is FieldType.TEXT
    relation = archive.relation(connect(), ["vpc-flow"], ALWAYS, [("srcPort",), ("srcAddr",), ("nothing",)])
    assert [field.missing_text for field in relation.fields] == ["-", None, None]
    assert [row[4:] for row in rows(tmp_path / "a", ["vpc-flow"], "srcPort", "srcAddr", "nothing")] == [
        (4022, "10.0.0.1", None),
        (None, "-", None),
    ]


def test_a_field_that_not_every_part_has_becomes_text_and_loses_no_dash(tmp_path: Path) -> None:
    custom = [HEADER, "2 10.0.0.1 10.0.0.2 - 443 1772618500 1772618560 eni-1 123456789012 ACCEPT OK"]
    ndjson(tmp_path / "1.log", FLOWS)
    ndjson(tmp_path / "2.log", custom)
    load([tmp_path / "1.log", tmp_path / "2.log"], tmp_path / "a")
    archive = Archive.open(tmp_path / "a")
    assert archive.schema(["vpc-flow"])["srcPort",] is FieldType.INTEGER
    assert archive.schema(["vpc-flow"])["bytes",] is FieldType.DYNAMIC
    assert [row[4:] for row in rows(tmp_path / "a", ["vpc-flow"], "srcPort", "bytes", "packets")] == [
        (4022, "40", "1"),
        (None, "-", "-"),
        (None, None, None),
    ]


def test_a_number_that_is_not_plain_makes_no_flow_record(tmp_path: Path) -> None:
    odd = FLOWS[0].replace(" 4022 ", " 04022 ")
    events = [{"timestamp": 1772618400000 + n, "message": flow} for n, flow in enumerate([*FLOWS, odd, FLOWS[0]])]
    (tmp_path / "events.json").write_text(json.dumps({"events": events}))
    load([tmp_path / "events.json"], tmp_path / "a", log_group="vpc")
    found = rows(tmp_path / "a", ["vpc"], "srcPort")
    assert [row[2] for row in found] == [*FLOWS, odd, FLOWS[0]]
    assert [row[4] for row in found][:2] == ["4022", "-"]


def test_times_and_sizes_are_known_without_reading(tmp_path: Path) -> None:
    load([ndjson(tmp_path / "x.json", [alert(1), alert(2)])], tmp_path / "a")
    relation = Archive.open(tmp_path / "a").relation(connect(), ["OSSEC"], ALWAYS, [])
    assert relation.bytes == len(alert(1)) + len(alert(2))
    assert list(Archive.open(tmp_path / "a").digests().values()) == [str(tmp_path / "x.json")]


def test_what_could_not_be_read_and_what_was_assumed_is_said_without_paths(tmp_path: Path) -> None:
    line = "Mar  4 10:00:00 web sshd[7]: Server listening on 0.0.0.0 port 22."
    cut = tmp_path / "ct.json.gz"
    cut.write_bytes(gzip.compress("".join(record(n) + "\n" for n in range(3000)).encode())[:-20])
    logs = ndjson(tmp_path / "auth-2024.log", [line, line, "no time at all"])
    load([cut, logs], tmp_path / "a")
    archive = Archive.open(tmp_path / "a")

    partial, *counted = archive.unread()
    assert partial.startswith("ct.json.gz, loaded into cloudtrail, is not complete: read in part: the gzip data ends")
    assert counted[-1] == (
        "1 text of log group sshd could not be read when it was loaded; rejected/ in the archive holds what was kept."
    )
    assert archive.unread(["cloudtrail"])[0] == partial
    assert archive.unread(["sshd"]) == (counted[-1],)
    (assumed,) = archive.assumed()
    assert assumed.startswith(
        "auth-2024.log, loaded into sshd: its times have no year, and UTC is taken for their zone"
    )
    assert str(tmp_path) not in " ".join([*archive.unread(), *archive.assumed()])


def test_of_many_files_ten_are_named_and_the_rest_counted(tmp_path: Path) -> None:
    for n in range(13):
        ndjson(
            tmp_path / "in" / f"{n}.log", [f"Mar  4 10:00:{n:02d} web sshd[7]: Server listening on 0.0.0.0 port 22."]
        )
    load([tmp_path / "in"], tmp_path / "a")
    assumed = Archive.open(tmp_path / "a").assumed()
    assert len(assumed) == 11
    assert assumed[-1].startswith("3 more ")


def test_a_log_group_says_what_of_it_could_not_be_read(tmp_path: Path) -> None:
    cut = tmp_path / "in" / "ct.json.gz"
    cut.parent.mkdir()
    cut.write_bytes(gzip.compress("".join(record(n) + "\n" for n in range(3000)).encode())[:-20])
    ndjson(tmp_path / "in" / "nothing.json", ['{"no": "time"}'] * 3)
    ndjson(tmp_path / "in" / "alerts.json", [alert(1), "broken", alert(2)])
    load([tmp_path / "in"], tmp_path / "a")

    groups = {group.name: group for group in Archive.open(tmp_path / "a").log_groups()}

    assert groups["cloudtrail"].partial_files == ("ct.json.gz",)
    assert (groups["OSSEC"].rejected, groups["OSSEC"].partial_files) == (1, ())
    lost = groups["json-events"]
    assert (lost.events, lost.first, lost.rejected, lost.partial_files) == (0, None, 3, ("nothing.json",))
