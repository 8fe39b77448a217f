"""Syslog in its three forms, of any program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.sources import recognise, source
from siemlib.sources.syslog_line import Line, read_line

if TYPE_CHECKING:
    from pathlib import Path

SYSLOG = source("syslog")


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ("Mar  4 14:14:36 mail HORDE: [imp] x", Line("mail", "HORDE", "[imp] x")),
        ("Mar 4 14:14:36 mail postfix/smtpd[7]: x: y", Line("mail", "smtpd", "x: y")),
        ("<13>Mar 14 14:14:36 10.0.0.1 cron: x", Line("10.0.0.1", "cron", "x")),
        ("Feb 17 17:40:17 sshd[19725]: error: x", Line("", "sshd", "error: x")),
        ("Jun 25 23:53:34 [sshd] User root", Line("", "sshd", "User root")),
        ("2026-03-04T10:00:00.000001+01:00 web kernel: x", Line("web", "kernel", "x")),
        ("2026-03-04T10:00:00Z web systemd[1]: x\n", Line("web", "systemd", "x")),
        ('<38>1 2019-07-08T17:40:17Z h sshd 5 - [a@1 b="]"][c@2] x y', Line("h", "sshd", "x y")),
        ("<38>1 2019-07-08T17:40:17Z h app - - -", Line("h", "app", "")),
    ],
)
def test_a_header_is_taken_apart(message: str, line: Line) -> None:
    assert read_line(message) == line


@pytest.mark.parametrize(
    "message", ["", "x", "Mar  4 14:14:36", "14:14:36 mail x: y", "2026-03-04 10:00:00 mail x: y", "{}"]
)
def test_what_has_no_header_is_no_line(message: str) -> None:
    assert read_line(message) is None


@pytest.mark.parametrize(
    ("body", "actor", "address", "outcome"),
    [
        (
            "auth: pam_unix(dovecot:auth): authentication failure; ruser=violet rhost=10.0.0.9  user=violet",
            "violet",
            "10.0.0.9",
            "failure",
        ),
        (
            "HORDE: [imp] FAILED LOGIN for violet (192.168.10.18) to {imap://localhost/}",
            "violet",
            "192.168.10.18",
            "failure",
        ),
        (
            "dovecot: imap-login: Login: user=<violet>, method=PLAIN, rip=10.0.0.9, lip=10.0.0.1",
            "violet",
            "10.0.0.9",
            "success",
        ),
        ("sudo: violet : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh", "violet", None, None),
        ("CRON[1]: (root) CMD (x)", "root", None, None),
        ("sshd[1]: Accepted password for ann from 10.0.0.9 port 5 ssh2", "ann", "10.0.0.9", "success"),
    ],
)
def test_a_line_says_who_and_from_where(body: str, actor: str | None, address: str | None, outcome: str | None) -> None:
    entry = SYSLOG.entry(f"Mar  4 14:14:36 mail {body}")
    assert (entry.actor, entry.address, entry.outcome) == (actor, address, outcome)


def test_a_log_of_several_programs_is_syslog_and_one_of_sshd_is_not() -> None:
    sshd = "Mar  4 10:00:00 h sshd[1]: Connection closed by 10.0.0.1 port 5"
    other = "Mar  4 10:00:00 h sudo: ann : TTY=pts/0 ; USER=root ; COMMAND=/bin/sh"
    assert recognise([sshd, other]) is SYSLOG
    assert recognise([sshd, sshd, other]) is source("sshd")


def test_the_attacker_is_found_in_the_log_of_the_web_mail(shared: Path) -> None:
    lines = (shared / "data/mixed/ait_insect_2020/forensic__syslog").read_text().splitlines()
    assert recognise(lines) is SYSLOG
    entries = [SYSLOG.entry(line) for line in lines if "FAILED LOGIN" in line]
    assert len(entries) == 138
    assert {(e.actor, e.address, e.action, e.outcome) for e in entries} == {
        ("violet", "192.168.10.18", "login", "failure")
    }
