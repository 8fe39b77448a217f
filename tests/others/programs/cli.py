"""Run commands of the AWS CLI, each as ``aws ARGUMENTS`` would, in one process: starting one takes a second.

In: a JSON list of lists of arguments. Out: a JSON list of ``{"code", "out", "err"}``.
"""

from __future__ import annotations

import contextlib
import io
import json
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


json.dump([run(arguments) for arguments in json.load(sys.stdin)], sys.stdout)
