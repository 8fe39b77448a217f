"""Logins: who got in, and after how many failures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.archive.load import load
from siemlib.case import open_case
from siemlib.investigate import sightings
from siemlib.investigate.access.common import sums
from siemlib.investigate.pivot import address, first_look, logins, user
from tests.investigate.access.lines import HOME, audit, failed
from tests.investigate.incident import ATTACKER, FLOWS, Log, case_over, sshd

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from siemlib.case import Case


def test_a_success_after_failures_is_called_out_with_the_numbers(case: Case) -> None:
    answer = logins(case, address(ATTACKER))

    assert answer.reading == (
        "1 login succeeded; 4 failed logins for 3 users. "
        "deploy from 203.0.113.66 got in at 2026-03-04 02:20:00 UTC, after 4 failures from there (2 for deploy)."
    )
    first = answer.frame.iloc[0]
    assert (first["user"], first["failures"], first["successes"]) == ("deploy", 2, 1)
    assert (first["failures before it"], first["by its address"]) == (2, 4)


def test_an_honest_user_who_mistyped_once_reads_as_one_failure(case: Case) -> None:
    assert logins(case, user("maria")).reading == (
        "1 login succeeded; 1 failed login from 1 address. "
        "maria from 198.51.100.7 got in at 2026-03-04 02:11:50 UTC, after 1 failure from there."
    )


def test_failures_alone_are_said_to_have_led_nowhere(case: Case) -> None:
    assert logins(case, address("203.0.113.6")).reading == "1 failed login for 1 user, and none that succeeded."


def test_the_lines_that_sshd_writes_about_one_attempt_count_once(tmp_path: Path) -> None:
    lines = [
        sshd(1, f"Invalid user admin from {ATTACKER} port 4000"),
        sshd(1, f"Failed password for invalid user admin from {ATTACKER} port 4000 ssh2"),
        sshd(2, f"message repeated 5 times: [ Failed password for root from {ATTACKER} port 4001 ssh2]"),
        sshd(3, f"error: maximum authentication attempts exceeded for root from {ATTACKER} port 4001 ssh2 [preauth]"),
    ]

    frame = logins(case_over(tmp_path, Log("auth", "sshd", lines)), address(ATTACKER)).frame

    assert dict(zip(frame["user"], frame["failures"], strict=True)) == {"admin": 1, "root": 5}


def test_the_audit_daemons_logins_count_where_no_sshd_judges_the_address(tmp_path: Path) -> None:
    records = [audit(1, ATTACKER), audit(2, ATTACKER), audit(3, HOME), audit(4, HOME, "success")]
    logs = (Log("audit", "auditd", records), Log("auth", "sshd", [failed(1), failed(2)]))
    case = case_over(tmp_path, *logs)

    judged, audited = logins(case, address(ATTACKER)), logins(case, address(HOME))

    assert judged.frame[["source", "failures"]].to_numpy().tolist() == [["sshd", 2]]
    assert audited.reading == (
        f"1 login succeeded; 1 failed login for 1 user. root from {HOME} got in at 2026-03-04 02:00:04 UTC, after "
        "1 failure from there."
    )
    whole = sums(case, "address")
    assert dict(zip(whole["address"], whole["failures"], strict=True)) == {ATTACKER: 2, HOME: 1}


def test_a_login_that_the_audit_daemon_tells_by_number_is_not_denied(tmp_path: Path) -> None:
    opened = audit(1, HOME, "success")[1].replace("USER_LOGIN", "USER_START").replace("root", "ann")
    entered = audit(2, HOME, "success")[1].replace('acct="root"', "id=1002")
    case = case_over(tmp_path, Log("audit", "auditd", [(1, opened), (2, entered)]))
    hint = "Linux audit may tell of a login by the number of the account alone: look for uid=… as well."

    assert logins(case, user("ann")).reading.endswith(f"UTC. {hint}")
    assert first_look(case, user("ann")).reading.endswith(f" {hint}")
    for subject in (user("uid=1002"), address(HOME), user("nobody")):
        assert hint not in first_look(case, subject).reading
    assert "1 login succeeded" in logins(case, user("uid=1002")).reading


def test_cron_and_sudo_let_nobody_in(tmp_path: Path) -> None:
    lines = [
        (1.0, "Mar  4 02:00:01 web-1 CRON[1]: pam_unix(cron:session): session opened for user root by (uid=0)"),
        (2.0, "Mar  4 02:00:02 web-1 sudo: pam_unix(sudo:session): session opened for user root by deploy(uid=0)"),
        sshd(3, "Server listening on 0.0.0.0 port 22."),
    ]

    assert logins(case_over(tmp_path, Log("auth", "sshd", lines)), user("root")).frame.empty


def test_nobody_logged_in_and_no_log_of_logins_are_different_answers(quiet: Case, tmp_path: Path) -> None:
    assert logins(quiet, user("deploy")).reading.startswith("No login names deploy in bastion, ")

    answer = logins(case_over(tmp_path, FLOWS), user("deploy"))

    assert (
        answer.reading
        == "Not examined: no log group holds SSH server, CloudTrail, System logs, PostgreSQL, MySQL or Linux audit."
    )
    assert answer.runs == ()


def test_the_one_real_success_is_not_by_a_brute_forcer(shared: Path, tmp_path: Path) -> None:
    load([shared / "data" / "auth" / "loghub_openssh_2k"], tmp_path / "archive", log_group="auth")
    engine = f"local:{tmp_path / 'archive'}"
    case = open_case(engine=engine, start="", end="")

    good, bad = logins(case, address("119.137.62.142")), logins(case, address("183.62.140.253"))

    assert "fztu from 119.137.62.142 got in at" in good.reading
    assert "09:32:20 UTC" in good.reading
    assert "1 login succeeded; no failed login for 1 user. " in good.reading
    assert bad.reading.endswith("and none that succeeded.")


def test_real_failures_are_counted_as_often_as_sshd_says_failed(shared: Path, tmp_path: Path) -> None:
    load([shared / "data" / "auth" / "loghub_openssh_2k"], tmp_path / "archive", log_group="auth")
    case = open_case(engine=f"local:{tmp_path / 'archive'}", start="", end="")
    # Lines with "Failed password" and the address, counted by grep; the log has no repeated ones of these.
    raw = {"183.62.140.253": 286, "187.141.143.180": 80, "103.99.0.122": 46, "173.234.31.186": 2}

    assert {ip: logins(case, address(ip)).frame["failures"].sum() for ip in raw} == raw


def test_what_a_web_mailer_asks_its_mail_server_is_no_second_attempt(shared: Path, tmp_path: Path) -> None:
    load([shared / "data" / "mixed" / "ait_insect_2020"], tmp_path / "archive")
    case = open_case(engine=f"local:{tmp_path / 'archive'}", start="", end="")

    by_address, by_user = logins(case, address("192.168.10.18")), logins(case, user("violet"))

    assert list(by_address.frame["failures"]) == [69]
    assert by_user.reading == (
        "69 failed logins from 1 address, and none that succeeded. "
        "Besides, 126 from the host itself, where a service that asks another repeats it."
    )
    assert "violet: 69 failed logins, none that succeeded. " in first_look(case, user("violet")).reading
    assert "Counted are attempts: " in by_user.searched


def test_pam_counts_only_for_an_address_on_whose_host_sshd_gives_no_verdict(tmp_path: Path) -> None:
    pam = f"pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost={ATTACKER} "
    judged = [
        sshd(1, f"Invalid user admin from {ATTACKER}"),
        sshd(2, pam),
        sshd(3, f"Failed password for invalid user admin from {ATTACKER} port 4000 ssh2"),
        sshd(4, f"{pam} user=root"),
    ]
    unjudged = [(s + 10, line.replace("web-1", "db-1")) for s, line in [judged[1], judged[3], judged[3]]]
    unjudged += [(20.0, unjudged[1][1].replace("user=root", "user=maria"))]
    case = case_over(tmp_path, Log("auth", "sshd", judged + unjudged))

    frame = logins(case, address(ATTACKER)).frame

    assert dict(zip(frame["user"], frame["failures"], strict=True)) == {"admin": 1, "root": 2, "maria": 1}


def test_of_several_lines_of_a_service_about_one_attempt_one_counts(tmp_path: Path) -> None:
    lines = []
    for second in range(3):
        head = f"Mar  4 02:00:0{second} mail HORDE: "
        lines.append((float(second), f"{head}[imp] FAILED LOGIN for violet ({ATTACKER}) to imap [pid {second}]"))
        lines.append((float(second), f"{head}[horde] FAILED LOGIN for violet to horde ({ATTACKER}) [pid {second}]"))
    lines.append((9.0, f"Mar  4 02:00:09 mail vpn: login failed for violet from {ATTACKER}"))

    assert list(logins(case_over(tmp_path, Log("sys", "syslog", lines)), address(ATTACKER)).frame["failures"]) == [4]


def test_who_fails_more_often_than_is_read_does_not_hide_that_he_got_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sightings, "MOST_READ", 20)
    lines = [sshd(n, f"Failed password for root from {ATTACKER} port {n + 1} ssh2") for n in range(50)]
    lines.append(sshd(60, f"Accepted password for root from {ATTACKER} port 99 ssh2"))
    flooded = case_over(tmp_path, Log("auth", "sshd", lines))

    assert "root from 203.0.113.66 got in at 2026-03-04 02:01:00 UTC" in logins(flooded, address(ATTACKER)).reading
    assert "Of 51 events in auth the oldest 20 were read" in first_look(flooded, address(ATTACKER)).reading


def test_a_number_of_times_that_somebody_else_wrote_is_not_believed(tmp_path: Path) -> None:
    line = f"Mar  4 02:00:01 web-1 app[1]: login failed from {ATTACKER} agent=x (99999 times)"

    frame = logins(case_over(tmp_path, Log("sys", "syslog", [(1.0, line)])), address(ATTACKER)).frame

    assert list(frame["failures"]) == [1]


def test_a_repeated_failure_counts_as_often_as_syslog_says_however_long_the_line(tmp_path: Path) -> None:
    line = sshd(2, f"message repeated 5 times: [ Failed password for {'x' * 400} from {ATTACKER} port 4001 ssh2]")

    assert list(logins(case_over(tmp_path, Log("auth", "sshd", [line])), address(ATTACKER)).frame["failures"]) == [5]


def test_logins_among_the_lines_of_other_logs_are_found(tmp_path: Path) -> None:
    lines = [(float(n), f'{{"msg": "served {ATTACKER}"}}') for n in range(5)]
    lines.append(sshd(9, f"Accepted password for root from {ATTACKER} port 99 ssh2"))

    answer = logins(case_over(tmp_path, Log("everything", "json_events", lines)), address(ATTACKER))

    assert answer.reading.startswith("1 login succeeded")
    assert "everything" in answer.searched


def test_logins_to_a_database_count_once_for_each_attempt(tmp_path: Path) -> None:
    head = f"2026-03-04 02:00:00 UTC:{ATTACKER}(5):"
    refused = f'{head}ann@shop:[7]:FATAL:  password authentication failed for user "ann"'
    lines = [
        (1.0, f"{head}[unknown]@[unknown]:[7]:LOG:  connection received: host={ATTACKER} port=5"),
        (2.0, refused),
        (2.0, f'{head}ann@shop:[7]:DETAIL:  Connection matched pg_hba.conf line 13: "host all all all scram"'),
        (3.0, refused.replace("[7]", "[8]")),
        (4.0, f"{head}ann@shop:[9]:LOG:  connection authorized: user=ann database=shop"),
    ]
    denied = f"2026-03-04T02:00:05Z 113 [Note] Access denied for user 'root'@'{ATTACKER}' (using password: YES)"
    databases = (Log("pg", "postgresql", lines), Log("my", "mysql", [(5.0, denied)]))
    frame = logins(case_over(tmp_path, *databases), address(ATTACKER)).frame
    assert frame[["user", "failures", "successes"]].to_numpy().tolist() == [["ann", 2, 1], ["root", 1, 0]]
