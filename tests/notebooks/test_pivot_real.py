"""Pivots over real attacks say what the raw logs say, counted here without the program, and blame nobody else."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from siemlib.case import open_case
from siemlib.investigate import pivot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from siemlib.case import Case

pytestmark = pytest.mark.xdist_group("real")
ATTACK, CONSOLE = "192.168.10.20", "10.8.8.10"
"""Of the simulated attack: where its calls came from, and where the same user worked at the console."""


@pytest.fixture(scope="module")
def cases(real_archive: Callable[[str], Path]) -> Callable[[str], Case]:
    """A case over all of a real set, opened once."""
    opened: dict[str, Case] = {}

    def case(name: str) -> Case:
        if name not in opened:
            opened[name] = open_case(engine=f"local:{real_archive(name)}", start="", end="")
        return opened[name]

    return case


@pytest.fixture(scope="module")
def records(shared: Path) -> list[dict[str, Any]]:
    """The CloudTrail records of the simulated attack."""
    files = (shared / "data" / "cloudtrail" / "invictus_stratus_2023").glob("*.json.gz")
    return [record for path in files for record in json.loads(gzip.decompress(path.read_bytes()))["Records"]]


def _lines(shared: Path, name: str) -> list[str]:
    return gzip.decompress((shared / "data" / name).read_bytes()).decode().splitlines()


# ── CloudTrail ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_stopping_the_trail_is_said_to_have_been_tried_and_to_have_failed(
    cases: Callable[[str], Case], records: list[dict[str, Any]]
) -> None:
    tried = Counter(record.get("errorCode") for record in records if record["eventName"] == "StopLogging")
    answer = pivot.account_changes(cases("invictus"), pivot.user("bert-jan"))

    stops = answer.frame[answer.frame["call"] == "StopLogging"]
    assert tried == {"TrailNotFoundException": 3}
    assert stops["outcome"].tolist() == ["failure"] * 3
    assert "11 calls failed: StopLogging 3 (TrailNotFoundException), " in answer.reading
    assert "StopLogging" not in answer.reading.partition(" calls failed: ")[0]


def test_the_calls_of_the_attack_are_not_blamed_on_another_user_or_on_the_console(
    cases: Callable[[str], Case], records: list[dict[str, Any]]
) -> None:
    case = cases("invictus")
    made = Counter(record["sourceIPAddress"] for record in records if _user(record) == "bert-jan")

    by_user = pivot.beside(case, pivot.user("bert-jan")).frame.set_index("address")["events"]
    others = pivot.beside(case, pivot.address(ATTACK)).frame["user"]

    assert {address: int(by_user[address]) for address in (ATTACK, CONSOLE)} == {
        address: made[address] for address in (ATTACK, CONSOLE)
    }
    assert "benjamin" not in set(others)
    assert ATTACK not in set(pivot.beside(case, pivot.user("benjamin")).frame["address"])
    assert pivot.account_changes(case, pivot.user("benjamin")).frame.empty
    assert pivot.account_changes(case, pivot.address(CONSOLE)).frame.empty


def _user(record: dict[str, Any]) -> object:
    return record["userIdentity"].get("userName")


def test_what_the_attacker_assumed_and_made_is_followed(
    cases: Callable[[str], Case], records: list[dict[str, Any]]
) -> None:
    done = [record for record in records if _user(record) == "bert-jan" and "errorCode" not in record]
    made = Counter(record["eventName"] for record in done)
    answer = pivot.identities(cases("invictus"), pivot.user("bert-jan"))

    counted = answer.frame.groupby("link")["events"].sum()
    assert counted["assumed"] == made["AssumeRole"] == 10
    assert counted["created"] == made["CreateUser"] == 4
    assert counted["owns"] == made["CreateAccessKey"] == 2
    lasting = answer.frame[answer.frame["to"].str.startswith("AKIA") & (answer.frame["from"] == "bert-jan")]
    used = lasting[lasting["link"] == "signed with"]
    assert used[["address", "events"]].to_numpy().tolist() == [
        [ATTACK, sum(_user(record) == "bert-jan" and record["sourceIPAddress"] == ATTACK for record in records)]
    ]
    assert "Not examined: no log group holds SSH server." in answer.reading


def test_the_sessions_that_were_assumed_lead_back_to_the_attacker_and_not_to_others(
    cases: Callable[[str], Case], records: list[dict[str, Any]]
) -> None:
    passwords = [record for record in records if record["eventName"] == "GetPasswordData"]
    arn = {record["userIdentity"]["arn"] for record in passwords}
    assert len(passwords) == 29
    assert len(arn) == 1

    frame = pivot.identities(cases("invictus"), pivot.user(arn.pop())).frame.set_index("link")

    assert set(frame.loc[["assumed"], "from"]) == {"bert-jan"}
    assert frame.loc["acted in", "events"] == 29
    assert frame.loc["acted in", "address"] == ATTACK


def test_credentials_of_a_machine_that_were_used_elsewhere_show_both_addresses(cases: Callable[[str], Case]) -> None:
    frame = pivot.identities(cases("invictus"), pivot.user("i-0dbc91f429e48eeed")).frame

    assert set(frame.loc[frame["link"] == "acted in", "address"]) == {"3.225.16.109", ATTACK}


# ── a mail server under attack ───────────────────────────────────────────────────────────────────────────────────────


def test_the_two_events_of_root_are_found_in_order(cases: Callable[[str], Case]) -> None:
    case, attacker = cases("insect"), pivot.address("192.168.10.18")
    timeline = pivot.timeline(case, attacker).frame
    root = timeline[timeline["summary"].str.contains("id check returned root")]

    for source in ("suricata", "suricata_fast"):
        moments = root.loc[root["source"] == source, "time"].dt.strftime("%H:%M:%S")
        assert moments.tolist() == ["14:25:40", "14:26:18"]
    row = pivot.signatures(case, attacker).frame.set_index(["id", "source"]).loc[("2100498", "suricata")]
    assert list(row[["from address", "to address", "alerts"]]) == ["192.168.10.21", "192.168.10.18", 2]


def test_the_attacked_account_leads_to_the_true_address_in_spite_of_the_loopback(
    cases: Callable[[str], Case], shared: Path
) -> None:
    alerts = [json.loads(line) for line in _lines(shared, "ossec_wazuh/ait_ldsv1_insect/ossec_insect.json.gz")]
    wrong = [alert for alert in alerts if alert.get("data", {}).get("srcip") == "127.0.0.1"]
    case, violet = cases("insect"), pivot.user("violet")

    logins = pivot.logins(case, violet)
    outside = logins.frame[logins.frame["address"] != "127.0.0.1"]

    assert len(wrong) > 100
    assert list(outside["address"]) == ["192.168.10.18"]
    assert outside["failures"].tolist() == [69]
    assert outside["successes"].tolist() == [0]
    assert "192.168.10.18" in set(pivot.beside(case, violet).frame["address"])


# ── logins ───────────────────────────────────────────────────────────────────────────────────────────────────────────

_FAILED = re.compile(r"(?:message repeated (\d+) times: \[ )?Failed password for .* from (\S+) port \d+ ssh2\]?$")


def test_a_line_that_was_repeated_five_times_counts_five(cases: Callable[[str], Case], shared: Path) -> None:
    counted: Counter[str] = Counter()
    for line in _lines(shared, "auth/loghub_openssh_2k/OpenSSH_2k.log.gz"):
        if found := _FAILED.search(line):
            counted[found[2]] += int(found[1] or 1)

    for address in ("5.36.59.76", "106.5.5.195", "183.62.140.253"):
        frame = pivot.logins(cases("openssh"), pivot.address(address)).frame
        assert int(frame["failures"].sum()) == counted[address], address
    assert counted["183.62.140.253"] == 286


def test_the_one_success_is_not_one_of_the_attack(cases: Callable[[str], Case]) -> None:
    case = cases("openssh")
    attack, honest = pivot.address("183.62.140.253"), pivot.user("fztu")

    assert pivot.logins(case, attack).frame["successes"].sum() == 0
    assert "none that succeeded" in pivot.first_look(case, attack).reading
    assert "fztu" not in pivot.first_look(case, attack).reading
    assert pivot.identities(case, honest).reading.startswith(
        "The account fztu took 1 login on LabSZ from 1 address, at "
    )
    assert set(pivot.beside(case, honest).frame["address"]) == {"119.137.62.142"}


# ── flows, web, databases ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def flows(shared: Path) -> list[list[str]]:
    """The fields of every flow record: source and target stand at 3 and 4, their ports at 5 and 6, the action at 12."""
    files = (shared / "data" / "vpcflow" / "tyvision_cdl_2020").glob("*.json.gz")
    events = [event for path in files for event in json.loads(gzip.decompress(path.read_bytes()))["events"]]
    return [event["message"].split() for event in events]


@pytest.mark.parametrize(("scanner", "told"), [("94.102.51.28", 134), ("94.102.51.95", 120), ("141.98.81.113", 50)])
def test_the_ports_of_a_scanner_are_counted(
    cases: Callable[[str], Case], flows: list[list[str]], scanner: str, told: int
) -> None:
    tried = {record[6] for record in flows if record[3] == scanner and record[12] == "REJECT"}

    frame = pivot.ports(cases("flows"), pivot.address(scanner)).frame

    assert frame.loc[frame["rejected"] > 0, "port"].nunique() == len(tried) == told


def test_the_flows_of_a_guesser_of_passwords_are_counted_with_their_answers(
    cases: Callable[[str], Case], flows: list[list[str]]
) -> None:
    guesser = "87.251.74.6"
    asked = [record for record in flows if record[3] == guesser and record[6] == "22"]
    answered = [record for record in flows if record[4] == guesser and record[5] == "22"]

    frame = pivot.ports(cases("flows"), pivot.address(guesser)).frame.set_index(["direction", "port"])

    assert len(asked) == 18
    assert frame.loc[("out", 22), "accepted"] == len(asked) + len(answered)
    assert frame["rejected"].sum() == 0


def test_the_forms_that_a_guesser_sent_are_counted(cases: Callable[[str], Case], shared: Path) -> None:
    name = "web/nielsbasjes_hackers_access/hackers-access.2015-10-25_28.log.gz"
    lines = [line for line in _lines(shared, name) if line.startswith("216.244.81.34 ")]
    answer = pivot.requests(cases("web"), pivot.address("216.244.81.34"))

    posted = answer.frame[(answer.frame["method"] == "POST") & (answer.frame["path"] == "/login_form")]
    assert answer.frame["requests"].sum() == len(lines) == 150
    assert posted["requests"].sum() == sum('"POST /login_form' in line for line in lines) == 21
    assert "Forms sent (POST): /join_form 21 and /login_form 21." in answer.reading


def test_a_refused_connection_to_a_database_has_the_time_of_its_zone(cases: Callable[[str], Case]) -> None:
    answer = pivot.databases(cases("postgres"), pivot.address("192.168.1.201"))

    refused = answer.frame[answer.frame["outcome"] == "failure"]
    assert refused[["user", "action", "events"]].to_numpy().tolist() == [["gilles", "login", 2]]
    assert refused["first"].iloc[0].strftime("%Y-%m-%d %H:%M:%S %Z") == "2020-03-11 19:40:50 UTC"
