"""What the code calls is in the list that the policies are made of, and nothing else can be called."""

from __future__ import annotations

import ast
import json
from typing import TYPE_CHECKING

import botocore.session
import pytest

from siemlib.archive.load import load
from siemlib.live.address import Address
from siemlib.live.calls import BY_OPERATION, CALLS, PROFILES
from siemlib.live.client import connect
from siemlib.live.open import open_live
from siemlib.live.service import Service
from siemlib.model.timespan import TimeSpan
from siemlib.settings import LiveSettings, Settings
from tests.fixtures_serve import lead_boto3_to, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FORWARDED = {"_pages", "_document"}
"""Functions of the client that are given the operation by others, which are looked at."""


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def named(function: ast.AST) -> Iterator[tuple[str, int]]:
    """The operations that a function of a client calls, with the line."""
    for node in ast.walk(function):
        if not isinstance(node, ast.Call):
            continue
        asked = ast.unparse(node.func)
        arguments = node.args[1:] if asked == "partial" and ast.unparse(node.args[0]) == "self._call" else node.args
        if asked in {"self._call", "self._pages", "self._opened.call"} or arguments is not node.args:
            first = arguments[0]
            assert isinstance(first, ast.Constant), f"line {node.lineno}: the operation must be written out"
            yield first.value, node.lineno


def methods(project: Path) -> dict[str, set[str]]:
    """The methods of the four clients, and the operations that each calls."""
    found = {}
    files = ("client.py", "storage.py", "signing.py", "flow_logs.py")
    for file, client in zip(files, ("AwsService", "AwsStorage", "AwsKeys", "AwsFlowLogs"), strict=True):
        classes = [each for each in tree(project / "siemlib" / "live" / file).body if isinstance(each, ast.ClassDef)]
        for function in next(each for each in classes if each.name == client).body:
            if isinstance(function, ast.FunctionDef) and function.name not in {"_call", *FORWARDED}:
                found[function.name] = {operation for operation, _ in named(function)}
    return found


def test_the_list_names_exactly_what_the_clients_call(project: Path) -> None:
    called = set().union(*methods(project).values())
    assert called == set(BY_OPERATION)
    assert len(BY_OPERATION) == len(CALLS)


def test_the_door_to_boto3_has_no_other_way_out(project: Path) -> None:
    """A client's method is found by its name in one place, and nothing else of a client is used."""
    client = tree(project / "siemlib" / "live" / "client.py")
    got = [node for node in ast.walk(client) if isinstance(node, ast.Call) and ast.unparse(node.func) == "getattr"]
    of_client = [ast.unparse(each) for each in got if "client" in ast.unparse(each)]
    assert of_client == ["getattr(self.client, xform_name(BY_OPERATION[operation].operation))"]
    used = {
        node.attr
        for node in ast.walk(client)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value).endswith("client")
    }
    assert used == {"meta", "close"}


def test_what_is_not_in_the_list_is_never_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    service = connect(Address("us-east-1"))
    with pytest.raises(KeyError):
        service._call("DeleteLogGroup", logGroupName="x")


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.operation)
def test_each_call_is_one_of_aws_and_says_why(call: object) -> None:
    assert call in CALLS
    operation, permission = BY_OPERATION[call.operation].operation, call.permission  # type: ignore[attr-defined]
    service, _, action = permission.partition(":")
    model = botocore.session.get_session().get_service_model(service)
    assert operation in model.operation_names
    assert action == {"ListObjectsV2": "ListBucket"}.get(operation, operation)
    assert call.why  # type: ignore[attr-defined]
    assert call.profiles <= set(PROFILES)  # type: ignore[attr-defined]


def users(project: Path) -> Iterator[tuple[str, str]]:
    """Every file that calls a method of the service, with the method."""
    names = {name for name in vars(Service) if not name.startswith("_")} | {"objects", "read", "whole"}
    for path in sorted((project / "siemlib" / "live").rglob("*.py")):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Attribute) and node.attr in names:
                owner = ast.unparse(node.value).rpartition(".")[2]
                if owner in {"service", "_service", "storage", "_storage"}:
                    yield path.relative_to(project / "siemlib" / "live").as_posix(), node.attr


BY_HAND = {"log_group_fields"}
"""What only a person asks for, at the keyboard."""


def test_whoever_calls_the_service_is_allowed_to(project: Path) -> None:
    """What acquire calls is in its policy, what all others call is in that of analysts and of scheduled runs."""
    operations = methods(project)
    called = list(users(project))
    assert {method for _, method in called} >= {"start_query", "results", "stop_query"}
    for file, method in called:
        wanted = {"acquire"} if file.startswith("acquire/") else {"analyst", "scheduled"}
        wanted -= {"scheduled"} if method in BY_HAND else set()
        for operation in operations.get(method, set()):
            assert wanted <= BY_OPERATION[operation].profiles, f"{file} calls {operation}"


def test_only_people_at_the_keyboard_ask_for_the_fields_of_a_log_group(project: Path) -> None:
    above = [project / "siemlib" / floor for floor in ("case", "investigate", "workbook", "report", "charts")]
    for path in (path for folder in above for path in folder.rglob("*.py")):
        asked = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute) and node.attr == "fields"]
        assert not [node for node in asked if ast.unparse(node.value).endswith("engine")], path


def test_what_goes_over_the_wire_is_in_the_policy_of_scheduled_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = [
        {"eventId": f"{i:056}", "logStreamName": "s", "timestamp": 1_700_000_000_000 + i, "message": f'{{"n": {i}}}'}
        for i in range(30)
    ]
    (tmp_path / "app.json").write_text(json.dumps({"events": events}))
    load([tmp_path / "app.json"], tmp_path / "archive", log_group="app")
    settings = Settings(live=LiveSettings(spool=str(tmp_path / "spool")))
    with serving(tmp_path / "archive") as endpoint:
        lead_boto3_to(monkeypatch, endpoint)
        engine = open_live("live:us-east-1", settings)
        span = TimeSpan.of_millis(1_700_000_000_000, 1_700_000_060_000)
        assert [group.events for group in engine.log_groups()]
        assert len(engine.run("fields @message", span, None).rows) == 30
        assert len(engine.run("stats count(*) by @message", span, ["app"], every_row=True).rows) == 30
        engine.close()
        called = {entry.operation for entry in endpoint.log}
    assert called >= {"StartQuery", "GetQueryResults", "DescribeLogGroups"}
    assert called <= {call.operation for call in CALLS if "scheduled" in call.profiles}
