"""Runs and exhibits with pseudonyms: nothing of the original is in them, and their digests are their own."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from siemlib.evidence.redact import Redactor
from siemlib.evidence.rows import SUFFIX, write_rows
from siemlib.report.redact.tables import Ids, redact_exhibit, redact_run

if TYPE_CHECKING:
    from pathlib import Path

REDACTOR = Redactor(b"k" * 32, ["anna", "complete", "gzip"], lambda address: address.text.startswith("10."))
ANNA, HOST = REDACTOR.text("anna"), REDACTOR.text("10.0.0.1")
RUN: dict[str, Any] = {
    "id": "0" * 32,
    "engine": "local:archive",
    "query": 'stats sum(user = "anna") as anna, count(*) as n by ip',
    "parameters": {"user": "anna"},
    "log_groups": ["app"],
    "timespan": {"start": "2026-03-04T00:00:00Z", "end": "2026-03-05T00:00:00Z"},
    "accounts": [],
    "region": "",
    "every_row": True,
    "filled": {},
    "inner_log_groups": {},
    "completeness": "complete",
    "details": {"sql": "SELECT 'a'", "note": "of anna"},
    "columns": [{"name": "ip", "type": "text"}, {"name": "anna", "type": "integer"}],
    "certificate": {"slices": [{"evidence": "spool/abc", "query_id": "q1"}]},
    "answers": {"abc": ["spool/abc/page-1.json.gz"]},
}


def test_a_run_has_rows_columns_query_and_id_of_the_copy(tmp_path: Path) -> None:
    path = tmp_path / "from" / f"{RUN['id']}.json"
    path.parent.mkdir()
    write_rows(path.with_name(f"{RUN['id']}{SUFFIX}"), [{"ip": "10.0.0.1", "anna": "3"}])
    path.write_text(json.dumps(RUN))
    ids = Ids()
    redact_run(path, tmp_path, REDACTOR.text, ids)

    (made,) = (tmp_path / "runs").glob("*.json")
    run = json.loads(made.read_text())
    rows = (tmp_path / run["rows_file"]).read_bytes()
    assert json.loads(rows) == {"ip": HOST, ANNA: "3"}
    assert run["rows_sha256"] == hashlib.sha256(rows).hexdigest()
    assert [column["name"] for column in run["columns"]] == ["ip", ANNA]
    assert f"as {ANNA}, count(*)" in run["query"]
    assert run["parameters"] == {"user": ANNA}
    assert run["completeness"] == "complete"
    assert run["details"] == {"note": f"of {ANNA}"}
    assert (run["answers"], run["certificate"]["slices"]) == ({}, [{"evidence": "", "query_id": "q1"}])
    assert run["id"] != RUN["id"]
    assert ids.text(f"see {RUN['id']}.") == f"see {run['id']}."
    assert ids.within({"runs": [RUN["id"]]}) == {"runs": [run["id"]]}


def test_runs_of_one_question_have_two_ids() -> None:
    ids = Ids()
    assert [ids.add(old, "f" * 32) for old in ("a", "b", "c")] == ["f" * 32, "f" * 32 + "-2", "f" * 32 + "-3"]


@pytest.fixture
def exhibit(tmp_path: Path) -> Path:
    """Data with a column of texts, one of categories, and one that is called after a user."""
    frame = pd.DataFrame({"who": ["anna", None], "kind": pd.Categorical(["complete", "x"]), "anna": [3, None]})
    frame["anna"] = frame["anna"].astype("Int64")
    path = tmp_path / "from" / "E01-users.json"
    path.parent.mkdir()
    frame.to_parquet(path.with_suffix(".parquet"), index=False)
    record = {
        "id": "E01",
        "name": "users",
        "completeness": "complete",
        "runs": ["0" * 32],
        "reading": "anna: 3",
        "columns": [{"name": name, "type": "x"} for name in frame.columns],
        "numbers": [{"in": "reading", "text": "3", "span": [6, 7], "is": "anna of anna", "of": "E01"}],
    }
    path.write_text(json.dumps(record))
    figure = {"data": [{"type": "bar", "x": ["anna"], "name": "by anna"}], "layout": {"title": {"text": "anna"}}}
    path.with_suffix(".figure.json").write_text(json.dumps(figure))
    return path


def test_an_exhibit_has_data_chart_and_numbers_of_the_copy(exhibit: Path, tmp_path: Path) -> None:
    redact_exhibit(exhibit, tmp_path, REDACTOR.text, Ids())

    made = tmp_path / "exhibits" / "E01-users.parquet"
    frame = pd.read_parquet(made)
    assert list(frame.columns) == ["who", "kind", ANNA]
    assert frame["who"].tolist()[0] == ANNA
    assert str(frame[ANNA].dtype) == "Int64"
    assert frame["kind"].astype(str).tolist() == [REDACTOR.text("complete"), "x"]
    assert b"anna" not in pq.read_schema(made).metadata[b"pandas"]
    record = json.loads((tmp_path / "exhibits" / "E01-users.json").read_text())
    assert [column["name"] for column in record["columns"]] == ["who", "kind", ANNA]
    (number,) = record["numbers"]
    start, end = number["span"]
    assert (record["reading"][start:end], number["is"]) == ("3", f"{ANNA} of {ANNA}")
    assert record["completeness"] == "complete"
    for kind in ("csv", "parquet", "figure"):
        file = next((tmp_path / "exhibits").glob(f"*{kind}*"))
        assert record[f"{kind}_sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    for file in (tmp_path / "exhibits").iterdir():
        assert b"anna" not in file.read_bytes()
