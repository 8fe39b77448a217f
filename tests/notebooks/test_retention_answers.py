"""What the page of retention answers over the sample and over real logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.case import open_case
from siemlib.investigate import retention
from siemlib.sample import read_truth

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case

pytestmark = pytest.mark.xdist_group("sample")
TRUTH = read_truth()


@pytest.fixture(scope="module")
def case(sample_archive: Path) -> Case:
    """A case over all of the sample."""
    return open_case(engine=f"local:{sample_archive}", start="", end="")


def test_every_log_group_is_held_as_the_truth_counts_it(case: Case) -> None:
    frame = retention.held(case).frame.set_index("log group")

    for name, group in TRUTH.log_groups.items():
        assert frame.loc[name, "events"] == group.all.events, name
        assert f"{frame.loc[name, 'first']:%Y-%m-%d %H:%M:%S}" == group.all.first[:19], name
        assert f"{frame.loc[name, 'last']:%Y-%m-%d %H:%M:%S}" == group.all.last[:19], name


def test_one_day_proves_no_policy(case: Case) -> None:
    frame = retention.against_policy(case).frame

    assert set(frame["online"]) == set(frame["kept"]) == {"not provable"}


def test_no_call_of_the_day_is_about_retention_and_no_file_was_refused(case: Case) -> None:
    files = retention.files(case)

    assert retention.recorded(case).frame.empty
    assert files.frame["events"].sum() == TRUTH.events
    assert "No text was rejected." in files.reading
    assert files.frame["SHA-256"].nunique() == len(case.origin.sources)
