"""``--single-file`` and ``--pdf`` reach what builds the report; that there is no browser is told before any work."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from siemlib.cli.app import run
from siemlib.cli.report import tell_answer, warn
from siemlib.errors import SiemError
from siemlib.report.pdf import Printer

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.report.build import Built, Request

RUN = ["report", "run", "pivot-ip", "-p", "ip=10.0.0.9", "--engine", "local:archive", "--no-seal"]


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """What was to be built; nothing is, and the archive is not looked into."""
    requests: list[Request] = []

    def build_report(request: Request, *_: object) -> None:
        requests.append(request)
        raise SiemError("not built")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("siemlib.case.open_with_events", lambda _engine: None)
    monkeypatch.setattr("siemlib.report.build.build_report", build_report)
    monkeypatch.setattr("siemlib.report.pdf.shutil.which", lambda name: f"/bin/{name}" if name == "chrome" else None)
    return requests


@pytest.mark.parametrize(
    ("flags", "alone", "printer"),
    [
        ([], False, None),
        (["--single-file"], True, None),
        (["--pdf"], False, Printer("/bin/chrome", "letter")),
        (["--pdf", "--single-file"], True, Printer("/bin/chrome", "letter")),
    ],
)
def test_a_flag_is_in_what_is_asked_for(
    tmp_path: Path,
    asked: list[Request],
    flags: list[str],
    alone: bool,  # noqa: FBT001 - a parameter
    printer: Printer | None,
) -> None:
    (tmp_path / "siem.toml").write_text('[reports]\npaper = "Letter"\n')
    assert run([*RUN, *flags]) == 1
    assert [(request.alone, request.printer) for request in asked] == [(alone, printer)]


def test_without_a_browser_no_report_is_begun(
    asked: list[Request], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("siemlib.report.pdf.shutil.which", lambda _name: None)
    monkeypatch.setattr("siemlib.report.pdf._ON_A_MAC", tmp_path / "none")
    assert run([*RUN, "--pdf"]) == 2
    assert "--pdf needs a chromium, and none is found" in capsys.readouterr().err
    assert asked == []
    assert not (tmp_path / "reports").exists()


def test_a_report_that_is_not_known_to_be_complete_says_what_was_not_there_to_be_looked_at(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = ("Not examined: no log group holds VPC flow logs\x1b[2J.", "12 events.")
    page = SimpleNamespace(refused=(), failure=None, lines=lines, untraced=())
    warn(cast("Built", SimpleNamespace(page=page, status="unknown", unsealed="", seal=None)))
    assert capsys.readouterr().err.splitlines() == [
        "siem: the report is not known to be complete: unknown",
        "  Not examined: no log group holds VPC flow logs\\x1b[2J.",
    ]


@pytest.mark.parametrize(
    ("refused", "failure", "status", "told"),
    [
        ((), None, "complete", ["- 5 logins.", "- Not examined: no\\x1b[2J."]),
        ((), None, "truncated", ["- 5 logins."]),
        (("a blank chart",), None, "complete", []),
        ((), SimpleNamespace(), "failed", []),
        ((), None, "nothing in the period", []),
    ],
)
def test_the_answer_is_told_once_and_not_of_a_report_that_may_not_be_relied_on(
    refused: tuple[str, ...],
    failure: object,
    status: str,
    told: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = SimpleNamespace(refused=refused, failure=failure, lines=("5 logins.", "Not examined: no\x1b[2J."))
    tell_answer(cast("Built", SimpleNamespace(page=page, status=status)))
    assert capsys.readouterr().err.splitlines() == told
