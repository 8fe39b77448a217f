"""Every notebook runs from top to bottom, as in JupyterLab, over the sample incident."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))


@pytest.mark.xdist_group("sample")
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_over_the_sample(notebook: Path, sample_archive: Path, tmp_path: Path) -> None:
    # The default of a notebook is the archive of the demo, in the folder beside that of the notebooks.
    (tmp_path / "demo").symlink_to(sample_archive.parent)
    copy = tmp_path / "notebooks" / notebook.name
    copy.parent.mkdir()
    shutil.copy(notebook, copy)
    command = ["-m", "pytest", "--nbval-lax", "--nbval-cell-timeout=120", "--nbval-current-env", "-q", "-c", os.devnull]

    done = subprocess.run(
        [sys.executable, *command, "-p", "no:cacheprovider", str(copy)],
        cwd=copy.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert "skipped" not in done.stdout
