"""Paths of the machine go out of a notebook; what logs say stays."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest

from siemlib.report.clean import Words, clean_notebook, words_for

if TYPE_CHECKING:
    from nbformat import NotebookNode

TEXT = "/srv/archive/x /tmp/x.sh /srv/archived"


def cell(*outputs: NotebookNode, source: str = "") -> NotebookNode:
    return nbformat.v4.new_code_cell(source, outputs=list(outputs))


@pytest.fixture
def words() -> Words:
    """An archive at /srv/archive, on a machine with a /tmp."""
    own = {"/srv/archive": "archive"}
    return Words(own, {**own, "/tmp": "temporary"})  # noqa: S108 - a path that stands in text


def test_tracebacks_and_warnings_lose_every_path(words: Words) -> None:
    error = nbformat.v4.new_output("error", ename="OSError", evalue=TEXT, traceback=[TEXT])
    warned = nbformat.v4.new_output("stream", name="stderr", text=TEXT)
    notebook = nbformat.v4.new_notebook(cells=[cell(error, warned)])
    clean_notebook(notebook, words)
    expected = "archive/x temporary/x.sh /srv/archived"
    assert (error.evalue, error.traceback, warned.text) == (expected, [expected], expected)


def test_other_output_loses_the_paths_of_the_report_only(words: Words) -> None:
    printed = nbformat.v4.new_output("stream", name="stdout", text=TEXT)
    value = nbformat.v4.new_output("execute_result", data={"text/plain": TEXT, "application/json": {"a": 1}})
    notebook = nbformat.v4.new_notebook(cells=[cell(printed, value, source='engine = "local:/srv/archive"')])
    clean_notebook(notebook, words)
    expected = "archive/x /tmp/x.sh /srv/archived"
    assert (printed.text, value.data["text/plain"]) == (expected, expected)
    assert notebook.cells[0].source == 'engine = "local:archive"'


def test_an_exhibit_is_not_touched(words: Words) -> None:
    shown = nbformat.v4.new_output("display_data", data={"text/html": TEXT}, metadata={"siem": {"exhibit": "E01"}})
    clean_notebook(nbformat.v4.new_notebook(cells=[cell(shown)]), words)
    assert shown.data["text/html"] == TEXT


def test_the_words_of_a_report_cover_archive_notebook_and_machine(tmp_path: Path) -> None:
    words = words_for(f"local:{tmp_path}/archive", tmp_path / "notebooks" / "x.ipynb", tmp_path / ".building-1")
    assert words.own[f"local:{tmp_path}/archive"] == "local:archive"
    assert words.own[str(tmp_path / ".building-1")] == "report"
    assert words.all[str(Path.home())] == "home"
    assert str(Path.home()) not in words.own


def test_two_executions_that_show_the_same_are_the_same_notebook(words: Words) -> None:
    def executed(pieces: list[str], address: str) -> NotebookNode:
        printed = [nbformat.v4.new_output("stream", name="stdout", text=text) for text in pieces]
        warned = nbformat.v4.new_output("stream", name="stderr", text="beware")
        shown = nbformat.v4.new_output("execute_result", data={"text/plain": f"<siemlib.Thing object at {address}>"})
        error = nbformat.v4.new_output(
            "error", ename="E", evalue=f"<T at {address}>", traceback=[f"x = <T at {address}>"]
        )
        return nbformat.v4.new_notebook(
            cells=[cell(*printed, warned, shown, error), nbformat.v4.new_markdown_cell("x")]
        )

    first, second = executed(["a\n", "b\n"], "0x7f00deadbeef"), executed(["a\nb\n"], "0x55aa00000000")
    for notebook in (first, second):
        clean_notebook(notebook, words)
    assert first == second
    assert [one.id for one in first.cells] == ["cell-01", "cell-02"]
    assert [output.get("text") for output in first.cells[0].outputs[:2]] == ["a\nb\n", "beware"]
    assert first.cells[0].outputs[2].data["text/plain"] == "<siemlib.Thing object>"


def test_an_address_that_was_printed_is_left_as_it_is(words: Words) -> None:
    printed = nbformat.v4.new_output("stream", name="stdout", text="fault in <httpd at 0x7f00deadbeef>")
    clean_notebook(nbformat.v4.new_notebook(cells=[cell(printed)]), words)
    assert printed.text == "fault in <httpd at 0x7f00deadbeef>"
