"""Times that a log leaves out because they are those of the line above."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.archive import load
from siemlib.archive.record import read_records
from siemlib.model.timespan import from_millis
from tests.archive.deliveries import ndjson, rejected, rows

if TYPE_CHECKING:
    from pathlib import Path

GROUP = ["/aws/rds/mysql"]


def test_an_old_general_log_has_the_time_of_the_line_above(shared: Path, tmp_path: Path) -> None:
    load([shared / "data/rds/percona_mysql/genlog001.txt"], tmp_path / "a")
    times = [f"{from_millis(row[0]):%y%m%d %H:%M:%S}" for row in rows(tmp_path / "a", GROUP)]
    assert times == ["051007 21:55:24"] * 3 + ["061226 15:42:36"] * 3 + ["061226 16:44:48"]
    (record,) = read_records(tmp_path / "a")
    assert "4 events have no time of their own; that of the event before is taken" in record.files[0].notes


@pytest.mark.parametrize(
    ("name", "events", "rejected_texts", "last"),
    [
        ("genlog002.txt", 2, 0, "2010-02-11 00:55:24"),
        ("genlog005.txt", 13, 1, "2016-06-07 19:07:02"),
        ("mysql5.7.log", 2, 2, "2016-07-20 18:13:25"),
        ("pt-1573-general-log-system.log", 5, 1, "2018-09-07 10:45:40"),
        ("slow006.txt", 6, 0, "2007-12-18 11:49:30"),
        ("slow013.txt", 4, 1, "2008-11-27 08:51:21"),
        ("slow049.txt", 10, 0, "2010-06-24 11:48:35"),
        ("slow059.txt", 3, 0, "2013-11-28 01:05:31"),
    ],
)
def test_a_real_log_of_mysql_is_events_of_several_lines(  # noqa: PLR0913, PLR0917 - one for each column
    shared: Path, tmp_path: Path, name: str, events: int, rejected_texts: int, last: str
) -> None:
    (group,) = load([shared / "data/rds/percona_mysql" / name], tmp_path / "a").groups
    assert (group.log_group, group.events, group.rejected) == (GROUP[0], events, rejected_texts)
    assert f"{group.last:%Y-%m-%d %H:%M:%S}" == last
    # Nothing but the lines with which a server starts has no time and none before it.
    assert all("started with:" in each["text"] or "SET autocommit" in each["text"] for each in rejected(tmp_path / "a"))


def test_the_statements_own_time_is_believed_before_that_of_an_unnamed_zone(shared: Path, tmp_path: Path) -> None:
    load([shared / "data/rds/percona_mysql/slow002.txt"], tmp_path / "a")
    found = {row[3].rpartition("-")[2]: f"{from_millis(row[0]):%H:%M:%S}" for row in rows(tmp_path / "a", GROUP)}
    # SET timestamp=1197996507 is 16:48:27 UTC; the server wrote 11:48:27 of its own zone.
    assert (found["1"], found["8"]) == ("11:48:27", "16:48:27")


def test_an_event_before_the_first_time_has_none(tmp_path: Path) -> None:
    lines = ["\t\t 1 Query\tselect 1", "051007 21:55:24\t 1 Query\tselect 2", "\t\t 1 Quit\t"]
    (group,) = load([ndjson(tmp_path / "x.log", lines)], tmp_path / "a").groups
    assert (group.events, group.rejected) == (2, 1)
    assert [each["reason"] for each in rejected(tmp_path / "a")] == ["no event time"]
