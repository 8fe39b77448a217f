"""A redacted copy of the demo's report: nobody in it, and every byte of it from the original."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from siemlib.cli.app import run
from siemlib.evidence.unpack import unpacked
from siemlib.report.redact.names import named_in
from siemlib.report.summary import read_summary
from tests.evidence.whole import rebag
from tests.report.redact.leaks import contents, who_is_in

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fixtures_demo import Ran

pytestmark = pytest.mark.xdist_group("demo")  # its reports are there already


@pytest.fixture(scope="module")
def original(ran: Ran) -> Path:
    """The report on the user whose key was stolen."""
    return next(ran.folder.rglob("pivot-user/bagit.txt")).parent


@pytest.fixture(scope="module")
def options(ran: Ran, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The key of the case, made as the help says, and the inventory of the demo."""
    key = tmp_path_factory.mktemp("key") / "case.key"
    subprocess.run(f"umask 077 && openssl rand -hex 32 > {key}", shell=True, check=True)  # noqa: S602 - our own line
    return ["--redact-key", str(key), "--inventory", str(ran.folder / "demo" / "siem.toml")]


@pytest.fixture(scope="module")
def copy(original: Path, options: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The copy, made in a process of its own."""
    file = tmp_path_factory.mktemp("copy") / "copy.zip"
    command = [sys.executable, "-m", "siemlib.cli", "evidence", "export", str(original), "-o", str(file), "--redact"]
    done = subprocess.run([*command, "--no-seal", *options], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return file


def zipped(file: Path) -> list[tuple[str, bytes]]:
    """Name and bytes of each member."""
    with zipfile.ZipFile(file) as members:
        return [(name, members.read(name)) for name in members.namelist()]


def test_nobody_is_in_the_copy(original: Path, copy: Path) -> None:
    summary = read_summary(original / "data" / "report.json")
    assert summary is not None
    names = named_in(original / "data", summary.parameters).users
    assert {"deploy", "svc-backup"} <= names
    assert not who_is_in(zipped(copy), names)


def test_no_address_of_the_inventory_is_in_the_copy(copy: Path) -> None:
    ours = re.compile(rb"198\.51\.100\.5(?!\d)|198\\{1,4}\.\(?51")  # the build egress; as a condition tells it
    assert not {(name, match[0]) for name, data in contents(zipped(copy)) for match in ours.finditer(data)}


def test_external_addresses_and_common_accounts_stay(copy: Path) -> None:
    whole = b"".join(data for _, data in contents(zipped(copy)))
    assert b"203.0.113.66" in whole
    assert b"root" in whole


def test_the_copy_says_what_it_is(copy: Path, original: Path) -> None:
    digest = subprocess.run(
        ["sha256sum", original / "tagmanifest-sha256.txt"], capture_output=True, text=True, check=True
    )
    with unpacked(copy) as folder:
        page = (folder / "data" / "report.html").read_text("utf-8")
        assert "Redacted copy" in page
        assert digest.stdout[:64] in page
        assert f"Redacted-From-Tagmanifest-SHA256: {digest.stdout[:64]}" in _info(folder)


def _info(folder: Path) -> str:
    return (folder / "bag-info.txt").read_text("utf-8").replace("\n ", " ")


def test_the_copy_is_made_again_byte_for_byte(
    copy: Path, original: Path, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["evidence", "verify", str(copy), "--original", str(original), *options]) == 0
    assert "made again from pivot-user, it is the same in every byte" in capsys.readouterr().out


def test_a_copy_that_was_changed_and_bagged_anew_is_told(
    copy: Path, original: Path, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with unpacked(copy) as folder:
        log = folder / "data" / "origin.json"
        log.write_text(log.read_text().replace("UTC", "CET"))
        rebag(folder)
        assert run(["evidence", "verify", str(folder), "--original", str(original), *options]) == 4
    assert "data/origin.json is not what is made of the original" in capsys.readouterr().out


def test_another_key_makes_another_copy(
    copy: Path, original: Path, options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = tmp_path / "other.key"
    key.touch(0o600)
    key.write_bytes(bytes(range(40)))
    how = ["--original", str(original), "--redact-key", str(key), *options[2:]]
    assert run(["evidence", "verify", str(copy), *how]) == 4
    assert "another key, or with another inventory" in capsys.readouterr().out


def test_a_key_that_others_may_read_is_refused(
    original: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = tmp_path / "case.key"
    key.write_bytes(bytes(range(40)))
    key.chmod(0o644)
    assert (
        run(["evidence", "export", str(original), "-o", str(tmp_path / "c.zip"), "--redact", "--redact-key", str(key)])
        == 2
    )
    assert "others than its owner may read" in capsys.readouterr().err


def test_without_the_inventory_of_the_report_nothing_is_made(
    original: Path,
    options: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    arguments = ["evidence", "export", str(original), "-o", str(tmp_path / "c.zip"), "--redact", *options[:2]]
    assert run(arguments) == 2
    assert "another inventory" in capsys.readouterr().err
    assert not (tmp_path / "c.zip").exists()
