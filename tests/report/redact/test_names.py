"""Who is named in a record, and who is nobody."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from siemlib.evidence.rows import write_rows
from siemlib.report.redact.names import Named, named_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def record(folder: Path, query: str, rows: list[Mapping[str, str]], **parameters: str) -> Named:
    """Who is named in the record of one run."""
    run = {"query": query, "columns": [{"name": name, "type": "text"} for name in rows[0]], "log_groups": ["trail"]}
    (folder / "runs").mkdir()
    (folder / "runs" / "a.json").write_text(json.dumps(run))
    write_rows(folder / "runs" / "a.rows.jsonl", rows)
    case = {"log_groups": [{"name": "trail", "sources": ["cloudtrail"]}]}
    (folder / "case.json").write_text(json.dumps(case))
    return named_in(folder, parameters)


def named(folder: Path, query: str, rows: list[Mapping[str, str]]) -> set[str]:
    """Its users, beside a parameter."""
    return set(record(folder, query, rows, user="anna", port="2222222").users)


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


def test_what_is_kept_is_told(tmp_path: Path) -> None:
    rows = [{"user": name} for name in ("ROOT", "Admin", "hans", "x", "22")]
    assert record(tmp_path, "fields user", rows) == Named(frozenset({"hans"}), frozenset({"root", "admin"}))


def test_each_of_several_is_one_and_brackets_are_none_of_it(tmp_path: Path) -> None:
    rows = [{"user": "hans, 192.0.2.1, <ida>"}, {"user": ' "jan" '}, {"user": "CORP\\kai"}, {"user": "lea:x"}]
    found = record(tmp_path, "fields user", rows, users="mia, nina", other="olga")
    assert found.users == {"hans", "ida", "jan", "kai", "lea:x", "mia", "nina"}


def test_resources_and_ids_are_nobody(tmp_path: Path) -> None:
    names = (
        "i-0dbc91f429e48eeed",
        "sg-04cfb7a4712d75b00",
        "/aws/vpc",
        "AIDADEPLOY000EXAMPLE",
        "111122223333",
        "1234567",
    )
    arns = ("arn:aws:ssm:us-east-1:111122223333:parameter/credentials/db", "arn:aws:iam::111122223333:role/path/builds")
    rows = [{"userName": name} for name in (*names, *arns)]
    assert record(tmp_path, "fields userName", rows).users == {"1234567", "path", "builds"}


def test_the_session_of_a_role_is_somebody(tmp_path: Path) -> None:
    rows = [{"principalId": "AROADEPLOY000EXAMPLE:paula"}]
    assert record(tmp_path, "fields principalId", rows).users == {"paula"}


def test_a_home_and_an_address_of_mail_tell_of_somebody(tmp_path: Path) -> None:
    told = (
        "opened /home/quinn/.ssh/authorized_keys",
        "/Users/rosa",
        r"C:\Users\sven\ntuser.dat",
        "to=<tina@example.com>",
        "GET /home/index HTTP/1.1",
        "scp ulf@10.0.0.1",
        "ssh vera@web.example.org",
    )
    found = record(tmp_path, "fields what", [{"what": text} for text in told])
    assert found.users == {"quinn", "rosa", "sven", "tina", "ulf", "vera"}
