"""What the pivots answer of web servers, databases, identities and addresses is what the sample's truth says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.case import open_case
from siemlib.investigate import pivot
from siemlib.sample import read_truth

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case

pytestmark = pytest.mark.xdist_group("sample")
TRUTH = read_truth()
ATTACKER = str(TRUTH.facts["attacker"])
DEPLOY, BACKUP = str(TRUTH.facts["stolen_user"]), str(TRUTH.facts["created_user"])


@pytest.fixture(scope="module")
def case(sample_archive: Path) -> Case:
    """A case over all of the sample."""
    return open_case(engine=f"local:{sample_archive}", start="", end="")


def test_the_inventory_of_the_sample_is_found_beside_its_archive(case: Case) -> None:
    assert case.inventory.sentence.endswith(" entries, from siem.toml beside the archive.")
    label = case.inventory.label(str(TRUTH.facts["bastion"]))
    assert label is not None
    assert label.text == "bastion-1, bastion, of platform (ours)"


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        (ATTACKER, f"{ATTACKER} is public; not in the inventory."),
        (
            str(TRUTH.facts["expected_scanner"]),
            "10.0.9.9 is vulnscan-1, vulnerability scanner, of security (known scanner). A scan from it is expected.",
        ),
        (str(TRUTH.facts["database"]), "10.0.3.40 is db-1, database, of shop (ours)."),
        (str(TRUTH.facts["honest_address"]), "100.64.7.21 is VPN, people's addresses, of office (internal)."),
    ],
)
def test_the_first_look_says_what_an_address_is(case: Case, address: str, sentence: str) -> None:
    assert pivot.first_look(case, pivot.address(address)).reading.endswith(sentence)


def test_the_requests_of_the_attacker_are_counted(case: Case) -> None:
    answer = pivot.requests(case, pivot.address(ATTACKER))

    frame = answer.frame
    assert frame["requests"].sum() == TRUTH.counts["web_requests"]
    assert frame.loc[frame["status"] >= 400, "requests"].sum() == TRUTH.counts["web_client_errors"]
    assert "none of them was answered with a status below 400" in answer.reading


def test_a_customer_sent_no_probe(case: Case) -> None:
    customer = pivot.requests(case, pivot.address("203.0.113.6"))

    assert customer.frame["requests"].sum() > 0
    assert customer.frame["looks like"].isna().all()


def test_the_guesses_at_the_database_are_counted(case: Case) -> None:
    answer = pivot.databases(case, pivot.address(str(TRUTH.facts["bastion"])))

    logins = answer.frame[answer.frame["action"] == "login"]
    assert logins["events"].sum() == TRUTH.counts["database_failed_passwords"]
    assert set(logins["outcome"]) == {"failure"}


def test_the_stolen_user_is_followed_to_the_user_and_the_key_that_it_made(case: Case) -> None:
    frame = pivot.identities(case, pivot.user(DEPLOY)).frame
    links = frame.set_index("link")

    signed = frame[frame["link"] == "signed with"].groupby(["from", "to"])["events"].sum().to_dict()
    assert signed == {
        (DEPLOY, TRUTH.facts["stolen_key"]): TRUTH.counts["cloudtrail_of_stolen_user"],
        (BACKUP, TRUTH.facts["created_key"]): TRUTH.counts["cloudtrail_of_created_user"],
    }
    assert links.loc["created", "to"] == BACKUP
    assert links.loc["created", "first"].strftime("%Y-%m-%d %H:%M:%S.000") == TRUTH.facts["created_user_at"]
    assert links.loc["owns", "first"].strftime("%Y-%m-%d %H:%M:%S.000") == TRUTH.facts["created_key_at"]


def test_no_event_links_the_stolen_user_to_an_account_on_a_host(case: Case) -> None:
    answer = pivot.identities(case, pivot.user(DEPLOY))

    same = answer.frame[answer.frame["sure"] == "not proven"]
    assert same["events"].sum() == TRUTH.counts["stolen_user_logins"]
    assert set(same["link"]) == {"has the name of"}
    assert f"No event links {DEPLOY} to an account on a host." in answer.reading
    assert answer.reading.endswith("the same name is no proof.")


def test_the_created_user_leads_back_to_the_stolen_one(case: Case) -> None:
    frame = pivot.identities(case, pivot.user(str(TRUTH.facts["created_key"]))).frame

    assert {DEPLOY, BACKUP} == set(frame["from"])
    assert TRUTH.facts["stolen_key"] not in set(frame["to"])
