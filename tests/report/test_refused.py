"""A report that says what its data do not stands aside, with the reasons on it, and the program exits with 1."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from siemlib.case import Case
from siemlib.case.record import ENVIRONMENT
from siemlib.cli.report import warn
from siemlib.errors import ExitCode
from siemlib.evidence.verify import verify_report
from siemlib.model.finding import Finding
from siemlib.model.timespan import TimeSpan
from siemlib.report.summary import Status, read_summary
from siemlib.report.trace import write_numbers
from tests.case.engine import FIRST, LAST, engine

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from siemlib.report.build import Built

pytestmark = pytest.mark.xdist_group("report")
WRONG = """\
result = case.run("fields user, events", ["OSSEC"])
case.show(Answer("users", "Users", result.frame, "13 users, <b>most</b> of them known.", "In OSSEC.", (result.run,)))
from siemlib.workbook.stated import Stated
how = {"exhibits": ("E01",), "id": "F01", "completeness": result.completeness}
_ = case.keep(Stated("7 users of ticket 4711 tried.", (result.run.id,), **how))"""


@pytest.fixture(scope="module")
def refused(build: Callable[..., Built], tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A report whose reading counts wrong, and whose finding has a number of nobody knows where."""
    return build((("code", WRONG),), tmp_path_factory.mktemp("refused") / "reports")


def test_it_stands_aside_and_is_whole(refused: Built) -> None:
    assert refused.folder.name == "pivot-test-REFUSED"
    assert (refused.status, refused.exit_code) == (Status.REFUSED, ExitCode.FAILED)
    assert verify_report(refused.folder).failed == ()
    summary = read_summary(refused.folder / "data" / "report.json")
    assert summary is not None
    assert summary.status is Status.REFUSED


def test_each_reason_is_on_the_page_and_on_stderr(refused: Built, capsys: pytest.CaptureFixture[str]) -> None:
    html = refused.html.read_text("utf-8")

    warn(refused)

    said = capsys.readouterr().err
    assert [reason.split(":")[0] for reason in refused.page.refused] == [
        "the reading of E01 says '13', which is not in its data (nothing in user of E01)",
    ]
    assert "<b>most</b>" not in html
    assert "status is-red" in html
    assert "<title>REFUSED: " in html
    for reason in refused.page.refused:
        assert reason.split("“")[0].strip().replace("'", "&#39;") in html
        assert reason in said


def test_the_record_says_where_each_number_is_from(refused: Built) -> None:
    exhibit = json.loads(next((refused.folder / "data" / "exhibits").glob("E01-*.json")).read_text("utf-8"))
    finding = json.loads((refused.folder / "data" / "findings" / "F01.json").read_text("utf-8"))

    against = "nothing in user of E01"
    assert exhibit["numbers"] == [
        {"in": "reading", "text": "13", "span": [0, 2], "is": "", "of": "", "against": against}
    ]
    assert [(number["text"], number["is"], number["of"]) for number in finding["numbers"]] == [
        ("7", "different user", "E01"),
        ("4711", "", ""),
    ]


def test_a_number_that_is_only_not_found_is_told_and_does_not_refuse(
    build: Callable[..., Built], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    built = build((("code", WRONG.replace("13 users", "7 users")),), tmp_path / "reports")

    warn(built)

    html = built.html.read_text("utf-8")
    assert built.folder.name == "pivot-test"
    assert (built.status, built.exit_code) == (Status.COMPLETE, ExitCode.INCOMPLETE)
    assert [words.split(":")[0] for words in built.page.untraced] == ["the claim of F01 says '4711'"]
    assert "status is-amber" in html
    assert "Not traced:" in html[html.index('id="limitations"') :]
    said = capsys.readouterr().err
    assert "4711" in said
    assert "given=" in said


def test_the_index_shows_it_in_red(refused: Built, tmp_path: Path) -> None:
    del tmp_path
    index = (refused.folder.parents[1] / "index.html").read_text("utf-8")

    assert "refused" in index
    assert '"red"' in index or " red" in index


def test_what_an_analyst_gives_is_no_result_and_is_marked_as_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path))
    case = Case(engine(), TimeSpan(FIRST, LAST))
    result = case.run("fields user, events", ["OSSEC"])
    case.keep(
        Finding("3 rows, ticket 4711.", (result.run.id,), given=(("ticket 4711", "where it was told"),), id="F01")
    )
    case.keep(Finding("Ticket 4712, of ticket 4711.", (result.run.id,), given=(("ticket 4711", "as said"),), id="F02"))

    write_numbers(tmp_path, {})

    told, other = (json.loads((tmp_path / "findings" / f"F0{n}.json").read_text("utf-8"))["numbers"] for n in (1, 2))
    assert [(n["text"], n["is"]) for n in told] == [("3", "rows"), ("4711", "where it was told")]
    assert [(n["text"], n["is"]) for n in other] == [("4712", ""), ("4711", "as said")]
