"""A report is whole and in its place, or not there; it names no path of the machine, and verifies."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import threading
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from siemlib.cli.report import warn
from siemlib.errors import ExitCode, SiemError
from siemlib.evidence import custody
from siemlib.evidence.chain import Link
from siemlib.evidence.digest import sha256_file
from siemlib.evidence.verify import verify_report
from siemlib.report import build as build_module
from siemlib.report.execute import Failure
from siemlib.report.place import hold, one_at_a_time
from siemlib.report.summary import Status, Summary, read_summary
from tests.report.notebook import HOSTILE

if TYPE_CHECKING:
    from collections.abc import Callable

    from siemlib.report.build import Built

pytestmark = pytest.mark.xdist_group("report")
PARAMETERS = {"ip": "192.0.2.7", "rows": "3"}


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_report_is_a_bag_that_holds_everything(built: Built) -> None:
    assert built.folder.parts[-3:] == ("reports", "2026-03-04", "pivot-test")
    runs = sorted(built.page.record.runs, key=lambda run: run.file)
    assert len(runs) == 2
    assert names(built.folder) == [
        "bag-info.txt",
        "bagit.txt",
        "data/build.json",
        "data/case.json",
        "data/controls.json",
        "data/custody.jsonl",
        "data/exhibits/E01-users.csv",
        "data/exhibits/E01-users.figure.json",
        "data/exhibits/E01-users.json",
        "data/exhibits/E01-users.parquet",
        "data/exhibits/E02-searched.csv",
        "data/exhibits/E02-searched.json",
        "data/exhibits/E02-searched.parquet",
        "data/exhibits/E03-none.csv",
        "data/exhibits/E03-none.json",
        "data/exhibits/E03-none.parquet",
        "data/exhibits/E04-many.csv",
        "data/exhibits/E04-many.json",
        "data/exhibits/E04-many.parquet",
        "data/notebook.ipynb",
        "data/origin.json",
        "data/oscal-assessment-results.json",
        "data/report.html",
        "data/report.json",
        *(f"data/runs/{run.data['id']}{end}" for run in runs for end in (".json", ".rows.jsonl")),
        "data/sections/not-examined.json",
        "data/sections/provenance.json",
        "manifest-sha256.txt",
        "tagmanifest-sha256.txt",
    ]
    assert verify_report(built.folder).failed == ()
    assert built.digest == sha256_file(built.folder / "tagmanifest-sha256.txt")
    assert built.exit_code is ExitCode.DONE


def test_the_lines_that_the_report_prints_verify_it(built: Built) -> None:
    page = (built.folder / "data" / "report.html").read_text("utf-8")
    info = (built.folder / "bag-info.txt").read_text("utf-8")
    assert "External-Identifier: pivot-test 2026-03-04 ip=192.0.2.7 rows=3\n" in info
    lines = ["sha256sum --quiet -c manifest-sha256.txt", "sha256sum --quiet -c tagmanifest-sha256.txt"]
    for line in lines:
        assert line in page
        done = subprocess.run(line.split(), cwd=built.folder, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_custody_log_tells_how_the_report_was_made(built: Built) -> None:
    log = built.folder / "data" / "custody.jsonl"
    assert custody.verify(log) == []
    assert [entry["what"].split(" ")[0] for entry in custody.entries(log)] == ["started", "executed", "rendered"]


def test_no_file_of_a_report_names_a_path_of_the_machine(built: Built, project: Path) -> None:
    telling = [
        str(project),
        str(built.folder.parents[2].parent),
        str(Path.home()),
        os.environ["PYTHONPATH"],
        ".building-",
    ]
    for name in names(built.folder):
        content = (built.folder / name).read_bytes()
        assert [path for path in telling if path.encode() in content] == [], name


def test_log_content_is_kept_as_it_was_in_the_data_files(built: Built) -> None:
    notebook = json.loads((built.folder / "data" / "notebook.ipynb").read_text("utf-8"))
    assert any('engine = "local:archive"' in "".join(cell["source"]) for cell in notebook["cells"])
    csv = (built.folder / "data" / "exhibits" / "E01-users.csv").read_text("utf-8")
    assert HOSTILE[0] in csv
    assert "'=HYPERLINK" in csv


def test_nothing_is_left_beside_the_report_but_the_index(built: Built) -> None:
    root = built.folder.parents[1]
    assert sorted(path.name for path in root.iterdir()) == [".index.json", "2026-03-04", "index.html"]
    summary = read_summary(built.folder / "data" / "report.json")
    assert summary is not None
    assert (summary.status, summary.runs, summary.exhibits) == (Status.COMPLETE, 2, 4)


@pytest.fixture(scope="session")
def failed(build: Callable[..., Built], tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A report that fails after its first exhibit."""
    cells = (
        ("markdown", "## Fine"),
        ("code", "case.show(case.searched())"),
        ("markdown", "## Broken"),
        ("code", "open(engine.partition(':')[2] + '/<b>no such file</b>')"),
        ("markdown", "## Never"),
        ("code", "print('never')"),
        ("code", "print('never')"),
    )
    root = tmp_path_factory.mktemp("failed") / "reports"
    good = root / "2026-03-04" / "broken"
    good.mkdir(parents=True)
    (good / "kept").write_text("as it was")
    (good / "data").mkdir()
    earlier = Summary(
        name="broken", title="", date="2026-03-04", status=Status.COMPLETE, built="", parameters=PARAMETERS
    )
    (good / "data" / "report.json").write_text(earlier.model_dump_json())
    return build(cells, root, "broken")


def test_a_failed_report_is_complete_in_itself_and_says_so(failed: Built, project: Path) -> None:
    assert failed.folder.name == "broken-FAILED"
    assert failed.exit_code is ExitCode.FAILED
    assert verify_report(failed.folder).failed == ()
    page = failed.html.read_text("utf-8")
    assert "<title>FAILED: " in page
    assert "FileNotFoundError" in page
    assert "2 further steps were not run" in page
    assert "never</pre>" not in page
    assert (failed.folder / "data" / "exhibits" / "E01-searched.parquet").is_file()
    for name in names(failed.folder):
        content = (failed.folder / name).read_bytes()
        assert str(project).encode() not in content, name
        assert str(failed.folder.parents[3]).encode() not in content, name


def test_a_report_that_failed_for_what_was_asked_is_wrong_usage_in_the_words_of_the_error(
    failed: Built, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = replace(failed, page=replace(failed.page, failure=Failure(3, "UsageError", "not a port: 0")))
    assert asked.exit_code is ExitCode.WRONG_USAGE
    warn(asked)
    assert capsys.readouterr().err == "siem: the report failed: not a port: 0\n"
    warn(failed)
    assert "siem: the report failed: FileNotFoundError: " in capsys.readouterr().err


def test_a_failed_report_stands_beside_an_earlier_good_one(failed: Built) -> None:
    assert (failed.folder.parent / "broken" / "kept").read_text() == "as it was"
    assert failed.displaced is None


def test_an_error_while_building_leaves_the_reports_as_they_were(
    build: Callable[..., Built], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(*_: object) -> None:
        raise OSError("disk full")

    good = tmp_path / "reports" / "2026-03-04" / "broken"
    good.mkdir(parents=True)
    (good / "kept").write_text("as it was")
    monkeypatch.setattr(build_module, "_make", full)
    with pytest.raises(SiemError, match=r"could not be kept in .*reports: disk full") as told:
        build((), tmp_path / "reports", "broken")
    assert told.value.exit_code is ExitCode.FAILED
    assert [path.name for path in (tmp_path / "reports").iterdir()] == ["2026-03-04"]
    assert names(tmp_path / "reports") == ["2026-03-04/broken/kept"]


def test_a_report_is_whole_and_sealed_before_it_gets_its_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whoever is killed in between leaves nothing that stands in its place without its seal, or its lists."""
    about = SimpleNamespace(identifier="who", date="2026-03-04", name="who", parameters={})
    page = SimpleNamespace(previous=None, about=about, status=Status.COMPLETE)
    done: list[str] = []
    listed: list[bytes] = []

    class Sealing:
        def write(self, folder: Path) -> None:
            done.append("sealed")
            listed.append((folder / "tagmanifest-sha256.txt").read_bytes())

    def put(aside: Path, day: Path, name: str) -> tuple[Path, None]:
        done.append(f"put at {day.name}/{name}")
        listed.append((aside / "tagmanifest-sha256.txt").read_bytes())
        assert (aside / "data" / "build.json").is_file()
        return aside, None

    monkeypatch.setattr(build_module, "_make", lambda *_: page)
    monkeypatch.setattr(build_module, "put", put)
    monkeypatch.setattr(build_module, "write_index", lambda _: done.append("listed"))
    (tmp_path / "aside" / "data").mkdir(parents=True)
    request: Any = SimpleNamespace(sealing=Sealing(), distinct={})
    executed: Any = None
    made = build_module._publish(executed, request, tmp_path / "aside", tmp_path)
    assert done == ["sealed", "put at 2026-03-04/who", "listed"]
    listed.append((made.folder / "tagmanifest-sha256.txt").read_bytes())
    assert len(set(listed)) == 1, "nothing of it changes after it is sealed"


def test_a_refused_report_follows_the_one_before_it_where_that_stays(
    built: Built, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A good one moves it to the next number; a refused one takes nobody's place."""
    place = built.folder
    monkeypatch.setattr(build_module, "report_before", lambda *_: (place, "7" * 64))
    monkeypatch.setattr(build_module, "refusals", lambda *_: ["it says <7>"])
    monkeypatch.setattr(build_module, "_with_controls", lambda page, _: page)
    monkeypatch.setattr(build_module, "making_of", lambda *_: None)
    request: Any = SimpleNamespace(distinct={})
    root, about = place.parents[1], built.page.about
    moved = build_module._previous(request, root, about, failed=False)
    assert moved
    assert moved.place == f"{place.parent.name}/{place.name}.1"
    page, html, _ = build_module._judged(replace(built.page, previous=moved), request, root, tmp_path)
    assert page.status is Status.REFUSED
    assert page.previous == Link(f"{place.parent.name}/{place.name}", "7" * 64)
    assert f">{place.parent.name}/{place.name}</a>" in html


def test_what_looks_at_other_reports_is_done_by_one_build_at_a_time(
    build: Callable[..., Built], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Two at once would both follow the same report: one of them could be taken away later, and none would tell."""
    locked, held_aside = [], []

    def publish(_executed: object, _request: object, aside: Path, root: Path) -> None:
        held_aside.append(hold(aside) is None)
        held = os.open(root, os.O_RDONLY)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            locked.append(root)
        finally:
            os.close(held)

    monkeypatch.setattr(build_module, "_publish", publish)
    left = tmp_path / "reports" / ".building-left"
    left.mkdir(parents=True)
    os.utime(left, (time.time() - 3600,) * 2)
    build((), tmp_path / "reports", "broken")
    assert locked == [tmp_path / "reports"]
    assert held_aside == [True], "another build could take it for one that was killed"
    assert not left.exists(), "of a build that was killed"
    with one_at_a_time(tmp_path / "reports"):
        pass  # it was given back


def test_ctrl_c_ends_the_kernel_and_leaves_nothing(
    build: Callable[..., Built], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    started = tmp_path / "started"
    monkeypatch.setenv("SIEM_TEST_STARTED", str(started))
    slow = """import os, pathlib, time
pathlib.Path(os.environ["SIEM_TEST_STARTED"]).write_text(str(os.getpid()))
time.sleep(300)"""

    def interrupt() -> None:
        while not (started.is_file() and started.read_text()):
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        build((("code", slow),), tmp_path / "reports")
    assert list((tmp_path / "reports").iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text()), 0)
