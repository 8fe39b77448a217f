"""Processes that use one spool and are killed, or are in each other's way. Run as a program, because it forks.

python -m tests.live.killed steps FOLDER      a process for each step on the disk, killed before it
python -m tests.live.killed together FOLDER   three processes that ask the same
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from siemlib.live.spool import Spool
from tests.live.spooling import ASK, keep, page

if TYPE_CHECKING:
    from collections.abc import Callable

_STEPS = {"open", "os.mkdir", "os.rename", "os.remove"}
_MOST = 200


def spool_in(folder: Path) -> Spool:
    """The same account and Region in every process."""
    return Spool(folder, account="1", region="r")


def _kill_at(step: int) -> None:
    """Kill this process before its step of that number on the disk."""
    left = step

    def hook(event: str, _: tuple[object, ...]) -> None:
        nonlocal left
        if event in _STEPS:
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def _child(work: Callable[[], None]) -> int:
    """Start a process that does ``work``; its id."""
    if child := os.fork():
        return child
    try:
        work()
    except BaseException:  # noqa: BLE001 - it must not go on as its parent
        os._exit(1)
    os._exit(0)


def _steps(folder: Path) -> list[int]:
    """The exit code of a process for each step, in a folder each; the last one had no step left to be killed at."""
    codes = []
    for step in range(_MOST):

        def work(step: int = step) -> None:
            _kill_at(step)
            keep(spool_in(folder / f"{step}"), page("a"), page("b"))

        codes.append(os.waitstatus_to_exitcode(os.waitpid(_child(work), 0)[1]))
        if codes[-1] == 0:
            break
    return codes


def _together(folder: Path) -> list[int]:
    def often(name: str) -> None:
        spool = spool_in(folder)
        told: list[str] = []
        for number in range(15):
            keep(spool, page(f"{name}{number}"))
            found = spool.found(ASK, note=told.append)
            if told or found is None or len(list(found.pages())) != 1:
                os._exit(3)

    children = [_child(lambda name=name: often(name)) for name in "abc"]  # type: ignore[misc]
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


if __name__ == "__main__":
    print(json.dumps({"steps": _steps, "together": _together}[sys.argv[1]](Path(sys.argv[2]))))  # noqa: T201 - its result
