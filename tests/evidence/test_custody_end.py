"""The end of the custody log: several writers at once, a writer that was killed, lines that are gone."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemlib.evidence import custody

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_ADD = """
import sys, pathlib
from siemlib.evidence import custody
for number in range(int(sys.argv[2])):
    custody.append(pathlib.Path(sys.argv[1]), f"{sys.argv[3]} {number}", why="", who="ana", anchored=True)
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """An anchored log of four entries."""
    return _four(tmp_path / "custody.jsonl")


def _four(path: Path) -> Path:
    for what in ("one", "two", "three", "four"):
        custody.append(path, what, why="", who="ana", anchored=True)
    return path


def test_an_anchored_log_holds(log: Path) -> None:
    assert custody.verify(log, anchored=True) == []
    assert custody.head(log)[0] == 4


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda lines: lines[:3], "the last entry is gone"),
        (lambda lines: lines[:1], "the last 3 entries are gone"),
        (lambda _: [], "the last 4 entries are gone"),
        (lambda lines: [*lines[:3], lines[3].replace(b"four", b"fo0r")], "entry 4 is not the one that the head"),
    ],
)
def test_lines_that_are_gone_from_the_end_are_missed(
    log: Path, change: Callable[[list[bytes]], list[bytes]], problem: str
) -> None:
    log.write_bytes(b"".join(line + b"\n" for line in change(log.read_bytes().splitlines())))
    assert custody.verify(log, anchored=True)[0].startswith(problem)


def test_a_log_that_was_removed_is_missed_and_the_next_entry_says_so_for_good(log: Path) -> None:
    log.unlink()
    assert custody.verify(log, anchored=True) == ["the last 4 entries are gone"]
    assert custody.append(log, "on", why="", anchored=True) == ("the last 4 entries are gone",)
    assert custody.append(log, "and on", why="", anchored=True) == ()
    assert custody.verify(log, anchored=True) == ["entry 1 tells: the last 4 entries are gone"]


def test_a_log_that_is_begun_between_a_look_at_it_and_at_its_head_is_looked_at_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Path] = []
    place = custody.head_file

    def meanwhile(log: Path) -> Path:
        if not begun:
            begun.append(log)
            _four(log)
        return place(log)

    monkeypatch.setattr(custody, "head_file", meanwhile)
    assert custody.verify(tmp_path / "custody.jsonl", anchored=True) == []
    assert begun


@pytest.mark.parametrize("text", ["", "x", "-1 " + "0" * 64 + "\n", "9" * 5000])
def test_a_head_that_is_gone_or_is_none_is_told(log: Path, text: str) -> None:
    custody.head_file(log).write_text(text, "ascii")
    assert custody.verify(log, anchored=True) == ["the head of this log cannot be read"]
    custody.head_file(log).unlink()
    assert custody.verify(log, anchored=True) == ["the head of this log is gone"]


def test_a_line_that_a_killed_writer_left_is_told_and_kept_and_the_log_goes_on(log: Path) -> None:
    with log.open("ab") as file:
        file.write(b'{"sequence": 5, "time": "2026-0')
    assert custody.verify(log, anchored=True) == ["entry 5 is cut off: its writer was stopped"]
    told = custody.append(log, "after", why="", anchored=True)
    assert told == ("the line before this one was cut off: its writer was stopped",)
    assert custody.verify(log, anchored=True) == ["entry 5 is no JSON object", f"entry 6 tells: {told[0]}"]
    assert [entry["what"] for entry in custody.readable(log)] == ["one", "two", "three", "four", "after"]


def test_a_writer_killed_between_the_entry_and_the_head_leaves_a_log_that_holds(log: Path) -> None:
    before = custody.head_file(log).read_bytes()
    custody.append(log, "five", why="", anchored=True)
    custody.head_file(log).write_bytes(before)
    assert custody.verify(log, anchored=True) == []
    assert custody.append(log, "six", why="", anchored=True) == ()
    assert custody.verify(log, anchored=True) == []


def test_several_processes_write_one_log_and_no_entry_is_lost(tmp_path: Path) -> None:
    log = tmp_path / "custody.jsonl"
    commands = [[sys.executable, "-c", _ADD, str(log), "25", name] for name in ("a", "b", "c")]
    with ThreadPoolExecutor() as pool:
        done = list(pool.map(lambda command: subprocess.run(command, capture_output=True, check=False), commands))
    assert [each.stderr for each in done] == [b"", b"", b""]
    assert custody.verify(log, anchored=True) == []
    whats = [entry["what"] for entry in custody.entries(log)]
    assert sorted(whats) == sorted(f"{name} {number}" for name in "abc" for number in range(25))


def test_a_process_that_is_killed_at_any_moment_leaves_a_log_that_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "custody.jsonl"
    for _ in range(3):
        writer = subprocess.Popen([sys.executable, "-c", _ADD, str(log), "100000", "k"])
        size = log.stat().st_size if log.exists() else 0
        while not log.exists() or log.stat().st_size < size + 20_000:
            assert writer.poll() is None
        writer.kill()
        writer.wait()
    custody.append(log, "last", why="", anchored=True)
    problems = custody.verify(log, anchored=True)
    assert all("cut off" in problem or "no JSON" in problem for problem in problems)
    assert custody.readable(log)[-1]["what"] == "last"


@given(data=st.data())
def test_no_change_of_lines_goes_unseen(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    log = _four(tmp_path_factory.mktemp("log") / "custody.jsonl")
    before = log.read_bytes()
    lines = before.splitlines(keepends=True)
    changed = data.draw(st.lists(st.sampled_from(lines), max_size=6).map(b"".join))
    if data.draw(st.booleans()):
        place = data.draw(st.integers(0, len(before) - 1))
        changed = before[:place] + data.draw(st.binary(min_size=1, max_size=1)) + before[place + 1 :]
    log.write_bytes(changed)
    assert (custody.verify(log, anchored=True) == []) == (changed == before)


def test_text_that_is_no_text_can_be_entered(tmp_path: Path) -> None:
    log = tmp_path / "custody.jsonl"
    custody.append(log, "half \ud800 of a character\u2028", why="\x1b[31m", details={"query": "a\nb\r"}, anchored=True)
    assert json.loads(log.read_bytes())["what"] == "half \ud800 of a character\u2028"
    assert custody.verify(log, anchored=True) == []
