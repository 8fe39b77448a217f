"""A triage of real alerts: the facts are those of the data's README."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

from siemlib.archive.load import load
from siemlib.case import open_case
from siemlib.investigate import triage
from siemlib.investigate.triage.gather import gather

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from siemlib.case import Case


pytestmark = pytest.mark.xdist_group("real")
ATTACKER, VICTIM = "192.168.10.18", "violet"
NIKTO, HYDRA, WEB_MAIL = "1588001102.9631316", "1588002175.9684853", "1588002177.9697066"
ROOT = ("1588002842.10028659", "1588002881.10031576")


@pytest.fixture(scope="module")
def insect(real_archive: Callable[[str], Path]) -> Case:
    """A case over the attack on the mail server."""
    return open_case(engine=f"local:{real_archive('insect')}", start="", end="")


def test_all_alerts_are_listed_with_the_levels_of_the_set(insect: Case) -> None:
    frame = triage.alerts_of(insect).frame

    assert frame.groupby("level").size().to_dict() == {3: 89, 5: 310, 6: 69, 8: 5, 10: 24}
    # 497 alerts: 195 say 127.0.0.1 and two are of no address; the attacker acts in all others.
    assert frame["address"].value_counts().to_dict() == {ATTACKER: 300, "127.0.0.1": 195}


def test_of_a_brute_force_alert_the_true_address_is_inferred_in_spite_of_srcip(insect: Case) -> None:
    answer = triage.about_whom(insect, triage.find(insect, alert=HYDRA))

    assert "The alert names 127.0.0.1 (data.srcip); the address is inferred:" in answer.reading
    assert f"all come from {ATTACKER}." in answer.reading
    assert f"User {VICTIM}" in answer.reading
    assert "Its id begins with 2020-04-27" in answer.reading


def test_of_a_web_mail_alert_it_stands_in_full_log(insect: Case) -> None:
    answer = triage.about_whom(insect, triage.find(insect, alert=WEB_MAIL))

    assert answer.reading.startswith(f"Address {ATTACKER} (private), from full_log. User {VICTIM}, from full_log.")


@pytest.mark.parametrize("alert", [NIKTO, HYDRA, WEB_MAIL, *ROOT])
def test_every_phase_is_read_with_the_two_root_answers_in_their_order(insect: Case, alert: str) -> None:
    told = triage.in_short(insect, triage.find(insect, alert=alert)).reading

    assert told.startswith("Reading: attack that may have succeeded, because an attack response was seen.")
    assert "at 2020-03-04 14:25:40 UTC and 2020-03-04 14:26:18 UTC." in told


@pytest.mark.parametrize("alert", ROOT)
def test_the_root_answers_are_about_the_attacker_and_not_about_the_server_that_sent_them(
    insect: Case, alert: str
) -> None:
    answer = triage.about_whom(insect, triage.find(insect, alert=alert))

    assert answer.reading.startswith(f"Address {ATTACKER} (private), from data.dest_ip.")
    assert "sent by 192.168.10.21 (data.src_ip)" in answer.reading


def test_as_it_stood_before_the_exploit_nothing_says_what_came_of_it(real_archive: Callable[[str], Path]) -> None:
    url = f"local:{real_archive('insect')}"
    before = open_case(engine=url, start="2020-03-04T13:55:00Z", end="2020-03-04T14:12:00Z")

    told = triage.in_short(before, triage.find(before, alert=NIKTO)).reading

    assert told.startswith("Reading: undecided, because there is a pattern of attack, and no log that would show")
    assert "ET WEB_SERVER ColdFusion administrator access" in told
    assert "No log group holds SSH server or Web access." in told


def test_the_guesses_are_counted_as_the_web_mail_counts_them(insect: Case, shared: Path) -> None:
    text = (shared / "data/mixed/ait_insect_2020/forensic__syslog").read_text("utf-8")
    # Horde writes two lines about one attempt: of its mail, and of itself.
    attempts = sum("HORDE: [imp] FAILED LOGIN for violet" in line for line in text.splitlines())

    facts = gather(insect, triage.find(insect, alert=WEB_MAIL)).facts

    assert (facts.failures, facts.accounts) == (attempts, 1)


def test_the_virus_scanners_update_is_about_nobody(insect: Case) -> None:
    told = triage.in_short(insect, triage.find(insect, rule="52507", time="2020-03-04T14:29:43Z")).reading

    assert told.startswith("Reading: undecided")


@pytest.fixture(scope="module")
def openssh(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The log of a real SSH server, and two alerts that quote lines of it."""
    folder = tmp_path_factory.mktemp("openssh")
    source = shared / "data/auth/loghub_openssh_2k/OpenSSH_2k.log.gz"
    lines = gzip.decompress(source.read_bytes()).decode().splitlines()
    quoted = {
        "1.1": next(
            line for line in lines if "09:18:" in line and "Failed password" in line and " from 187.141" in line
        ),
        "1.2": next(line for line in lines if "10:5" in line and "Failed password for root from 183.62" in line),
    }
    alerts = [
        {
            "timestamp": f"2023-12-10T{line.split()[2]}.000+0000",
            "rule": {"level": 10, "id": "5720", "description": "Multiple authentication failures."},
            "agent": {"name": "LabSZ"},
            "id": number,
            "full_log": line,
        }
        for number, line in quoted.items()
    ]
    (folder / "alerts.json").write_text("\n".join(map(json.dumps, alerts)) + "\n", "utf-8")
    load([source], folder / "archive", year=2023)
    load([folder / "alerts.json"], folder / "archive")
    return open_case(engine=f"local:{folder / 'archive'}", start="", end="")


def test_the_login_of_fztu_is_no_success_of_the_attack_beside_it(openssh: Case) -> None:
    alarm = triage.find(openssh, alert="1.1")

    told = triage.in_short(openssh, alarm).reading
    logins = triage.success_after(openssh, alarm)

    assert told.startswith("Reading: attack that failed")
    assert "80 failed logins within 15 minutes of the alert." in told
    assert "fztu" not in told
    assert logins.frame[["user", "address", "whose"]].to_numpy().tolist() == [
        ["fztu", "119.137.62.142", "another address"]
    ]
    assert "no success of this one: fztu from 119.137.62.142 at 2023-12-10 09:32:20 UTC" in logins.reading


def test_the_attack_of_183_62_140_253_failed_with_all_its_286_guesses_counted(openssh: Case) -> None:
    alarm = triage.find(openssh, alert="1.2")

    assert gather(openssh, alarm).facts.failures_ever == 286
    assert triage.in_short(openssh, alarm).reading.startswith("Reading: attack that failed")
    assert "fztu" not in triage.in_short(openssh, alarm).reading
    assert triage.known_use(openssh, alarm).frame.empty


def test_the_listening_ports_of_a_real_host_are_about_nobody(real_archive: Callable[[str], Path]) -> None:
    case = open_case(engine=f"local:{real_archive('wazuh')}", start="", end="")
    listed = triage.alerts_of(case).frame
    row = listed[listed["rule"] == "533"].iloc[0]

    alarm = triage.find(case, rule="533", time=row["time"].isoformat())

    assert triage.about_whom(case, alarm).reading.startswith("The alert names no address.")
    assert "57678" in triage.in_full(case, alarm).frame.set_index("field").loc["full_log", "value"]
    assert triage.in_short(case, alarm).reading.startswith("Reading: undecided")
