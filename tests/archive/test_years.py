"""Times without a year."""

from __future__ import annotations

import gzip
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from siemlib.archive import load
from siemlib.model.timespan import from_millis
from tests.archive.deliveries import ndjson, rejected, rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TEXT = "web sshd[7]: Failed password for root from 192.0.2.7 port 4022 ssh2"


def days(
    path: Path, texts: Sequence[str], saved: str | None = None, year: int | None = None
) -> tuple[list[str], tuple[str, ...]]:
    """The days that these syslog lines get, in order of time, and the notes."""
    ndjson(path, [text if ":" in text else f"{text} 10:00:00 {TEXT}" for text in texts])
    if saved:
        moment = datetime.fromisoformat(saved).replace(tzinfo=UTC).timestamp()
        os.utime(path, (moment, moment))
    archive = path.parent / "archive"
    summary = load([path], archive, year=year)
    found = rows(archive, ["sshd"]) if summary.groups[0].events else []
    return [f"{from_millis(row[0]):%Y-%m-%d}" for row in found], summary.notes


@pytest.mark.parametrize(
    ("texts", "saved", "expected"),
    [
        (["Mar  4", "Mar  5"], "2021-06-01", ["2021-03-04", "2021-03-05"]),
        (["Mar  4", "Mar  5"], "2021-03-05T12:00", ["2021-03-04", "2021-03-05"]),
        (["Mar  4", "Mar  5"], "2021-03-05T09:00", ["2020-03-04", "2020-03-05"]),
        (["Dec 30", "Dec 31", "Jan  1"], "2021-02-01", ["2020-12-30", "2020-12-31", "2021-01-01"]),
        (
            ["Dec 31", "Jan  1", "Dec 31", "Jan  2"],
            "2021-02-01",
            ["2020-12-31", "2020-12-31", "2021-01-01", "2021-01-02"],
        ),
        (["Jan  1", "Dec 31", "Jan  1"], "2021-01-02", ["2020-12-31", "2021-01-01", "2021-01-01"]),
    ],
)
def test_the_last_event_is_before_the_file_was_saved(
    tmp_path: Path, texts: list[str], saved: str, expected: list[str]
) -> None:
    found, notes = days(tmp_path / "in" / "auth.log", texts, saved)
    assert found == expected
    (note,) = notes
    assert "its times have no year" in note
    assert f"{saved[:10]}" in note


def test_the_users_word_is_the_year_of_the_first_event(tmp_path: Path) -> None:
    found, notes = days(tmp_path / "in" / "auth.log", ["Dec 31", "Jan  1"], "2024-01-01", year=2015)
    assert found == ["2015-12-31", "2016-01-01"]
    assert "as --year says" in notes[0]


def test_a_line_that_repeats_its_day_with_the_year_is_believed(tmp_path: Path) -> None:
    texts = ["Dec 31", "Jan  2 10:00:00 web sshd[7]: Wed Jan  2 10:00:00 2019 -> update started", "Jan  3"]
    found, notes = days(tmp_path / "in" / "auth.log", texts, "2024-01-01")
    assert found == ["2018-12-31", "2019-01-02", "2019-01-03"]
    assert "as a line of the file says" in notes[0]


def test_lines_that_contradict_each_other_are_not(tmp_path: Path) -> None:
    texts = [f"Jan  {n} 10:00:00 web sshd[7]: Wed Jan  {n} 10:00:00 {2000 + n} -> x" for n in (2, 3)]
    found, notes = days(tmp_path / "in" / "auth.log", texts, "2024-06-01")
    assert found == ["2024-01-02", "2024-01-03"]
    assert "file was saved" in notes[0]


def test_a_year_in_the_name_is_believed(tmp_path: Path) -> None:
    assert days(tmp_path / "in" / "auth-2012-03.log", ["Mar  4"])[0] == ["2012-03-04"]
    assert days(tmp_path / "incident_2013" / "auth_22200.log", ["Mar  4"])[0] == ["2013-03-04"]


def test_a_gzip_header_knows_when_the_original_was_saved(tmp_path: Path) -> None:
    file = tmp_path / "auth.log.gz"
    moment = datetime(2011, 6, 1, tzinfo=UTC).timestamp()
    file.write_bytes(gzip.compress(f"Mar  4 10:00:00 {TEXT}\n".encode(), mtime=moment))
    load([file], tmp_path / "a")
    assert f"{from_millis(rows(tmp_path / 'a', ['sshd'])[0][0]):%Y-%m-%d}" == "2011-03-04"


def test_a_leap_day_in_a_year_without_one_is_rejected(tmp_path: Path) -> None:
    found, _ = days(tmp_path / "in" / "auth.log", ["Feb 28", "Feb 29", "Mar  1"], year=2023)
    assert found == ["2023-02-28", "2023-03-01"]
    assert [each["reason"] for each in rejected(tmp_path / "in" / "archive")] == ["no event time"]
    found, _ = days(tmp_path / "leap" / "auth.log", ["Feb 28", "Feb 29", "Mar  1"], year=2024)
    assert found == ["2024-02-28", "2024-02-29", "2024-03-01"]


def test_a_file_whose_times_have_their_year_needs_no_assumption(tmp_path: Path) -> None:
    texts = [f"2022-05-0{n}T10:00:00Z {TEXT}" for n in (1, 2)]
    found, notes = days(tmp_path / "in" / "auth.log", texts, "2024-06-01")
    assert found == ["2022-05-01", "2022-05-02"]
    assert notes == ()


def test_times_of_both_kinds_in_one_file(tmp_path: Path) -> None:
    texts = ["Mar  4", f"2022-05-01T10:00:00Z {TEXT}", "Mar  5"]
    assert days(tmp_path / "in" / "auth.log", texts, "2021-06-01")[0] == ["2021-03-04", "2021-03-05", "2022-05-01"]


def test_a_date_in_a_user_name_does_not_move_the_log_to_another_year(tmp_path: Path) -> None:
    for number, name in enumerate(("2009-03-05 x", "Wed Mar  5 10:00:00 2009")):
        texts = ["Mar  4", f"Mar  5 10:00:00 web sshd[7]: Invalid user {name} from 192.0.2.7 port 4022"]
        found, notes = days(tmp_path / str(number) / "auth.log", texts, "2024-06-01")
        assert found == ["2024-03-04", "2024-03-05"]
        assert "file was saved" in notes[0]


def test_months_of_silence_are_no_late_event(tmp_path: Path) -> None:
    found, _ = days(tmp_path / "in" / "auth.log", ["Jan 10", "Aug 20"], "2024-09-01")
    assert found == ["2024-01-10", "2024-08-20"]
