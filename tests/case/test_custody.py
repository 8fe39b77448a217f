"""What an analyst asked by hand stands in the case's custody log, and nothing of the machine."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from siemlib.case import Answer, Case
from siemlib.case.custody import ENVIRONMENT, Custody, verify
from siemlib.case.open import case_over
from siemlib.case.record import ENVIRONMENT as RECORD
from siemlib.errors import UsageError
from siemlib.evidence import custody
from tests.case.engine import engine

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def case(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Case:
    """A case over an archive with a telling path; its custody log goes to ``log``."""
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path / "log"))
    monkeypatch.setenv("SIEM_USER", "ana")
    return case_over(engine(f"local:{tmp_path / 'secret place' / 'archive'}"), start="2026-03-04", end="", title="Why?")


def ask(case: Case) -> Custody:
    log = Custody.of(case)
    log.asked(case.run("fields user", ["OSSEC"], parameters={"ip": "1.2.3.4"}), every_row=True, why="ticket 7")
    return log


def test_a_query_is_entered_with_who_what_why_and_the_digest_of_its_rows(case: Case, tmp_path: Path) -> None:
    ask(case)
    (entry,) = custody.entries(tmp_path / "log" / "custody.jsonl")
    lines = (
        '{"@timestamp":"2026-03-04 13:55:01.250","events":"12","user":"violet"}\n'
        '{"@timestamp":"2026-03-04 13:56:00.000","events":"3","user":"<img src=x onerror=alert(1)>"}\n'
        '{"@timestamp":"2026-03-04 13:57:00.000","events":"1"}\n'
    )
    said = {name: value for name, value in entry.items() if name not in {"time", "previous", "timespan"}}
    assert said == {
        "sequence": 1,
        "who": "ana",
        "what": "asked 1 log group a query",
        "why": "ticket 7",
        "case": "Why?",
        "engine": "local:archive",
        "run": "run-1",
        "query": "fields user",
        "parameters": {"ip": "1.2.3.4"},
        "every_row": True,
        "log_groups": ["OSSEC"],
        "completeness": "complete",
        "rows": 3,
        "rows_sha256": hashlib.sha256(lines.encode()).hexdigest(),
    }
    assert entry["timespan"]["start"] == "2026-03-04T00:00:00+00:00"


def test_a_result_that_becomes_an_exhibit_is_entered_and_the_log_holds(case: Case, tmp_path: Path) -> None:
    log = ask(case)
    answer = Answer("users", "Users", case.run("fields user").frame, "Three.", "OSSEC.", case.runs[-1:])
    log.promoted(case.show(answer))
    entry = custody.entries(tmp_path / "log" / "custody.jsonl")[-1]
    assert (entry["what"], entry["exhibit"], entry["runs"]) == ("made a result the exhibit E01", "E01", ["run-2"])
    assert (log.problems(), verify(tmp_path / "log")) == ([], [])
    assert str(tmp_path).encode() not in (tmp_path / "log" / "custody.jsonl").read_bytes()


def test_the_log_shows_itself_and_says_that_its_chain_holds_or_where_it_broke(case: Case, tmp_path: Path) -> None:
    assert Custody.of(case).panel().sentences == ("Nothing has been entered yet.",)
    log = ask(case)
    held, file = log.panel(), tmp_path / "log" / "custody.jsonl"
    assert held.sentences[0].startswith("Its one entry holds.")
    assert held.frame is not None
    assert list(held.frame["query"]) == ["fields user"]
    file.write_bytes(file.read_bytes().replace(b"fields user", b"fields uses"))
    assert log.panel().sentences == ("entry 1 is not the one that the head of this log names",)


@pytest.mark.parametrize("spoilt", [b"", b"many 0000\n", b"\xff\xfe"])
def test_a_head_that_cannot_be_read_is_told_and_the_log_is_shown(case: Case, tmp_path: Path, spoilt: bytes) -> None:
    log = ask(case)
    (tmp_path / "log" / "custody.jsonl.head").write_bytes(spoilt)
    panel = log.panel()
    assert panel.sentences == ("the head of this log cannot be read",)
    assert panel.frame is not None
    assert list(panel.frame["query"]) == ["fields user"]


def test_without_the_environment_it_lies_beside_the_notebook(
    case: Case, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(ENVIRONMENT)
    monkeypatch.chdir(tmp_path)
    ask(case)
    assert (tmp_path / "custody" / "custody.jsonl").is_file()
    given = Custody.of(case, tmp_path / "given")
    assert given.log == tmp_path / "given" / "custody.jsonl"


def test_a_report_keeps_its_own_record_and_no_second_log(
    case: Case, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(ENVIRONMENT)
    monkeypatch.setenv(RECORD, str(tmp_path / "record"))
    monkeypatch.chdir(tmp_path)
    log = ask(case)
    assert (log.log, log.problems()) == (None, [])
    assert not (tmp_path / "custody").exists()


def test_the_archive_is_never_written_to(case: Case, tmp_path: Path) -> None:
    inside = tmp_path / "secret place" / "archive" / "custody"
    with pytest.raises(UsageError, match="may not lie within the archive"):
        Custody.of(case, inside).ready()
    assert not inside.exists()


def test_where_no_log_can_be_written_nothing_is_asked(case: Case, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written: Not a directory") as told:
        Custody.of(case, tmp_path / "file" / "log").ready()
    assert "SIEM_CUSTODY" in str(told.value.hint)
