"""From logs to a reading: small incidents whose truth is known by reading them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from siemlib.investigate.triage import for_and_against, in_short, procedure
from siemlib.investigate.triage.gather import gather
from siemlib.investigate.triage.rules import RULES, STEPS
from tests.investigate.access.lines import audit
from tests.investigate.incident import ATTACKER, Log, alert, flow, sshd
from tests.investigate.triage.alarms import FAILED, about_attacker, accepted, case_of, guesses, rejected, ssh

if TYPE_CHECKING:
    from pathlib import Path


def reading_of(folder: Path, alerts: list[tuple[float, str]], *logs: Log) -> str:
    """The reading of the first alert in a sentence."""
    return in_short(*case_of(folder, alerts, *logs)).reading


def test_guesses_without_a_success_in_the_servers_own_log_are_an_attack_that_failed(tmp_path: Path) -> None:
    told = reading_of(tmp_path, [about_attacker(605)], ssh(*guesses(20), accepted(900, "ann", "198.51.100.7")))

    assert told.startswith("Reading: attack that failed")
    assert "20 failed logins within 15 minutes of the alert." in told


def test_rejected_ports_are_a_scan_but_the_late_answers_of_a_service_are_none(tmp_path: Path) -> None:
    flows = {
        port: [flow(600 + n, ATTACKER, port, "10.0.1.10", 40_000 + n, "REJECT") for n in range(20)]
        for port in (443, 45_000)
    }
    read = {
        port: reading_of(tmp_path / str(port), [about_attacker(605)], Log("vpc", "vpc_flow", lines))
        for port, lines in flows.items()
    }

    assert "20 distinct ports were rejected." in read[45_000]
    assert "ports were rejected" not in read[443]


def test_a_login_that_only_the_audit_daemon_tells_of_is_the_success_of_the_guesses(tmp_path: Path) -> None:
    records = [*(audit(600 + n, ATTACKER) for n in range(20)), audit(700, ATTACKER, "success")]

    told = reading_of(tmp_path, [about_attacker(605)], Log("audit", "auditd", records))

    assert told.startswith("Reading: attack that may have succeeded")
    assert "after 20 failures of this address" in told


def test_a_success_by_another_address_is_no_success_of_the_attack_and_is_told_as_such(tmp_path: Path) -> None:
    log = ssh(*guesses(20), accepted(900, "u3", "198.51.100.7"))
    case, alarm = case_of(tmp_path, [about_attacker(605)], log)

    weighed = for_and_against(case, alarm)

    assert weighed.reading.startswith("Reading: attack that failed")
    fact = weighed.frame[weighed.frame["reading"] == "every reading"].iloc[0]["fact"]
    assert "no success of this one: u3 from 198.51.100.7 at 2026-03-04 02:15:00 UTC" in fact


def test_guesses_and_then_a_login_of_the_same_address_may_have_succeeded_however_late(tmp_path: Path) -> None:
    told = reading_of(tmp_path, [about_attacker(605)], ssh(*guesses(20), accepted(3500, "deploy")))

    assert told.startswith("Reading: attack that may have succeeded")
    assert "deploy got in from 203.0.113.66 at 2026-03-04 02:58:20 UTC (sshd), after 20 failures" in told


def test_a_login_among_the_guesses_is_their_success_though_more_of_them_follow(tmp_path: Path) -> None:
    log = ssh(*guesses(5), accepted(700, "deploy"), *guesses(2, since=800))

    told = reading_of(tmp_path, [about_attacker(605)], log)

    assert told.startswith("Reading: attack that may have succeeded")
    assert "deploy got in from 203.0.113.66 at 2026-03-04 02:11:40 UTC (sshd), after 5 failures" in told


def test_a_success_before_the_guesses_is_none_of_them(tmp_path: Path) -> None:
    told = reading_of(tmp_path, [about_attacker(605)], ssh(accepted(10, "ann"), *guesses(20)))

    assert told.startswith("Reading: attack that failed")
    assert "Successful activity came from this address before the window: ann (sshd)." not in told  # 02:00 is within it


def test_who_mistypes_on_the_inside_and_then_gets_in_made_an_error(tmp_path: Path) -> None:
    lines = [*(rejected(600 + 9 * n, "maria", "10.0.0.7") for n in range(3)), accepted(640, "maria", "10.0.0.7")]
    mistyped = alert(601, 5, "5716", "failed", id="1.1", data={"srcip": "10.0.0.7", "dstuser": "maria"})

    told = reading_of(tmp_path, [mistyped], ssh(*lines))

    assert told.startswith("Reading: user error")
    assert "22 s after the last failure." in told


def test_the_same_from_an_address_that_nobody_knows_is_undecided(tmp_path: Path) -> None:
    lines = [rejected(600, "maria"), accepted(640, "maria")]

    told = reading_of(tmp_path, [about_attacker(601)], ssh(*lines))

    assert told.startswith("Reading: undecided")
    assert "is a public address without successful activity before the window" in told


def test_one_maximum_of_attempts_alone_says_neither_and_is_undecided(tmp_path: Path) -> None:
    line = "error: maximum authentication attempts exceeded for root from 61.0.0.1 port 49940 ssh2 [preauth]"
    exceeded = alert(601, 8, "5758", "Maximum authentication attempts exceeded.", id="1.1", full_log=sshd(600, line)[1])

    case, alarm = case_of(tmp_path, [exceeded], ssh(sshd(600, line)))

    assert in_short(case, alarm).reading.startswith("Reading: undecided")
    assert gather(case, alarm).facts.address == "61.0.0.1"
    assert gather(case, alarm).facts.failures == 1


def test_failures_that_only_alerts_tell_of_cannot_be_called_a_failed_attack(tmp_path: Path) -> None:
    rule = {"level": 5, "id": "5716", "description": "failed", **FAILED}
    alerts = [
        (600.0 + n, json.dumps({**json.loads(about_attacker(600.0 + n, f"1.{n}")[1]), "rule": rule})) for n in range(20)
    ]

    case, alarm = case_of(tmp_path, alerts)
    told = in_short(case, alarm).reading

    assert gather(case, alarm).facts.failures == 20
    assert told.startswith("Reading: undecided")
    assert "No log of logins names the address within the window" in told
    assert "No log group holds SSH server or Web access." in told


def test_a_success_that_only_an_alert_tells_of_is_a_success(tmp_path: Path) -> None:
    failed = {"level": 5, "id": "5716", "description": "failed", **FAILED}
    passed = {"level": 3, "id": "5715", "description": "success", "groups": ["authentication_success"]}
    alerts = [
        (
            600.0 + n,
            json.dumps({**json.loads(about_attacker(600.0 + n, f"1.{n}")[1]), "rule": failed if n < 20 else passed}),
        )
        for n in range(21)
    ]

    told = reading_of(tmp_path, alerts)

    assert told.startswith("Reading: attack that may have succeeded")
    assert "(ossec), after 20 failures" in told


def test_a_log_that_falls_silent_after_the_alert_weakens_the_reading(tmp_path: Path) -> None:
    told = reading_of(tmp_path, [about_attacker(700)], ssh(*guesses(20)))

    assert "Against it: No event after the alert within the window in" in told
    assert "auth" in told


def test_an_alert_about_nobody_is_undecided_and_says_so(tmp_path: Path) -> None:
    case, alarm = case_of(tmp_path, [alert(600, 7, "550", "Integrity checksum changed.", id="1.1")], ssh(*guesses(20)))

    assert in_short(case, alarm).reading == (
        "Reading: undecided, because neither the signs of an attack nor those of an error are there. "
        "For it: The alert names neither an address nor a user. Against it: no fact."
    )


def test_every_reading_has_its_row_and_the_chosen_one_comes_first(tmp_path: Path) -> None:
    frame = for_and_against(*case_of(tmp_path, [about_attacker(605)], ssh(*guesses(20), accepted(700, "u1")))).frame

    assert frame["reading"].iloc[0] == "attack that may have succeeded"
    assert {"user error", "attack that failed", "undecided", "known scanner"} <= set(frame["reading"])
    assert set(frame["weight"]) <= {"for", "against", "no fact", "to be known"}


def test_the_rules_are_told_with_thresholds_and_reasons_and_the_step_that_decided(tmp_path: Path) -> None:
    answer = procedure(*case_of(tmp_path, [about_attacker(605)], ssh(*guesses(20), accepted(700, "u1"))))

    assert len(answer.frame) == len(RULES) + len(STEPS)
    assert answer.frame.set_index("rule").loc["burst", "holds"] == "yes"
    assert "Step 2 decides: there is a pattern of attack, and the same address got in." in answer.reading


def test_names_written_by_an_attacker_stay_names(tmp_path: Path) -> None:
    evil = 'x" | fields @message # <script>'
    lines = [rejected(600, evil), accepted(900, "ann", "198.51.100.7")]
    hostile = alert(
        600, 5, "5716", "failed", id="1.1", data={"srcip": ATTACKER, "dstuser": evil}, agent={"name": "a*(b"}
    )

    told = reading_of(tmp_path, [hostile], ssh(*lines))

    assert told.startswith("Reading: undecided")


def test_a_port_that_only_the_interface_of_the_sender_accepts_is_not_open(tmp_path: Path) -> None:
    probes = [flow(n, ATTACKER, 4000, "10.0.0.5", 700 + n, what) for n in range(20) for what in ("ACCEPT", "REJECT")]
    probes.append(flow(30, ATTACKER, 4000, "10.0.0.5", 22, "ACCEPT"))

    facts = gather(*case_of(tmp_path, [about_attacker(60)], Log("vpc", "vpc_flow", probes))).facts

    assert (facts.rejected_ports, facts.accepted_ports) == (20, 1)
