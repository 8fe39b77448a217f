"""The other questions about an alert: what it says, whom it is about, its history, and what happened around it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from siemlib.case import open_case
from siemlib.investigate.triage import (
    about_whom,
    around,
    find,
    history,
    in_full,
    known_use,
    on_the_host,
    siblings,
    success_after,
)
from siemlib.investigate.triage.levels import MEANINGS, meaning
from tests.investigate.incident import ATTACKER, Log, alert, call, case_over, flow, sshd
from tests.investigate.triage.alarms import about_attacker, accepted, case_of, guesses, rejected, ssh

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case
    from siemlib.investigate.triage import Alarm

INCIDENT = (
    ssh(
        sshd(5, f"Accepted password for ann from {ATTACKER} port 1 ssh2"),
        *guesses(12, since=1800),
        accepted(2000, "u3", "198.51.100.7"),
        sshd(2100, "pam_unix(sshd:session): session opened for user bob by (uid=0)"),
    ),
    Log("cloudtrail", "cloudtrail", [call(60, "ListUsers", "ann", ATTACKER), call(2200, "ListUsers", "ann", ATTACKER)]),
    Log(
        "vpc",
        "vpc_flow",
        [flow(1810, ATTACKER, 4000, "10.0.0.5", 22, "ACCEPT"), flow(1811, "198.51.100.9", 1, "10.0.0.5", 23, "REJECT")],
    ),
)
ALERTS = [
    alert(
        1805,
        10,
        "5712",
        "brute force",
        id="1.1",
        data={"srcip": ATTACKER, "dstuser": "u3"},
        agent={"name": "web-1", "ip": "10.0.0.5"},
    ),
    about_attacker(1806, "1.2"),
    about_attacker(1807, "1.3"),
    alert(1900, 3, "5501", "opened", id="1.4", data={"dstuser": "bob"}),
    alert(60, 10, "5712", "brute force", id="1.5", data={"srcip": "198.51.100.9"}),
]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Case, Alarm]:
    """A case in which ann works from the attacker's address before the guesses begin at 02:30."""
    return case_of(tmp_path_factory.mktemp("pages"), ALERTS, *INCIDENT)


def test_the_alert_is_given_in_full_behind_its_level_and_route(shown: tuple[Case, Alarm]) -> None:
    answer = in_full(*shown)
    fields = answer.frame.set_index("field")["value"]

    assert fields["data.srcip"] == ATTACKER
    assert fields["agent.ip"] == "10.0.0.5"
    assert fields["rule.description"] == "brute force"
    assert fields["level means"].startswith("multiple user generated errors")
    assert fields["route"].startswith("not known")
    assert "level 10 (multiple user generated errors" in answer.reading
    assert "Route: not known" in answer.reading


def test_the_route_is_that_of_the_settings_beside_the_archive_for_the_highest_level_that_is_reached(
    tmp_path: Path,
) -> None:
    (tmp_path / "siem.toml").write_text('[alerts]\nroutes = { 3 = "nobody", 7 = "mail", 12 = "pager" }\n', "utf-8")
    case, alarm = case_of(tmp_path, ALERTS)

    assert "Route: mail." in in_full(case, alarm).reading
    assert "Route: nobody." in in_full(case, find(case, alert="1.2")).reading


def test_whether_the_manager_mails_an_alert_is_said_as_its_rule_does(tmp_path: Path) -> None:
    wazuh = [
        (time, text.replace('"level": 5', f'"level": 5, "mail": {mail}'))
        for mail, (time, text) in zip(
            ("true", "false"), (alert(n, 5, "1", "x", id=f"2.{n}") for n in range(2)), strict=True
        )
    ]
    case, mailed = case_of(tmp_path, wazuh)

    assert in_full(case, mailed).reading.endswith("; by rule.mail the manager sends a mail.")
    assert in_full(case, find(case, alert="2.1")).reading.endswith("; by rule.mail the manager sends no mail.")


@pytest.mark.parametrize("level", range(17))
def test_every_documented_level_has_a_meaning(level: int) -> None:
    assert meaning(level) == MEANINGS[level]


def test_a_level_that_no_documentation_knows_is_said_to_be_none() -> None:
    assert meaning(17) == "not one of the documented levels, 0 to 16"
    assert meaning(None) == "the alert has no level"


def test_an_alert_with_thousands_of_nested_fields_is_shown_as_far_as_one_can_read(tmp_path: Path) -> None:
    deep: object = "end"
    for _ in range(60):
        deep = {"d": deep}
    wide = {f"k{n}": "v" * 9_000 if n == 0 else n for n in range(2_000)}

    answer = in_full(*case_of(tmp_path, [alert(60, 3, "1", "x", id="1.1", data={"wide": wide, "deep": deep})]))

    assert len(answer.frame) == 504
    assert answer.frame["value"].str.len().max() == 4_001
    assert "further fields are not shown" in answer.reading


def test_whom_it_is_about_is_told_with_field_and_label(shown: tuple[Case, Alarm]) -> None:
    answer = about_whom(*shown)
    rows = answer.frame.set_index("field")

    assert answer.reading == "Address 203.0.113.66, public, from data.srcip. User u3, from data.dstuser."
    assert list(rows.loc["data.srcip", ["value", "value is", "role", "followed"]]) == [
        ATTACKER,
        "public",
        "origin",
        "yes",
    ]
    assert list(rows.loc["agent.ip", ["value", "role", "followed"]]) == ["10.0.0.5", "host", "no"]


def test_an_address_that_only_the_logs_around_name_is_inferred_and_said_to_be(tmp_path: Path) -> None:
    relay = alert(600, 5, "5503", "PAM: failed", id="1.1", data={"srcip": "127.0.0.1", "dstuser": "maria"})
    case, alarm = case_of(
        tmp_path, [relay], ssh(rejected(590, "maria"), rejected(600, "maria"), rejected(610, "bob", "10.0.0.9"))
    )

    answer = about_whom(case, alarm)

    assert answer.frame.iloc[0][["value", "role", "field"]].tolist() == [ATTACKER, "inferred", "log group auth"]
    assert "The alert names 127.0.0.1 (data.srcip); the address is inferred: 2 attempts of maria" in answer.reading


def test_an_address_is_not_inferred_from_two(tmp_path: Path) -> None:
    relay = alert(600, 5, "5503", "PAM: failed", id="1.1", data={"srcip": "127.0.0.1", "dstuser": "maria"})
    case, alarm = case_of(tmp_path, [relay], ssh(rejected(590, "maria"), rejected(600, "maria", "198.51.100.7")))

    answer = about_whom(case, alarm)

    assert "the logins of maria around it, on its host, name 2 addresses" in answer.reading
    assert "No address is followed." in answer.reading


def test_an_address_is_not_inferred_from_logins_on_another_host(tmp_path: Path) -> None:
    elsewhere = alert(600, 5, "5503", "PAM: failed", id="1.1", data={"dstuser": "maria"}, agent={"name": "db-1"})

    answer = about_whom(*case_of(tmp_path, [elsewhere], ssh(rejected(590, "maria"))))

    assert "The alert names no address; the logins of maria around it, on its host, name no address." in answer.reading


def test_over_another_timespan_the_same_alert_is_read_anew(tmp_path: Path) -> None:
    relay = alert(600, 5, "5503", "PAM: failed", id="1.1", data={"srcip": "127.0.0.1", "dstuser": "maria"})
    case, alarm = case_of(tmp_path, [relay], ssh(rejected(900, "maria")))
    early = open_case(engine=case.engine.url, start=case.timespan.start.isoformat(), end="2026-03-04T02:14:00Z")

    assert f"all come from {ATTACKER}" in about_whom(case, alarm).reading
    assert "No address is followed." in about_whom(early, alarm).reading


def test_an_id_of_a_replay_is_not_taken_for_the_time(tmp_path: Path) -> None:
    late = alert(600, 5, "5716", "failed", id="1788002175.9684853", data={"srcip": ATTACKER})

    assert "when the manager read the log, not when it happened" in about_whom(*case_of(tmp_path, [late])).reading


def test_the_history_counts_this_address_apart_from_others(shown: tuple[Case, Alarm]) -> None:
    answer = history(*shown)

    assert answer.frame[["alerts of", "alerts"]].to_numpy().tolist() == [["others", 1], ["this address", 1]]
    assert answer.frame["from"].iloc[0] == pd.Timestamp("2026-03-04 02:00", tz="UTC")
    assert answer.reading.startswith("2 alerts of rule 5712 within")
    assert "the first was at 2026-03-04 02:01:00 UTC" in answer.reading
    assert "Of 203.0.113.66: 1, the first at 2026-03-04 02:30:05 UTC." in answer.reading


def test_siblings_are_grouped_by_what_they_share(shown: tuple[Case, Alarm]) -> None:
    answer = siblings(*shown)

    assert answer.frame[["level", "rule", "shares", "alerts"]].to_numpy().tolist() == [
        [10, "5712", "address, user, rule", 1],
        [5, "5716", "address", 2],
    ]
    assert answer.reading.startswith("2 other alerts within 15 minutes: of all 3, 3 share the address, 1 the user")


def test_around_holds_the_events_of_the_address_and_the_user_within_the_window_alone(shown: tuple[Case, Alarm]) -> None:
    frame = around(*shown).frame

    assert set(frame["source"]) == {"sshd", "ossec", "vpc_flow", "cloudtrail"}
    assert frame["time"].min() >= pd.Timestamp("2026-03-04 02:15:05", tz="UTC")
    assert frame["time"].is_monotonic_increasing
    assert "198.51.100.7" in set(frame["address"])  # u3, from elsewhere
    assert "ann" not in set(frame.loc[frame["source"] == "sshd", "actor"].dropna())


def test_a_window_beyond_the_timespan_is_said_to_be_cut(tmp_path: Path) -> None:
    case, alarm = case_of(tmp_path, [about_attacker(60)])

    assert "The window begins before the timespan of the case, and is cut there." in around(case, alarm).reading


def test_on_the_host_are_the_events_of_others_the_rarest_first(shown: tuple[Case, Alarm]) -> None:
    answer = on_the_host(*shown)

    assert ATTACKER not in " ".join(answer.frame["example"])
    assert {"flow record", "login"} <= set(answer.frame["action"])
    assert answer.frame["events"].is_monotonic_increasing
    assert "What else happened on web-1, 10.0.0.5" in answer.title


def test_a_user_of_the_address_is_known_by_what_succeeded_before_the_window(shown: tuple[Case, Alarm]) -> None:
    answer = known_use(*shown)

    assert answer.frame[["user", "source", "events", "before the window"]].to_numpy().tolist() == [
        ["ann", "cloudtrail", 2, 1],
        ["ann", "sshd", 1, 1],
    ]
    assert answer.reading.startswith("2 successful events of 1 user came from 203.0.113.66 before the window")
    # Those of the window, and after it, are no sign that the address was a user's before.
    assert ": ann, 1 event in cloudtrail and ann, 1 event in " in answer.reading


def test_what_comes_after_a_break_in_makes_the_intruder_no_known_user(tmp_path: Path) -> None:
    log = ssh(*guesses(12, since=60), accepted(80, "deploy"))
    calls = Log("cloudtrail", "cloudtrail", [call(90, "ListUsers", "deploy", ATTACKER)])
    answer = known_use(*case_of(tmp_path, [about_attacker(3000)], log, calls))

    assert answer.frame["before the window"].sum() == 0
    assert answer.reading.startswith("Nobody's successful activity came from 203.0.113.66 before the window")


def test_logins_of_the_address_and_of_others_are_told_apart(shown: tuple[Case, Alarm]) -> None:
    answer = success_after(*shown)

    assert answer.frame[["user", "address", "whose"]].to_numpy().tolist() == [
        ["u3", "198.51.100.7", "another address"],
    ]
    assert "12 failed logins of 203.0.113.66 around the alert, for 12 accounts" in answer.reading
    assert "No login of this address since its first failure." in answer.reading
    assert "1 login by other addresses within the window, no success of this one" in answer.reading


@pytest.mark.parametrize("question", [known_use, success_after, around])
def test_a_question_about_nobody_was_not_examined(tmp_path: Path, question: object) -> None:
    case, alarm = case_of(tmp_path, [alert(60, 7, "550", "changed", id="1.1", agent={})])

    answer = question(case, alarm)  # type: ignore[operator]

    assert answer.reading.startswith("Not examined: alert 1.1 names")
    assert answer.frame.empty
    assert str(answer.completeness) == "unknown"


def test_the_older_layout_is_triaged_too(tmp_path: Path) -> None:
    rule = {"level": 10, "sidid": 31151, "comment": "Invalid URIs", "group": "web,"}
    old = {"rule": rule, "srcip": ATTACKER, "id": "7.7", "TimeStamp": 1772589660000, "hostname": "web-2"}
    case = case_over(tmp_path, Log("OSSEC", "ossec", [(60, json.dumps(old))]))
    alarm = find(case, alert="7.7")

    assert about_whom(case, alarm).reading.startswith("Address 203.0.113.66, public, from srcip.")
    assert "1 alert, this one, of rule 31151" in history(case, alarm).reading
