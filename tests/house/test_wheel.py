"""What leaves the project in a wheel or a source archive: the package and the notebooks, and nobody's work."""

from __future__ import annotations

import shutil
import tarfile
import zipfile
from typing import TYPE_CHECKING

from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

if TYPE_CHECKING:
    from pathlib import Path

WORK = ("custody/custody.jsonl", ".ipynb_checkpoints/logins-checkpoint.ipynb", "export.csv")


def test_a_build_takes_the_notebooks_and_leaves_the_work_of_an_analyst(project: Path, tmp_path: Path) -> None:
    made = tmp_path / "project"
    (made / "siemlib").mkdir(parents=True)
    for name in ("pyproject.toml", "README.md", "LICENSE", "siemlib/__init__.py"):
        shutil.copyfile(project / name, made / name)
    for name in ("logins.ipynb", *WORK):
        (made / "notebooks" / name).parent.mkdir(parents=True, exist_ok=True)
        (made / "notebooks" / name).write_text("{}")
    (wheel,) = WheelBuilder(str(made)).build(directory=str(tmp_path), versions=["standard"])
    (source,) = SdistBuilder(str(made)).build(directory=str(tmp_path))
    held = zipfile.ZipFile(wheel).namelist()
    assert {"siemlib/__init__.py", "siemlib/_notebooks/logins.ipynb"} <= set(held)
    with tarfile.open(source) as archive:
        held += archive.getnames()
    assert [name for name in held if name.endswith(WORK)] == []
