"""What queries over hostile logs write: no terminal is moved, JSON is JSON, no cell is a formula, Parquet exact."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from siemlib.cli.app import run
from tests.hostile.corpus import DOCUMENTS, FILES, TERMINAL, TEXTS, UNSEEN, Hostile
from tests.hostile.logs import GROUPS
from tests.hostile.seen import shown, unseen

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("hostile")

QUERY = "fields userIdentity.userName as name, userAgent as agent | filter eventSource like /iam/ | sort @timestamp asc"
SPAN = ("--from", "2026-03-04T00:00Z", "--to", "2026-03-05T00:00Z")
_FORMULA = re.compile(r"[\s\"]*[=+\-@\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def siem(capfdbinary: pytest.CaptureFixture[bytes], *arguments: str) -> tuple[int, bytes]:
    """Run the command line; check what it tells on stderr; give its exit code and its output."""
    code = run(list(arguments))
    out, err = capfdbinary.readouterr()
    check_moves_nothing(err)
    return code, out


def query(capfdbinary: pytest.CaptureFixture[bytes], archive: Path, text: str, *options: str) -> bytes:
    code, out = siem(capfdbinary, "query", text, "--engine", f"local:{archive}", *SPAN, *options)
    assert code == 0
    return out


def check_moves_nothing(data: bytes) -> None:
    hidden = {ascii(character) for character in data.decode() if unseen(character) and character != "\n"}
    assert hidden == set()


def test_a_table_shows_every_text_and_moves_no_cursor(capfdbinary: pytest.CaptureFixture[bytes], archive: Path) -> None:
    out = query(capfdbinary, archive, QUERY, "--log-group", "cloudtrail")

    check_moves_nothing(out)
    told = out.decode()
    assert [each.name for each in TEXTS if "\n" not in each.text and shown(each.text, "").rstrip() not in told] == []


def test_every_log_group_is_asked_by_its_name_and_its_name_moves_nothing(
    capfdbinary: pytest.CaptureFixture[bytes], archive: Path
) -> None:
    for group in GROUPS.values():
        out = query(capfdbinary, archive, "stats count(*) as n by @log, @logStream", "--log-group", group)
        check_moves_nothing(out)
        assert shown(group, "") in out.decode()


def test_fields_of_hostile_names_are_listed(capfdbinary: pytest.CaptureFixture[bytes], archive: Path) -> None:
    for form in ("table", "csv", "json"):
        code, out = siem(capfdbinary, "fields", "__proto__", "--engine", f"local:{archive}", "--format", form)
        assert code == 0
        check_moves_nothing(out.replace(b"\r\n", b"\n"))
        assert b"__proto__" in out
    assert "key-escape" in out.decode()
    assert json.loads(out)["logGroup"] == "__proto__"


def test_json_is_json_of_printable_ascii_and_holds_the_exact_texts(
    capfdbinary: pytest.CaptureFixture[bytes], archive: Path
) -> None:
    out = query(capfdbinary, archive, QUERY, "--log-group", "cloudtrail", "--format", "json")

    assert set(out) <= {10, *range(32, 127)}
    assert [row.get("name") for row in json.loads(out)["rows"]] == [each.text for each in TEXTS]


def test_ndjson_is_one_row_a_line_whatever_the_rows_hold(
    capfdbinary: pytest.CaptureFixture[bytes], archive: Path
) -> None:
    out = query(capfdbinary, archive, QUERY, "--log-group", "cloudtrail", "--format", "ndjson")

    assert set(out) <= {10, *range(32, 127)}
    assert [json.loads(line)["agent"] for line in out.decode().splitlines()] == [each.text for each in TEXTS]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_no_cell_of_csv_becomes_a_formula_whatever_separates_cells(
    capfdbinary: pytest.CaptureFixture[bytes], archive: Path, separator: str
) -> None:
    out = query(capfdbinary, archive, QUERY, "--log-group", "cloudtrail", "--format", "csv").decode()

    check_moves_nothing(out.replace("\r\n", "\n").replace("\t", "").encode())
    rows = [cell for row in csv.reader(io.StringIO(out, newline=""), delimiter=separator) for cell in row]
    blind = [cell for line in re.split("[\r\n]+", out) for cell in line.split(separator)] if separator != "," else []
    assert [cell for cell in (*rows, *blind) if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell)] == []
    assert rows


def test_csv_keeps_what_is_no_formula(capfdbinary: pytest.CaptureFixture[bytes], archive: Path) -> None:
    out = query(capfdbinary, archive, QUERY, "--log-group", "cloudtrail", "--format", "csv").decode()

    cells = [row[0].replace("'", "") for row in csv.reader(io.StringIO(out, newline=""))][1:]
    assert cells == [shown(each.text).replace("'", "") for each in TEXTS]


def test_parquet_keeps_the_exact_characters(
    capfdbinary: pytest.CaptureFixture[bytes], archive: Path, tmp_path: Path
) -> None:
    file = tmp_path / "rows.parquet"
    out = query(capfdbinary, archive, QUERY, "--log-group", "cloudtrail", "--format", "parquet", "--output", str(file))

    assert out == b""
    assert list(pd.read_parquet(file)["name"]) == [each.text for each in TEXTS]


def test_no_json_bomb_hides_an_event_or_stops_a_query(capfdbinary: pytest.CaptureFixture[bytes], archive: Path) -> None:
    text = "fields user, jsonParse(@message) as j | filter @message like /user/ | stats count(*) as n by user, j.x.a"
    out = query(capfdbinary, archive, text, "--log-group", "__proto__", "--format", "json")

    users = {row.get("user", "") for row in json.loads(out)["rows"]}
    assert {"root\0eve", "first", "deep", "deep2", "digits", "exponent", "keys", "polluting"} <= users


def test_an_event_with_half_a_surrogate_pair_is_an_event(
    capfdbinary: pytest.CaptureFixture[bytes], archive: Path
) -> None:
    text = "fields @timestamp, @message | filter @message like /eve.udc00/"
    out = query(capfdbinary, archive, text, "--log-group", "__proto__", "--format", "json")

    (row,) = json.loads(out)["rows"]
    assert row["@timestamp"] == "2026-03-04 10:00:00.000"
    assert DOCUMENTS[0].text in row["@message"]


def test_names_of_files_move_nothing_while_they_are_loaded(
    capfdbinary: pytest.CaptureFixture[bytes], archive: Path, tmp_path: Path
) -> None:
    raw = archive.parent / "raw" / "files"
    code, out = siem(capfdbinary, "load", str(raw), "--archive", str(tmp_path / "a"), "--log-group", "\x1b[2Jx")
    assert code in (0, 3)
    check_moves_nothing(out)
    code, out = siem(capfdbinary, "load", str(raw), "--archive", str(tmp_path / "a"), "--log-group", "\x1b[2Jx")
    check_moves_nothing(out)
    assert len(list(raw.iterdir())) == len(FILES)


@pytest.mark.parametrize(
    "each", [TERMINAL[0], TERMINAL[6], TERMINAL[9], UNSEEN[0], UNSEEN[5]], ids=lambda each: each.name
)
def test_no_wrong_argument_acts_on_the_terminal(
    capfdbinary: pytest.CaptureFixture[bytes], archive: Path, each: Hostile
) -> None:
    engine, text = ("--engine", f"local:{archive}"), each.text
    for arguments in (
        (text,),
        (f"--{text}",),
        ("query", f"fields {text}", *engine, *SPAN),
        ("query", "fields x", *engine, *SPAN, "--log-group", text),
        ("query", "fields x", *engine, *SPAN, "--format", text),
        ("query", "fields x", *engine, *SPAN, text),
        ("query", "fields x", *engine, "--from", text),
        ("query", "fields x", *engine, *SPAN, "-p", text),
        ("query", "fields x", "--engine", text, *SPAN),
        ("fields", text, *engine, "--format", text),
        ("report", "run", text, *engine),
        ("report", "run", "pivot-user", *engine, "-p", f"{text}=x"),
        ("report", "run", "pivot-ip", *engine, "-p", f"ip={text}"),
        ("report", "run", "overview", *engine, "--date", text),
        ("evidence", "verify", text),
        ("evidence", "export", text, "-o", text),
        ("compile", text),
        ("pattern", text),
    ):
        check_moves_nothing(siem(capfdbinary, *arguments)[1])
