"""``siem evidence seal`` and ``timestamp``, with the key and the authority of the settings, or another authority."""

from __future__ import annotations

import shutil
import subprocess
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from siemlib.cli.app import run
from siemlib.cli.report import warn
from siemlib.evidence.keys import signer_from_file
from tests.evidence.sealing import private_key, write_key
from tests.evidence.tsa import make_tsa, stamping
from tests.evidence.whole import make_report

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["make_report"]


@pytest.fixture
def report(make_report: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A signed report without a time stamp; siem runs beside the settings that name its key."""
    monkeypatch.chdir(tmp_path)
    write_key(tmp_path / "key.pem", private_key("Ed25519"))
    (tmp_path / "siem.toml").write_text('[seal]\nkey = "key.pem"\n')
    return make_report(tmp_path / "reports", signer=signer_from_file(tmp_path / "key.pem", None))


def test_a_stamp_is_had_later_and_the_printed_line_checks_it(
    report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tsa = make_tsa(tmp_path / "tsa")
    (tmp_path / "root.pem").write_bytes(tsa.root)
    with stamping(tsa) as url:
        given = ["--authority", url, "--timestamp-roots", "root.pem"]
        assert run(["evidence", "timestamp", str(report), *given]) == 0
    said = capsys.readouterr()
    assert "time stamp: 20" in said.err
    done = subprocess.run(["sh", "-c", said.out], cwd=report, capture_output=True, text=True, check=False)
    assert (done.returncode, "Verification: OK" in done.stdout + done.stderr) == (0, True)
    assert run(["evidence", "verify", str(report), "--timestamp-roots", "root.pem"]) == 0
    capsys.readouterr()
    assert run(["evidence", "timestamp", str(report), *given]) == 0
    again = capsys.readouterr()
    assert again.out == said.out
    assert "it has a time stamp already, which holds" in again.err


def test_an_authority_that_does_not_answer_leaves_the_report_as_it_was(
    report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(path.name for path in (report / "seal").iterdir())
    assert run(["evidence", "timestamp", str(report), "--authority", "http://127.0.0.1:1/"]) == 1
    assert "cannot be reached" in capsys.readouterr().err
    assert sorted(path.name for path in (report / "seal").iterdir()) == before
    assert run(["evidence", "timestamp", str(report)]) == 2
    assert "no authority is named" in capsys.readouterr().err


def test_a_report_that_was_not_sealed_is_sealed_with_the_key_of_the_settings(
    report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(report / "seal")
    assert run(["evidence", "verify", str(report)]) == 4
    digest = subprocess.run(["sha256sum", "tagmanifest-sha256.txt"], cwd=report, capture_output=True, check=True).stdout
    capsys.readouterr()
    assert run(["evidence", "seal", str(report)]) == 0
    said = capsys.readouterr()
    assert said.out.split()[0] == digest.decode().split()[0]
    assert "signed (Ed25519), key " in said.err
    assert run(["evidence", "verify", str(report)]) == 0
    capsys.readouterr()
    assert run(["evidence", "seal", str(report)]) == 0
    assert "was signed before, which holds" in capsys.readouterr().err


def test_what_is_no_report_and_settings_without_a_key_are_told(
    report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["evidence", "seal", "nothing"]) == 2
    assert run(["evidence", "timestamp", str(tmp_path)]) == 2
    (tmp_path / "siem.toml").write_text("")
    assert run(["evidence", "seal", str(report)]) == 2
    assert "no key is named to seal it with" in capsys.readouterr().err


def test_a_report_that_could_not_be_sealed_says_so_and_how_to_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = SimpleNamespace(failure=None, refused=(), untraced=())
    built = {"page": page, "status": "complete", "seal": None, "folder": tmp_path / "reports" / "x"}
    warn(SimpleNamespace(**built, unsealed="KMS did not answer"))  # type: ignore[arg-type]
    said = capsys.readouterr().err
    assert "the report IS NOT SEALED, and does not verify until it is: KMS did not answer" in said
    assert f"siem evidence seal {tmp_path}/reports/x" in said
