"""A line and the alert that quotes it are one happening."""

from __future__ import annotations

import pandas as pd

from siemlib.investigate.chronology.again import quoted_rows, tightened
from siemlib.investigate.chronology.kind import kind_of, quoted
from siemlib.sources import source
from tests.investigate.incident import alert, flow, sshd

START = pd.Timestamp("2026-03-04 02:00", tz="UTC")


def frame(*rows: tuple[float, int, int | None]) -> pd.DataFrame:
    """Rows of (second, number of the text, number of the quoted text), each a second long and ten for an alert."""
    times = pd.Series([START + pd.Timedelta(seconds=row[0]) for row in rows])
    before = pd.Series([pd.Timedelta(seconds=10 if row[2] else 0) for row in rows])
    told = {"time": times, "earliest": times - before, "latest": times + pd.Timedelta(seconds=1)}
    numbers = {
        name: pd.Series([row[place] for row in rows], dtype="Int64") for place, name in ((1, "line"), (2, "quotes"))
    }
    return pd.DataFrame({**told, **numbers})


def test_an_alert_is_paired_with_the_latest_equal_line_that_is_not_later() -> None:
    assert quoted_rows(frame((0, 7, None), (5, 7, None), (6, 1, 7), (9, 7, None))) == [None, None, 1, None]


def test_where_every_equal_line_is_later_it_is_the_first_of_them() -> None:
    assert quoted_rows(frame((0, 1, 7), (1, 7, None), (2, 7, None))) == [1, None, None]


def test_a_line_that_is_not_here_pairs_with_nothing() -> None:
    assert quoted_rows(frame((0, 1, 7), (1, 8, None))) == [None, None]


def test_the_interval_of_a_paired_alert_begins_with_its_line() -> None:
    earliest = tightened(frame((0, 7, None), (3, 1, 7), (4, 2, 9)))["earliest"]

    assert [(time - START).total_seconds() for time in earliest] == [0, 0, -6]


def test_an_alert_quotes_the_line_whatever_the_blanks_in_it() -> None:
    _, line = sshd(0, "Failed password for root from 203.0.113.66 port 1 ssh2")
    _, message = alert(0, 5, "5716", "failed", full_log=line.replace("Mar  4", "Mar 4") + "\n")

    assert quoted("ossec", message)[1] == quoted("sshd", line)[0]
    assert quoted("sshd", line)[1] is None
    assert quoted("ossec", "no alert at all")[1] is None


def test_ports_and_paths_are_no_kinds_of_their_own_and_calls_are() -> None:
    assert kind_of("vpc_flow", source("vpc_flow").entry(flow(0, "203.0.113.66", 1, "10.0.1.10", 22, "REJECT")[1])) == (
        "rejected flow"
    )
    request = '203.0.113.66 - - [04/Mar/2026:02:00:00 +0000] "GET /.env HTTP/1.1" 404 1 "-" "x"'
    assert kind_of("web_access", source("web_access").entry(request)) == "GET request"
