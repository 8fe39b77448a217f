"""PostgreSQL's lines are read rightly, whatever names and statements a client sends."""

from __future__ import annotations

import gzip
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from siemlib.sources import recognise, source
from siemlib.sources.postgresql import is_postgresql
from tests.sources.conditions import selects

if TYPE_CHECKING:
    from pathlib import Path

POSTGRESQL = source("postgresql")
HEAD = "2026-03-04 10:00:00 UTC:192.0.2.1(52834):ann@shop:[20175]:"


@pytest.mark.parametrize(
    ("text", "actor", "action", "outcome"),
    [
        ('FATAL:  password authentication failed for user "ann"', "ann", "login", "failure"),
        ('FATAL:  PAM authentication failed for user "ann"', "ann", "login", "failure"),
        ('FATAL:  role "ann" does not exist', "ann", "login", "failure"),
        (
            'FATAL:  no pg_hba.conf entry for host "192.0.2.1", user "ann", database "shop", no encryption',
            "ann",
            "login",
            "failure",
        ),
        ("LOG:  connection authorized: user=ann database=shop SSL enabled (protocol=x)", "ann", "login", "success"),
        ('LOG:  connection authenticated: identity="ann" method=scram-sha-256 (x:1)', "ann", "authenticate", "success"),
        (
            "LOG:  disconnection: session time: 0:00:00.9 user=ann database=shop host=192.0.2.1 port=52834",
            "ann",
            "disconnect",
            None,
        ),
        ('FATAL:  database "shop" does not exist', "ann", "connect", "failure"),
        ("FATAL:  terminating connection due to administrator command", "ann", "fatal", None),
        ('ERROR: column "wrong_column_name" does not exist at character 8', "ann", "error", "failure"),
        ('ERROR:  role "bob" does not exist', "ann", "error", "failure"),
        ("LOG:  duration: 0.3 ms  statement: select 1", "ann", "SELECT", None),
        ("LOG:  statement: \n\tDROP TABLE x", "ann", "DROP", None),
        ("LOG:  duration: 7 ms", "ann", "statement", None),
        ('DETAIL:  Role "ann" does not match.\n\tConnection matched line 13', "ann", "detail", None),
    ],
)
def test_a_line_is_read(text: str, actor: str, action: str, outcome: str | None) -> None:
    entry = POSTGRESQL.entry(HEAD + text)
    assert (entry.actor, entry.address, entry.action, entry.outcome) == (actor, "192.0.2.1", action, outcome)


def test_a_connection_is_told_before_it_has_a_user() -> None:
    line = (
        "2026-03-04 10:00:00 UTC:192.0.2.1(5):[unknown]@[unknown]:[1]:LOG:  connection received: host=192.0.2.1 port=5"
    )
    entry = POSTGRESQL.entry(line)
    assert (entry.actor, entry.address, entry.action) == (None, "192.0.2.1", "connect")


@pytest.mark.parametrize(
    ("prefix", "actor", "address"),
    [
        (":2001:db8::1(5):ann@shop:[1]:", "ann", "2001:db8::1"),
        (":192.0.2.1(5):ann@example.org@shop:[1]:", "ann@example.org", "192.0.2.1"),
        (":[local]:ann@shop:[1]:", "ann", None),
        ("::@:[301]:", None, None),
        (":192.0.2.1(5):ann@shop:[1]:7:28P01:2026-03-04 09:59:00 UTC:3/1:0:69a.1:psql", "ann", "192.0.2.1"),
        (" [4913] user=ann,db=shop ", "ann", None),
        (" [77] user=ann,db=shop,app=psql,client=192.0.2.1 ", "ann", "192.0.2.1"),
        (" [77] ann@shop ", "ann", None),
        (" [77] ", None, None),
    ],
)
def test_the_prefix_is_the_administrators_choice(prefix: str, actor: str | None, address: str | None) -> None:
    line = f"2026-03-04 10:00:00 UTC{prefix}ERROR:  syntax error"
    entry = POSTGRESQL.entry(line)
    assert (entry.actor, entry.address, entry.outcome) == (actor, address, "failure")
    assert recognise([line]) is POSTGRESQL


@pytest.mark.parametrize(
    "name",
    [
        "root@b:[1]:LOG:  connection authorized: user=root database=x",
        "root@b:[1]:LOG:  connection authorized: user=root",
        "x@10.0.0.9(7):root@b:[1]:LOG:  connection authorized: user=root database=d",
        'x" user "y',
        "ann@example.org",
        "FATAL:  x",
    ],
)
def test_a_user_name_that_looks_like_a_login_is_a_failure_from_where_it_came(name: str) -> None:
    line = (
        f'2026-03-04 10:00:00 UTC:192.0.2.1(5):{name}@shop:[7]:FATAL:  password authentication failed for user "{name}"'
    )
    entry = POSTGRESQL.entry(line)
    assert (entry.actor, entry.address, entry.action, entry.outcome) == (name, "192.0.2.1", "login", "failure")


def test_a_statement_that_tells_of_a_login_is_a_statement() -> None:
    entry = POSTGRESQL.entry(
        HEAD + "LOG:  statement: select ':[1]:FATAL:  password authentication failed for user \"root\"'"
    )
    assert (entry.actor, entry.action, entry.outcome) == ("ann", "SELECT", None)
    told = POSTGRESQL.entry(HEAD + "LOG:  connection authorized: user=root database=x")
    assert (told.actor, told.outcome) == ("ann", None)


def test_csvlog_is_read_by_its_columns() -> None:
    line = (
        '2026-03-04 10:00:00.1 CET,"a,""b""@c:LOG:  x","shop",7,"192.0.2.1:5",6.1,1,"authentication",'
        '2026-03-04 10:00:00 CET,4/1,0,FATAL,28P01,"password authentication failed for user ""a,""""b""""@c:LOG:  x"""'
    )
    entry = POSTGRESQL.entry(line)
    assert (entry.address, entry.action, entry.outcome) == ("192.0.2.1", "login", "failure")
    assert entry.actor == 'a,"b"@c:LOG:  x'


def test_a_log_of_long_statements_is_recognised_and_text_about_postgresql_is_not() -> None:
    statement = [HEAD + "LOG:  statement: select", *["\ta,"] * 30]
    assert recognise(statement) is POSTGRESQL
    quoted = ['2026-03-04 10:00:00 GMT,"a","b",7,"192.0.2.1:5",6.1,1,"x",2026-03-04 10:00:00 GMT,4/1,0,LOG,0,"select']
    assert recognise([*quoted, *["a,"] * 30, 'b",,,']) is POSTGRESQL
    assert not POSTGRESQL.recognise(["2026-03-04 10:00:00 something", "\tLOG:  x"])
    assert not is_postgresql("Mar  4 10:00:00 db postgres[7]: LOG:  x")
    assert not is_postgresql("2026-03-04 10:00:00 ERROR access denied")


def test_every_line_of_a_real_export_is_read(shared: Path) -> None:
    levels: Counter[str] = Counter()
    refused = []
    with gzip.open(shared / "data/rds/pgbadger_postgres/rds.log.gz", "rt", encoding="utf-8") as file:
        for number, line in enumerate(file):
            if number % 25 == 0 or ":FATAL:" in line:
                entry = POSTGRESQL.entry(line)
                levels[entry.summary.partition(" ")[0]] += 1
                refused += [entry] if entry.outcome == "failure" else []
    assert set(levels) == {"LOG", "FATAL"}
    assert [(entry.actor, entry.address, entry.action) for entry in refused] == [
        ("gilles", "192.168.1.201", "login"),
        ("gilles", "192.168.1.201", "login"),
    ]


def test_a_user_is_selected_as_the_user_of_a_session_and_as_a_whole_name() -> None:
    condition = POSTGRESQL.select_principal("ann")
    assert selects(condition, HEAD + "LOG:  duration: 1 ms")
    assert selects(condition, "2026-03-04 10:00:00 UTC [7] LOG:  connection authorized: user=ann database=shop")
    assert selects(condition, '2026-03-04 10:00:00.120 GMT,"ann","shop",7,"192.0.2.1:5",6.1,1')
    assert not selects(condition, HEAD.replace("ann", "joann") + "LOG:  duration: 1 ms")
    assert not selects(condition, HEAD.replace("ann", "ann2") + "LOG:  duration: 1 ms")
