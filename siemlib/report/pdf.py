"""The page on paper: ``report.pdf``, printed by a chromium where there is one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from siemlib.errors import SiemError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "report.pdf"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
_ON_A_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
_SECONDS = 300.0
_OFFLINE = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-pdf-header-footer",
)
_DATE = re.compile(rb"/(CreationDate|ModDate) \(D:\d{14}[+-]\d\d'\d\d'\)")
_FROM_THE_USER = ("PATH", "LANG", "LC_ALL", "TMPDIR", "XDG_RUNTIME_DIR")


@dataclass(frozen=True, slots=True)
class Printer:
    """What prints, and on which size of paper, as CSS names it (``A4``, ``letter``)."""

    browser: str
    paper: str


def printer(paper: str) -> Printer:
    """The chromium of this machine. Raises UsageError where there is none, before anything was done."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None and _ON_A_MAC.is_file():
        found = str(_ON_A_MAC)
    if found is None:
        raise UsageError(
            "--pdf needs a chromium, and none is found",
            hint=f"install one that is called {', '.join(BROWSERS[:-1])} or {BROWSERS[-1]}, or print report.html",
        )
    return Printer(found, paper.lower() if paper == "Letter" else paper)


def write_pdf(html: str, path: Path, printer: Printer, built: datetime) -> None:
    """Print a page, which is made for paper and needs no other file; ``built`` is the time that the file names.

    Two prints of one page by one chromium with the same fonts are the same bytes. Raises SiemError where it fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        page.write_text(html, encoding="utf-8", newline="\n")
        made = Path(folder) / FILE
        said = _print(page, made, printer)
        if not made.is_file() or not (data := made.read_bytes()).startswith(b"%PDF-"):
            lines = said.strip().splitlines()
            raise SiemError(f"the page could not be printed: {lines[-1] if lines else 'the browser said nothing'}")
    path.write_bytes(dated(data, built))


def dated(data: bytes, built: datetime) -> bytes:
    """A PDF whose times (ISO 32000-1, 7.9.4) are ``built``; as long as before, so that its table of places holds."""
    time = f"{built.astimezone(UTC):%Y%m%d%H%M%S}+00'00'".encode()
    return _DATE.sub(lambda found: b"/" + found[1] + b" (D:" + time + b")", data)


def _print(page: Path, made: Path, printer: Printer) -> str:
    """Run the browser in a profile of its own; what it said."""
    folder = page.parent
    command = [printer.browser, *_OFFLINE, f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={made}"]
    if os.geteuid() == 0:  # chromium refuses to start its sandbox for root
        command.append("--no-sandbox")
    try:
        done = subprocess.run(  # noqa: S603 - a browser of this machine, and paths of ours
            [*command, page.as_uri()],
            env=_environment(folder),
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SiemError(f"the page could not be printed within {_SECONDS:.0f} seconds") from None
    except OSError as error:
        raise SiemError(f"the page could not be printed: {error.strerror or error}") from None
    return done.stderr.decode(errors="replace")


def _environment(home: Path) -> Mapping[str, str]:
    """Nothing of the user's own is needed to print; times on the page are UTC."""
    return {name: os.environ[name] for name in _FROM_THE_USER if name in os.environ} | {"HOME": str(home), "TZ": "UTC"}
