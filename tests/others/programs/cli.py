"""Run commands of the AWS CLI, each as ``aws ARGUMENTS`` would, in one process: starting one takes a second.

In: a JSON list of lists of arguments; ``<0.queryId>`` is what the first command told as ``queryId``. Out: a JSON list
of ``{"code", "out", "err"}``.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import sys
from typing import Any

from awscli.clidriver import main


def run(arguments: list[str]) -> dict[str, Any]:
    """The exit code and what was written."""
    # The CLI writes bytes as well as text.
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    err = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        sys.argv = ["aws", *arguments]
        try:
            code = main()
        except SystemExit as error:
            code = error.code
    return {"code": code, "out": out.buffer.getvalue().decode("utf-8"), "err": err.getvalue()}


def told(argument: str, before: list[dict[str, Any]]) -> str:
    """The argument, or what it stands for."""
    found = re.fullmatch(r"<(\d+)\.(\w+)>", argument)
    return str(json.loads(before[int(found[1])]["out"])[found[2]]) if found else argument


answers: list[dict[str, Any]] = []
for asked in json.load(sys.stdin):
    answers.append(run([told(argument, answers) for argument in asked]))
json.dump(answers, sys.stdout)
