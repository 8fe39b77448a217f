"""The page has its parts in their order, whatever order the notebook had."""

from __future__ import annotations

from typing import Any

import nbformat

from siemlib.report.execute import Failure
from siemlib.report.page import NOTHING, About, Page, make_page, plain
from siemlib.report.record import ExhibitView, Record, RunView, Table
from siemlib.report.summary import Status

ABOUT = About("pivot-test", "2026-03-04", "2026-03-05T00:00:00+00:00", {})


def exhibit(code: str, name: str = "users", *, key: bool = False, state: str = "complete") -> ExhibitView:
    data: dict[str, Any] = {"id": code, "name": name, "key": key, "reading": f"Reading {code}.", "completeness": state}
    data |= {"runs": [] if state == "unknown" else ["run-1"], "title": "Users"}
    return ExhibitView(data, Table([], [], [], "no rows"), None, {}, ())


def page(cells: list[Any], *exhibits: ExhibitView, failure: Failure | None = None) -> Page:
    record = Record(None, (), exhibits, {})
    return make_page(nbformat.v4.new_notebook(cells=cells), record, failure, ABOUT)


def shown(code: str) -> Any:  # noqa: ANN401 - nbformat's node
    output = nbformat.v4.new_output("display_data", data={}, metadata={"siem": {"exhibit": code}})
    return nbformat.v4.new_code_cell("case.show(a)", outputs=[output, output])


def text(source: str) -> Any:  # noqa: ANN401 - nbformat's node
    return nbformat.v4.new_markdown_cell(source)


def test_title_and_lead_are_those_of_the_first_heading() -> None:
    made = page([text("# What did it do?\n\nA *lead*.")])
    assert made.title == "What did it do?"
    assert made.lead == "<p>A <em>lead</em>.</p>\n"
    assert page([]).title == "pivot-test"


def test_exhibits_stand_once_where_the_notebook_shows_them_under_its_headings() -> None:
    made = page(
        [text("# T"), text("## Who?\n\nWords."), shown("E01"), text("### More"), shown("E02")],
        *map(exhibit, ["E01", "E02"]),
    )
    assert [block.kind for block in made.blocks] == ["prose", "code", "exhibit", "prose", "code", "exhibit"]
    assert "<h3>Who?</h3>" in getattr(made.blocks[0], "html", "")
    assert [getattr(block, "level", None) for block in made.blocks] == [None, None, 4, None, None, 5]


def test_an_exhibit_that_no_cell_displays_comes_last_and_is_not_lost() -> None:
    made = page([text("# T"), shown("E02")], exhibit("E01"), exhibit("E02"))
    assert [getattr(block, "exhibit", exhibit("-")).code for block in made.blocks if block.kind == "exhibit"] == [
        "E02",
        "E01",
    ]


def test_coverage_scope_and_what_was_not_examined_go_to_their_own_parts() -> None:
    cells = [
        text("# T"),
        text("## Scope\n\nAll logs."),
        shown("E01"),
        text("## Not examined\n\nMuch."),
        text("## Provenance"),
    ]
    made = page(cells, exhibit("E01", "searched"))
    assert made.blocks == ()
    assert [view.code for view in made.coverage] == ["E01"]
    assert made.asides == {"scope": ("<p>All logs.</p>\n",), "not-examined": ("<p>Much.</p>\n",), "provenance": ()}


def test_the_answer_is_the_readings_of_the_key_exhibits_or_else_of_the_first() -> None:
    plain_ones = [exhibit(f"E{n:02d}") for n in range(1, 9)]
    assert [line for _, line in page([], *plain_ones).answer] == [f"Reading E0{n}." for n in range(1, 6)]
    marked = [*plain_ones, exhibit("E09", key=True), exhibit("E10", "searched")]
    assert [line for _, line in page([], *marked).answer] == ["Reading E09."]


def test_an_incomplete_exhibit_makes_the_report_incomplete() -> None:
    assert page([], exhibit("E01")).status is Status.COMPLETE
    assert page([], exhibit("E01"), exhibit("E02", state="truncated")).status is Status.INCOMPLETE
    assert page([]).status is Status.UNKNOWN


def coverage(rows: int, state: str = "complete") -> ExhibitView:
    run = RunView("R01", "", {"completeness": state, "statistics": {"rows": rows}, "notes": []})
    counted = exhibit("E01", "searched", state=state)
    return ExhibitView(counted.data, counted.table, None, {}, (run,))


def test_a_period_in_which_no_log_group_holds_an_event_is_no_complete_answer() -> None:
    empty = page([], coverage(0), exhibit("E02"))
    assert empty.status is Status.EMPTY
    assert empty.lines == (NOTHING, "Reading E02.")
    assert page([], coverage(1), exhibit("E02")).lines == ("Reading E02.",)
    assert page([], coverage(1)).status is Status.COMPLETE
    assert page([], coverage(0, "timed out")).status is Status.INCOMPLETE, "it may have come too late to any event"


def test_what_was_not_examined_for_want_of_logs_is_named_beside_the_status() -> None:
    made = page([], exhibit("E01"), exhibit("E02", state="unknown"))
    assert made.status is Status.COMPLETE
    assert [view.code for view in made.not_examined] == ["E02"]
    assert made.not_examined[0].words == "not examined: no query was run"
    assert page([], exhibit("E01", state="unknown")).status is Status.UNKNOWN


def test_a_report_whose_answer_was_not_examined_is_not_complete_for_what_stands_beside_it() -> None:
    asked, beside = exhibit("E01", key=True, state="unknown"), exhibit("E02")
    assert page([], asked, beside).status is Status.UNKNOWN
    assert page([], asked, exhibit("E03", key=True), beside).status is Status.COMPLETE
    blind = exhibit("E01", key=True)
    blind.data["reading"] = "Not examined: no log group holds CloudTrail."
    assert page([], blind, beside).status is Status.UNKNOWN
    assert page([], blind, beside, exhibit("E03", key=True, state="truncated")).status is Status.INCOMPLETE


def test_what_makes_a_complete_report_say_little_stands_beside_its_status_once() -> None:
    first, second, third = exhibit("E01"), exhibit("E02"), exhibit("E03")
    first.data["caveat"] = second.data["caveat"] = "Most log groups hold nothing most of the time."
    assert page([], first, second, third).caveats == ("Most log groups hold nothing most of the time.",)
    assert page([], third).caveats == ()


def test_prose_holds_no_html_and_no_image() -> None:
    made = page([text("# T"), text("<b>x</b> ![i](http://192.0.2.1/p.png) [l](javascript:alert(1))")])
    html = getattr(made.blocks[0], "html", "")
    assert "&lt;b&gt;x&lt;/b&gt;" in html
    assert "<img" not in html
    assert 'href="javascript' not in html


def test_a_failure_ends_the_page_where_it_happened() -> None:
    error = nbformat.v4.new_output(
        "error", ename="OSError", evalue="gone", traceback=["\x1b[31mOSError\x1b[0m: gone\x07"]
    )
    cells = [
        text("# T"),
        nbformat.v4.new_code_cell("x", outputs=[error]),
        text("## Later"),
        nbformat.v4.new_code_cell("y"),
    ]
    made = page(cells, failure=Failure(1, "OSError", "gone"))
    assert [block.kind for block in made.blocks] == ["code", "failure"]
    assert getattr(made.blocks[1], "trace", "") == "OSError: gone\\x07"
    assert (made.status, made.not_run) == (Status.FAILED, 1)


def test_a_kernel_that_died_is_a_failure_without_a_traceback() -> None:
    made = page([text("# T"), nbformat.v4.new_code_cell("x")], failure=Failure(1, "DeadKernelError", "Kernel died"))
    assert [block.kind for block in made.blocks] == ["code", "failure"]


def test_what_a_cell_wrote_is_plain_text() -> None:
    assert plain("\x1b[1;31mred\x1b[0m \x1b]8;;http://x\x07 end") == "red \\x1b]8;;http://x\\x07 end"
