"""The custody log can be added to, and not be changed unseen."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from siemlib.evidence import custody

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A log of three entries."""
    path = tmp_path / "custody.jsonl"
    for what in ("loaded", "queried", "sealed"):
        custody.append(path, what, why="incident 7", who="ana")
    return path


def test_an_entry_says_who_what_when_and_why_and_holds_the_digest_of_the_line_before(log: Path) -> None:
    first, second, third = custody.entries(log)
    lines = log.read_bytes().splitlines()
    assert [entry["what"] for entry in (first, second, third)] == ["loaded", "queried", "sealed"]
    assert (first["who"], first["why"], first["sequence"]) == ("ana", "incident 7", 1)
    assert first["time"].endswith("+00:00")
    assert first["previous"] == "0" * 64
    assert third["previous"] == hashlib.sha256(lines[1]).hexdigest()
    assert custody.verify(log) == []


def _last_digit(line: bytes) -> bytes:
    """An entry that names, but for one digit, the one before it."""
    entry = json.loads(line)
    digit = format(int(entry["previous"][-1], 16) ^ 1, "x")
    return json.dumps({**entry, "previous": entry["previous"][:-1] + digit}).encode()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda lines: [lines[0].replace(b"ana", b"bob"), *lines[1:]], "entry 2 does not follow"),
        (lambda lines: [lines[0], lines[2]], "entry 2 is numbered 3"),
        (lambda lines: [lines[0], lines[0], *lines[1:]], "entry 2 is numbered 1"),
        (lambda lines: [lines[1], lines[0], lines[2]], "entry 1 is numbered 2"),
        (lambda lines: [lines[0], _last_digit(lines[1]), lines[2]], "entry 2 does not follow"),
        (lambda lines: [*lines[:2], b"{broken"], "entry 3 is no JSON object"),
        (lambda lines: [*lines[:2], b"[]"], "entry 3 is no JSON object"),
    ],
)
def test_a_changed_dropped_or_slipped_in_entry_is_found(log: Path, change: object, problem: str) -> None:
    assert callable(change)
    log.write_bytes(b"\n".join(change(log.read_bytes().splitlines())) + b"\n")
    assert custody.verify(log)[0].startswith(problem)


def test_a_log_that_is_read_while_others_write_it_is_not_called_broken(log: Path) -> None:
    anchored = log.with_name("anchored.jsonl")
    code = "import sys, pathlib; from siemlib.evidence import custody\nfor _ in range(60): custody.append("
    code += "pathlib.Path(sys.argv[1]), 'queried', why='', who='ana', anchored=True)"
    writers = [subprocess.Popen([sys.executable, "-c", code, str(anchored)]) for _ in range(2)]
    found = []
    while any(writer.poll() is None for writer in writers):
        found += custody.verify(anchored, anchored=True)
    assert [writer.returncode for writer in writers] == [0, 0]
    assert found == custody.verify(anchored, anchored=True) == []
    assert custody.head(anchored)[0] == len(custody.entries(anchored)) == 120


def test_the_user_is_the_one_that_the_environment_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SIEM_USER", "Ana Ångström\nsecond line")
    custody.append(tmp_path / "log", "looked", why="asked")
    assert len((tmp_path / "log").read_bytes().splitlines()) == 1
    assert json.loads((tmp_path / "log").read_text("utf-8"))["who"] == "Ana Ångström\nsecond line"


def test_a_login_without_a_name_is_called_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SIEM_USER", raising=False)

    def nobody() -> str:
        raise KeyError

    monkeypatch.setattr("getpass.getuser", nobody)
    assert custody.user() == "unknown"
