"""What the notebook of logins answers over the sample is what the sample's truth says, and no more."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from siemlib.case import open_case
from siemlib.investigate import access
from siemlib.sample import read_truth

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case

pytestmark = pytest.mark.xdist_group("sample")
TRUTH = read_truth()
ATTACKER = str(TRUTH.facts["attacker"])


@pytest.fixture(scope="module")
def case(sample_archive: Path) -> Case:
    """A case over all of the sample."""
    return open_case(engine=f"local:{sample_archive}", start="", end="")


@pytest.fixture(scope="module")
def raw(sample_archive: Path) -> str:
    """Every line of sshd in the sample as it was written."""
    folder = sample_archive.parent.parent / "raw" / "sshd"
    return "\n".join(_text(path) for path in sorted(folder.rglob("*")) if path.is_file())


def _text(path: Path) -> str:
    import gzip  # noqa: PLC0415 - for this alone

    data = path.read_bytes()
    return (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode("utf-8")


def test_every_failure_and_success_of_sshd_is_counted(case: Case, raw: str) -> None:
    frame = access.by_source(case).frame.set_index("source")

    verdicts = re.findall(r"sshd\[\d+\]: (Failed|Accepted) \w+ for ", raw)
    assert frame.loc["SSH server", "failures"] == verdicts.count("Failed")
    assert frame.loc["SSH server", "successes"] == verdicts.count("Accepted")
    assert frame.loc["SSH server", "counted"] == "as logins"


def test_the_attackers_failures_and_users_are_those_of_the_truth(case: Case) -> None:
    row = access.by_address(case).frame.set_index("address").loc[ATTACKER]

    assert row["failures"] == TRUTH.counts["failed_passwords"]
    assert row["users"] == TRUTH.counts["users_tried"]
    assert row["successes"] == 1


def test_the_break_in_is_the_one_success_of_an_attack(case: Case) -> None:
    answer = access.after_failures(case)

    bad = answer.frame[answer.frame["reads as"] != "few failures"]
    assert bad[["user", "address"]].to_numpy().tolist() == [[TRUTH.facts["stolen_user"], ATTACKER]]
    assert bad["time"].iloc[0] == pd.Timestamp(str(TRUTH.facts["break_in"]), tz="UTC")
    assert bad["by its address"].iloc[0] == TRUTH.counts["failed_passwords"]


def test_the_honest_user_reads_as_few_failures_and_guesses_nothing(case: Case) -> None:
    few = access.after_failures(case).frame.set_index("user").loc[str(TRUTH.facts["honest_user"])]

    assert few["reads as"] == "few failures"
    assert few["failures before it"] == TRUTH.counts["honest_failed_passwords"]
    assert few["time"] == pd.Timestamp(str(TRUTH.facts["honest_login"]), tz="UTC")
    assert TRUTH.facts["honest_address"] not in set(access.guessing(case).frame["address"])


def test_passwords_of_the_database_were_guessed_from_the_bastion(case: Case) -> None:
    frame = access.guessing(case).frame

    database = frame[frame["source"] == "PostgreSQL"].iloc[0]
    assert database["address"] == TRUTH.facts["bastion"]
    assert database["failures"] == TRUTH.counts["database_failed_passwords"]
    assert database["successes"] == 0


def test_the_one_who_guesses_fast_from_outside_is_the_attacker(case: Case) -> None:
    frame = access.guessing(case).frame
    fast = frame[frame["how"].str.contains("fast")]

    assert set(fast["address"]) == {ATTACKER, TRUTH.facts["bastion"]}


def test_the_stolen_user_came_from_a_new_address(case: Case) -> None:
    frame = access.first_seen(case).frame.set_index("user")

    assert frame.loc[str(TRUTH.facts["stolen_user"]), "address"] == ATTACKER


def test_the_created_user_and_its_key_are_named_with_their_times(case: Case) -> None:
    made = access.new_identities(case).frame.set_index("what")

    assert made.loc["CreateUser", "target"] == TRUTH.facts["created_user"]
    assert made.loc["CreateUser", "time"] == pd.Timestamp(str(TRUTH.facts["created_user_at"]), tz="UTC")
    assert made.loc["CreateAccessKey", "key"] == TRUTH.facts["created_key"]
    assert made.loc["CreateAccessKey", "time"] == pd.Timestamp(str(TRUTH.facts["created_key_at"]), tz="UTC")


def test_nobody_is_said_to_have_come_without_a_second_factor(case: Case) -> None:
    # The sample has no login to the console, and no session of a user.
    assert access.without_mfa(case).frame.empty
