"""The cell magic asks the case, binds values as literals, and says what is wrong without a traceback."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from siemlib import open_case
from siemlib.case.open import case_over
from siemlib.errors import QueryError, UsageError
from siemlib.workbook import Found
from tests.case.engine import engine

if TYPE_CHECKING:
    from pathlib import Path

    from IPython.core.interactiveshell import InteractiveShell


def ran(shell: InteractiveShell, line: str, query: str = "fields user") -> Found:
    shell.run_cell_magic("insights", line, query)
    found = shell.user_ns["found"]
    assert isinstance(found, Found)
    return found


def test_the_result_is_in_the_variable_and_in_the_custody_log(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SIEM_CUSTODY", str(tmp_path))
    shell.user_ns["user"] = "ann"
    found = ran(shell, "found --log-group OSSEC -p user -p ip=1.2.3.4 --every-row --why 'ticket 7'")
    (entry,) = map(json.loads, (tmp_path / "custody.jsonl").read_text("utf-8").splitlines())
    assert (entry["run"], entry["log_groups"], entry["why"]) == (found.run.id, ["OSSEC"], "ticket 7")
    assert (entry["parameters"], entry["every_row"]) == ({"user": "ann", "ip": "1.2.3.4"}, True)


def test_another_case_and_another_timespan_can_be_asked(shell: InteractiveShell) -> None:
    shell.user_ns["other"] = case_over(engine("local:other"), start="2026-03-04", end="")
    line = "found --case other --from 2026-03-04T13:00Z --to 2026-03-04T14:00Z"
    found = ran(shell, line)
    assert (found.run.engine, str(found.run.timespan)) == (
        "local:other",
        "2026-03-04 13:00:00 to 2026-03-04 14:00:00 UTC",
    )


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("--case nothing", "the variable nothing is not there yet", "open_case"),
        ("--case text", "the variable text holds no case", "open_case"),
        ("-p gone", "there is no variable gone for the parameter gone", "-p gone=value"),
        ("-p frame", "the variable frame holds no text and no number", "-p frame=value"),
        ("--log-grup x", "unrecognized arguments", "%%insights"),
    ],
)
def test_what_cannot_be_asked_says_how_to(shell: InteractiveShell, line: str, message: str, hint: str) -> None:
    shell.user_ns.update({"text": "x", "frame": [1]})
    with pytest.raises(UsageError, match=message) as told:
        shell.run_cell_magic("insights", line, "fields user")
    assert hint in str(told.value.hint)


@pytest.mark.xdist_group("sample")
def test_a_value_changes_the_answer_and_never_the_question(shell: InteractiveShell, sample_archive: Path) -> None:
    shell.user_ns["case"] = open_case(engine=f"local:{sample_archive}")
    query = "filter @message like {{word}} | stats count(*) as lines"
    shell.user_ns["word"] = '" | fields @message #'
    assert ran(shell, "found --log-group sshd -p word", query).rows == [{"lines": "0"}]
    # Neither does IPython put variables into the line.
    assert ran(shell, "found --log-group sshd -p word=$word", query).run.parameters == {"word": "$word"}
    assert int(ran(shell, "found --log-group sshd -p word=Accepted", query).rows[0]["lines"]) > 0


@pytest.mark.xdist_group("sample")
def test_a_result_of_before_is_gone_when_the_question_fails(shell: InteractiveShell, sample_archive: Path) -> None:
    shell.user_ns["case"] = open_case(engine=f"local:{sample_archive}")
    ran(shell, "found --log-group sshd", "stats count(*)")
    with pytest.raises(QueryError, match="cout"):
        shell.run_cell_magic("insights", "found --log-group sshd", "stats cout(*)")
    assert "found" not in shell.user_ns
