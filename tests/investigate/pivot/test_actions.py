"""What databases, applications and hosts log, by what they call the action."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.investigate.pivot import actions, address, databases, user
from siemlib.investigate.pivot.actions import ACTIONS, DATABASES
from siemlib.sources import SOURCES
from tests.investigate.incident import ATTACKER, Log, case_over, sshd

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.investigate.pivot import Question

_AT = "2026-03-04 02:00:01 UTC"
POSTGRESQL = Log(
    "rds",
    "postgresql",
    [
        (1.0, f'{_AT}:{ATTACKER}(4000):root@shop:[7]:FATAL:  password authentication failed for user "root"'),
        (2.0, f'{_AT}:{ATTACKER}(4001):root@shop:[8]:FATAL:  password authentication failed for user "root"'),
        (3.0, f"{_AT}:10.0.0.9(5000):shop@shop:[9]:LOG:  statement: SELECT 1 /* {ATTACKER} */"),
    ],
)
BLOCK = f"Mar  4 02:00:01 web-1 kernel: [1.0] [UFW BLOCK] IN=eth0 OUT= SRC=198.51.100.7 DST={ATTACKER} DPT=23"
OF_THEIR_OWN = {"cloudtrail", "ossec", "vpc_flow", "web_access", "suricata", "suricata_fast"}


def test_every_kind_of_log_has_a_question() -> None:
    assert {known.name for known in SOURCES} == OF_THEIR_OWN | {*DATABASES, *ACTIONS} - {"other"}


def test_refused_logins_at_a_database_are_counted_by_user(tmp_path: Path) -> None:
    answer = databases(case_over(tmp_path, POSTGRESQL), address(ATTACKER))

    first = answer.frame.iloc[0]
    assert list(first[["source", "user", "address", "action", "outcome", "events"]]) == [
        "postgresql",
        "root",
        ATTACKER,
        "login",
        "failure",
        2,
    ]
    assert answer.reading == (
        "2 events between 2026-03-04 02:00:01 and 02:00:02 UTC. PostgreSQL: login 2. By what they say 2 failed and 0 "
        'succeeded. The first failure, at 2026-03-04 02:00:01 UTC: "FATAL password authentication failed for user '
        '"root"". Besides, 1 event of other addresses, or of none, names it.'
    )


def test_what_others_sent_to_a_host_is_not_its_own_doing(tmp_path: Path) -> None:
    answer = actions(case_over(tmp_path, Log("sys", "syslog", [(1.0, BLOCK)])), address(ATTACKER))

    assert answer.reading == ("No event of 203.0.113.66 itself; 1 event of other addresses, or of none, names it.")


def test_a_line_that_stands_for_several_counts_as_often(tmp_path: Path) -> None:
    line = f"message repeated 5 times: [ Failed password for root from {ATTACKER} port 4000 ssh2]"
    case = case_over(tmp_path, Log("auth", "sshd", [sshd(1, line)]))

    assert actions(case, address(ATTACKER)).frame["events"].sum() == 5


def test_databases_and_hosts_do_not_mix(tmp_path: Path) -> None:
    case = case_over(tmp_path, POSTGRESQL, Log("sys", "syslog", [(1.0, BLOCK)]))

    assert set(databases(case, user("root")).frame["source"]) == {"postgresql"}
    assert actions(case, user("root")).reading.startswith("No event names root in sys, ")


@pytest.mark.parametrize(
    ("question", "reading"),
    [
        (databases, "Not examined: no log group holds PostgreSQL or MySQL."),
        (
            actions,
            (
                "Not examined: no log group holds Application events, Application lines, JSON events, Linux audit, "
                "SSH server, System logs or Text logs."
            ),
        ),
    ],
)
def test_what_no_log_tells_of_was_not_examined(tmp_path: Path, question: Question, reading: str) -> None:
    flows = Log("vpc", "vpc_flow", [(1, f"2 1 eni-0a {ATTACKER} 10.0.0.5 1 22 6 1 40 1772589601 1772589660 REJECT OK")])
    case = case_over(tmp_path, flows)

    answer = question(case, address(ATTACKER))

    assert answer.reading == reading
    assert answer.runs == ()
