"""``siem lab``: JupyterLab on the notebooks, on this machine only, with the sample incident ready to be asked."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from siemlib.cli.console import tell
from siemlib.errors import ExitCode, UsageError

_DEMO = Path("demo")
"""Where the notebooks look for the sample archive, unless their parameters say otherwise."""


def lab(
    *,
    archive: Annotated[
        Path | None, typer.Option("--archive", help="Work on this archive; no sample is made.", metavar="DIR")
    ] = None,
    engine: Annotated[
        str | None, typer.Option("--engine", help="The same as a URL: local:FOLDER, live:REGION.", metavar="URL")
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65_535, help="The port; by default the first free one from 8888.")
    ] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")] = True,
) -> int:
    """Open JupyterLab on the notebooks. Ctrl-C ends it."""
    if archive is not None and engine is not None:
        raise UsageError("--engine and --archive are given", hint="give one")
    url = engine or (f"local:{archive}" if archive is not None else None)
    # Before anything is written: a wrong archive is told at once.
    line = _engine_line(url) if url else None
    from siemlib.lab.server import NOTEBOOKS, open_lab, prepare_notebooks

    if copied := prepare_notebooks():
        tell(f"copied into {NOTEBOOKS}: {', '.join(copied)}")
    if line is None:
        _sample()
    server, address = open_lab(port, browser=browser)
    if line:
        tell("to ask it, write into the parameter cell of a notebook:")
        tell(f"  {line}")
    if os.geteuid() == 0:
        tell("you are root: what runs in a notebook may do anything on this machine")
    tell("in a notebook of your own: %load_ext siemlib.lab, then %%insights in the first line of a cell")
    tell("Ctrl-C ends it")
    print(address, flush=True)
    server.start()
    tell("JupyterLab has ended")
    return ExitCode.DONE


def _engine_line(url: str) -> str:
    """The line that names the engine in a notebook, whose kernel runs in another folder."""
    from siemlib.case.open import open_with_events
    from siemlib.evidence.scrub import archive_of
    from siemlib.lab.literal import literal

    open_with_events(url)
    archive = archive_of(url)
    named = url if archive is None else f"local:{archive.resolve().as_posix()}"
    return f"engine: str = {literal(named)}"


def _sample() -> None:
    """Make the archive of the sample incident, if it is not there: logs and archive, no reports."""
    from siemlib.case.open import open_engine
    from siemlib.cli.demo import make_archive
    from siemlib.sample import LOG_GROUPS

    archive = _DEMO / "archive"
    # A load that was killed leaves some of the groups.
    held = open_engine(f"local:{archive}").log_groups() if (archive / "archive.json").is_file() else ()
    if {group.name for group in held} >= set(LOG_GROUPS.values()):
        tell(f"the sample incident is in {archive}")
        return
    tell(f"making the sample incident in {_DEMO}, because it is not there: logs and an archive, no reports")
    make_archive(_DEMO)
