"""A report over the live service carries the service's own answers, from which anyone can compute its rows again."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import subprocess
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from siemlib.archive.load import load
from siemlib.case.open import open_engine
from siemlib.errors import ExitCode
from siemlib.evidence.records import check_records
from siemlib.evidence.steps import Outcome
from siemlib.evidence.unpack import unpacked
from siemlib.evidence.verify import verify_report
from siemlib.model.inventory import Inventory
from siemlib.report.build import Built, Request, build_report
from siemlib.report.definition import read_definition
from siemlib.report.redact.check import check_copy
from siemlib.report.redact.pack import export_redacted
from siemlib.report.reproduce import reproduce
from siemlib.report.summary import Status
from tests.fixtures_serve import lead_boto3_to, serving
from tests.report.notebook import write_notebook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOSTILE = "<img src=x onerror=alert(1)> \x1b[31m"
LINES = [f"2026-03-04T13:00:{n:02d}Z user {n} {HOSTILE}" for n in range(40)]
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "key-of-the-test", "AWS_SECRET_ACCESS_KEY": "secret-of-the-test"}
PARAMETERS = 'engine: str = ""  # where\nstart: str = ""\nend: str = ""'
OPENING = """\
from siemlib.case import Answer, open_case
case = open_case(engine=engine, start=start, end=end, title="Live")
case"""
ASK = """\
result = case.run("fields @timestamp, @message | filter @message like 'user'", ["app"])
case.show(Answer("users", "Users", result.frame, "They are there.", "In app.", (result.run,)), key=True)"""
CELLS = (("code", ASK), ("code", "case.show(case.searched())"), ("code", "case.provenance()"))


@pytest.fixture(scope="module")
def built(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    folder = tmp_path_factory.mktemp("live-report")
    (folder / "app.log").write_text("\n".join(LINES) + "\n")
    assert not load([folder / "app.log"], folder / "archive", log_group="app").refused
    definition = read_definition(
        write_notebook(folder / "notebooks" / "live-test.ipynb", *CELLS, parameters=PARAMETERS, opening=OPENING)
    )
    span = ("2026-03-04T00:00:00Z", "2026-03-05T00:00:00Z")
    request = Request(definition, {}, "live:us-east-1", *span, date(2026, 3, 4))
    with serving(folder / "archive") as endpoint, pytest.MonkeyPatch.context() as patch:
        lead_boto3_to(patch, endpoint)
        for name, word in CREDENTIALS.items():
            patch.setenv(name, word)
        patch.setenv("PYTHONPATH", str(project))
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        yield build_report(request, folder / "reports", lambda _done, _total: None)


def run_of(data: Path, start: str) -> dict[str, Any]:
    """The record of the run whose query begins so."""
    runs: list[dict[str, Any]] = [json.loads(path.read_text()) for path in (data / "runs").glob("*.json")]
    return next(run for run in runs if run["query"].startswith(start))


def test_the_report_is_complete_and_its_bag_holds_every_answer(built: Built) -> None:
    assert built.status is Status.COMPLETE
    assert verify_report(built.folder).failed == ()
    assert check_records(built.folder / "data") == []
    check = ["sha256sum", "--quiet", "-c", "manifest-sha256.txt"]
    assert subprocess.run(check, cwd=built.folder, capture_output=True, check=True).stdout == b""
    manifest = (built.folder / "manifest-sha256.txt").read_text()
    data = built.folder / "data"
    answers = [path for path in (data / "spool").rglob("*") if path.is_file()]
    assert len(answers) >= 6
    assert all(path.relative_to(built.folder).as_posix() in manifest for path in answers)


def test_an_auditor_computes_the_rows_again_with_gunzip_and_a_reader_of_json(built: Built) -> None:
    data = built.folder / "data"
    run = run_of(data, "fields")
    (files,) = run["answers"].values()
    end = json.loads((data / next(name for name in files if name.endswith("end.json"))).read_text())
    rows = []
    for told in end["pages"]:
        body = gzip.decompress((data / next(name for name in files if name.endswith(told["file"]))).read_bytes())
        assert hashlib.sha256(body).hexdigest() == told["sha256"]
        rows += [{pair["field"]: pair["value"] for pair in row} for row in json.loads(body)["results"]]
    lines = [json.dumps(dict(sorted(row.items())), ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows]
    assert hashlib.sha256("".join(lines).encode()).hexdigest() == run["rows_sha256"]
    assert sorted(row["@message"] for row in rows) == LINES
    (check,) = run["certificate"]["checks"]
    assert (check["collected"], check["counted"]) == (40, 40)


def test_the_page_tells_what_the_service_was_asked_and_what_it_cost(built: Built) -> None:
    page = built.html.read_text("utf-8")
    part = page[page.index('id="provenance"') : page.index('id="limitations"')]
    assert "What the live service was asked" in part
    assert "40 of 40 rows" in part
    assert "What vouches for R01" in part
    assert "40 rows were collected, as many as the service&#39;s own recordsMatched says." in part
    sentences = json.loads((built.folder / "data" / "sections" / "provenance.json").read_text())["sentences"]
    assert any("live runs rest on" in sentence for sentence in sentences)
    assert any("The service scanned" in sentence and "a gigabyte" in sentence for sentence in sentences)


def test_the_report_says_that_it_was_not_the_services_own_endpoint(built: Built) -> None:
    sentences = json.loads((built.folder / "data" / "sections" / "provenance.json").read_text())["sentences"]
    assert any("not asked at the service's own endpoint but at http://127.0.0.1:" in told for told in sentences)
    page = built.html.read_text("utf-8")
    scope = page[page.index('id="scope"') : page.index('id="findings"')]
    assert "Not asked at the service's own endpoint</strong> but at http://127.0.0.1:" in scope


def test_the_page_shows_the_sum_of_what_vouches_without_a_click(built: Built) -> None:
    page = built.html.read_text("utf-8")
    part = page[page.index('id="provenance"') : page.index('id="limitations"')]
    shown = re.sub(r"<details>.*?</details>", "", part, flags=re.DOTALL)
    assert "live runs rest on" in shown
    assert "The service scanned" in shown


def test_no_path_of_this_machine_and_no_credential_is_in_the_report(built: Built) -> None:
    texts = {path: path.read_bytes() for path in built.folder.rglob("*") if path.is_file()}
    words = [str(built.folder.parents[2]), *CREDENTIALS.values()]
    assert [(path.name, word) for path, text in texts.items() for word in words if word.encode() in text] == []


def test_an_archive_of_the_same_events_gives_the_rows_of_the_service_again(built: Built) -> None:
    archive = built.folder.parent.parent.parent / "archive"
    found = reproduce(built.folder / "data", open_engine(f"local:{archive}"))
    assert len(found.runs) == 2
    assert found.exit_code is ExitCode.DONE, [run.why for run in found.runs]


def test_what_the_service_answers_anew_is_named_as_of_this_building(built: Built) -> None:
    data = built.folder / "data"
    told = json.loads((data / "build.json").read_text("utf-8"))
    run = run_of(data, "fields")
    named = told["texts"][f"data/runs/{run['id']}.json"]
    (slice_,) = [each for each in run["certificate"]["slices"] if each["why"] == "whole"]
    for text in (
        run["started"],
        run["details"]["execution"],
        slice_["query_id"],
        slice_["evidence"],
        slice_["started"],
    ):
        assert text in named
    assert "data/spool/" in told["whole"]


def test_a_redacted_copy_holds_no_answer_of_the_service_and_says_so(built: Built, tmp_path: Path) -> None:
    key, inventory = b"k" * 32, Inventory([])
    export_redacted(built.folder, tmp_path / "copy.zip", key, inventory, sealing=None, force=False)
    with unpacked(tmp_path / "copy.zip") as copy:
        assert verify_report(copy).holds
        assert check_copy(copy, built.folder, key, inventory)[0] is Outcome.PASSED
        assert not (copy / "data" / "spool").exists()
        page = (copy / "data" / "report.html").read_text("utf-8")
        run = run_of(copy / "data", "fields")
    assert "Left out: spool" in page
    assert "byte for byte as they came" not in page
    assert run["answers"] == {}
    assert run["query_ids"] == run_of(built.folder / "data", "fields")["query_ids"]
    assert {each["evidence"] for each in run["certificate"]["slices"]} == {""}


def test_an_answer_that_is_gone_is_told(built: Built, tmp_path: Path) -> None:
    copy = shutil.copytree(built.folder / "data", tmp_path / "data")
    next((copy / "spool").rglob("page-*.gz")).unlink()
    assert any("which is not there" in sentence for sentence in check_records(copy))
