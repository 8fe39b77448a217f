"""``siem fields``: from the arguments to what is printed, over a real archive."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest
import typer
from typer.testing import CliRunner, Result

from siemlib.archive import load
from siemlib.archive.acquired import Acquired, FlowFormat, write_acquired
from siemlib.cli.fields import fields
from siemlib.errors import ExitCode, SiemError

if TYPE_CHECKING:
    from pathlib import Path

MESSAGES = [
    json.dumps({"n": 1, "text": "\u001b[31m[bold]red", "inner": '{"k": 1}'}),
    json.dumps({"n": 2, "list": [{"id": 7}], "a b": True, "x`y": 1, "=cmd": "=cmd|' /C calc'!A0"}),
    json.dumps({f"k{number}": number for number in range(300)}),
    "a plain line",
]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fields")
    file = folder / "events.json"
    events = [{"timestamp": 1700000000000 + n, "message": message} for n, message in enumerate(MESSAGES)]
    file.write_text(json.dumps({"events": events, "nextForwardToken": "f/1", "nextBackwardToken": "b/1"}), "utf-8")
    assert load([file], folder / "archive", log_group="app").refused == ()
    return folder / "archive"


def siem(*arguments: str) -> Result:
    """Run the verb alone, as ``siem fields`` would."""
    app = typer.Typer()
    app.command()(fields)
    return CliRunner().invoke(app, [*arguments], standalone_mode=False)


def test_a_table_has_system_fields_first_then_those_of_most_events(archive: Path) -> None:
    done = siem("app", "--archive", str(archive))
    assert done.return_value == ExitCode.DONE
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[0] == ["field", "percent", "events", "kinds", "example"]
    assert [line[0] for line in lines[1:7]] == ["@timestamp", "@ingestionTime", "@logStream", "@log", "@message", "n"]
    assert lines[6][:4] == ["n", "50.0", "2", "number"]
    assert any(line[:5] == ["`a", "b`", "25.0", "1", "boolean"] for line in lines)
    assert "\\x1b[31m[bold]red" in done.stdout
    assert "\x1b" not in done.stdout


def test_what_is_no_field_is_told_with_the_way_to_it(archive: Path) -> None:
    lines = siem("app", "--engine", f"local:{archive}").stderr.splitlines()
    assert lines[0].startswith("207 discovered fields · 4 events · 2023-11-14 22:13:20")
    assert lines[1:] == [
        "JSON in a text (inner): fields jsonParse(inner) as j | display j.KEY",
        "lists (list), a row for each element: expand list",
        "1 name cannot be written in a query: fields jsonParse(@message) as j",
        "1 event has more than 200 leaves: fields jsonParse(@message) as j | display j.KEY",
        '1 event has no discovered field: parse @message "…*…" as name',
    ]


def test_flow_records_are_read_by_the_format_that_was_kept_when_they_were_acquired(tmp_path: Path) -> None:
    event = {"timestamp": 1700000000000, "message": "10.0.0.1 10.0.0.2 77"}
    (tmp_path / "e.json").write_text(json.dumps({"events": [event]}), "utf-8")
    load([tmp_path / "e.json"], tmp_path / "a", log_group="net", source="plain")
    known = {"engine": "live:x", "account": None, "region": "x", "start": 0, "end": 1, "way": "insights", "started": 0}
    formats = ("${srcaddr} ${dstaddr} ${bytes}", "${srcaddr} ${bytes}", "${bytes} ${srcaddr}")
    written = tuple(FlowFormat(id=f"fl-{number}", format=each) for number, each in enumerate(formats))
    for group, flow_logs in (("net", written), ("other", (FlowFormat(id="fl-9", format="${a} ${b} ${c} ${d}"),))):
        write_acquired(tmp_path / "a", Acquired(id=group, who="me", log_group=group, flow_logs=flow_logs, **known))
    *_, line = siem("net", "--archive", str(tmp_path / "a")).stderr.splitlines()
    assert line == r"flow records of 3 words: parse @message /^(?<srcAddr>\S+) (?<dstAddr>\S+) (?<bytes>\S+)$/"
    assert "words" not in siem("gone", "--archive", str(tmp_path / "a")).stderr


def test_json_holds_all_that_is_known(archive: Path) -> None:
    document = json.loads(siem("app", "--archive", str(archive), "--format", "json").stdout)
    assert {each["name"]: each["percent"] for each in document["fields"][:2]} == {"n": 50.0, "=cmd": 25.0}
    assert (document["events"], document["eventsLookedAt"], document["eventsWithMoreThan200"]) == (4, 4, 1)


def test_csv_is_safe_to_open_in_a_spreadsheet(archive: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(siem("app", "--archive", str(archive), "--format", "csv").stdout)))
    [row] = [row for row in rows if "cmd" in row["field"]]
    assert not row["example"].startswith("=")


def test_a_span_without_events_has_no_fields(archive: Path) -> None:
    done = siem("app", "--archive", str(archive), "--from", "2020-01-01T00:00Z", "--to", "2020-01-02T00:00Z")
    assert done.stderr.startswith("0 discovered fields · 0 events")


def test_a_group_that_is_not_there_and_an_engine_given_twice_or_not_are_refused(archive: Path) -> None:
    assert "no log group named 'apq'" in str(siem("apq", "--archive", str(archive)).exception)
    for arguments in ((), ("--archive", str(archive), "--engine", f"local:{archive}")):
        assert isinstance(siem("app", *arguments).exception, SiemError)
