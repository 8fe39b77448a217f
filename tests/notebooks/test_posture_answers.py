"""What the page of the account's defences answers over the sample is what the sample's story says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.case import open_case
from siemlib.investigate import posture
from siemlib.sample import read_truth

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case

pytestmark = pytest.mark.xdist_group("sample")
FACTS = read_truth().facts


@pytest.fixture(scope="module")
def case(sample_archive: Path) -> Case:
    """A case over all of the sample."""
    return open_case(engine=f"local:{sample_archive}", start="", end="")


def test_the_attacker_tried_to_stop_logging_and_failed(case: Case) -> None:
    answer = posture.defences(case)

    row = answer.frame.to_dict("records")[0]
    assert len(answer.frame) == 1
    told = (row["call"], row["outcome"], row["actor"], row["address"])
    assert told == ("StopLogging", "failure", FACTS["created_user"], FACTS["attacker"])
    assert answer.reading.startswith("Nothing was switched off.")


def test_nothing_is_claimed_that_the_story_does_not_tell(case: Case) -> None:
    assert posture.root_use(case).frame.empty
    assert posture.opened(case).frame.empty
    assert posture.trust(case).frame.empty
    assert not (posture.alerts_silent(case).frame["silent"] == "yes").any()
    assert posture.shared(case).reading == "Nothing was shared beyond the account. 1 attempt failed."


def test_the_created_key_is_told_with_its_use_and_its_end(case: Case) -> None:
    row = posture.keys(case).frame.set_index("credential").loc[str(FACTS["created_key"])]

    assert f"{row['created']:%Y-%m-%d %H:%M:%S}" == str(FACTS["created_key_at"])[:19]
    assert (row["user"], row["created by"]) == (FACTS["created_user"], FACTS["stolen_user"])
    assert row["calls"] == read_truth().counts["cloudtrail_of_created_user"]
    assert "UpdateAccessKey Inactive by tomas at 2026-03-04 15:02:11 UTC" in row["changed"]
