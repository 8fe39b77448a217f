"""JupyterLab on this machine only: its settings, its token, and the notebooks that it opens on."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import zmq

import siemlib
from siemlib.errors import UsageError

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

NOTEBOOKS = Path("notebooks")
"""Where the notebooks are that people work on; the archive of the demo is named from there."""
LOOPBACK = "127.0.0.1"
_SETTINGS = Path(__file__).parent / "settings"
_PLACES = "JUPYTER_CONFIG_PATH"
_TOKEN = "JUPYTER_TOKEN"  # noqa: S105 - the name of an environment variable, not its value


def prepare_notebooks() -> list[str]:
    """Copy those that come with siem into ``notebooks``, but never over one that is there. Gives the names copied.

    In a checkout the folder is the project's own and nothing is copied. Raises UsageError where it cannot be written.
    """
    names = [path for place in _packaged() for path in sorted(place.glob("*.ipynb"))]
    missing = [path for path in names if not (NOTEBOOKS / path.name).exists()]
    try:
        NOTEBOOKS.mkdir(exist_ok=True)
        for path in missing:
            shutil.copyfile(path, NOTEBOOKS / path.name)
    except OSError as error:
        raise UsageError(
            f"{NOTEBOOKS} cannot be written: {error.strerror}", hint="go to a folder of your own"
        ) from None
    return [path.name for path in missing]


def settings(port: int | None, *, browser: bool) -> list[str]:
    """The options of JupyterLab. They win over the settings of the user.

    It listens on the loopback address alone, asks nobody for news, updates or extensions, and ends with the first
    Ctrl-C.
    """
    return [
        f"--ServerApp.ip={LOOPBACK}",
        *([f"--ServerApp.port={port}", "--ServerApp.port_retries=0"] if port else []),
        f"--ServerApp.root_dir={Path.cwd()}",
        f"--ServerApp.open_browser={browser}",
        # A container often has no other user; the command line says what it means.
        "--ServerApp.allow_root=True",
        "--ServerApp.answer_yes=True",
        "--ServerApp.log_level=ERROR",
        "--LabApp.log_level=ERROR",
        # What a kernel says holds log content, and another user of the machine could read a plain socket.
        f"--KernelManager.transport_encryption={'auto' if zmq.has('curve') else 'disabled'}",
        f"--LabApp.default_url=/lab/tree/{NOTEBOOKS}",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
    ]


def open_lab(port: int | None, *, browser: bool) -> tuple[ServerApp, str]:
    """A server that is ready to be started, and its URL with the token that lets one in.

    Raises UsageError for a port that is in use, and where the settings of the user would let anybody in.
    """
    # As in siemlib.report: without it jsonschema, which comes along, takes another second to be there.
    cast("dict[str, Any]", sys.modules).setdefault("rfc3987_syntax", None)
    from jupyterlab.labapp import LabApp  # noqa: PLC0415 - takes a second

    # The question whether to fetch news is asked by a part of the page that nobody here needs.
    places = [str(_SETTINGS), *filter(None, [os.environ.get(_PLACES)])]
    os.environ[_PLACES] = os.pathsep.join(places)
    given = os.environ.get(_TOKEN)
    # Not among the options, which everybody on the machine can read.
    os.environ[_TOKEN] = given or secrets.token_hex(24)
    try:
        server: ServerApp = LabApp.initialize_server(argv=settings(port, browser=browser))
    except SystemExit:
        raise UsageError(
            f"JupyterLab cannot listen on the port {port or 'it wanted'}", hint="name another one with --port"
        ) from None
    finally:
        os.environ.pop(_TOKEN)  # no kernel needs it
    if not server.identity_provider.token:
        raise UsageError(
            "the settings of Jupyter take the token away, so that anybody on this machine could run code",
            hint="remove the empty token from jupyter_server_config",
        )
    url = f"http://{LOOPBACK}:{server.port}{server.base_url}lab/tree/{NOTEBOOKS}?token={server.identity_provider.token}"
    return server, url


def _packaged() -> list[Path]:
    """The notebooks of an installed package, or those of the checkout that it is."""
    package = Path(siemlib.__file__).parent
    checkout = package.parent if (package.parent / "pyproject.toml").is_file() else package
    places = [package / "_notebooks", checkout / "notebooks"]
    return [place for place in places if place.is_dir()]
