"""Findings stand in the report before the exhibits, each with what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.evidence.verify import verify_report
from tests.report.notebook import ASK

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from siemlib.report.build import Built

STATE = """\
from siemlib.workbook.stated import Stated
sides = {"facts_for": ("12 events & more.",), "facts_against": (HOSTILE[0],)}
claims = [HOSTILE[1], "It is so."]
kept = [
    case.keep(Stated(claim, (result.run.id,), exhibits=("E01",), id="F0" + str(n), completeness=state, **sides))
    for n, claim, state in zip((1, 2), claims, (Completeness.COMPLETE, Completeness.TRUNCATED))
]
kept[0]"""


def test_a_finding_is_in_the_page_once_as_text_and_before_the_exhibits(
    build: Callable[..., Built], tmp_path: Path
) -> None:
    built = build((("markdown", "## Who?\n\nIt."), ("code", ASK), ("code", STATE)), tmp_path / "reports")
    page = (built.folder / "data" / "report.html").read_text("utf-8")

    # The notebook called the second one worse than what it rests on: nothing else is wrong.
    (told,) = verify_report(built.folder).failed
    assert told.details == ("findings/F02.json is called truncated, but the worst of its runs is complete",)
    assert (built.folder / "data" / "findings" / "F01.json").is_file()
    assert page.index('id="findings"') < page.index('id="F01"') < page.index('id="F02"') < page.index("<h3>Who?")
    assert page.count("<li>12 events &amp; more.</li>") == 2
    assert "<script>alert(2)" not in page
    assert "<img src=x" not in page
    first, second = page.split('id="F01"')[1].split('id="F02"')
    assert 'rests on <a href="#E01">E01</a>, runs <a href="#R01">R01</a>. Completeness: complete.' in first
    assert '<strong class="amber">truncated' in second[:2000]
