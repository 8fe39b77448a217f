"""The report that somebody named: a folder, or a file that may be the zip of one."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from siemlib.errors import UsageError
from siemlib.evidence.manifest import DECLARATION, MANIFEST, PAYLOAD, TAG_MANIFEST

if TYPE_CHECKING:
    from pathlib import Path


def is_report(folder: Path) -> bool:
    """Whether anything in a folder looks like a report."""
    return any(os.path.lexists(folder / name) for name in (DECLARATION, MANIFEST, TAG_MANIFEST, PAYLOAD))


def report_folder(path: Path) -> Path:
    """The folder, unless nothing in it looks like a report: then somebody named the wrong one. Raises UsageError."""
    if not os.path.lexists(path) or not is_folder(path):
        raise UsageError(f"there is no folder {path}")
    if not is_report(path):
        raise UsageError(f"{path} is no report", hint=f"name the folder that {DECLARATION} is in")
    return path


def report_or_zip(path: Path) -> Path:
    """The folder or the file. Raises UsageError for what is neither, such as a pipe that nobody writes to."""
    return report_folder(path) if is_folder(path) else path


def is_folder(path: Path) -> bool:
    """Whether it is a folder, and no file. Raises UsageError for what is neither."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise UsageError(f"there is no {path}") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
        raise UsageError(f"{path} is neither a folder nor a file")
    return stat.S_ISDIR(mode)
