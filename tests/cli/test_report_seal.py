"""``siem report run`` tries the key before it runs anything, and ``siem demo`` seals what it shows."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from siemlib.cli.app import run
from siemlib.cli.report import _say
from siemlib.evidence.keys import make_key, signer_from_file
from siemlib.evidence.seal import Seal
from siemlib.evidence.steps import Outcome
from siemlib.evidence.verify import verify_report
from siemlib.report.sealing import Sealing
from tests.evidence.sealing import private_key, write_key
from tests.report.checking import run_printed_lines

if TYPE_CHECKING:
    from tests.fixtures_demo import Ran

RUN = ["report", "run", "pivot-ip", "-p", "ip=10.0.0.9", "--engine", "local:no-archive-here"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ('key = "none.pem"', "there is no such key file"),
        ('key = "key.pem"', "the key is encrypted"),
        ('key = "key.pem"\nkms = "alias/x"', "one signs"),
        ('kms = "alias/"', "not a key of KMS"),
        ('timestamp = "https://me:hunter2@authority.example/"', "must hold no password"),
    ],
)
def test_a_key_that_cannot_be_used_is_told_in_one_line_before_the_archive_is_opened(
    folder: Path, capsys: pytest.CaptureFixture[str], settings: str, words: str
) -> None:
    write_key(folder / "key.pem", private_key("Ed25519"), b"a passphrase")
    (folder / "siem.toml").write_text(f"[seal]\n{settings}\n")
    assert run(RUN) == 2
    said = capsys.readouterr().err
    assert words in said
    assert "hunter2" not in said
    assert len(said.splitlines()) <= 2
    assert not (folder / "reports").exists()


def test_without_a_seal_the_key_is_not_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "siem.toml").write_text('[seal]\nkey = "none.pem"\n')
    assert run([*RUN, "--no-seal"]) == 2
    assert "no-archive-here" in capsys.readouterr().err


def test_a_table_beside_the_archive_which_may_be_a_strangers_does_not_count(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "theirs" / "archive").mkdir(parents=True)
    (folder / "theirs" / "siem.toml").write_text('[seal]\nkey = "theirs.pem"\n')
    assert run([*RUN[:-1], "local:theirs/archive"]) != 0
    assert "theirs.pem" not in capsys.readouterr().err


def test_a_key_that_others_may_read_is_warned_of(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_key(folder / "key.pem", private_key("Ed25519"), mode=0o644)
    (folder / "siem.toml").write_text('[seal]\nkey = "key.pem"\n')
    assert run(RUN) == 2
    assert "siem: the key key.pem may be read or written by others (mode 0644)" in capsys.readouterr().err


def test_it_says_with_which_key_it_signed_and_why_there_is_no_time_stamp(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_key(folder / "key.pem")
    plan = Sealing(signer_from_file(folder / "key.pem", None), None).plan()
    assert plan is not None
    page = SimpleNamespace(failure=None, refused=(), untraced=(), lines=())
    built = {"displaced": None, "page": page, "digest": "0" * 64, "status": "complete", "unsealed": ""}
    for seal, words in ((Seal(plan, "", "nobody answered"), "siem: the report has no time stamp: nobody answered"),):
        _say(SimpleNamespace(**built, seal=seal, exit_code=3, folder=Path("x"), html=Path("x.html")))  # type: ignore[arg-type]
        said = capsys.readouterr().err
        assert words in said
        assert f"signed (Ed25519) with the key {plan.fingerprint}" in said


@pytest.mark.xdist_group("demo")
def test_the_reports_of_the_demo_are_sealed_with_a_key_of_its_own_and_the_lines_of_their_pages_say_so(
    ran: Ran,
) -> None:
    key = ran.folder / "demo" / "demo-key.pem"
    assert key.stat().st_mode & 0o777 == 0o600
    public = signer_from_file(key, None).public_key
    for name in ("pivot-ip", "pivot-user", "pivot-ip.1"):  # the second run used the same key
        folder = ran.folder / "reports" / "2026-03-04" / name
        assert "Signature Verified Successfully\n" in run_printed_lines(folder).values()
        steps = {step.title: step.outcome for step in verify_report(folder, trusted_key=public).steps}
        assert steps["the signature"] is Outcome.PASSED
        assert steps["the time stamp"] is Outcome.ABSENT
    secret = [line for line in key.read_text().splitlines() if not line.startswith("-")]
    for path in (path for path in (ran.folder / "reports").rglob("*") if path.is_file()):
        assert not [line for line in secret if line.encode() in path.read_bytes()], path
