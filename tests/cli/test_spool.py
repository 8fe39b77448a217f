"""``siem spool``: what is kept is listed with what it takes; nothing goes that was not named."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from siemlib.cli.app import run
from siemlib.live.cost import enter
from siemlib.live.spool import Spool, total_bytes
from siemlib.model import clock
from siemlib.model.certificate import size
from tests.live.spooling import ASK, ASKED, keep, page

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Spool:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return Spool(tmp_path / "cache" / "siem" / "spool", account="1", region="eu-central-1")


def test_the_list_shows_the_newest_first_then_the_total_and_the_cost(
    spool: Spool, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(spool, page("a", "b"))
    keep(spool, page("c"), closed=False, asked=ASKED + timedelta(days=1))
    enter(spool.folder, {"run": "1", "dollars": 0.75})
    enter(spool.folder, {"run": "2", "dollars": 0.5, "bytes": 1})
    assert run(["spool", "list"]) == 0
    new, old, total, asked = capsys.readouterr().out.splitlines()
    assert new.startswith("2026-03-06 07:15:12  Complete, not final  1 row ")
    assert old.startswith("2026-03-05 07:15:12  Complete  2 rows")
    assert "eu-central-1  sshd, OSSEC  2026-03-04T00:00:00.000+00:00 to 2026-03-04T23:59:59.999+00:00" in old
    assert old.endswith("fields @message | filter user = 'bob'")
    assert total == f"{spool.folder}: 2 answers, {size(total_bytes(spool.folder))}"
    assert asked == "asked in 2 runs, for about $1.25"


def test_a_long_list_is_cut_and_says_so(spool: Spool, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(52):
        keep(spool)
    assert run(["spool", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 53
    assert lines[50] == "… and 2 older ones (--all)"
    assert run(["spool", "list", "--all"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 54


def test_a_query_moves_no_cursor(spool: Spool, capsys: pytest.CaptureFixture[str]) -> None:
    keep(spool, ask=replace(ASK, text="fields '\x1b[2J'\n| limit 1"))
    assert run(["spool", "list"]) == 0
    assert "\x1b" not in capsys.readouterr().out


def test_what_is_damaged_is_listed_and_can_be_cleared(spool: Spool, capsys: pytest.CaptureFixture[str]) -> None:
    kept = keep(spool, page("a"))
    (kept.folder / "ask.json").write_text("[]")
    (kept.folder / "end.json").unlink()
    assert run(["spool", "list"]) == 0
    assert "damaged" in capsys.readouterr().out
    assert run(["spool", "clear", "--all"]) == 0
    assert "removed 1 answer" in capsys.readouterr().out


def test_clearing_by_age_keeps_what_is_younger_and_the_ledger(
    spool: Spool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(spool, page("old"))
    keep(spool, page("new"), asked=ASKED + timedelta(days=20))
    enter(spool.folder, {"run": "1", "dollars": 1})
    monkeypatch.setattr(clock, "now", lambda: ASKED + timedelta(days=31))
    assert run(["spool", "clear", "--older-than", "30d"]) == 0
    assert capsys.readouterr().out.startswith("removed 1 answer, ")
    assert run(["spool", "list"]) == 0
    assert "asked in 1 run" in capsys.readouterr().out
    found = spool.found(ASK)
    assert found is not None
    assert list(found.pages()) == [page("new")]


@pytest.mark.parametrize("options", [[], ["--all", "--older-than", "30d"]])
def test_nothing_is_cleared_that_was_not_named(
    spool: Spool, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    keep(spool, page("a"))
    assert run(["spool", "clear", *options]) == 2
    assert "write --older-than 30d, or --all" in capsys.readouterr().err
    assert spool.found(ASK) is not None


def test_a_folder_that_is_no_spool_is_not_cleared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine").mkdir()
    assert run(["spool", "clear", "--all", "--spool", str(tmp_path / "mine")]) == 2
    assert "is no spool" in capsys.readouterr().err
    assert list((tmp_path / "mine").iterdir()) == []
