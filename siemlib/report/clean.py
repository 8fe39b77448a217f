"""Taking the paths of this machine out of an executed notebook, and leaving everything from logs as it is.

A log may well name ``/tmp`` or somebody's home: that is evidence. So an exhibit is not touched at all, other output
only where it names a folder of this very report, and only tracebacks and warnings lose every path.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from siemlib.evidence.scrub import path_words, recorded_url, scrub

if TYPE_CHECKING:
    from collections.abc import Mapping

    import nbformat


@dataclass(frozen=True, slots=True)
class Words:
    """What stands for paths: ``own`` for those of this report, ``all`` for those of the machine too."""

    own: Mapping[str, str]
    all: Mapping[str, str]


def words_for(engine: str, notebook: Path, aside: Path) -> Words:
    """The words for a report over ``engine`` (a url), of ``notebook``, made in ``aside``."""
    package = Path(__file__).resolve().parent.parent
    own = {
        engine: recorded_url(engine),
        **path_words(engine),
        str(aside.resolve()): "report",
        str(notebook.resolve().parent): "notebooks",
        str(package): package.name,
    }
    machine = {
        sys.prefix: "python",
        sys.base_prefix: "python",
        str(Path(sys.prefix).resolve()): "python",
        tempfile.gettempdir(): "temporary",
        str(Path.cwd()): "working",
        str(Path.home()): "home",
    }
    return Words(own, {**machine, **own})


def clean_notebook(notebook: nbformat.NotebookNode, words: Words) -> None:
    """Clean every cell in place."""
    for cell in notebook.cells:
        cell.source = scrub(cell.source, words.own)
        for output in cell.get("outputs", []):
            _clean_output(output, words)


def _clean_output(output: nbformat.NotebookNode, words: Words) -> None:
    if output.output_type == "error":
        output.evalue = scrub(output.evalue, words.all)
        output.traceback = [scrub(line, words.all) for line in output.traceback]
    elif output.output_type == "stream":
        output.text = scrub(output.text, words.all if output.name == "stderr" else words.own)
    elif "siem" not in output.get("metadata", {}):
        for kind, content in output.get("data", {}).items():
            if isinstance(content, str):
                output.data[kind] = scrub(content, words.own)
