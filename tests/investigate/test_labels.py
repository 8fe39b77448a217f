"""What the inventory says of the addresses in an answer."""

from __future__ import annotations

from ipaddress import ip_network

import pandas as pd
import pytest

from siemlib.case import Case
from siemlib.investigate import pivot
from siemlib.investigate.labels import named, what_it_is, with_labels
from siemlib.model.inventory import Inventory, Known
from tests.investigate.incident import ATTACKER

KNOWN = (
    Known(ip_network("10.0.0.5/32"), "web-1", "web server", "shop"),
    Known(ip_network("10.0.0.0/16"), "VPC"),
    Known(ip_network("198.51.100.7/32"), "vulnscan-1", scanner=True),
)


@pytest.fixture(scope="module")
def known(case: Case) -> Case:
    """The incident, with an inventory."""
    return Case(case.engine, case.timespan, inventory=Inventory(KNOWN, origin="siem.toml beside the archive"))


def test_an_address_is_named_in_a_sentence_where_something_is_known_of_it(known: Case) -> None:
    assert named(known, "10.0.0.5") == "10.0.0.5 (web-1, web server, of shop (ours))"
    assert named(known, "10.0.0.9") == "10.0.0.9 (VPC (internal))"
    assert named(known, ATTACKER) == ATTACKER
    assert named(known, "a host\nname") == "a host name"


def test_what_an_address_is_is_one_sentence(known: Case, case: Case) -> None:
    assert what_it_is(known, ATTACKER) == "203.0.113.66 is public; not in the inventory."
    assert what_it_is(case, ATTACKER) == "203.0.113.66 is public; there is no inventory."
    assert what_it_is(known, "10.0.0.5") == "10.0.0.5 is web-1, web server, of shop (ours)."
    assert what_it_is(known, "198.51.100.7") == (
        "198.51.100.7 is vulnscan-1 (known scanner). A scan from it is expected."
    )


def test_a_column_of_labels_stands_behind_the_addresses(known: Case) -> None:
    frame = pd.DataFrame({"peer": pd.Series(["10.0.0.5", None, "AWS Internal"], dtype="string"), "flows": [1, 2, 3]})

    labelled = with_labels(known, frame, "peer")

    assert list(labelled.columns) == ["peer", "peer is", "flows"]
    assert labelled["peer is"].isna().tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("question", "subject", "column"),
    [
        (pivot.peers, pivot.address(ATTACKER), "peer"),
        (pivot.beside, pivot.user("maria"), "address"),
        (pivot.logins, pivot.user("maria"), "address"),
        (pivot.timeline, pivot.address(ATTACKER), "address"),
        (pivot.account_changes, pivot.user("maria"), "address"),
    ],
)
def test_every_answer_that_holds_addresses_labels_them(
    known: Case, question: pivot.Question, subject: pivot.Subject, column: str
) -> None:
    frame = question(known, subject).frame.dropna(subset=[column])

    labels = dict(zip(frame[column], frame[f"{column} is"], strict=True))

    assert labels
    assert set(labels.items()) <= {
        ("10.0.0.5", "web-1, web server, of shop (ours)"),
        ("10.0.0.6", "VPC (internal)"),
        ("198.51.100.7", "vulnscan-1 (known scanner)"),
        (ATTACKER, "public"),
    }


def test_a_case_says_which_inventory_it_used(known: Case, case: Case) -> None:
    used = "Inventory of addresses: 3 entries, from siem.toml beside the archive."

    assert used in known.provenance().sentences
    assert used in known._repr_mimebundle_()[0]["text/plain"]
    assert [text for text in case.provenance().sentences if text.startswith("No inventory: ")]
