"""What of a document is a text of a log, and what orders it."""

from __future__ import annotations

import json

import nbformat

from siemlib.report.redact import documents


def renamed(text: str) -> str:
    """Anybody can log in under the name of a word that the program writes."""
    for name in ("anna", "bar", "complete", "table", "local", "E01"):
        text = text.replace(name, "X")
    return text


def test_members_that_order_it_are_left() -> None:
    told = {
        "id": "E01",
        "kind": "table",
        "completeness": "complete",
        "reading": "complete for anna",
        "n": 3,
        "no": None,
    }
    assert documents.walk(told, renamed, documents.EXHIBIT) == told | {"reading": "X for X"}


def test_a_parameter_that_is_called_as_a_member_is_not_left() -> None:
    told = {"id": "1", "parameters": {"id": "anna", "region": "bar", "rows": "x"}}
    assert documents.walk(told, renamed, documents.RUN) == {
        "id": "1",
        "parameters": {"id": "X", "region": "X", "rows": "x"},
    }


def test_the_kind_of_an_engine_is_left_and_its_name_is_not() -> None:
    assert documents.walk({"engine": "local:anna"}, renamed, frozenset()) == {"engine": "local:X"}


def test_declared_phrases_are_still_in_their_sentence() -> None:
    assert documents.walk({"given": {"ticket of anna": "by anna"}}, renamed, frozenset()) == {
        "given": {"ticket of X": "by X"}
    }


def test_a_figure_shows_no_name_and_is_drawn_as_before() -> None:
    figure = {
        "data": [{"type": "bar", "x": ["anna"], "line": {"color": "bar"}, "customdata": [["anna"]]}],
        "layout": {"title": {"text": "anna"}, "template": {"data": {"bar": [{"type": "bar"}]}}},
    }
    made = documents.figure(figure, renamed)
    assert "anna" not in json.dumps(made)
    assert made["data"][0]["type"] == "bar"
    assert made["data"][0]["line"] == {"color": "bar"}
    assert made["layout"]["template"]["data"]["bar"] == [{"type": "bar"}]


def test_a_notebook_keeps_no_name_and_nothing_that_cannot_be_looked_into() -> None:
    outputs = [
        nbformat.v4.new_output("stream", text="anna"),
        nbformat.v4.new_output("error", ename="anna", evalue="anna", traceback=["anna"]),
        nbformat.v4.new_output(
            "display_data",
            {
                "text/html": "<b>anna</b>",
                "image/png": "YW5uYQ==",
                "application/x-widget+json": {"anna": 1},
                "application/vnd.plotly.v1+json": {"data": [{"type": "bar", "name": "anna"}]},
            },
            metadata={"siem": {"of": "anna"}},
        ),
    ]
    cell = nbformat.v4.new_code_cell("user = 'anna'", outputs=outputs, metadata={"papermill": {"who": "anna"}})
    text = nbformat.v4.new_markdown_cell("anna", attachments={"a.png": {"image/png": "anna"}})
    executed = nbformat.v4.new_notebook(cells=[cell, text], metadata={"papermill": {"parameters": {"user": "anna"}}})
    documents.notebook(executed, renamed)
    assert "anna" not in nbformat.writes(executed)
    assert "YW5uYQ" not in nbformat.writes(executed)
    data = executed.cells[0].outputs[2].data
    assert set(data) == {"text/html", "application/vnd.plotly.v1+json"}
    assert data["application/vnd.plotly.v1+json"]["data"][0]["type"] == "bar"
