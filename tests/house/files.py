"""The files of the project, as git sees them: tracked, or new and not ignored."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def project_files(project: Path, *suffixes: str) -> list[Path]:
    """Every file of the project with one of ``suffixes`` (all of them, when none is given), sorted."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=project,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    paths = [project / name for name in sorted(set(listed))]
    return [path for path in paths if path.is_file() and (not suffixes or path.suffix in suffixes)]
