"""A case that has read CloudTrail's events says what vouches for them, and never calls valid what was not checked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from siemlib.archive.load import load
from siemlib.case import Case, open_case
from siemlib.case.integrity import NO_DIGESTS, NO_FILES, OVER_LIVE, integrity
from siemlib.case.record import ENVIRONMENT
from siemlib.settings import DEFAULT_NAME
from tests.archive.deliveries import alert, ndjson, record
from tests.evidence.cloudtrail import made

if TYPE_CHECKING:
    from pathlib import Path

START, END = "2026-03-04T00:00:00Z", "2026-03-04T03:00:00Z"


@pytest.fixture
def trail(tmp_path: Path) -> made.Trail:
    """Three hours with the newest signature, not loaded yet, and keys that the settings name."""
    made.keys_file(tmp_path / "keys.json", "aws")
    (tmp_path / DEFAULT_NAME).write_text('[cloudtrail]\npublic_keys = "keys.json"\n', encoding="utf-8")
    found = made.Trail(tmp_path / "bucket").hours(3)
    found.keep_signature()
    return found


def opened(folder: Path) -> Case:
    """A case over what lies in ``bucket``, loaded."""
    assert not load([folder / "bucket"], folder / "archive").refused
    return open_case(engine=f"local:{folder / 'archive'}", start=START, end=END)


def asked(case: Case) -> Case:
    """The case after it has read CloudTrail's events."""
    case.run("stats count(*)", case.log_groups("cloudtrail"))
    return case


def test_what_is_valid_is_said_where_the_events_come_from(trail: made.Trail, tmp_path: Path) -> None:
    case = asked(opened(tmp_path))
    told = case.provenance().sentences
    assert "CloudTrail's log files are whole and as they were delivered, by the digest files that it signed." in told
    assert any("3 digest files: 3 valid. 6 log files listed: 6 valid." in sentence for sentence in told)
    assert not [sentence for sentence in case.not_examined().sentences if "delivered, by" in sentence]
    assert (integrity(case).state, len(trail.logs)) == ("valid", 6)


def test_what_was_changed_is_said_beside_the_status_and_in_the_record(
    trail: made.Trail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.rewrite(trail.logs[1], Records=[json.loads(record(1))])
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path / "record"))
    case = asked(opened(tmp_path))
    (sentence,) = (each for each in case.not_examined().sentences if "not as they were delivered" in each)
    case.provenance()
    section = json.loads((tmp_path / "record" / "sections" / "cloudtrail.json").read_text("utf-8"))
    assert (section["state"], section["caveat"], section["sentences"][0]) == ("wrong", sentence, sentence)


def test_without_keys_nothing_is_valid(trail: made.Trail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / DEFAULT_NAME).write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    found = integrity(opened(tmp_path))
    assert (found.state, len(trail.logs)) == ("not proven", 6)
    assert any("[cloudtrail] public_keys" in sentence for sentence in found.sentences)


def test_keys_that_cannot_be_read_are_told_without_a_path(trail: made.Trail, tmp_path: Path) -> None:
    for content in ("{}", None):
        (tmp_path / "keys.json").write_text(content or "", encoding="utf-8")
        if content is None:
            (tmp_path / "keys.json").unlink()
        found = integrity(opened(tmp_path))
        assert (found.state, len(trail.logs)) == ("not proven", 6)
        assert any("could not be used" in sentence for sentence in found.sentences)
        assert str(tmp_path) not in " ".join(found.sentences)


def test_without_digest_files_it_was_not_examined(trail: made.Trail, tmp_path: Path) -> None:
    for path in trail.digests:
        path.unlink()
    for path in (tmp_path / "bucket").rglob("*.sig"):
        path.unlink()
    case = asked(opened(tmp_path))
    assert NO_DIGESTS in case.not_examined().sentences
    assert NO_DIGESTS in case.provenance().sentences
    assert integrity(case).state == "not examined"


def test_events_that_came_otherwise_are_not_called_missing(trail: made.Trail, tmp_path: Path) -> None:
    for path in trail.logs:
        path.unlink()
    events = [{"timestamp": 1772582400000, "message": record(1)}]
    (tmp_path / "bucket" / "events.json").write_text(json.dumps({"events": events}), encoding="utf-8")
    assert integrity(opened(tmp_path)).sentences == (NO_FILES,)


def test_a_time_without_digest_files_was_not_examined(trail: made.Trail, tmp_path: Path) -> None:
    load([trail.folder], tmp_path / "archive")
    case = open_case(engine=f"local:{tmp_path / 'archive'}", start="2026-03-05T00:00:00Z", end="2026-03-06T00:00:00Z")
    assert integrity(case).state == "not examined"


def test_a_case_that_rests_on_other_logs_says_nothing_of_it(trail: made.Trail, tmp_path: Path) -> None:
    ndjson(tmp_path / "bucket" / "alerts.json", [alert(1)])
    case = opened(tmp_path)
    case.searched()  # the count of events reads no message
    case.run("stats count(*)", case.log_groups("ossec"))
    told = [*case.provenance().sentences, *case.not_examined().sentences]
    assert not [sentence for sentence in told if "CloudTrail's log files" in sentence]
    assert len(trail.logs) == 6


def test_an_account_has_no_files_to_check() -> None:
    class Live:
        """As much of a case as is looked at."""

        class engine:  # noqa: N801 - a member
            """Of the account."""

            url = "live:eu-central-1"

    assert integrity(Live()).sentences == (OVER_LIVE,)  # type: ignore[arg-type]
