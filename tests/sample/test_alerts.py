"""Which lines raise an alert."""

from __future__ import annotations

from siemlib.sample import story
from siemlib.sample.alerts import alerts
from siemlib.sample.identifier import generator
from siemlib.sample.sshd import Logs
from siemlib.sample.web_access import Request


def _invalid(count: int) -> Logs:
    logs = Logs()
    for second in range(count):
        logs.write("bastion-1", second, 1, f"Invalid user u{second} from 192.0.2.1 port 40000")
    return logs


def test_every_eighth_unknown_user_raises_the_brute_force_rule_with_the_seven_before() -> None:
    made = [one for one in alerts(generator(1, "x"), _invalid(17), []) if one.rule == 5712]
    assert [one.second for one in made] == [7, 15]
    assert made[0].before is not None
    assert len(made[0].before.splitlines()) == 7


def test_seven_unknown_users_are_no_brute_force() -> None:
    assert not [one for one in alerts(generator(1, "x"), _invalid(7), []) if one.rule == 5712]


def test_a_page_that_is_found_raises_no_alert_and_one_that_is_missing_does() -> None:
    requests = [Request(1, "192.0.2.1", "GET", "/", status, 1, "-", 0, 0) for status in (200, 404, 500)]
    assert [one.rule for one in alerts(generator(1, "x"), Logs(), requests) if one.source == "192.0.2.1"] == [31101]


def test_only_the_attackers_success_follows_many_failures() -> None:
    logs = Logs()
    for second, address in enumerate((story.HONEST_ADDRESS, story.ATTACKER)):
        logs.write("bastion-1", second, 1, f"Accepted password for deploy from {address} port 1 ssh2")
    made = [one for one in alerts(generator(1, "x"), logs, []) if one.rule == 40112]
    assert [one.source for one in made] == [story.ATTACKER]
