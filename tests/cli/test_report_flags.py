"""``--single-file`` and ``--pdf`` reach what builds the report; that there is no browser is told before any work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.cli.app import run
from siemlib.errors import SiemError
from siemlib.report.pdf import Printer

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.report.build import Request

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
