"""Records of the audit daemon."""

from __future__ import annotations

import gzip
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from siemlib.model.observable import Address, Observable, ObservableKind
from siemlib.sources import recognise, source
from siemlib.sources.auditd import fields
from tests.sources.conditions import selects
from tests.sources.samples import SAMPLES

if TYPE_CHECKING:
    from pathlib import Path

AUDITD = source("auditd")
LOGIN, SOCKET, SOCKET_V6, EXECVE = SAMPLES["auditd"]
HEAD = "type={} msg=audit(1772618400.072:375): "


@pytest.fixture(scope="module")
def records(shared: Path) -> list[str]:
    """Two thousand records of a real host."""
    path = shared / "data/auth/ait_audit_2k/Audit_2k.log.gz"
    return gzip.decompress(path.read_bytes()).decode().splitlines()


def test_every_record_of_a_real_host_is_recognised(records: list[str]) -> None:
    assert len(records) == 2000
    assert recognise(records) is AUDITD
    assert all(recognise([record]) is AUDITD for record in records)


def test_the_logins_of_a_real_host_are_three_from_one_address(records: list[str]) -> None:
    logins = [entry for entry in map(AUDITD.entry, records) if entry.action == "login"]

    expected = ("uid=1002", "172.19.131.174", "success")
    assert [(entry.actor, entry.address, entry.outcome) for entry in logins] == [expected] * 3


def test_an_address_is_found_exactly_in_the_records_that_write_it(records: list[str]) -> None:
    address = Address.parse("172.19.131.174")
    selected = [record for record in records if selects(AUDITD.select_address(address), record)]

    assert selected == [record for record in records if "addr=172.19.131.174 " in record]
    assert {AUDITD.entry(record).address for record in selected} == {"172.19.131.174"}


def test_cron_setting_the_login_id_is_no_login(records: list[str]) -> None:
    kernel = [AUDITD.entry(record) for record in records if record.startswith("type=LOGIN ")]

    assert len(kernel) == 262
    assert {entry.action for entry in kernel} == {"login uid set"}


def test_a_hidden_command_of_a_real_attack_is_read_in_plain_text(records: list[str]) -> None:
    (entry,) = [AUDITD.entry(record) for record in records if record.startswith("type=USER_CMD ")]

    assert (entry.actor, entry.action, entry.outcome) == ("uid=1002", "command", "success")
    assert entry.summary.endswith(": cat /etc/shadow")


def test_records_of_one_serial_are_events_of_their_own(records: list[str]) -> None:
    by_serial = Counter(fields(record)["serial"] for record in records)

    assert by_serial["529"] == 3, "AVC, SYSCALL and PROCTITLE of one call"
    proctitle = next(record for record in records if record.startswith("type=PROCTITLE") and ":529)" in record)
    assert AUDITD.entry(proctitle).summary == "PROCTITLE: apparmor_parser -r -T -W /etc/apparmor.d/sbin.dhclient"


def test_a_failed_login_names_account_and_address() -> None:
    entry = AUDITD.entry(LOGIN)

    assert (entry.actor, entry.address, entry.action, entry.outcome) == ("violet", "203.0.113.66", "login", "failure")


@pytest.mark.parametrize(("record", "address"), [(SOCKET, "203.0.113.66"), (SOCKET_V6, "2001:db8::1")])
def test_the_address_of_a_socket_is_read_observed_and_found(record: str, address: str) -> None:
    assert AUDITD.entry(record).address == address
    assert Observable(ObservableKind.ADDRESS, address) in AUDITD.observables(record)
    assert selects(AUDITD.select_address(Address.parse(address)), record)
    assert not selects(AUDITD.select_address(Address.parse("203.0.113.6")), record)


def test_a_command_is_read_word_by_word() -> None:
    assert AUDITD.entry(EXECVE).summary == "EXECVE: cat /tmp/a b.txt"
    assert AUDITD.entry(EXECVE).action == "command"


@pytest.mark.parametrize(
    ("type_", "body", "outcome"),
    [
        ("USER_AUTH", "msg='op=x res=failed'", "failure"),
        ("USER_AUTH", "msg='op=x res=success'", "success"),
        ("LOGIN", "auid=0 res=1", "success"),
        ("LOGIN", "auid=0 res=0", "failure"),
        ("SYSCALL", "success=no exit=-13", "failure"),
        ("AVC", 'apparmor="DENIED" operation="open"', "failure"),
        ("AVC", "avc:  denied  { read } for  pid=1", "failure"),
        ("AVC", 'apparmor="STATUS"', None),
    ],
)
def test_the_outcome_is_what_the_record_says(type_: str, body: str, outcome: str | None) -> None:
    assert AUDITD.entry(HEAD.format(type_) + body).outcome == outcome


def test_who_logged_in_counts_before_who_acts_now() -> None:
    assert AUDITD.entry(HEAD.format("SYSCALL") + "auid=1002 uid=0").actor == "uid=1002"
    assert AUDITD.entry(HEAD.format("SYSCALL") + "auid=4294967295 uid=33").actor == "uid=33"
    assert AUDITD.entry(HEAD.format("SYSCALL") + 'auid=1002 uid=0\x1dAUID="jhall" UID="root"').actor == "jhall"


def test_an_account_is_selected_in_every_way_to_write_it() -> None:
    spoken = HEAD.format("USER_LOGIN") + "pid=1 uid=0 msg='op=login acct={} res=failed'"
    for name, written in (("violet", '"violet"'), ("a b", "612062"), ("vi'o", "7669276F")):
        assert AUDITD.entry(spoken.format(written)).actor == name
        assert selects(AUDITD.select_principal(name), spoken.format(written))
    assert not selects(AUDITD.select_principal("viol"), spoken.format('"violet"'))
    assert not selects(AUDITD.select_principal("a"), spoken.format("612062"))


def test_a_user_id_is_selected_as_a_whole_number() -> None:
    record = HEAD.format("SYSCALL") + 'pid=100 auid=1002 uid=0\x1dAUID="jhall" gid=10'
    assert all(selects(AUDITD.select_principal(name), record) for name in ("1002", "uid=1002", "uid=0"))
    assert not any(selects(AUDITD.select_principal(name), record) for name in ("100", "uid=100", "10", "2"))


def test_a_value_cannot_pass_for_another_field() -> None:
    record = HEAD.format("USER_LOGIN") + "msg='op=login acct=\"x addr=10.9.9.9\" addr=203.0.113.66 res=failed'"

    assert (AUDITD.entry(record).actor, AUDITD.entry(record).address) == ("x addr=10.9.9.9", "203.0.113.66")


def test_a_record_behind_a_syslog_header_stays_with_syslog() -> None:
    assert recognise(["Mar  4 10:00:00 web-1 audispd: " + LOGIN]) is source("syslog")
