"""Executing a notebook with papermill, in a kernel of this very Python.

A cell that fails ends the execution but still yields the notebook. The execution runs in a thread of its own, because
nbclient takes Ctrl-C for itself in the main thread; there it stays ours: the kernel is interrupted, so that its engine
stops the queries that run for it in an account, then ended, and nothing is left.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import tempfile
import threading
import time
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import zmq
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import ensure_event_loop

from siemlib.case.record import ENVIRONMENT
from siemlib.evidence.keys import PASSPHRASE
from siemlib.evidence.scrub import scrub

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_KERNEL = "python3"
_POLL = 0.2
_GRACE_SECONDS, _REMIND_SECONDS = 20.0, 5.0
"""How long an interrupted kernel may take to stop its queries, and how often it is interrupted until then."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Where an execution ended: the place of the cell in the notebook, and what was raised there."""

    cell: int
    name: str
    message: str

    def scrubbed(self, words: Mapping[str, str]) -> Failure:
        """The same without the paths of this machine."""
        return Failure(self.cell, self.name, scrub(self.message, words))


@dataclass(frozen=True, slots=True)
class Execution:
    """The executed notebook; ``failure`` is ``None`` when every cell went well."""

    notebook: nbformat.NotebookNode
    failure: Failure | None


@dataclass
class _Work:
    """What the main thread and the thread of the execution share."""

    source: nbformat.NotebookNode
    output: Path
    parameters: dict[str, Any]
    environment: dict[str, str]
    progress: Callable[[int, int], None]
    kernels: list[OwnKernel] = field(default_factory=list)
    at: int = 0
    """The cell that was started last."""
    error: BaseException | None = None
    stopped: bool = False
    """Whether no further cell may start."""
    ended: threading.Event = field(default_factory=threading.Event)
    """Told by the thread at its end: Python takes a thread for ended whose ``join`` was interrupted."""


class OwnKernel(AsyncKernelManager):
    """A kernel of this Python, whatever kernels the user has installed, with the environment of one report."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """The command of ipykernel in this interpreter."""
        argv = [sys.executable, "-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(
            argv=argv, display_name="Python 3", language="python", metadata={"supported_encryption": ["curve"]}
        )


def execute(
    notebook: Path,
    parameters: Mapping[str, Any],
    *,
    record: Path,
    progress: Callable[[int, int], None],
) -> Execution:
    """Execute a notebook whose case is recorded in ``record``.

    ``progress`` is called with the place of each cell and their number, from another thread. Raises KeyboardInterrupt,
    after the kernel has ended.
    """
    source = _prepared(notebook)
    with tempfile.TemporaryDirectory(prefix="siem-") as scratch:
        output = Path(scratch) / "notebook.ipynb"
        work = _Work(source, output, dict(parameters), _environment(record, Path(scratch)), progress)
        threading.Thread(target=_work, args=(work,), name="notebook", daemon=True).start()
        try:
            while not work.ended.wait(_POLL):
                pass
        except KeyboardInterrupt:
            _stop(work)
            raise
        said = output.with_suffix(".log").read_text("utf-8", errors="replace").strip()
        executed = _without_traces(_read(output) if output.is_file() else source)
    return Execution(executed, _failure(executed, work, said))


def _prepared(path: Path) -> nbformat.NotebookNode:
    notebook = _read(path)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None
    return notebook


def _read(path: Path) -> nbformat.NotebookNode:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # notebooks of older formats lack cell ids, which nbformat adds
        notebook: nbformat.NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    return notebook


def _environment(record: Path, scratch: Path) -> dict[str, str]:
    # Start-up files of the user's own IPython would run in the report's kernel; and what a notebook may show is kept.
    given = {name: value for name, value in os.environ.items() if name != PASSPHRASE}
    return {**given, ENVIRONMENT: str(record.resolve()), "IPYTHONDIR": str(scratch / "ipython")}


def _work(work: _Work) -> None:
    try:
        _papermill(work)
    finally:
        work.ended.set()


def _papermill(work: _Work) -> None:
    class Kernel(OwnKernel):
        async def _async_pre_start_kernel(self, **kw: Any) -> Any:  # noqa: ANN401 - jupyter_client's own signature
            work.kernels.append(self)
            # Notebook traffic holds log content, and another user of the machine could read a plain socket.
            encryption = "auto" if zmq.has("curve") else "disabled"
            given = {**kw, "env": work.environment, "stdout": log, "stderr": log}
            return await super()._async_pre_start_kernel(transport_encryption=encryption, **given)

    def started(cell: Any, cell_index: int) -> None:  # noqa: ANN401 - nbclient's own signature
        del cell
        if work.stopped:
            raise KeyboardInterrupt
        work.at = cell_index
        # papermill adds a cell with the parameters, where there are any.
        work.progress(cell_index + 1, len(work.source.cells) + bool(work.parameters))

    # What the kernel itself says (not its cells) is kept from the user's terminal.
    log = work.output.with_suffix(".log").open("wb")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of papermill, nbclient and nbformat; none concerns the user
            import papermill  # noqa: PLC0415 - its import takes half a second and warns

            logging.getLogger("papermill").setLevel(logging.CRITICAL)  # failures are told by the report itself
            papermill.execute_notebook(
                work.source,
                str(work.output),
                parameters=work.parameters,
                kernel_name=_KERNEL,
                language="python",
                progress_bar=False,
                kernel_manager_class=Kernel,
                on_cell_start=started,
            )
    except BaseException as error:  # noqa: BLE001 - it belongs to the main thread, which looks at it
        work.error = error
    finally:
        log.close()
        loop = ensure_event_loop()  # the one that Jupyter made for this thread, and leaves open
        loop.close()


def _stop(work: _Work) -> None:
    """End the kernel; a second Ctrl-C does so at once."""
    work.stopped = True
    try:
        until = time.monotonic() + _GRACE_SECONDS
        while time.monotonic() < until:
            # It goes unheard between two cells, of which the next one may have been sent just now.
            _signal(work, signal.SIGINT)
            if work.ended.wait(_REMIND_SECONDS):
                break
    finally:
        _signal(work, signal.SIGKILL)
        # The kernel is dead, which nbclient notices within its next look.
        work.ended.wait(10)


def _signal(work: _Work, number: int) -> None:
    for kernel in work.kernels:
        provisioner: Any = kernel.provisioner
        process = getattr(provisioner, "process", None)
        if process is not None and process.poll() is None:
            process.send_signal(number)
            if number == signal.SIGKILL:
                process.wait()


def _failure(executed: nbformat.NotebookNode, work: _Work, said: str) -> Failure | None:
    """The first output that is an error; or what ended the kernel, and what it said last, where it was at work."""
    for place, cell in enumerate(executed.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                return Failure(place, output.ename, output.evalue)
    if work.error is None:
        return None
    last = said.splitlines()[-1:]
    return Failure(work.at, type(work.error).__name__, " ".join([str(work.error), *last]).strip())


def _without_traces(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook without papermill's marks, which name paths and times, and without its error banners."""
    notebook.metadata.pop("papermill", None)
    marked = "papermill-error-cell-tag"
    notebook.cells = [cell for cell in notebook.cells if marked not in cell.metadata.get("tags", [])]
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
    return notebook
