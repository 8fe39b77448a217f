"""MySQL's lines are read rightly, whatever names and statements a client sends."""

from __future__ import annotations

import gzip
import json
import time
from typing import TYPE_CHECKING

import pytest

from siemlib.sources import recognise, source
from tests.sources.conditions import selects

if TYPE_CHECKING:
    from pathlib import Path

MYSQL = source("mysql")
ERROR_LOG = "2026-03-04T10:00:00.634875Z 113 [Note] [MY-010926] [Server] "
GENERAL = "2026-03-04T10:00:00.634875Z\t  113 "
SLOW = "# Time: 2026-03-04T10:00:00.6Z\n# User@Host: {}  Id: 3\n# Query_time: 2.0  Lock_time: 0.0 Rows_sent: 1\n"


@pytest.mark.parametrize(
    ("line", "actor", "address", "action", "outcome"),
    [
        (
            ERROR_LOG + "Access denied for user 'ann'@'192.0.2.1' (using password: YES)",
            "ann",
            "192.0.2.1",
            "login",
            "failure",
        ),
        (ERROR_LOG + "Access denied for user 'ann'@'db.example.org' to database 'x'", "ann", None, "login", "failure"),
        (
            ERROR_LOG + "Host '192.0.2.1' is blocked because of many connection errors; x",
            None,
            "192.0.2.1",
            "connect",
            "failure",
        ),
        (
            ERROR_LOG + "Aborted connection 7 to db: 'x' user: 'ann' host: '192.0.2.1' (Got timeout reading packets).",
            "ann",
            "192.0.2.1",
            "disconnect",
            None,
        ),
        (ERROR_LOG.replace("Note", "ERROR") + "Disk is full", None, None, "error", "failure"),
        (GENERAL + "Connect\tann@192.0.2.1 on shop using SSL/TLS", "ann", "192.0.2.1", "connect", None),
        (
            GENERAL + "Connect\tAccess denied for user 'ann'@'192.0.2.1' (using password: NO)",
            "ann",
            "192.0.2.1",
            "login",
            "failure",
        ),
        (GENERAL + "Query\tselect *\nfrom x", None, None, "SELECT", None),
        (GENERAL + "Quit\t", None, None, "disconnect", None),
        (
            SLOW.format("root[ann] @ h [192.0.2.1]") + "use x;\nSET timestamp=1;\nupdate y;",
            "ann",
            "192.0.2.1",
            "UPDATE",
            None,
        ),
        (SLOW.format("[SQL_SLAVE] @  []") + "BEGIN;", "SQL_SLAVE", None, "BEGIN", None),
    ],
)
def test_an_event_is_read(line: str, actor: str | None, address: str | None, action: str, outcome: str | None) -> None:
    entry = MYSQL.entry(line)
    assert (entry.actor, entry.address, entry.action, entry.outcome) == (actor, address, action, outcome)
    assert recognise(line.split("\n")) is MYSQL


@pytest.mark.parametrize(
    "name",
    ["x'@'10.0.0.9' (using password: NO)", "x'@'10.0.0.9", "root@10.0.0.9 on db using TCP/IP", "a\nb", "o'leary"],
)
def test_a_user_name_that_looks_like_an_origin_fools_nobody(name: str) -> None:
    for head in (ERROR_LOG, GENERAL + "Connect\t"):
        entry = MYSQL.entry(f"{head}Access denied for user '{name}'@'192.0.2.1' (using password: YES)")
        assert (entry.address, entry.action, entry.outcome) == ("192.0.2.1", "login", "failure")
        assert entry.actor == name.replace("\n", "\\n")


def test_a_query_that_tells_of_a_refusal_is_a_query() -> None:
    entry = MYSQL.entry(GENERAL + "Query\tselect \"Access denied for user 'root'@'10.0.0.9' (using password: NO)\"")
    assert (entry.action, entry.outcome, entry.address) == ("SELECT", None, None)


def test_the_expectations_of_fail2ban_are_met_in_every_layout(shared: Path) -> None:
    hosts = 0
    expected: dict[str, object] = {}
    with gzip.open(shared / "data/rds/fail2ban_db/mysqld-auth.gz", "rt", encoding="utf-8") as file:
        for line in file:
            if line.startswith("# failJSON:"):
                expected = json.loads(line.removeprefix("# failJSON:"))
            elif line.strip() and not line.startswith("#"):
                entry = MYSQL.entry(line)
                assert (entry.action == "login" and entry.outcome == "failure") is expected["match"], line
                if expected["match"] and expected["host"] != "localhost":
                    hosts += 1
                    assert entry.address == expected["host"], line
    assert hosts == 15


def test_what_only_looks_alike_is_not_mysql() -> None:
    for line in (
        "2020-02-24 16:05:21.00 Logon       Login failed for user 'Backend'. [CLIENT: 192.0.2.1]",
        "2016-11-20T00:04:00.110+0100 [conn1] Failed to authenticate root@admin",
        "# a comment of anything",
        "2026-03-04 10:00:01 1234 Something happened",
        "Sep 16 21:30:26 db mysqld: 130916 21:30:26 [Warning] Access denied for user 'a'@'h'",
    ):
        assert not MYSQL.recognise([line, line]), line
    assert not MYSQL.recognise(["/usr/sbin/mysqld, Version: 5.7 started with:", "the quick", "brown fox"])


def test_hostile_lines_are_read_in_no_time() -> None:
    started = time.perf_counter()
    for text in ("' user: '" * 100_000, "a@b as " * 150_000, "Aborted connection 1 to db: '" + "' user: '" * 200):
        MYSQL.entry(ERROR_LOG + text)
        MYSQL.entry(GENERAL + "Connect\t" + text)
        MYSQL.entry(SLOW + text)
    assert time.perf_counter() - started < 3


def test_a_user_is_selected_as_a_user_at_a_host_and_as_a_whole_name() -> None:
    condition = MYSQL.select_principal("ann")
    assert selects(condition, GENERAL + "Connect\tann@192.0.2.1 on shop")
    assert selects(condition, ERROR_LOG + "Access denied for user 'ann'@'192.0.2.1' (using password: NO)")
    assert selects(condition, SLOW.format("ann[ann] @  [192.0.2.1]"))
    assert not selects(condition, GENERAL + "Connect\tjoann@192.0.2.1 on shop")
    assert not selects(condition, ERROR_LOG + "Access denied for user 'anna'@'192.0.2.1' (using password: NO)")
