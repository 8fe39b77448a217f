"""Builds reports in processes that kill themselves: ``killing.py RECORD ROOT NOTEBOOK``.

``RECORD`` is the payload of a report; executing the notebook is copying it. This process is warm and builds nothing, so
that each fork of it is a build in a process of its own, killed by SIGKILL when it comes to its phase.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from cryptography.hazmat.primitives.asymmetric import ed25519

from siemlib.evidence.keys import FileSigner
from siemlib.evidence.seal_files import Note
from siemlib.report import build, place, sealing
from siemlib.report.build import Request, build_report
from siemlib.report.definition import read_definition
from siemlib.report.execute import Execution
from siemlib.report.sealing import Sealing

if TYPE_CHECKING:
    from collections.abc import Callable

PHASES: dict[str, tuple[Any, str]] = {
    "executing": (build, "execute"),
    "recording": (build, "clean_notebook"),
    "tracing numbers": (build, "write_numbers"),
    "rendering": (build, "render_report"),
    "gate": (build, "refusals"),
    "controls": (build, "write_oscal"),
    "page": (build, "write_page"),
    "custody": (build, "_passed"),
    "naming what is of the build": (build, "write_build"),
    "bag": (build, "write_bag"),
    "sealing": (sealing, "write_seal"),
    "telling of the seal": (Note, "render"),
    "putting": (build, "put"),
    "displacing": (place, "exchange"),
    "index": (build, "write_index"),
}
"""What a build calls as each phase begins."""
PLACES = [
    *((phase, "") for phase in PHASES),
    *((phase, "end of ") for phase in ("bag", "sealing", "putting", "displacing", "index")),
]
"""Where builds are killed: as a phase begins, and as it ends."""


def kill(*_arguments: object, **_named: object) -> None:
    """End this process as nothing can prevent."""
    os.kill(os.getpid(), signal.SIGKILL)


def after(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, and then the kill."""

    def ended(*arguments: object, **named: object) -> None:
        function(*arguments, **named)
        kill()

    return ended


def executed(record: Path, *, halfway: bool) -> Callable[..., Execution]:
    """What stands for the kernel: it writes the record, or ``halfway`` a part of it before the process is killed."""

    def execute(_path: Path, _parameters: object, *, record_to: Path | None = None, **named: Any) -> Execution:  # noqa: ANN401
        data = record_to or named["record"]
        for name in ("runs", "exhibits", "sections"):
            shutil.copytree(record / name, data / name)
            if halfway:
                kill()
        for name in ("case.json", "origin.json", "sources-sha256.txt"):
            if (record / name).is_file():
                shutil.copyfile(record / name, data / name)
        return Execution(nbformat.read(record / "notebook.ipynb", as_version=4), None)  # type: ignore[no-untyped-call]

    return execute


def in_fork(work: Callable[[], object]) -> int:
    """Do it in a child; how that ended, as ``os.waitstatus_to_exitcode`` tells it."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - told to who waits, and nothing of this process may go on
            sys.stderr.write(f"{error!r}\n")
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main(record: Path, root: Path, notebook: Path) -> None:
    """Build one report, and then one for each phase and one for each end of a phase; print how each ended."""
    definition = read_definition(notebook)
    request = Request(
        definition,
        definition.values({"ip": "192.0.2.7"}),
        f"local:{notebook.parent}",
        "",
        "",
        date(2026, 3, 4),
        sealing=Sealing(FileSigner(ed25519.Ed25519PrivateKey.generate()), None),
    )

    def once(root: Path, phase: str = "", ends: str = "") -> None:
        build.execute = executed(record, halfway=phase == "executing")  # type: ignore[assignment]
        if phase and phase != "executing":
            owner, name = PHASES[phase]
            setattr(owner, name, after(getattr(owner, name)) if ends else kill)
        build_report(request, root, lambda _done, _total: None)

    said = {"": in_fork(partial(once, root))}
    for phase, ends in PLACES:
        here = root.with_name(f"{ends}{phase}".replace(" ", "-"))
        shutil.copytree(root, here)
        said[here.name] = in_fork(partial(once, here, phase, ends))
    shutil.copytree(root.with_name("bag"), root.with_name("later"))
    for left in root.with_name("later").glob(".building-*"):
        os.utime(left, (time.time() - 3600,) * 2)
    said["later"] = in_fork(partial(once, root.with_name("later")))
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
