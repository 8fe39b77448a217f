"""``siem pattern test``: from messages in files, from the input, and from an archive."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest
import typer
from typer.testing import CliRunner, Result

from siemlib.archive import load
from siemlib.cli.pattern import app
from siemlib.errors import SiemError, UsageError
from siemlib.patterns import PatternError
from tests.archive.deliveries import alert

if TYPE_CHECKING:
    from pathlib import Path

SPAN = ("--from", "2023-11-14T00:00Z", "--to", "2023-11-15T00:00Z")
DAY = ("--from", "2026-03-04T00:00Z", "--to", "2026-03-05T00:00Z")
LINE = '1.2.3.4 - frank [10/Oct/2000:13:25:15 -0700] "GET / HTTP/1.0" 404 1534'


def siem(*arguments: str, given: str | bytes | None = None, verb: str = "test") -> Result:
    """Run the verbs alone, as ``siem pattern`` would."""
    parent = typer.Typer()
    parent.add_typer(app, name="pattern")
    return CliRunner().invoke(parent, ["pattern", verb, *arguments], input=given, standalone_mode=False)


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


def test_gzip_is_read_from_the_input_as_well() -> None:
    done = siem("ERROR", given=gzip.compress(b"fine\nERROR\n"))
    assert (done.stdout, done.stderr) == ("     2  ERROR\n", "1 match in 2 messages\n")


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
    assert done.stderr == "0 matches in 5 messages · complete\n"
    done = siem('level -"level 0"', "--engine", f"local:{archive}", *SPAN, "--limit", "2")
    lines = done.stdout.splitlines()
    assert [line.split()[:3] for line in lines] == [
        ["1", "2023-11-14T22:13:20.001+00:00", "app"],
        ["2", "2023-11-14T22:13:20.002+00:00", "app"],
    ]
    assert lines[0].endswith("level 1\\x1b[31m")
    assert done.return_value == 3
    assert done.stderr == "4 matches in 5 messages; the first 2 are shown (--limit) · truncated\n"


def test_limit_0_of_an_archive_counts(archive: Path) -> None:
    done = siem("level", "--engine", f"local:{archive}", *SPAN, "--limit", "0")
    assert (done.return_value, done.stdout) == (0, "")
    assert done.stderr == "5 matches in 5 messages · complete\n"


def test_more_matches_than_were_asked_for_in_a_file_are_told() -> None:
    done = siem("x", "--limit", "1", given="x\nx\n")
    assert (done.return_value, done.stdout) == (3, "     1  x\n")
    assert done.stderr == "1+ match in 2 messages; these are the first, and there are more (--limit)\n"


def test_an_archive_that_was_loaded_in_part_says_so(tmp_path: Path) -> None:
    file = tmp_path / "alerts.json.gz"
    file.write_bytes(gzip.compress(b"".join(alert(n % 60).encode() + b"\n" for n in range(5000)))[:-100])
    load([file], tmp_path / "a", log_group="OSSEC")
    for verb in (("test", "--limit", "0"), ("metric",)):
        done = siem("{ $.rule.level >= 0 }", "--engine", f"local:{tmp_path / 'a'}", *DAY, *verb[1:], verb=verb[0])
        assert done.return_value == 3
        summary, note, *_ = done.stderr.splitlines()
        assert summary.endswith(" · partial")
        assert note.startswith("alerts.json.gz, loaded into OSSEC, is not complete")


def test_a_metric_has_a_point_a_minute_with_its_dimensions(archive: Path) -> None:
    given = ("[word, n >= 2, ...]", "--engine", f"local:{archive}", *SPAN, "--value", "7")
    done = siem(*given, "--default", "0", verb="metric")
    assert done.stdout == "2023-11-14T22:13+00:00  sum 0  min 0  max 0  matches 0\n"
    assert done.stderr == "1 data point · complete\n"
    done = siem("[word, ...]", *given[1:], "--dimension", "Word=$word", "--format", "json", verb="metric")
    (point,) = json.loads(done.stdout)["datapoints"]
    assert (point["timestamp"], point["sum"], point["matches"]) == ("2023-11-14T22:13+00:00", 35, 5)
    assert point["dimensions"] == {"Word": "level"}


@pytest.mark.parametrize(
    ("dimensions", "message"),
    [(("Word",), "not a dimension: 'Word'"), (("W=$a", "W=$a"), "the dimension 'W' is given twice")],
)
def test_a_dimension_is_a_name_and_a_field(archive: Path, dimensions: tuple[str, ...], message: str) -> None:
    named = [part for dimension in dimensions for part in ("--dimension", dimension)]
    done = siem("[a]", "--engine", f"local:{archive}", *SPAN, *named, verb="metric")
    assert isinstance(done.exception, UsageError)
    assert done.exception.message == message


def test_without_times_an_archive_says_which_it_holds(archive: Path) -> None:
    done = siem("x", "--engine", f"local:{archive}")
    assert isinstance(done.exception, UsageError)
    assert "--from 2023-11-14T22:13:20Z" in str(done.exception.hint)


def test_the_archives_json_names_the_log_group(archive: Path) -> None:
    done = siem("[w1, w2=4*]", "--engine", f"local:{archive}", *SPAN, "--format", "json")
    answer = json.loads(done.stdout)
    (match,) = answer.pop("matches")
    assert answer == {"matched": 1, "scanned": 5, "completeness": "complete", "notes": []}
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
        (("x", "--engine", "local:nowhere"), "not an archive: nowhere"),
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
