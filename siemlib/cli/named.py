"""The report that somebody named: a folder, or a file that may be the zip of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def report_folder(report: Path) -> Path:
    """The folder, unless nothing in it looks like a report: then somebody named the wrong one. Raises UsageError."""
    from siemlib.evidence.manifest import DECLARATION, MANIFEST, PAYLOAD, TAG_MANIFEST

    if not report.is_dir():
        raise UsageError(f"there is no folder {report}")
    if not any((report / name).exists() for name in (DECLARATION, MANIFEST, TAG_MANIFEST, PAYLOAD)):
        raise UsageError(f"{report} is no report", hint=f"name the folder that {DECLARATION} is in")
    return report


def report_or_zip(report: Path) -> Path:
    """The folder or the file. Raises UsageError for what is neither, such as a pipe that nobody writes to."""
    if not report.exists():
        raise UsageError(f"there is no {report}")
    if report.is_dir():
        return report_folder(report)
    if not report.is_file():
        raise UsageError(f"{report} is neither a folder nor a file")
    return report
