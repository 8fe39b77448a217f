"""Every notebook gives the same over an account as over an archive: the sample behind the protocol of the service.

The cells run here, once over ``local:`` and once over ``live:``, which asks ``siem serve`` over the same archive
through boto3. What is compared is what a report keeps of them: rows and types of each exhibit, and the canonical digest
of the rows of each run, in order.
"""

from __future__ import annotations

import json
import re
from contextlib import chdir
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import nbformat
import pandas as pd
import pytest

from siemlib.case.record import ENVIRONMENT
from siemlib.local.engine import open_local
from siemlib.model.timespan import TimeSpan, parse_time
from siemlib.report.build import Request, build_report
from siemlib.report.definition import find, read_definition
from siemlib.report.record import Record, read_record
from siemlib.report.summary import Status
from siemlib.settings import DEFAULT_NAME
from tests.fixtures_serve import lead_boto3_to, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fixtures_serve import Endpoint

pytestmark = pytest.mark.xdist_group("sample")
NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
LIVE = "live:us-east-1"
START, END = "2026-03-04T00:00:00Z", "2026-03-05T00:00:00Z"
"""The whole day of the sample."""
GIVEN: dict[str, dict[str, str]] = {
    "pivot-ip": {"ip": "203.0.113.66"},
    "pivot-user": {"user": "deploy"},
    "triage-alert": {"alert": "1772591507.153915"},
    "timeline": {"addresses": "203.0.113.66", "users": "deploy, svc-backup"},
}
"""Parameters that have no default in a report."""

OF_FILES = {
    ("retention", "files"): "lists the files that were loaded, and an account has none",
    ("retention", "delivered"): "checks the files that CloudTrail delivered to S3, and an account's log group is none",
    ("retention", "not-valid"): "names those of them that are not valid",
    ("retention", "in-short"): "two of its lines are the readings of these",
}
"""The exhibits that cannot be equal, and why."""

# A test need not spare an account that is its own.
_UNHURRIED = "\n[live]\nstarts_per_second = 1000\nresults_per_second = 1000\n"


class Both(NamedTuple):
    """The records of one notebook over both engines, and the folders that they are in."""

    local: Record
    live: Record
    folders: tuple[Path, Path]


@pytest.fixture(scope="module")
def account(sample_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """The sample behind an endpoint, and a working folder with the settings of the sample."""
    folder = tmp_path_factory.mktemp("live")
    settings = (sample_archive.parent / DEFAULT_NAME).read_text(encoding="utf-8")
    (folder / DEFAULT_NAME).write_text(settings + _UNHURRIED, encoding="utf-8")
    with serving(sample_archive) as endpoint, pytest.MonkeyPatch.context() as patch, chdir(folder):
        lead_boto3_to(patch, endpoint)
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        yield endpoint


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize("notebook", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_gives_the_same_exhibits_live_as_local(notebook: Path, sample_archive: Path, tmp_path: Path) -> None:
    both = Both(
        _record(notebook, f"local:{sample_archive}", tmp_path / "local"),
        _record(notebook, LIVE, tmp_path / "live"),
        (tmp_path / "local", tmp_path / "live"),
    )

    exhibits = [exhibit.data for exhibit in both.local.exhibits]
    assert exhibits
    assert [exhibit["name"] for exhibit in exhibits] == [exhibit.data["name"] for exhibit in both.live.exhibits]
    for exhibit in exhibits:
        if (notebook.stem, exhibit["name"]) not in OF_FILES:
            _check_exhibit(both, f"{exhibit['id']}-{exhibit['name']}")
    _check_runs(both)


def test_no_event_of_the_sample_is_left_out_of_the_comparison(sample_archive: Path) -> None:
    span = TimeSpan(parse_time(START)[0], parse_time(END)[0])
    for group in open_local(sample_archive).log_groups():
        assert group.first is not None
        assert group.last is not None
        assert span.start <= group.first <= group.last < span.end


def test_what_is_said_to_differ_is_shown_by_its_notebook() -> None:
    for name, exhibit in OF_FILES:
        assert exhibit.replace("in-short", "first_look") in (NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8")


def test_a_notebook_becomes_a_report_over_the_account(
    account: Endpoint, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(project))
    definition = find("open-ports", [NOTEBOOKS])
    request = Request(definition, definition.values({}), LIVE, START, END, date(2026, 3, 4))

    built = build_report(request, tmp_path / "reports", lambda _done, _total: None)

    assert built.status is Status.COMPLETE
    html = built.html.read_text("utf-8")
    assert LIVE in html
    assert all(run.data["certificate"]["completeness"] == "complete" for run in built.page.record.runs)
    kept = list((built.html.parent / "spool").glob("*/*/page-*.json.gz"))
    assert kept
    assert not account.running_queries()


def _record(notebook: Path, engine: str, folder: Path) -> Record:
    """Run the cells of a notebook here, and read the record that they leave."""
    folder.mkdir()
    cells: Any = nbformat.read(notebook, as_version=4).cells  # type: ignore[no-untyped-call]
    values = read_definition(notebook).values(GIVEN.get(notebook.stem, {}))
    names: dict[str, object] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(ENVIRONMENT, str(folder))
        for cell in cells:
            if cell.cell_type == "code":
                exec(compile(cell.source, notebook.name, "exec"), names)  # noqa: S102 - our own notebook
            if "parameters" in cell.metadata.get("tags", []):
                names |= {**values, "engine": engine, "start": START, "end": END}
    return read_record(folder)


def _check_exhibit(both: Both, stem: str) -> None:
    """Byte for byte the same text, values and types; the same words but for the name of the engine."""
    local, live = (folder / "exhibits" for folder in both.folders)
    assert (live / f"{stem}.csv").read_bytes() == (local / f"{stem}.csv").read_bytes(), stem
    frames = [pd.read_parquet(folder / f"{stem}.parquet") for folder in (local, live)]
    pd.testing.assert_frame_equal(*frames, obj=stem)
    figure = f"{stem}.figure.json"
    assert (live / figure).is_file() == (local / figure).is_file()
    if (local / figure).is_file():
        assert (live / figure).read_bytes() == (local / figure).read_bytes(), stem
    told = [json.loads((folder / f"{stem}.json").read_text(encoding="utf-8")) for folder in (local, live)]
    for each in told:
        each["searched"] = re.sub(r"\b(?:local|live):[\w-]+", "ENGINE", each["searched"])
        each["runs"] = len(each["runs"])
    assert told[0] == told[1], stem


def _check_runs(both: Both) -> None:
    """The same questions in the same order, the same rows of text, counts and completeness."""
    kept = (
        "query",
        "parameters",
        "every_row",
        "timespan",
        "log_groups",
        "statistics",
        "completeness",
        "columns",
        "rows_sha256",
    )
    every = ([{name: run.data[name] for name in kept} for run in each.runs] for each in both[:2])
    local, live = every
    assert live == local
