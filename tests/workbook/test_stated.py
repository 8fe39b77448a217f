"""A finding rests on what was asked, or it is none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from siemlib import open_case
from siemlib.case.record import ENVIRONMENT
from siemlib.errors import UsageError
from siemlib.investigate.ask import not_held

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib import Case

pytestmark = pytest.mark.xdist_group("sample")
_ACCEPTED = "filter @message like /Accepted password/ | fields @timestamp, @message | sort @timestamp asc"


def test_a_finding_names_its_runs_exhibits_and_events(case: Case) -> None:
    found = case.query(_ACCEPTED, "sshd")
    shown = found.exhibit("accepted-passwords", "Accepted passwords")
    broken_in = found.frame[found.frame["@message"].str.contains("deploy from 203.0.113.66")]

    finding = case.finding(
        "203.0.113.66 got in\nas deploy.",
        supports=[shown, found],
        events=broken_in,
        for_=["345 failures before it.", " "],
        against="deploy logs in from 10.0.4.15 as well.",
    )

    assert (finding.id, finding.claim) == ("F01", "203.0.113.66 got in as deploy.")
    assert (finding.runs, finding.exhibits) == ((found.run.id,), ("E01",))
    assert len(finding.events) == 1
    assert finding.facts_for == ("345 failures before it.",)
    assert finding.facts_against == ("deploy logs in from 10.0.4.15 as well.",)
    assert case.findings == (finding,)


def test_a_finding_without_support_is_refused_and_not_kept(case: Case) -> None:
    with pytest.raises(UsageError, match="nothing supports the finding"):
        case.finding("It was the gardener.", supports=[])
    assert case.findings == ()


def test_what_was_not_examined_supports_nothing(case: Case) -> None:
    nothing = not_held("audit", "Audit", "auditd", {"time": "time"})

    with pytest.raises(UsageError, match="was not examined"):
        case.finding("Nobody became root.", supports=[nothing])


def test_words_support_nothing(case: Case) -> None:
    with pytest.raises(UsageError, match="cannot rest on str"):
        case.finding("It was the gardener.", supports=["I saw him"])  # type: ignore[list-item] - what people write


def test_a_run_of_another_case_supports_nothing_here(case: Case, sample_archive: Path) -> None:
    other = open_case(engine=f"local:{sample_archive}").query("stats count(*)", "sshd")

    with pytest.raises(UsageError, match="is not of this case"):
        case.finding("There were events.", supports=[other])


def test_an_event_that_no_support_holds_is_refused(case: Case) -> None:
    found = case.query(f"{_ACCEPTED} | limit 1", "sshd")

    with pytest.raises(UsageError, match="in none of the supports"):
        case.finding("It happened.", supports=[found], events=["made up"])
    with pytest.raises(UsageError, match="no column @ptr"):
        case.finding("It happened.", supports=[found], events=found.frame[["@message"]])


def test_a_claim_on_a_truncated_result_says_so(case: Case) -> None:
    finding = case.finding("There are many flows.", supports=[case.query("fields @message", "vpc-flow")])

    assert "truncated" in finding.text()
    assert "<strong" in finding.html()


def test_a_hostile_claim_is_shown_as_text(case: Case) -> None:
    finding = case.finding("<img src=x onerror=alert(1)>\x1b[2J", supports=[case.query("stats count(*)", "sshd")])
    bundle, metadata = finding._repr_mimebundle_()

    assert "<img" not in bundle["text/html"]
    assert "\x1b" not in bundle["text/plain"]
    assert metadata == {"siem": {"finding": "F01"}}


def test_a_finding_is_in_the_record(tmp_path: Path, sample_archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path))
    case = open_case(engine=f"local:{sample_archive}")
    found = case.query("stats count(*) as events", "sshd")
    case.finding("sshd logged.", supports=[found], against=["Nothing."])

    record = json.loads((tmp_path / "findings" / "F01.json").read_text("utf-8"))

    assert record == {
        "id": "F01",
        "claim": "sshd logged.",
        "for": [],
        "against": ["Nothing."],
        "exhibits": [],
        "runs": [found.run.id],
        "events": [],
        "completeness": "complete",
    }
    assert (tmp_path / "runs" / f"{found.run.id}.json").is_file()
