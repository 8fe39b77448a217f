"""Who is named in a record, and who is nobody."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from siemlib.evidence.rows import write_rows
from siemlib.report.redact.names import named_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def named(folder: Path, query: str, rows: list[Mapping[str, str]]) -> set[str]:
    """Who is named in the record of one run."""
    run = {"query": query, "columns": [{"name": name, "type": "text"} for name in rows[0]], "log_groups": ["trail"]}
    (folder / "runs").mkdir()
    (folder / "runs" / "a.json").write_text(json.dumps(run))
    write_rows(folder / "runs" / "a.rows.jsonl", rows)
    case = {"log_groups": [{"name": "trail", "sources": ["cloudtrail"]}]}
    (folder / "case.json").write_text(json.dumps(case))
    return set(named_in(folder, {"user": "anna", "port": "2222222"}).users)


def test_parameters_and_fields_of_users_name_them(tmp_path: Path) -> None:
    rows = [{"user": "ben", "n": "12345678", "who_is": "carl"}]
    assert named(tmp_path, "stats count(*) by userIdentity.userName as who_is", rows) == {"anna", "ben", "carl"}


def test_messages_and_arns_name_them(tmp_path: Path) -> None:
    event = {"eventName": "CreateUser", "requestParameters": {"userName": "dora"}, "userIdentity": {"userName": "emil"}}
    rows = [{"@message": json.dumps(event), "what": "by arn:aws:sts::111122223333:assumed-role/builds/fritz"}]
    assert named(tmp_path, "fields @message", rows) == {"anna", "dora", "emil", "builds", "fritz"}


def test_common_accounts_services_and_short_numbers_are_nobody(tmp_path: Path) -> None:
    rows = [
        {"user": name} for name in ("root", "Admin", "x", "1001", "ec2.amazonaws.com", "10.0.0.1", "gerd@example.com")
    ]
    assert named(tmp_path, "fields user", rows) == {"anna", "gerd"}
