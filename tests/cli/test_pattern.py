"""``siem pattern test``: from messages in files, from the input, and from an archive."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import typer
from typer.testing import CliRunner, Result

from siemlib.archive import load
from siemlib.cli.pattern import app
from siemlib.errors import SiemError
from siemlib.patterns import PatternError

if TYPE_CHECKING:
    from pathlib import Path

SPAN = ("--from", "2023-11-14T00:00Z", "--to", "2023-11-15T00:00Z")
LINE = '1.2.3.4 - frank [10/Oct/2000:13:25:15 -0700] "GET / HTTP/1.0" 404 1534'


def siem(*arguments: str, given: str | None = None) -> Result:
    """Run the verbs alone, as ``siem pattern`` would."""
    parent = typer.Typer()
    parent.add_typer(app, name="pattern")
    return CliRunner().invoke(parent, ["pattern", "test", *arguments], input=given, standalone_mode=False)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli")
    file = folder / "events.json"
    events = [{"timestamp": 1700000000000 + n, "message": f"level {n}\u001b[31m"} for n in range(5)]
    file.write_text(json.dumps({"events": events, "nextForwardToken": "f/1", "nextBackwardToken": "b/1"}), "utf-8")
    assert load([file], folder / "archive", log_group="app", source="plain").refused == ()
    return folder / "archive"


def test_matches_have_the_number_of_the_message_and_what_was_extracted(tmp_path: Path) -> None:
    file = tmp_path / "lines"
    file.write_text(f"nothing\n{LINE}\r\n", "utf-8")
    done = siem("[ip, ..., code=4*, bytes]", str(file))
    assert done.return_value == 0
    assert done.stdout.splitlines() == [
        f"     2  {LINE}",
        "        $ip = 1.2.3.4",
        "        $2 = -",
        "        $3 = frank",
        "        $4 = 10/Oct/2000:13:25:15 -0700",
        "        $5 = GET / HTTP/1.0",
        "        $code = 404",
        "        $bytes = 1534",
    ]
    assert done.stderr == "1 match in 2 messages\n"


def test_json_has_the_shape_of_test_metric_filter() -> None:
    done = siem("ERROR", "--format", "json", given="[ERROR] 400 BAD REQUEST\n[ERROR] 400 BAD REQUEST\n[INFO] 200 OK\n")
    match = {"eventMessage": "[ERROR] 400 BAD REQUEST", "extractedValues": {}}
    assert json.loads(done.stdout) == {"matches": [{"eventNumber": 1, **match}, {"eventNumber": 2, **match}]}
    assert done.stderr == "2 matches in 3 messages\n"


def test_no_match_is_an_answer() -> None:
    done = siem("ERROR", given="fine\n")
    assert (done.return_value, done.stdout, done.stderr) == (0, "", "0 matches in 1 message\n")


def test_log_content_moves_no_cursor() -> None:
    done = siem("[a, b]", given="\x1b[31mred \x9b2J\u202e\n")
    assert done.stdout.splitlines() == [
        "     1  \\x1b[31mred \\x9b2J\\u202e",
        "        $a = \\x1b[31mred",
        "        $b = \\x9b2J\\u202e",
    ]


def test_an_archive_gives_its_events_in_order_with_time_and_place(archive: Path) -> None:
    done = siem("[w1, w2 >= 3]", "--engine", f"local:{archive}", *SPAN, "--log-group", "app")
    assert done.stderr == "0 matches in 5 messages\n"
    done = siem('level -"level 0"', "--engine", f"local:{archive}", *SPAN, "--limit", "2")
    lines = done.stdout.splitlines()
    assert [line.split()[:3] for line in lines] == [
        ["1", "2023-11-14T22:13:20.001+00:00", "app"],
        ["2", "2023-11-14T22:13:20.002+00:00", "app"],
    ]
    assert lines[0].endswith("level 1\\x1b[31m")
    assert done.return_value == 3
    assert done.stderr == "2+ matches in 5 messages; these are the first, and there are more (--limit)\n"


def test_the_archives_json_names_the_log_group(archive: Path) -> None:
    done = siem("[w1, w2=4*]", "--engine", f"local:{archive}", *SPAN, "--format", "json")
    (match,) = json.loads(done.stdout)["matches"]
    assert match["logGroup"] == "app"
    assert match["extractedValues"] == {"$w1": "level", "$w2": "4\x1b[31m"}
    assert "\x1b" not in done.stdout


def test_a_pattern_that_is_not_valid_is_drawn() -> None:
    done = siem("{ $.a = foo-bar }", given="x\n")
    assert isinstance(done.exception, PatternError)
    assert done.exception.exit_code == 2
    assert done.exception.message.splitlines()[1:3] == ["  { $.a = foo-bar }", "             ^"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("x", "--log-group", "app"), "log groups and times are of an archive"),
        (("x", "/nowhere/at/all"), "cannot read /nowhere/at/all: No such file or directory"),
        (("x", "file", "--engine", "local:nowhere"), "messages come from files or from an archive, not from both"),
        (("x", "--engine", "local:nowhere"), "no time is given"),
        (("x", "--engine", "ftp:nowhere", "--last", "1h"), "not an engine: 'ftp:nowhere'"),
    ],
)
def test_wrong_usage_is_told_in_one_line(arguments: tuple[str, ...], message: str) -> None:
    done = siem(*arguments)
    assert isinstance(done.exception, SiemError)
    assert done.exception.message == message
    assert done.exception.exit_code == 2


def test_an_unknown_log_group_is_told(archive: Path) -> None:
    done = siem("x", "--engine", f"local:{archive}", "--log-group", "other", *SPAN)
    assert isinstance(done.exception, SiemError)
    assert done.exception.message.startswith("no log group 'other'")
