"""Messages that are cut short, files of S3, and the sample: what is acquired answers as what it was acquired from."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from siemlib.archive import Archive
from siemlib.case.open import open_case
from siemlib.investigate import pivot
from siemlib.live.acquire.account import Stored
from siemlib.live.acquire.run import Watching, Wish, acquire_stored
from siemlib.live.governor import Governor
from siemlib.local.engine import open_local
from siemlib.model.run import Completeness
from siemlib.model.timespan import TimeSpan, parse_time
from siemlib.serve.faults import Refuse
from siemlib.settings import Settings
from tests.fixtures_sample import sample_archive
from tests.fixtures_serve import serving
from tests.live.acquire.accounts import (
    APP,
    APP_EVENTS,
    LONG,
    SPAN,
    account_at,
    acquired,
    events_of,
    watched,
)
from tests.live.acquire.buckets import BUCKET, bucket_of, nobody

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Answer
    from siemlib.live.acquire.account import Account
    from tests.fixtures_serve import Endpoint

__all__ = ["sample_archive"]

pytestmark = pytest.mark.xdist_group("sample")
ONE = Wish((APP,), SPAN)


def test_messages_that_are_cut_short_are_asked_for_whole(
    endpoint: Endpoint, account: Account, source: Path, tmp_path: Path
) -> None:
    cutting, _ = watched(account, cut=50)
    before = len(endpoint.asked("GetLogRecord"))
    record = acquired(cutting, tmp_path / "a", ONE)[APP].record
    assert (record.received, record.completeness) == (APP_EVENTS, Completeness.COMPLETE)
    assert events_of(tmp_path / "a", APP) == events_of(source, APP)
    records = len(endpoint.asked("GetLogRecord")) - before
    assert records == LONG
    assert f"{LONG} messages came cut short" in record.notes[0]
    acquired(cutting, tmp_path / "a", ONE)
    assert len(endpoint.asked("GetLogRecord")) == before + LONG


def test_where_many_are_cut_short_their_slice_is_read_with_filter_log_events(
    endpoint: Endpoint, account: Account, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("siemlib.live.acquire.by_insights._MOST_RECORDS", 3)
    cutting, _ = watched(account, cut=50)
    before = len(endpoint.asked("GetLogRecord"))
    record = acquired(cutting, tmp_path / "a", ONE)[APP].record
    assert record.completeness is Completeness.COMPLETE
    assert len(endpoint.asked("GetLogRecord")) == before
    assert events_of(tmp_path / "a", APP) == events_of(source, APP)


def test_a_message_that_cannot_be_had_whole_is_no_event_and_is_named(
    endpoint: Endpoint, account: Account, tmp_path: Path
) -> None:
    endpoint.faults.add("GetLogRecord", Refuse("AccessDeniedException", "no"), times=2)
    cutting, _ = watched(account, cut=50)
    record = acquired(cutting, tmp_path / "a", ONE)[APP].record
    assert (record.rejected, record.loaded) == (2, APP_EVENTS - 2)
    assert record.completeness is Completeness.PARTIAL
    assert "2 messages were cut short by the service" in record.gaps[0].why
    again = acquired(cutting, tmp_path / "a", ONE)[APP].record
    assert (again.loaded, again.completeness) == (2, Completeness.COMPLETE)


def test_an_export_in_s3_becomes_the_log_group(
    account: Account, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    acquired(account, tmp_path / "both", ONE)
    nobody(monkeypatch)
    objects: dict[str, bytes] = {}
    for stream in ("web-1", "web-2"):
        lines = [
            f"{time.replace(' ', 'T')}Z {message}\n"
            for time, its_stream, message in events_of(source, APP)
            if its_stream.replace("/", "-") == stream
        ]
        objects[f"exports/task/{stream}/000000.gz"] = gzip.compress("".join(lines).encode(), mtime=0)
    objects["exports/aws-logs-write-test"] = b"Permission Check Successful"
    wish = Wish((APP,), SPAN, "s3", place=f"s3://{BUCKET}/exports/task/")
    with bucket_of(objects) as (storage, _):
        stored = Stored(storage, Governor(Settings().live), Settings(), "us-east-1", "live:us-east-1")
        record = acquire_stored(stored, wish, tmp_path / "a", Watching()).record
        again = acquire_stored(stored, wish, tmp_path / "a", Watching()).record
        both = acquire_stored(stored, wish, tmp_path / "both", Watching()).record
    assert (record.received, record.loaded, record.completeness) == (APP_EVENTS, APP_EVENTS, Completeness.COMPLETE)
    assert (again.received, again.loaded, again.completeness) == (APP_EVENTS, 0, Completeness.COMPLETE)
    expected = [(time, stream.replace("/", "-"), message) for time, stream, message in events_of(source, APP)]
    assert events_of(tmp_path / "a", APP) == sorted(expected)
    told = Archive.open(tmp_path / "a").assumed()
    assert "acquired from s3://evidence/exports/task/ by files in S3" in told[0]
    assert not any("twice" in sentence for sentence in (*told, *record.notes))
    # The export calls the streams otherwise than the account does.
    assert (both.received, both.loaded, both.duplicates) == (APP_EVENTS, 0, APP_EVENTS)
    assert events_of(tmp_path / "both", APP) == events_of(source, APP)
    assert "is counted once" in both.notes[-1]
    assert both.notes[-1] in Archive.open(tmp_path / "both").assumed()


# ── the sample ───────────────────────────────────────────────────────────────────────────────────────────────────────

ATTACKER = "203.0.113.66"
HOURS = TimeSpan(parse_time("2026-03-04T02:10Z")[0], parse_time("2026-03-04T02:50Z")[0])
QUERIES = {
    "sshd": "stats count(*) as n by @logStream | sort n desc, @logStream",
    "cloudtrail": "fields @timestamp, eventName, sourceIPAddress, userIdentity.type | sort @timestamp, eventID",
    # A few of its records are of another layout, which only the files they once came in told.
    "vpc-flow": "filter @message like /^2 / | fields srcAddr, action, bytes, @timestamp | sort @timestamp, @message",
    "web-access": "fields @timestamp, @message | sort @timestamp, @message | limit 500",
    "OSSEC": "stats count(*) as n by rule.level, rule.id | sort n desc, rule.id",
}


@pytest.fixture(scope="module")
def copy(sample_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of one hour of the sample, acquired from an endpoint over it."""
    folder = tmp_path_factory.mktemp("copy")
    names = tuple(group.name for group in Archive.open(sample_archive).log_groups())
    with serving(sample_archive) as endpoint, pytest.MonkeyPatch.context() as patch:
        done = acquired(account_at(endpoint, folder, patch), folder / "archive", Wish(names, HOURS))
    assert {each.record.completeness for each in done.values()} == {Completeness.COMPLETE}
    (folder / "siem.toml").write_bytes((sample_archive.parent / "siem.toml").read_bytes())
    return folder / "archive"


def test_the_copy_answers_as_the_archive_that_it_was_acquired_from(copy: Path, sample_archive: Path) -> None:
    here, there = open_local(copy), open_local(sample_archive)
    assert [group.name for group in here.log_groups()] == [group.name for group in there.log_groups()]
    assert [group.sources for group in here.log_groups()] == [group.sources for group in there.log_groups()]
    counts = "stats count(*) as n by @log | sort @log"
    assert here.run(counts, HOURS, None).rows == there.run(counts, HOURS, None).rows
    for group, query in QUERIES.items():
        answers = [engine.run(query, HOURS, [group], every_row=True) for engine in (here, there)]
        rows = [[{**row, "@ptr": ""} for row in answer.rows] for answer in answers]
        assert rows[0] == rows[1]
        assert rows[0]
        assert [answer.run.completeness for answer in answers] == [Completeness.COMPLETE] * 2


def test_a_pivot_over_the_copy_is_the_one_over_the_archive(copy: Path, sample_archive: Path) -> None:
    answers: list[list[Answer]] = []
    for archive in (copy, sample_archive):
        case = open_case(engine=f"local:{archive}", start=HOURS.start.isoformat(), end=HOURS.end.isoformat())
        subject = pivot.address(ATTACKER)
        answers.append([pivot.seen_in(case, subject), pivot.flows(case, subject), pivot.logins(case, subject)])
    for here, there in zip(*answers, strict=True):
        assert here.reading == there.reading
        assert here.frame.drop(columns="@ptr", errors="ignore").equals(
            there.frame.drop(columns="@ptr", errors="ignore")
        )
    assert len(answers[0][0].frame) > 3
