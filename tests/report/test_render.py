"""Pages are safe by how they are made."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from siemlib.report.record import ExhibitView, RunView, Table
from siemlib.report.render import _environment, script_json
from siemlib.report.summary import Status

if TYPE_CHECKING:
    from siemlib.report.build import Built

pytestmark = pytest.mark.xdist_group("report")


def test_json_in_a_page_cannot_end_its_script_and_means_the_same() -> None:
    value = {"x": ["</script><script>alert(1)</script>", "<!--", "&amp;", "\u2028", "ü"]}
    text = script_json(value)
    assert not re.search(r"[<>&\u2028]", text)
    assert json.loads(text) == value


def test_only_complete_is_green() -> None:
    assert [status.value for status in Status if status.colour == "green"] == ["complete"]
    assert {status.colour for status in (Status.EMPTY, Status.INCOMPLETE)} == {"amber"}


def test_a_report_has_its_parts_in_the_order_of_a_report(built: Built) -> None:
    page = built.html.read_text("utf-8")
    ids = re.findall(r'<h2 id="(\w+)">', page)
    assert ids == ["answer", "scope", "findings", "method", "provenance", "limitations", "glossary"]
    assert page.index("E02-title") < page.index('id="findings"') < page.index("E01-title")


def test_a_report_names_no_other_place_but_its_own_folder(built: Built) -> None:
    page = built.html.read_text("utf-8")
    links = re.findall(r'(?:href|src)="([^"]+)"', page)
    outside = [link for link in links if not link.startswith("#") and not (built.html.parent / link).is_file()]
    assert outside == ["http://192.0.2.1/p.png"], "the notebook's own link, which fetches nothing"
    assert "default-src 'none'" in page


def test_the_query_of_each_run_is_there_verbatim_with_its_parameters(built: Built) -> None:
    page = built.html.read_text("utf-8")
    method = page[page.index('id="method"') : page.index('id="provenance"')]
    assert "<code>fields user, events</code>" in method
    assert "<code>user</code> = <code>&lt;img src=x onerror=alert(1)&gt;</code>" in method


def test_the_queries_of_an_exhibit_of_many_runs_are_opened_at_once() -> None:
    few, many = (_exhibit(count) for count in (3, 4))

    assert (few.count("<details>"), many.count("<details>")) == (3, 1)
    assert all(f"<code>stats {n}</code>" in many for n in range(4))


def _exhibit(runs: int) -> str:
    data = {
        "id": "E01",
        "title": "t",
        "reading": "r",
        "searched": "s",
        "completeness": "complete",
        "rows": 0,
        "runs": [""],
    }
    done = tuple(
        RunView(f"R0{n}", "", {"query": f"stats {n}", "completeness": "complete", "notes": []}) for n in range(runs)
    )
    files = dict.fromkeys(("csv", "parquet", "json"), "")
    shown = ExhibitView(data, Table([], [], [], "no rows"), None, files, done)
    return str(_environment().get_template("parts.html.j2").module.show(shown, 3))
