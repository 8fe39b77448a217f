"""A report says of each control what it evidences, never more than its runs gave, and never that one is met."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from siemlib.report.controls.catalogue import catalogue
from siemlib.report.controls.day import day_controls, write_day
from siemlib.report.controls.evidenced import State, controls_of, write_controls
from siemlib.report.execute import Failure
from siemlib.report.record import ExhibitView, Record, RunView, Table
from siemlib.report.summary import Status

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.report.build import Built
    from siemlib.report.page import Page

pytestmark = pytest.mark.xdist_group("report")


def exhibit(  # noqa: PLR0913 - all but the first by name
    name: str,
    *,
    code: str = "E01",
    completeness: str = "complete",
    runs: tuple[str, ...] = ("r",),
    now: int | None = 1,
    before: int | None = None,
) -> Any:  # noqa: ANN401 - a view of plain JSON
    """An exhibit whose runs looked at so many events of the period, and of an earlier one; ``None``: no such run."""
    data = {"id": code, "name": name, "title": f"Title of {name}", "completeness": completeness, "runs": list(runs)}
    views = tuple(
        RunView("R01", "", {"timespan": {"start": day}, "statistics": {"records_scanned": events}})
        for day, events in (("4th", now), ("3rd", before))
        if events is not None and runs
    )
    return ExhibitView(data, Table([], [], [], ""), None, {"parquet": f"exhibits/{code}-{name}.parquet"}, views)


def overview(built: Built, *exhibits: ExhibitView, status: Status = Status.COMPLETE, **more: Any) -> Page:  # noqa: ANN401 - of a page
    record = Record(built.page.record.case, (), exhibits, {})
    return replace(built.page, about=replace(built.page.about, name="overview"), record=record, status=status, **more)


def states(page: Page) -> dict[str, State]:
    return {control.id: control.state for control in controls_of(page)}


def test_a_control_is_evidenced_by_its_exhibits_and_others_are_named_as_not_evidenced_here(built: Built) -> None:
    found = states(overview(built, exhibit("silences")))
    assert found["AU-5"] is State.EVIDENCED
    assert found["CM-7"] is State.NOT_HERE
    assert list(found) == [control.id for control in catalogue()]


@pytest.mark.parametrize("completeness", ["truncated", "partial", "timed out", "unknown"])
def test_what_rests_on_an_incomplete_run_is_evidence_that_is_not_complete(built: Built, completeness: str) -> None:
    assert states(overview(built, exhibit("silences", completeness=completeness)))["AU-5"] is State.IN_PART


def test_what_was_not_examined_evidences_nothing(built: Built) -> None:
    page = overview(built, exhibit("silences", completeness="unknown", runs=()))
    assert states(page)["AU-5"] is State.NOT_EXAMINED


def test_complete_runs_over_logs_without_any_event_evidence_nothing(built: Built) -> None:
    assert states(overview(built, exhibit("alerts-by-level", now=0)))["SI-4"] is State.NOT_EXAMINED
    assert states(overview(built, exhibit("alerts-by-level", now=0, before=3)))["SI-4"] is State.EVIDENCED


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (5, 7, State.EVIDENCED),
        (5, 0, State.NOT_EXAMINED),  # "No comparison: nothing is held before"
        (None, 0, State.NOT_EXAMINED),
        (0, 7, State.NOT_EXAMINED),
    ],
)
def test_a_comparison_with_a_time_of_which_nothing_is_held_evidences_nothing(
    built: Built, now: int | None, before: int, expected: State
) -> None:
    page = overview(built, exhibit("changed", now=now, before=before))
    assert states(page)["CA-7"] is expected
    # What tells of the period alone is evidence of it all the same.
    short = overview(built, exhibit("in-short", now=5, before=0))
    assert states(short)["CA-7"] is State.EVIDENCED


@pytest.mark.parametrize("status", [Status.EMPTY, Status.UNKNOWN])
def test_over_a_time_without_events_nothing_is_evidenced_whole(built: Built, status: Status) -> None:
    assert State.EVIDENCED not in states(overview(built, exhibit("silences"), status=status)).values()


def test_a_report_that_failed_evidences_nothing(built: Built) -> None:
    page = overview(built, exhibit("silences"), failure=Failure(3, "Error", "it broke"))
    assert set(states(page).values()) == {State.NOT_HERE}


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("valid", State.EVIDENCED),
        ("wrong", State.EVIDENCED),
        ("not proven", State.IN_PART),
        ("not examined", State.NOT_EXAMINED),
    ],
)
def test_cloudtrails_digest_files_bear_on_the_protection_of_audit_information(
    built: Built, state: str, expected: State
) -> None:
    page = overview(built)
    page = replace(page, record=replace(page.record, sections={"cloudtrail": {"state": state}}))
    (control,) = (each for each in controls_of(page) if each.id == "AU-9")
    assert next(piece.state for piece in control.pieces if piece.anchor == "cloudtrail") is expected


def test_queries_of_which_one_is_incomplete_are_evidence_that_is_not_complete(built: Built) -> None:
    runs = tuple(RunView(f"R0{n}", "", {"completeness": text}) for n, text in enumerate(("complete", "partial")))
    page = overview(built)
    assert states(replace(page, record=replace(page.record, runs=runs)))["AU-6(1)"] is State.IN_PART


def test_no_word_of_it_says_that_a_control_is_met(built: Built) -> None:
    document = (built.folder / "data" / "controls.json").read_text("utf-8").lower()
    page = built.html.read_text("utf-8")
    section = page[page.index('id="controls"') :].lower()
    for word in ("satisfied", "compliant", "passed", "fulfilled"):
        assert word not in document
        assert word not in section


def test_the_page_names_every_control_and_links_its_exhibits(built: Built) -> None:
    page = built.html.read_text("utf-8")
    section = page[page.index('<h2 id="controls">') : page.index('<h2 id="glossary">')]
    for control in catalogue():
        assert f'<span class="code">{control.id}</span>' in section
    assert '<a href="#E02">' in section  # the coverage that every report has
    assert "nothing in this report" in section


def test_the_controls_of_a_date_say_which_report_bears_on_each(built: Built, tmp_path: Path) -> None:
    day = tmp_path / "2026-03-04"
    for name, exhibits in {"a": ("silences",), "b": (), "<c>": ("changed",)}.items():
        (day / name / "data").mkdir(parents=True)
        page = overview(built, *(exhibit(each) for each in exhibits))
        write_controls(controls_of(page), day / name / "data")
    (day / "torn" / "data").mkdir(parents=True)
    (day / "torn" / "data" / "controls.json").write_text("{")

    write_day(day, [path for path in day.iterdir() if path.is_dir()])

    found = {control.id: control for control in day_controls(sorted(day.glob("*/")))}
    assert [each.folder for each in found["AU-5"].reports] == ["a"]
    assert [each.folder for each in found["CA-7"].reports] == ["<c>"]
    assert found["CM-7"].state is State.NOT_HERE
    told = json.loads((day / "controls.json").read_text("utf-8"))
    assert {each["id"]: each["reports"] for each in told["controls"]}["AU-5"] == {"a": "evidence here"}
    html = (day / "controls.html").read_text("utf-8")
    assert 'href="%3Cc%3E/data/report.html#controls"' in html
    assert "<c>" not in html
    assert sorted(path.name for path in day.iterdir() if path.is_file()) == ["controls.html", "controls.json"]
