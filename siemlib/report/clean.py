"""Taking the paths of this machine, and the chances of one execution, out of a notebook; what logs say stays as it is.

A log may well name ``/tmp`` or somebody's home: that is evidence. So an exhibit is not touched at all, other output
only where it names a folder of this very report, and only tracebacks and warnings lose every path.

Two executions that show the same are the same notebook: ids of cells are their places, what a cell prints is one piece
however it came from the kernel, and objects have no addresses.
"""

from __future__ import annotations

import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from siemlib.evidence.scrub import path_words, recorded_url, scrub

if TYPE_CHECKING:
    from collections.abc import Mapping

    import nbformat


_ADDRESS = re.compile(r"(<[\w. ]{1,200}) at 0x[0-9a-f]{6,16}>")
"""How Python shows an object that has no other words: by where it lies in memory."""


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
    for place, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{place:02d}"
        cell.source = scrub(cell.source, words.own)
        if "outputs" in cell:
            cell.outputs = _in_one_piece(cell.outputs)
            for output in cell.outputs:
                _clean_output(output, words)


def _in_one_piece(outputs: list[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    """What was printed in a row is one output: the kernel sends it in pieces, as its time allows."""
    found: list[nbformat.NotebookNode] = []
    for output in outputs:
        last = found[-1] if found else None
        if last and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            found.append(output)
    return found


def _clean_output(output: nbformat.NotebookNode, words: Words) -> None:
    if output.output_type == "error":
        output.evalue = _ADDRESS.sub(r"\1>", scrub(output.evalue, words.all))
        output.traceback = [_ADDRESS.sub(r"\1>", scrub(line, words.all)) for line in output.traceback]
    elif output.output_type == "stream":
        output.text = scrub(output.text, words.all if output.name == "stderr" else words.own)
    elif "siem" not in output.get("metadata", {}):
        for kind, content in output.get("data", {}).items():
            if isinstance(content, str):
                told = scrub(content, words.own)
                output.data[kind] = _ADDRESS.sub(r"\1>", told) if kind == "text/plain" else told
