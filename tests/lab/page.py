"""JupyterLab as a person has it: a server that ``siem lab`` started, a browser, a notebook in it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import nbformat
from playwright.sync_api import expect

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

PATIENCE = 90_000
"""Milliseconds for what takes long on a busy machine."""
_PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden)"
# A shell has its jobs in the background ignore Ctrl-C, and what they start inherits that.
_LAB = """
import signal
from siemlib.cli import main
signal.signal(signal.SIGINT, signal.default_int_handler)
main()
"""
_RAN = re.compile(r"\[\d+\]:")


class Server:
    """``siem lab`` in ``folder``, in which ``notebooks`` and ``demo`` are."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        home = folder / "home"
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "SIEM_", "IPYTHON"))
        }
        environment = {**kept, "HOME": str(home), "SIEM_USER": "ana"}
        home.mkdir()
        command = [sys.executable, "-c", _LAB, "lab", "--no-browser"]
        self._said = (folder / "said").open("w+")
        self._process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=self._said, text=True
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()
        assert self.url.startswith("http://127.0.0.1:"), self.said()

    def said(self) -> str:
        """What it told a person so far."""
        self._said.seek(0)
        return self._said.read()

    def ends(self) -> int:
        """Press Ctrl-C, and give its exit code."""
        self._process.send_signal(signal.SIGINT)
        code = self._process.wait(30)
        self._said.close()
        assert self._process.stdout is not None
        self._process.stdout.close()
        return code

    def notebook(self, browser: Browser, name: str) -> Notebook:
        """Open a notebook of the folder."""
        base, _, token = self.url.partition("?token=")
        return Notebook(browser, f"{base}/{name}?reset&token={token}", self.folder / "notebooks" / name)


@dataclass
class Notebook:
    """One notebook in a page; ``left`` are requests to anywhere but this machine's own server, ``dialogs`` alerts."""

    browser: Browser
    url: str
    path: Path
    page: Page = field(init=False)
    left: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Open it, and wait for its kernel."""
        self.page = self.browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.on("request", lambda request: self._asked(request.url))
        self.page.on("websocket", lambda socket: self._asked(socket.url))
        self.page.on("dialog", self._dialog)
        self.page.goto(self.url)
        self.page.wait_for_selector(f"{_PANEL} .jp-CodeCell .cm-content")
        self.page.wait_for_selector('.jp-StatusBar-TextItem:has-text("| Idle")')

    def _asked(self, url: str) -> None:
        if not re.match(r"(blob:)?(http|ws)://127\.0\.0\.1:|data:", url):
            self.left.append(url)

    def _dialog(self, dialog: Any) -> None:  # noqa: ANN401 - playwright's, which would be imported for its name
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    @property
    def cells(self) -> Locator:
        """The code cells."""
        return self.page.locator(f"{_PANEL} .jp-CodeCell")

    def run_all(self) -> None:
        """Run every cell from top to bottom, wait for the last, and save."""
        self.page.click('.lm-MenuBar-itemLabel:text-is("Run")')
        self.page.click('.lm-Menu-itemLabel:text-is("Run All Cells")')
        expect(self.cells.last.locator(".jp-InputArea-prompt")).to_have_text(_RAN, timeout=PATIENCE)
        self.page.keyboard.press("Control+s")
        expect(self.page.locator(".lm-TabBar-tab.lm-mod-current.jp-mod-dirty")).to_have_count(0)

    def run(self, number: int) -> Locator:
        """Run one cell, and give its output."""
        cell = self.cells.nth(number)
        cell.scroll_into_view_if_needed()
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        expect(cell.locator(".jp-InputArea-prompt")).to_have_text(_RAN, timeout=PATIENCE)
        return cell.locator(".jp-OutputArea")

    def outputs(self) -> list[Any]:
        """Every output of the saved notebook."""
        saved = nbformat.read(self.path, as_version=4)  # type: ignore[no-untyped-call]
        codes = [cell for cell in saved.cells if cell.cell_type == "code"]
        assert all(cell.execution_count for cell in codes)
        return [output for cell in codes for output in cell.outputs]

    def close(self) -> None:
        """Leave it."""
        self.page.context.close()


def write(path: Path, *cells: str) -> None:
    """A notebook of these cells."""
    made = nbformat.v4.new_notebook(  # type: ignore[no-untyped-call]
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells],  # type: ignore[no-untyped-call]
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    nbformat.write(made, path)  # type: ignore[no-untyped-call]
