"""``siem policy`` prints a policy that can be attached as it is, and why it is as it is."""

from __future__ import annotations

import json

import pytest

from siemlib.cli.app import run
from siemlib.errors import ExitCode


@pytest.mark.parametrize("profile", ["analyst", "scheduled", "acquire"])
def test_stdout_is_the_policy_and_stderr_the_reasons(profile: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--log-group", "app", "--region", "eu-central-1", "--account", "123456789012"]
    assert run(["policy", profile, *arguments]) == ExitCode.DONE
    printed = capsys.readouterr()
    document = json.loads(printed.out)
    actions = [action for statement in document["Statement"] for action in statement["Action"]]
    assert "arn:aws:logs:eu-central-1:123456789012:log-group:app:*" in printed.out
    assert sorted(line.partition(": ")[0] for line in printed.err.splitlines()[:-1]) == sorted(actions)
    assert "--kms-key" in printed.err


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["analyst", "--account", "12"], "twelve digits"),
        (["analyst", "--bucket", "x"], "reads no bucket"),
        (["acquire", "--log-group", "a\x1b[2Jb"], "not a log group"),
        (["root"], "root"),
        ([], "Missing argument"),
    ],
)
def test_what_cannot_be_a_policy_is_said_in_a_line(
    arguments: list[str], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["policy", *arguments]) == ExitCode.WRONG_USAGE
    printed = capsys.readouterr()
    assert printed.out == ""
    assert word in printed.err
    assert "\x1b" not in printed.err
