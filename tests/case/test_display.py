"""What a notebook shows of exhibits and sections: everything that matters, and log content only as text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pandas as pd
import plotly.graph_objects as go
import pytest

from siemlib.case import Answer, Chart, Exhibit, Panel
from siemlib.case.display import PLOTLY, preview, showing
from siemlib.model.run import Completeness
from siemlib.model.timespan import TimeSpan
from tests.case.engine import FIRST, LAST, engine

EVIL = "<img src=x onerror=alert(1)>"
OURS = {"div", "p", "strong", "table", "caption", "thead", "tbody", "tr", "th", "td", "small", "ul", "li"}


class Tags(HTMLParser):
    """The elements of a page and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the name; no handler of an event may be there."""
        self.tags.add(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.text += data


def answer(frame: pd.DataFrame, completeness: Completeness = Completeness.COMPLETE, words: str = EVIL) -> Answer:
    run = engine(completeness=completeness).run("fields user", TimeSpan(FIRST, LAST), ["OSSEC"]).run
    return Answer("users", words, frame, words, words, (run,))


@pytest.mark.parametrize(
    ("rows", "words"), [(0, "no rows"), (1, "showing 1 of 1 row"), (250, "showing 100 of 250 rows")]
)
def test_a_table_says_how_many_of_its_rows_it_shows(rows: int, words: str) -> None:
    assert showing(rows, 100) == words
    html = Exhibit("E01", answer(pd.DataFrame({"n": range(rows)}))).html()
    assert words in html
    assert html.count("<td") == min(rows, 100)


def test_no_part_of_a_page_is_drawn_as_a_formula() -> None:
    about = answer(pd.DataFrame({"a": ["$\\phantom{eve}$"]}))
    panel = Panel("case", "Case", ("$x$",))
    for html in (Exhibit("E01", about).html(), preview(about)["text/html"], panel.html()):
        assert html.startswith('<div class="siem-part tex2jax_ignore mathjax_ignore">')
        assert html.count("<div") == html.count("</div>") == 1


def test_a_cell_may_break_anywhere_and_still_has_a_width_to_be_read_in() -> None:
    frame = pd.DataFrame({"id": ["f" * 32], "n": [7], "who": ["ana"], "query": ["x" * 2000]})
    frame["time"] = pd.to_datetime(["2026-03-04"], utc=True)
    html = Exhibit("E01", answer(frame)).html()
    assert re.findall(r"min-width:(\d+)ch", html) == ["14", "3", "32", "11"]


def test_log_content_is_text_in_every_part_of_an_exhibit() -> None:
    chart = Chart(answer(pd.DataFrame({EVIL: [EVIL]})), go.Figure(), EVIL)
    page = Tags(Exhibit("E01", chart).html())
    assert page.tags <= OURS
    assert page.text.count(EVIL) == 7
    for empty in (answer(pd.DataFrame()), answer(pd.DataFrame({EVIL: []}))):
        for html in (Exhibit("E01", empty).html(), preview(empty)["text/html"]):
            assert Tags(html).tags <= OURS
            assert Tags(html).text.count(EVIL) == 4
    shown = Tags(preview(answer(pd.DataFrame({EVIL: [EVIL]})))["text/html"])
    assert shown.tags <= OURS
    assert shown.text.count(EVIL) == 6
    panel = Tags(Panel("case", EVIL, (EVIL,), pd.DataFrame({"a": [EVIL]})).html())
    assert panel.tags <= OURS
    assert panel.text.count(EVIL) == 4


def test_no_plain_text_can_act_on_a_terminal() -> None:
    about = answer(pd.DataFrame(), words="\x1b]0;x\x07")
    chart = Exhibit("E01", Chart(about, go.Figure(), "\x1b]0;x\x07"))
    texts = [Exhibit("E01", about).text(), preview(about)["text/plain"], Panel("case", "\x1b[m", ("\x07",)).text()]
    for text in [*texts, *(bundle["text/plain"] for bundle in chart.bundles())]:
        assert text.replace("\n", "").isprintable()
        assert "\\x07" in text


def test_an_incomplete_exhibit_is_amber_and_says_why() -> None:
    frame = pd.DataFrame({"n": [1]})
    whole, cut = Exhibit("E01", answer(frame)), Exhibit("E01", answer(frame, Completeness.TRUNCATED))
    assert "#fff3d6" not in whole.html()
    assert "#fff3d6" in cut.html()
    assert "truncated: more rows matched than are held here" in cut.text()


def test_a_chart_is_followed_by_its_table_and_both_are_marked_for_the_report(
    capsys: pytest.CaptureFixture[str],
) -> None:
    exhibit = Exhibit("E07", Chart(answer(pd.DataFrame({"n": [1]})), go.Figure(go.Bar(x=["a"], y=[1])), "One bar."))
    chart, table = exhibit.bundles()
    assert chart[PLOTLY]["data"][0]["x"] == ["a"]
    assert chart["text/plain"] == "One bar."
    assert "<table>" in table["text/html"]
    assert exhibit.metadata == {"siem": {"exhibit": "E07"}}
    exhibit._ipython_display_()
    assert "One bar." in capsys.readouterr().out
