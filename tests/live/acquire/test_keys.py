"""Keys of objects in S3."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemlib.live.acquire.keys import is_log, is_wanted, path_of, time_of
from siemlib.model.timespan import TimeSpan, from_millis, parse_time

TRAIL = "p/AWSLogs/111122223333/CloudTrail/eu-central-1/2026/03/04/111122223333_CloudTrail_eu-central-1_{}_x9.json.gz"
FLOWS = (
    "AWSLogs/111122223333/vpcflowlogs/eu-central-1/2026/03/04/111122223333_vpcflowlogs_eu-central-1_fl-1_{}_ab.log.gz"
)
FOLDER = Path("/folder")


def span(start: str, end: str) -> TimeSpan:
    return TimeSpan(parse_time(start)[0], parse_time(end)[0])


@pytest.mark.parametrize(
    ("key", "start", "length"),
    [
        (TRAIL.format("20260304T1005Z"), "2026-03-04T10:05Z", 60),
        (FLOWS.format("20260304T1005Z"), "2026-03-04T10:05Z", 60),
        ("firehose/2026/03/04/10/stream-1-2026-03-04-10-00-00-uuid", "2026-03-04T10:00Z", 3600),
        ("x/year=2026/month=03/day=04/hour=10/f.parquet", "2026-03-04T10:00Z", 3600),
        ("x/year=2026/month=03/day=04/f.gz", "2026-03-04T00:00Z", 86400),
        ("2026/03/04/f.gz", "2026-03-04T00:00Z", 86400),
    ],
)
def test_a_key_tells_the_time_that_it_is_of(key: str, start: str, length: int) -> None:
    found = time_of(key)
    assert found is not None
    assert from_millis(found[0]) == parse_time(start)[0]
    assert found[1] - found[0] == length * 1000


@pytest.mark.parametrize(
    "key", ["exports/task-id/web-1/000000.gz", "x/2026/13/04/f.gz", TRAIL.format("20269904T1005Z"), "1/22/33/f", ""]
)
def test_a_key_of_another_layout_tells_no_time_and_is_taken(key: str) -> None:
    assert time_of(key) is None
    assert is_wanted(key, span("2026-03-04", "2026-03-05"))


def test_files_are_taken_from_shortly_before_the_span_to_an_hour_after_it() -> None:
    asked = span("2026-03-04T10:00Z", "2026-03-04T11:00Z")
    wanted = [f"20260304T{time}Z" for time in ("0940", "0945", "1000", "1155", "1159", "1200")]
    assert [is_wanted(TRAIL.format(stamp), asked) for stamp in wanted] == [False, True, True, True, True, False]
    assert is_wanted("2026/03/04/f.gz", asked)
    assert not is_wanted("2026/03/05/f.gz", asked)


def test_what_is_no_log_is_not_read() -> None:
    digest = "AWSLogs/1/CloudTrail-Digest/r/2026/03/04/1_CloudTrail-Digest_r_t_r_20260304T1000Z.json.gz"
    assert is_log("p/task/web-1/000000.gz", 9)
    assert not any(is_log(key, 9) for key in ("p/aws-logs-write-test", digest, "p/folder/"))
    assert not is_log("p/empty", 0)


def test_the_path_keeps_the_names_of_the_key() -> None:
    assert path_of(FOLDER, "p/task/2026-03-04-[$LATEST]ab/000000.gz", plain=True) == Path(
        "/folder/p/task/2026-03-04-[$LATEST]ab/000000.gz"
    )


HOSTILE = st.lists(st.sampled_from(["..", ".", "", "a", "%", "%2E%2E", "a" * 300, "\n", "\x00", "é" * 150]), max_size=4)


@given(st.lists(HOSTILE, min_size=1, max_size=4))
def test_no_key_leads_out_of_the_folder_and_no_two_to_one_file(keys: list[list[str]]) -> None:
    names = sorted({"/".join(parts) for parts in keys})
    paths = [path_of(FOLDER, name, plain=True) for name in names]
    for path in paths:
        assert FOLDER in path.parents
        assert ".." not in path.parts
        assert str(path).isprintable()
        assert max(len(part.encode()) for part in path.parts) <= 240
    assert len(set(paths)) == len(names)


def test_a_key_that_is_the_folder_of_another_lies_elsewhere() -> None:
    assert path_of(FOLDER, "a/b", plain=False).parent == FOLDER / "%files"
