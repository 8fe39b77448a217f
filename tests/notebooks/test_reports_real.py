"""Every notebook as a report over real logs, and what its report says where there is nothing to say.

A suitable set goes the whole way: papermill, the page, the seal. Bad input needs no second kernel: the same cells run
here, and leave the record that the page is made of.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest

from siemlib.case.record import ENVIRONMENT
from siemlib.report.controls.catalogue import catalogue
from siemlib.report.definition import read_definition
from siemlib.report.page import answer_of, status_of
from siemlib.report.record import Record, read_record
from siemlib.report.summary import Status
from siemlib.report.trace import write_numbers
from tests.fixtures_real import SUITABLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from siemlib.report.build import Built

pytestmark = pytest.mark.xdist_group("real")
NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"

LACKING: dict[str, str] = {
    "overview": "audit",
    "triage-alert": "flows",
    "pivot-ip": "web",
    "pivot-user": "flows",
    "traffic": "openssh",
    "logins": "flows",
    "open-ports": "flows",
    "retention": "web",
    "timeline": "web",
    "posture": "web",
}
"""For each notebook a real set without the logs that it is about, or without most of them."""

_NOTHING_ASKED = frozenset({"traffic", "open-ports", "triage-alert", "logins", "posture"})
"""Notebooks whose answer rests on few kinds of log: without these no question of theirs can be asked."""
_TRACE = re.compile(r"Traceback \(most recent call last\)|\bFile &quot;|\bFile \"")


def test_every_notebook_is_run_over_real_logs() -> None:
    found = {path.stem for path in NOTEBOOKS.glob("*.ipynb")}

    assert found == set(SUITABLE) == set(LACKING)


@pytest.mark.parametrize("name", SUITABLE)
def test_a_notebook_becomes_a_report_over_real_logs(name: str, real_report: Callable[[str], Built]) -> None:
    built = real_report(name)

    html = built.html.read_text("utf-8")
    assert built.status is Status.COMPLETE
    assert not _TRACE.search(html)
    for section in ("answer", "scope", "findings", "method", "provenance", "limitations"):
        assert re.search(rf'<h2[^>]*\bid="{section}"', html), section
    assert built.page.lines
    assert not all(line.startswith("Not examined") for line in built.page.lines)
    assert (built.folder / "manifest-sha256.txt").is_file()


@pytest.mark.parametrize("name", SUITABLE)
def test_every_exhibit_that_the_catalogue_of_controls_names_is_in_its_report(
    name: str, real_report: Callable[[str], Built]
) -> None:
    places = {place for control in catalogue() for bearing in control.evidence for place in bearing.of}
    shown = {str(exhibit.data["name"]) for exhibit in real_report(name).page.record.exhibits}

    assert {place.partition("/")[0] for place in places if not place.startswith("@")} <= {*SUITABLE, "*"}
    assert {place.partition("/")[2] for place in places if place.startswith((f"{name}/", "*/"))} <= shown


@pytest.mark.parametrize("name", SUITABLE)
def test_a_window_without_events_gives_a_page_that_says_so(
    name: str, real_archive: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, given = SUITABLE[name]

    record = _run(name, real_archive(archive), given, tmp_path, monkeypatch, window=("2001-01-01", "2001-01-02"))

    assert status_of(record, None) is Status.EMPTY
    assert record.exhibits
    assert [str(exhibit.data["name"]) for exhibit in record.exhibits if not exhibit.data["reading"]] == []


@pytest.mark.parametrize("name", LACKING)
def test_an_archive_without_the_logs_gives_a_page_that_says_so(
    name: str, real_archive: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = SUITABLE[name][1]

    record = _run(name, real_archive(LACKING[name]), given, tmp_path, monkeypatch)

    readings = [str(exhibit.data["reading"]) for exhibit in record.exhibits]
    assert all(readings)
    assert any(_SAYS_SO.search(reading) for reading in readings)
    assert any(_SAYS_SO.search(line) for _, line in answer_of(record))
    if name in _NOTHING_ASKED:
        assert status_of(record, None) is Status.UNKNOWN


_SAYS_SO = re.compile(
    r"[Nn]ot examined|[Nn]o event names|[Nn]ot known|[Nn]ot provable|nothing found|[Nn]o alert|[Nn]o log group holds"
)


def test_an_alert_that_is_not_there_gives_a_page_that_names_the_nearest(
    real_archive: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"alert": "1588001006.9628222"}

    record = _run("triage-alert", real_archive("insect"), given, tmp_path, monkeypatch)

    assert status_of(record, None) is Status.UNKNOWN
    ((_, line),) = answer_of(record)
    assert line.startswith("Not examined: no alert has the id '1588001006.9628222'")
    assert "1588001006.9628221" in line


def _run(  # noqa: PLR0913, PLR0917 - the parts of one run
    name: str,
    archive: Path,
    given: dict[str, str],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    window: tuple[str, str] = ("", ""),
) -> Record:
    """Run the cells of a notebook here, with these parameters, and read the record that they leave."""
    folder = folder / "record"
    folder.mkdir()
    monkeypatch.setenv(ENVIRONMENT, str(folder))
    notebook: Any = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    values = read_definition(NOTEBOOKS / f"{name}.ipynb").values(given)
    names: dict[str, object] = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, f"{name}.ipynb", "exec"), names)  # noqa: S102 - our own notebook
        if "parameters" in cell.metadata.get("tags", []):
            names |= {**values, "engine": f"local:{archive}", "start": window[0], "end": window[1]}
    write_numbers(folder, {key: str(value) for key, value in values.items()})
    record = read_record(folder)
    check_numbers(record)
    return record


def check_numbers(record: Record) -> None:
    """Every number of every sentence follows from something."""
    numbers = [(exhibit.code, number) for exhibit in record.exhibits for number in exhibit.data["numbers"]]
    assert numbers
    assert [(code, number["text"], number["in"]) for code, number in numbers if not number["is"]] == []
