"""Each attempt to log in is counted once, by the log that knows, and as often as it happened."""

from __future__ import annotations

import gzip
import json
from itertools import pairwise
from typing import TYPE_CHECKING

from siemlib.archive.load import load
from siemlib.case import open_case
from siemlib.investigate.access import by_address, by_source, by_user, in_short, over_time, witnesses
from siemlib.investigate.access.common import passed, sums
from siemlib.queries import saved
from tests.investigate.access.lines import HOME, accepted, audit, failed, over_sshd, syslog
from tests.investigate.incident import ATTACKER, Log, case_over, sshd

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from siemlib.case import Case


def _failures(case: Case) -> dict[str, int]:
    frame = sums(case, "user").dropna(subset=["user"])
    return {str(user): int(n) for user, n in frame.groupby("user")["failures"].sum().items()}


def test_what_sshd_and_pam_write_about_one_attempt_counts_once(tmp_path: Path) -> None:
    case = over_sshd(
        tmp_path,
        sshd(1, f"Invalid user admin from {ATTACKER} port 4000"),
        sshd(1, f"pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost={ATTACKER} "),
        sshd(2, f"Failed password for invalid user admin from {ATTACKER} port 4000 ssh2"),
        sshd(3, f"message repeated 5 times: [ Failed password for root from {ATTACKER} port 4001 ssh2]"),
        sshd(4, f"error: maximum authentication attempts exceeded for root from {ATTACKER} port 4001 ssh2 [preauth]"),
        sshd(4, f"Disconnecting authenticating user root {ATTACKER} port 4001: Too many authentication failures"),
        sshd(5, f"Connection closed by authenticating user root {ATTACKER} port 4001 [preauth]"),
    )

    assert _failures(case) == {"admin": 1, "root": 5}


def test_pam_counts_for_an_address_on_whose_host_sshd_gives_no_verdict(tmp_path: Path) -> None:
    pam = f"sshd[1]: pam_unix(sshd:auth): authentication failure; logname= uid=0 tty=ssh rhost={ATTACKER}  user=ann"
    case = over_sshd(tmp_path, failed(1), syslog(2, f"web-1 {pam}"), syslog(3, f"db-1 {pam}"), syslog(4, f"db-1 {pam}"))

    assert _failures(case) == {"root": 1, "ann": 2}


def test_another_programs_text_is_no_verdict_of_sshd(tmp_path: Path) -> None:
    told = f"sshd[7]: Accepted password for root from {ATTACKER} port 1 ssh2"
    case = over_sshd(
        tmp_path,
        failed(1, "ann", HOME),
        syslog(2, f"web-1 app[3]: GET /x {told}"),
        syslog(3, f"web-1 {told[:4]}x[1]: no"),
    )

    assert list(sums(case, "address")["address"]) == [HOME]


def test_a_name_that_looks_like_a_verdict_is_a_name(tmp_path: Path) -> None:
    name = "root from 10.10.1.2 port 22 ssh2"
    case = over_sshd(tmp_path, sshd(1, f"Failed password for invalid user {name} from {ATTACKER} port 4000 ssh2"))

    assert list(by_address(case).frame["address"]) == [ATTACKER]
    assert list(by_user(case).frame["user"]) == [name]


def test_a_verdict_in_the_layout_of_rfc_5424_counts_once(tmp_path: Path) -> None:
    head = "<38>1 2026-03-04T02:00:01.5Z web-1 sshd 57915"
    case = over_sshd(
        tmp_path,
        (1.0, f"{head} - - Failed password for root from {ATTACKER} port 1 ssh2"),
        (2.0, f'{head} - [x@1 a="["] Failed password for root from {ATTACKER} port 1 ssh2'),
        (3.0, f"{head} - - Invalid user root from {ATTACKER} port 1"),
    )

    assert _failures(case) == {"root": 2}


def test_the_audit_daemon_counts_only_where_no_sshd_gives_a_verdict(tmp_path: Path) -> None:
    records = [audit(1, ATTACKER), audit(2, ATTACKER), audit(3, HOME), audit(4, HOME, "success")]
    alone = case_over(tmp_path / "alone", Log("audit", "auditd", records))
    beside = case_over(
        tmp_path / "beside", Log("audit", "auditd", records), Log("auth", "sshd", [failed(1), failed(2)])
    )

    assert sums(alone)[["failures", "successes"]].to_numpy().tolist() == [[3, 1]]
    frame = by_address(beside).frame
    assert dict(zip(frame["source"], frame["address"], strict=True)) == {"SSH server": ATTACKER, "Linux audit": HOME}
    assert list(frame["failures"]) == [2, 1]


def test_of_several_lines_of_a_service_one_counts_and_what_it_is_asked_from_itself_does_not(tmp_path: Path) -> None:
    lines = []
    for second in range(3):
        lines += [
            syslog(second, f"mail HORDE: [imp] FAILED LOGIN for violet ({ATTACKER}) to imap [pid {second}]"),
            syslog(second, f"mail HORDE: [horde] FAILED LOGIN for violet to horde ({ATTACKER}) [pid {second}]"),
            syslog(second, "mail dovecot: auth failed, 1 attempts: user=<violet>, rip=127.0.0.1, login failed"),
        ]
    case = case_over(tmp_path, Log("sys", "syslog", lines))

    assert _failures(case) == {"violet": 3}
    assert (
        "Of attempts from 127.0.0.1 in sys 3 failed and 0 succeeded: not counted, for there" in in_short(case).reading
    )
    inner = by_source(case).frame.set_index("counted").loc[witnesses.INNER]
    assert inner[["source", "failures", "successes", "users", "addresses"]].tolist() == [
        "System logs from 127.0.0.1",
        3,
        0,
        1,
        1,
    ]


def test_cron_and_sudo_are_no_logins(tmp_path: Path) -> None:
    case = over_sshd(
        tmp_path,
        syslog(1, "web-1 CRON[1]: pam_unix(cron:session): session opened for user root by (uid=0)"),
        syslog(2, "web-1 sudo: pam_unix(sudo:session): session opened for user root by deploy(uid=0)"),
    )

    assert sums(case).empty
    assert over_time(case).reading.startswith("No login in auth, 2026-03-04 02:00:00 to 2026-03-04 03:00:00 UTC.")


def test_failures_of_a_database_are_not_hidden_by_the_connections_that_it_logs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(witnesses, "MOST_READ", 5)
    head = f"2026-03-04 02:00:00 UTC:{HOME}(5):ann@shop:[9]:"
    lines = [(float(n), f"{head}LOG:  connection authorized: user=ann database=shop") for n in range(9)]
    lines.append((20.0, f'{head}FATAL:  password authentication failed for user "ann"'))
    case = case_over(tmp_path, Log("pg", "postgresql", lines))

    assert sums(case)[["failures", "successes"]].to_numpy().tolist() == [[1, 5]]
    assert "Of 9 lines in pg that may tell of a login the oldest 5 were read." in in_short(case).reading
    assert "the oldest 5 were read" in by_user(case).searched


def test_console_logins_succeed_and_fail_by_their_response(tmp_path: Path) -> None:
    lines = [
        _console(1, "ann", {"ConsoleLogin": "Success"}),
        _console(2, "ann", {"ConsoleLogin": "Failure"}, errorMessage="Failed authentication"),
        _console(3, "bob", {"ConsoleLogin": "Failure"}),
    ]
    case = case_over(tmp_path, Log("trail", "cloudtrail", lines))

    assert _failures(case) == {"ann": 1, "bob": 1}
    assert list(passed(case)["user"]) == ["ann"]


def _console(second: float, user: str, response: dict[str, str], **rest: str) -> tuple[float, str]:
    body = {
        "eventVersion": "1.08",
        "userIdentity": {"type": "IAMUser", "userName": user},
        "eventTime": f"2026-03-04T02:00:{second:02.0f}Z",
        "eventSource": "signin.amazonaws.com",
        "eventName": "ConsoleLogin",
        "sourceIPAddress": HOME,
        "responseElements": response,
        "eventID": str(second),
    }
    return second, json.dumps({**body, **rest})


def test_verdicts_are_read_as_fail2ban_reads_them(shared: Path, tmp_path: Path) -> None:
    raw = shared / "data" / "auth" / "fail2ban_auth" / "sshd.gz"
    lines = gzip.decompress(raw.read_bytes()).decode("utf-8", "replace").splitlines()
    expected = {
        line: json.loads(comment.partition("failJSON:")[2])["host"]
        for comment, line in pairwise(lines)
        if "failJSON:" in comment
        and '"match": true' in comment
        and ": Failed " in line
        # A name and what stands behind the port can both hold a "from"; here the last one is taken for sshd's own.
        and "auth-info" not in comment
    }
    load([raw], tmp_path / "archive", log_group="auth", year=2005)
    case = open_case(engine=f"local:{tmp_path / 'archive'}", start="", end="")

    result = case.run(f"{saved('sshd/attempts').text}\n| fields @message", every_row=True)

    read = {row["@message"]: row["origin"] for row in result.rows}
    assert len(set(expected) & set(read)) > 10
    assert {line: read[line] for line in expected if line in read} == {
        line: host for line, host in expected.items() if line in read
    }


def test_an_archive_without_logs_of_logins_says_so(tmp_path: Path) -> None:
    case = case_over(tmp_path, Log("app", "plain", [(1.0, "2026-03-04 02:00:01 something happened")]))

    assert by_user(case).reading == (
        "Not examined: no log group holds SSH server, CloudTrail, System logs, PostgreSQL, MySQL or Linux audit."
    )
    assert by_user(case).runs == ()


def test_a_login_among_the_lines_of_another_log_is_counted(tmp_path: Path) -> None:
    other = Log("everything", "plain", [accepted(5)])
    case = case_over(tmp_path, Log("auth", "sshd", [failed(1)]), other)

    assert sums(case)[["failures", "successes"]].to_numpy().tolist() == [[1, 1]]
