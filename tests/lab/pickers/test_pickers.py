"""The pickers set the variables of the notebooks' parameters, to what those notebooks take."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import nbformat
import pytest

from siemlib import open_case
from siemlib.case.open import case_over
from siemlib.investigate import triage
from siemlib.lab.pickers import PICKERS, pick_alert, pick_ip, pick_time
from siemlib.lab.pickers import address as address_module
from siemlib.model.timespan import parse_time
from tests.case.engine import engine

if TYPE_CHECKING:
    from pathlib import Path

    import ipywidgets

    from siemlib.workbook import Case

pytestmark = pytest.mark.xdist_group("sample")


@pytest.fixture(scope="module")
def incident(sample_archive: Path) -> Case:
    """A case over the sample."""
    return open_case(engine=f"local:{sample_archive}")


def lines(picker: ipywidgets.VBox) -> str:
    """What the picker says to write into the parameter cell."""
    return str(picker.children[-1].value)


def parameters(project: Path, name: str) -> dict[str, str]:
    """The line of each parameter of a notebook."""
    cells = nbformat.read(project / "notebooks" / f"{name}.ipynb", as_version=4).cells  # type: ignore[no-untyped-call]
    (source,) = [cell.source for cell in cells if "parameters" in cell.metadata.get("tags", [])]
    return {
        statement.target.id: source.splitlines()[statement.lineno - 1]
        for statement in ast.parse(source).body
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
    }


def test_an_address_is_picked_out_of_those_in_the_logs(incident: Case) -> None:
    names: dict[str, Any] = {"ip": "192.0.2.9"}
    picker = pick_ip(incident, names)
    listed, said, typed = picker.children[:3]
    assert typed.value == "192.0.2.9"
    assert "(complete)" in said.value
    labels = {address: label for label, address in listed.options if address}
    assert labels["203.0.113.66"].endswith(" times · public")
    listed.value = "203.0.113.66"
    assert (names["ip"], typed.value) == ("203.0.113.66", "203.0.113.66")
    assert "ip: str = &quot;203.0.113.66&quot;" in lines(picker)
    runs = len(incident.runs)
    assert incident.runs[runs - 1].query == address_module._QUESTION


def test_any_address_can_be_typed_and_what_is_none_is_refused(incident: Case) -> None:
    names: dict[str, Any] = {}
    picker = pick_ip(incident, names)
    typed = picker.children[2]
    typed.value = "2001:DB8::1"
    assert names["ip"] == "2001:db8::1"
    typed.value = "<img src=x>"
    assert names["ip"] == "2001:db8::1"
    assert "not an address: &#x27;&lt;img src=x&gt;&#x27;" in picker.children[-2].value


def test_a_list_out_of_a_run_that_is_not_complete_says_so() -> None:
    case = case_over(engine(rows=[{"address": "192.0.2.1", "events": "3"}] * 10_000), start="2026-03-04", end="")
    assert "(not complete: there are more)" in pick_ip(case, {}).children[1].value


def test_times_are_picked_by_the_slider_or_typed(incident: Case) -> None:
    names: dict[str, Any] = {"start": "", "end": ""}
    picker = pick_time(incident, names)
    slider, start, end = picker.children[:3]
    slider.index = (4, 8)
    first, last = slider.value
    assert [parse_time(names[name])[0] for name in ("start", "end")] == [first, last]
    assert (start.value, end.value) == (names["start"], names["end"])
    assert f"start: str = &quot;{names['start']}&quot;" in lines(picker)
    end.value = "2026-03-04 23:00"
    assert names["end"] == "2026-03-04T23:00:00Z"
    start.value = "2026-03-04T23:30Z"
    assert "ends (2026-03-04 23:00:00) before it starts" in picker.children[-2].value
    assert parse_time(names["start"])[0] == first
    start.value = ""
    assert names["start"] == ""


def test_the_slider_covers_the_case_whatever_its_length(incident: Case) -> None:
    for start, end in (("2026-03-04", ""), ("2026-03-04T10:00:00.5Z", "2026-03-04T10:00:02Z"), ("1990-01-01", "")):
        case = open_case(engine=incident.engine.url, start=start, end=end)
        options = [moment for _, moment in pick_time(case, {}).children[0].options]
        assert (options[0], options[-1]) == (case.timespan.start, case.timespan.end)
        assert len(options) <= 203
        assert options == sorted(set(options))


def test_an_alert_is_picked_and_is_the_one_that_the_notebook_finds(incident: Case) -> None:
    names: dict[str, Any] = {}
    picker = pick_alert(incident, names)
    search, chosen, said = picker.children[:3]
    search.value = "40112 DEPLOY"
    assert "found. 3,132 alerts" in said.value
    (label, place), *rest = chosen.options[1:]
    assert rest == []
    assert label.startswith("2026-03-04 02:31:47 · level 12 · rule 40112 · ")
    chosen.value = place
    alarm = triage.find(incident, alert=names["alert"], rule=names["rule"], time=names["time"])
    assert (alarm.rule, f"{alarm.time:%H:%M:%S}") == ("40112", "02:31:47")
    search.value = "nothing of the kind"
    assert said.value.startswith("showing 0 of 0 alerts found.")


def test_without_alerts_the_list_says_that_none_were_examined() -> None:
    case = case_over(engine(rows=[]), start="2026-03-04", end="")
    assert "showing 0 of 0 alerts found." in pick_alert(case, {}).children[2].value


def test_every_line_is_that_of_the_notebook_but_for_its_value(incident: Case, project: Path) -> None:
    for pick, notebook in zip(PICKERS, ("pivot-ip", "pivot-ip", "triage-alert"), strict=True):
        wanted = parameters(project, notebook)
        shown = pick(incident, {}).children[-1].value.partition("<pre")[2].partition(">")[2].removesuffix("</pre>")
        for line in shown.splitlines():
            name, _, comment = line.partition(": str = &quot;&quot;")
            assert wanted[name].endswith(comment.replace("&#x27;", "'")), line
