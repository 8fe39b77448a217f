"""Were CloudTrail's log files delivered whole? The answer counts what its digest files say, and names what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.archive.load import load
from siemlib.case import Case, open_case
from siemlib.investigate import retention
from siemlib.model.run import Completeness
from siemlib.settings import DEFAULT_NAME
from tests.evidence.cloudtrail import made
from tests.investigate.incident import QUIET, case_over

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def trails(tmp_path: Path) -> tuple[made.Trail, made.Trail]:
    """Three hours of two Regions, of which each has its own key, both kept."""
    made.keys_file(tmp_path / "keys.json", "aws", "us")
    (tmp_path / DEFAULT_NAME).write_text('[cloudtrail]\npublic_keys = "keys.json"\n', encoding="utf-8")
    both = made.Trail(tmp_path / "bucket"), made.Trail(tmp_path / "bucket", key="us", region="us-east-1")
    for each in both:
        each.hours(3).keep_signature()
    return both


def case(folder: Path) -> Case:
    """A case over the three hours."""
    assert not load([folder / "bucket"], folder / "archive").refused
    return open_case(engine=f"local:{folder / 'archive'}", start="2026-03-04T00:00:00Z", end="2026-03-04T03:00:00Z")


@pytest.mark.usefixtures("trails")
def test_each_trail_and_region_is_a_row(tmp_path: Path) -> None:
    found = case(tmp_path)
    answer = retention.delivered(found)
    assert answer.reading == "Valid: 6 of 6 digest files and 12 of 12 log files are as CloudTrail delivered them."
    assert answer.frame[["Region", "verdict", "log files", "valid"]].to_numpy().tolist() == [
        ["eu-central-1", "valid", 6, 6],
        ["us-east-1", "valid", 6, 6],
    ]
    assert (answer.completeness, answer.caveat) == (Completeness.COMPLETE, "")
    faults = retention.not_valid(found)
    assert (len(faults.frame), faults.caveat) == (0, "")
    assert retention.first_look(found).frame["answer"].tolist()[-1] == answer.reading


def test_what_is_changed_missing_or_not_listed_is_counted_and_named(
    trails: tuple[made.Trail, made.Trail], tmp_path: Path
) -> None:
    first, second = trails
    made.rewrite(first.logs[0], Records=made.read(first.logs[2])["Records"])
    first.logs[1].unlink()
    for path in (second.digests[-1], *second.digests[-1].parent.glob("*.sig")):
        path.unlink()
    answer, faults = (question(case(tmp_path)) for question in (retention.delivered, retention.not_valid))
    assert answer.reading == (
        "Wrong: 4 of 5 digest files and 6 of 10 log files are as CloudTrail delivered them. 2 log files are not:"
        " 1 changed, 1 missing. Of 2 it is not proven. 1 gap in what the digest files cover. 2 log files of the"
        " archive no digest file lists."
    )
    assert answer.caveat.startswith("CloudTrail's log files are not as they were delivered")
    named = [path.name.removesuffix(".gz") for path in (*first.logs[:2], *second.logs[2:])]
    states = ["changed", "missing", "not proven", "not proven", *["listed by no digest file"] * 2]
    of_logs = faults.frame[faults.frame["what it is"] == "log file"]
    assert of_logs["verdict"].tolist() == states
    assert of_logs["file"].tolist() == named
    assert "Wrong: " in faults.reading


def test_without_digest_files_and_without_cloudtrail_it_is_not_examined(
    trails: tuple[made.Trail, made.Trail], tmp_path: Path
) -> None:
    for path in (tmp_path / "bucket").rglob("*Digest*json*"):
        path.unlink()
    for found in (case(tmp_path), case_over(tmp_path / "quiet", QUIET)):
        for question in (retention.delivered, retention.not_valid):
            answer = question(found)
            assert (answer.runs, answer.completeness, len(answer.frame)) == ((), Completeness.UNKNOWN, 0)
            assert "not examined" in answer.reading.lower()
    assert len(trails) == 2
