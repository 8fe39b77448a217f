"""How a column is set follows from what it holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from siemlib.report.columns import MOST, PRINTED_ROWS, WIDE, column_looks, column_rules
from siemlib.report.render import _css

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_numbers_times_short_texts_and_long_ones_are_told_apart() -> None:
    rows = [["1", "2026-03-04", "a" * 16, "a" * 28, "a" * 29, "a"], ["2", "", "b", "b" * 17, "b", "a" * 61]]
    header = ["events", "first (UTC)", "address", "user", "rule", "message"]
    assert column_looks(header, [True, *[False] * 5], rows).startswith("n1 t2 w3 s4 m5 l6")


def test_on_paper_words_are_kept_whole_while_there_is_room_for_them() -> None:
    header = ["user", "call", "shape", "message"]
    rows = [["svc-backup", "ModifyDBSnapshotAttribute", "vertical and horizontal", "a" * 61]]
    looks = column_looks(header, [False] * 4, rows).split()
    assert looks[:4] == ["w1", "s2", "s3", "l4"]
    assert sorted(looks[4:]) == ["k2", "k3", "o1"], "the words of the last one are too long for any paper"

    crowded = column_looks(["call"] * 9, [False] * 9, [["D" * 20] * 9]).split()
    # 68 em side by side: nine columns of 5 and 1.1 between leave 13, and twenty capitals ask 9 more than their 5.
    assert [look for look in crowded if look[0] in "ok"] == ["k1"]
    assert "wide" in crowded


def test_letters_as_wide_as_high_ask_for_more_room() -> None:
    kept = [column_looks(["call"] * 5, [False] * 5, [[letter * 17] * 5]).split()[5:] for letter in ("a", "\u6f22")]
    assert len(kept[0]) > len(kept[1])


def test_what_is_not_printed_takes_no_room_on_paper() -> None:
    header, numeric = ["call"] * 9, [False] * 9
    rows = [["a" * 17] * 9] * PRINTED_ROWS
    assert column_looks(header, numeric, [*rows, ["D" * 20] * 9]) == column_looks(header, numeric, rows)


@pytest.mark.browser
def test_a_table_of_many_columns_is_not_wider_than_paper_and_breaks_no_address(browser: Browser) -> None:
    amounts = {
        "flows": "14,612",
        "bytes": "662,275,802",
        "packets": "1,756,292",
        "accepted": "8",
        "rejected": "8",
        "hosts": "9",
    }
    header = ["address", "address is", *amounts, "first (UTC)", "last (UTC)", "% of bytes", "% of flows"]
    time = "2026-03-04 23:59:00.000"
    row = ["2001:db8:ff00::30", "web-1, web server, of shop (ours) " * 3, *amounts.values(), time, time, "21.24", "0.1"]
    looks = column_looks(header, [False] * 2 + [True] * 6 + [False] * 2 + [True] * 2, [row])
    wide, lines = _printed(browser, looks, header, row, cell=0)
    assert (wide, lines) == (0, 1), looks


@pytest.mark.browser
def test_also_a_table_of_more_columns_than_paper_has_room_for_is_not_wider_than_it(browser: Browser) -> None:
    words = "subjects|source|what|outcome|actor|address|address is|summary|quotes row|log group|@ptr"
    header = ["row", "time (UTC)", "earliest (UTC)", "latest (UTC)", "order", *words.split("|")]
    texts = ["192.168.10.18", "suricata", "ET WEB_SERVER ColdFusion administrator " * 2, "failed", "", "192.168.10.18"]
    texts += ["private", "ColdFusion administrator access " * 8, "12", "suricata-fast", "511e00712711123f0123"]
    row = ["12", *["2026-03-04 23:59:00.000"] * 3, "not provable against the row above", *texts]
    looks = column_looks(header, [name in ("row", "quotes row") for name in header], [row])
    wide, lines = _printed(browser, looks, header, row, cell=1)
    assert wide <= 0, looks
    assert lines == 2, "a day above its time of day"


def test_what_asks_for_least_room_is_kept_first() -> None:
    rows = [["a" * 26, "b" * 17, *["cc cc cc cc cc cc"] * 6]]
    looks = column_looks([""] * 8, [False] * 8, rows).split()
    assert [look for look in looks if look[0] in "ok"] == [*(f"k{n}" for n in range(3, 9)), "k2", "k1"]


def test_a_table_of_many_columns_is_wide_and_what_no_rule_is_for_gets_no_class() -> None:
    looks = column_looks(["n"] * (MOST + 5), [True] * (MOST + 5), []).split()
    assert looks[-3:] == [f"n{MOST}", "crowded", "tight"]
    assert column_looks(["n"] * WIDE, [True] * WIDE, []).split()[-1] == "wide"
    assert "wide" not in column_looks(["n"] * (WIDE - 1), [True] * (WIDE - 1), [])


def test_every_class_has_its_rule() -> None:
    rules = column_rules()
    for look in "ntwsmlok":
        columns = {int(found[1]) for found in re.finditer(rf"\.{look}(\d+) :is\(th, td\):nth-child\(\1\)", rules)}
        assert columns == set(range(1, MOST + 1))


def _printed(browser: Browser, looks: str, header: list[str], row: list[str], *, cell: int) -> tuple[int, int]:
    """How many pixels a table is wider than A4 without its margins, and the lines of a cell of its only row."""
    heads = "".join(f"<th>{name}</th>" for name in header)
    cells = "".join(f"<td>{text}</td>" for text in row)
    table = f'<table class="rows {looks}"><thead><tr>{heads}<tbody><tr>{cells}</table>'
    page = browser.new_page()
    page.emulate_media(media="print")
    page.set_content(f"<style>{_css()}body {{ width: 178mm }}</style>{table}")
    wide = page.evaluate("document.querySelector('table').offsetWidth - document.body.offsetWidth")
    lines = page.evaluate(
        "(cell) => { const all = document.createRange(); all.selectNodeContents(document.querySelectorAll('td')[cell]);"
        " return all.getClientRects().length }",
        cell,
    )
    page.close()
    return wide, lines
