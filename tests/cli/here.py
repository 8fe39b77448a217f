"""The command line in this process, for what a process of its own would not prove better: starting one takes a second.

That ``siem`` exits with the code that :func:`siemlib.cli.app.run` gives is shown in ``test_app.py``.
"""

from __future__ import annotations

import io
from contextlib import chdir, redirect_stderr, redirect_stdout
from subprocess import CompletedProcess
from typing import TYPE_CHECKING

from siemlib.cli.app import run

if TYPE_CHECKING:
    from pathlib import Path


def siem_here(folder: Path, *arguments: str) -> CompletedProcess[str]:
    """``siem`` with these arguments, standing in ``folder``; what it raises is raised."""
    out, told = io.StringIO(), io.StringIO()
    with chdir(folder), redirect_stdout(out), redirect_stderr(told):
        code = run(list(arguments))
    return CompletedProcess(arguments, code, out.getvalue(), told.getvalue())
