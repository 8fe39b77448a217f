"""``siem query``: from the arguments to what is printed, over a real archive."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pandas as pd
import pytest
import typer
from typer.testing import CliRunner, Result

from siemlib.archive import load
from siemlib.cli.query import query
from siemlib.errors import SiemError
from tests.archive.deliveries import alert

if TYPE_CHECKING:
    from pathlib import Path

EVENTS = [
    {"timestamp": 1700000000000 + n, "message": json.dumps({"n": n, "text": text})}
    for n, text in enumerate(["=cmd|' /C calc'!A0", "\u001b[31mred", "[bold]no markup[/bold]", "two\nlines"])
]
SPAN = ("--from", "2023-11-14T00:00Z", "--to", "2023-11-15T00:00Z")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli")
    file = folder / "events.json"
    file.write_text(json.dumps({"events": EVENTS, "nextForwardToken": "f/1", "nextBackwardToken": "b/1"}), "utf-8")
    assert load([file], folder / "archive", log_group="app").refused == ()
    return folder / "archive"


def siem(archive: Path, *arguments: str) -> Result:
    """Run the verb alone, as ``siem query`` would."""
    app = typer.Typer()
    app.command()(query)
    return CliRunner().invoke(app, [*arguments, "--engine", f"local:{archive}"], standalone_mode=False)


def test_a_table_shows_rows_and_stderr_says_how_complete_they_are(archive: Path) -> None:
    done = siem(archive, "fields n | sort n | limit 2", *SPAN)
    assert done.return_value == 0
    assert done.stdout.splitlines() == ["n", "0", "1"]
    assert done.stderr == "2 rows · 4 of 4 events matched · complete\n"


def test_log_content_in_a_table_is_text_and_moves_no_cursor(archive: Path) -> None:
    done = siem(archive, "fields text | sort n", *SPAN)
    assert "\x1b" not in done.stdout
    assert done.stdout.splitlines()[1:] == [
        "=cmd|' /C calc'!A0",
        "\\x1b[31mred",
        "[bold]no markup[/bold]",
        "two",
        "lines",
    ]


def test_csv_opens_in_a_spreadsheet_without_running_anything(archive: Path) -> None:
    done = siem(archive, "filter n = 0 | display text, n - 1 as m", *SPAN, "--format", "csv")
    assert done.stdout_bytes.startswith(b"text,m,'@ptr\r\n'=cmd|' /C calc'!A0,-1,")


def test_json_holds_rows_statistics_and_completeness_in_ascii(archive: Path) -> None:
    done = siem(archive, "filter n = 1 | display text", *SPAN, "--format", "json")
    document = json.loads(done.stdout)
    assert document["rows"][0]["text"] == "\x1b[31mred"
    assert document["statistics"]["recordsMatched"] == 1
    assert document["completeness"] == "complete"
    assert "\x1b" not in done.stdout


def test_ndjson_is_one_row_a_line(archive: Path) -> None:
    done = siem(archive, "fields n | sort n", *SPAN, "--format", "ndjson")
    assert [json.loads(line)["n"] for line in done.stdout.splitlines()] == ["0", "1", "2", "3"]


def test_parquet_goes_to_a_file_with_its_types(archive: Path, tmp_path: Path) -> None:
    target = tmp_path / "rows.parquet"
    done = siem(archive, "fields @timestamp, n | sort n", *SPAN, "--format", "parquet", "--output", str(target))
    assert done.stdout == ""
    frame = pd.read_parquet(target)
    assert list(frame["n"]) == [0, 1, 2, 3]
    assert str(frame["@timestamp"].dtype) == "datetime64[ms, UTC]"


def test_a_time_without_a_zone_is_utc_and_that_is_said(archive: Path) -> None:
    done = siem(archive, "limit 1", "--from", "2023-11-14", "--to", "2023-11-15")
    assert done.stderr.splitlines()[0] == (
        "times without a zone are taken as UTC: 2023-11-14 00:00:00 to 2023-11-15 00:00:00 UTC"
    )


def test_parameters_are_values(archive: Path) -> None:
    done = siem(archive, "filter text = {{t}} | display n", "-p", "t=two\nlines", *SPAN)
    assert done.stdout.splitlines() == ["n", "3"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("limit 1",), "no time is given"),
        (("limit 1", "--last", "soon"), "not a length of time: 'soon'"),
        (("limit 1", "--last", "1h", "--from", "2023-11-14"), "--last cannot be used with --from or --to"),
        (("limit 1", "--from", "2023-11-15", "--to", "2023-11-14"), "the timespan ends"),
        (("limit 1", *SPAN, "--log-group", "apq"), "no log group named 'apq'"),
        (("SOURCE 'app' | limit 1",), "no time is given"),
        (("SOURCE 'app' | limit 1", *SPAN, "--log-group", "app"), "the query names its log groups itself"),
        (("SOURCE 'app' START=-1d | limit 1", *SPAN), "the query says its time itself"),
        (("SOURCE 'apq' START=-1d | limit 1",), "no log group named 'apq'"),
        (("$Nothing()", *SPAN), "there is no saved query '$Nothing'"),
        (("limit 1", *SPAN, "-p", "novalue"), "not a parameter: 'novalue'"),
        (("limit 1", *SPAN, "-p", "x=1", "-p", "x=2"), "the parameter 'x' is given twice"),
        (("limit", *SPAN), "expected a whole number"),
        (("limit 1", *SPAN, "--output", "/nowhere/at/all"), "cannot write /nowhere/at/all"),
    ],
)
def test_wrong_usage_is_told_in_one_line(archive: Path, arguments: tuple[str, ...], message: str) -> None:
    done = siem(archive, *arguments)
    assert isinstance(done.exception, SiemError)
    assert done.exception.message.startswith(message)
    assert done.exception.exit_code == 2


def test_a_query_that_describe_queries_gave_runs_as_it_stands(archive: Path) -> None:
    done = siem(archive, 'SOURCE "app" START=1700000000000 END=1700000000001 | fields n | sort n')
    assert (done.return_value, done.stdout.splitlines()) == (0, ["n", "0", "1"])


def test_a_saved_query_of_the_settings_is_called(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "AtLeast.ql").write_text("# n = 2: the least\nfilter n >= {{n}} | fields n | sort n", "utf-8")
    (tmp_path / "siem.toml").write_text('[saved_queries]\nfolder = "mine"\n', "utf-8")
    monkeypatch.chdir(tmp_path)
    assert siem(archive, "$AtLeast()", *SPAN).stdout.splitlines() == ["n", "2", "3"]
    assert siem(archive, "$AtLeast(n=3) | limit 1", *SPAN).stdout.splitlines() == ["n", "3"]


def test_an_answer_that_is_not_complete_exits_with_3(tmp_path: Path) -> None:
    file = tmp_path / "many.json"
    events = [{"timestamp": 1700000000000 + n, "message": json.dumps({"n": n, "text": ""})} for n in range(10_001)]
    file.write_text(json.dumps({"events": events, "nextForwardToken": "f/1"}), "utf-8")
    assert load([file], tmp_path / "archive", log_group="app").refused == ()
    done = siem(tmp_path / "archive", "fields @message", *SPAN)
    assert done.return_value == 3
    assert done.stderr.splitlines() == [
        "10,000 rows · 10,001 of 10,001 events matched · truncated",
        "The query has no limit: these are the first 10,000 rows, and there are more.",
    ]
    every = siem(tmp_path / "archive", "fields @message", *SPAN, "--all")
    assert (every.return_value, len(every.stdout.splitlines())) == (0, 10_002)


def test_without_a_time_the_hint_names_the_times_that_the_archive_holds(archive: Path) -> None:
    done = siem(archive, "fields n")
    assert isinstance(done.exception, SiemError)
    held = "the archive holds 2023-11-14 22:13:20 to 2023-11-14 22:13:20 UTC"
    options = "--from 2023-11-14T22:13:20Z --to 2023-11-14T22:13:21Z"
    assert done.exception.hint == f"{held}: {options}"
    told = siem(archive, "fields n", *options.split())
    assert len(told.stdout.splitlines()) == 1 + len(EVENTS)


def test_an_answer_over_a_file_that_was_loaded_in_part_exits_with_3_and_says_why(tmp_path: Path) -> None:
    whole = gzip.compress(b"".join(alert(n % 60).encode() + b"\n" for n in range(5000)))
    (tmp_path / "alerts.json.gz").write_bytes(whole[:-100])
    load([tmp_path / "alerts.json.gz"], tmp_path / "a")
    done = siem(tmp_path / "a", "stats count(*)", "--from", "2026-03-04T00:00Z", "--to", "2026-03-05T00:00Z")
    assert done.return_value == 3
    summary, note, *_ = done.stderr.splitlines()
    assert summary.endswith(" · partial")
    assert note.startswith("alerts.json.gz, loaded into OSSEC, is not complete: read in part: the gzip data ends early")
