"""Every notebook runs from top to bottom, as in JupyterLab, over the sample incident."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))


@pytest.mark.xdist_group("sample")
def test_every_notebook_runs_over_the_sample(sample_archive: Path, tmp_path: Path) -> None:
    # The default of a notebook is the archive of the demo, in the folder beside that of the notebooks.
    (tmp_path / "demo").symlink_to(sample_archive.parent)
    copies = tmp_path / "notebooks"
    copies.mkdir()
    for notebook in NOTEBOOKS:
        shutil.copy(notebook, copies)
    command = ["-m", "pytest", "--nbval-lax", "--nbval-cell-timeout=120", "--nbval-current-env", "-v", "-c", os.devnull]

    done = subprocess.run(
        [sys.executable, *command, "-p", "no:cacheprovider", str(copies)],
        cwd=copies,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )

    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert NOTEBOOKS
    assert set(re.findall(r"(\S+)::ipynb::.* PASSED", done.stdout)) == {path.stem for path in NOTEBOOKS}
    assert "skipped" not in done.stdout
