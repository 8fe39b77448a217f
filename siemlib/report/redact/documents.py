"""The JSON of a record with its texts redacted: what orders a document, and is no text of a log, stays as it is.

Anybody can log in under the name ``complete`` or ``table``; a record in which such words were replaced where the
program wrote them would no longer be one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import nbformat

RUN = frozenset(
    [
        "id",
        "sequence",
        "accounts",
        "region",
        "timespan",
        "started",
        "finished",
        "statistics",
        "completeness",
        "columns",
        "rows_sha256",
        "rows_form",
        "rows_file",
        "rows_bytes",
        "software",
        "query_ids",
        "every_row",
        "execution",
    ]
)
EXHIBIT = frozenset(
    [
        "id",
        "name",
        "kind",
        "key",
        "runs",
        "completeness",
        "rows",
        "page",
        "columns",
        "csv_sha256",
        "parquet_sha256",
        "figure_sha256",
    ]
)
CASE = frozenset(["timespan", "sources", "events", "rejected", "first", "last"])
FINDING = frozenset(["id", "exhibits", "runs", "completeness"])
ENTRY = frozenset(["time", "sequence", "previous"])
SECTION = frozenset(["section", "state"])
ORIGIN: frozenset[str] = frozenset()
SUMMARY = frozenset(
    [
        "name",
        "date",
        "status",
        "built",
        "start",
        "end",
        "exhibits",
        "runs",
        "complete_runs",
        "findings",
        "seal",
        "asset",
    ]
)
"""Members of a document, and of what is in it, that are left."""
_FIGURE = frozenset(
    [
        "type",
        "mode",
        "color",
        "colorscale",
        "colorway",
        "symbol",
        "dash",
        "shape",
        "fill",
        "anchor",
        "side",
        "xaxis",
        "yaxis",
        "xref",
        "yref",
        "xanchor",
        "yanchor",
        "orientation",
        "template",
        "dtype",
        "bdata",
        "hovermode",
        "barmode",
        "dragmode",
        "family",
        "autorange",
        "rangemode",
        "tickformat",
        "hoverformat",
        "hoverinfo",
        "textposition",
        "position",
        "domain",
        "ticks",
        "tickmode",
        "uirevision",
        "visible",
        "showlegend",
        "line",
        "marker",
        "font",
    ]
)
"""Of a figure: what says how it is drawn."""
_WORDS = ("text/html", "text/plain", "text/markdown", "text/latex")
_PLOTLY = "application/vnd.plotly.v1+json"


def walk(value: Any, text: Callable[[str], str], left: frozenset[str]) -> Any:  # noqa: ANN401 - any JSON value
    """``value`` with each text in it redacted, but for the members in ``left``."""
    match value:
        case str():
            return text(value)
        case list():
            return [walk(each, text, left) for each in value]
        case dict():
            return {name: _member(name, each, text, left) for name, each in value.items()}
        case _:
            return value


def _member(name: str, value: Any, text: Callable[[str], str], left: frozenset[str]) -> Any:  # noqa: ANN401 - as above
    if name in left:
        return value
    if name == "parameters":  # of a query: whoever wrote it named them, and may have named one "id"
        return walk(value, text, frozenset())
    if name == "engine" and isinstance(value, str):
        kind, colon, rest = value.partition(":")
        return f"{kind}{colon}{text(rest)}"
    if name == "given" and isinstance(value, dict):  # phrases of the reading, which must still be in it
        return {text(phrase): walk(each, text, left) for phrase, each in value.items()}
    return walk(value, text, left)


def figure(value: Any, text: Callable[[str], str]) -> Any:  # noqa: ANN401 - a figure of plotly, or a part of one
    """A figure with every text that it shows redacted."""
    if isinstance(value, dict):
        return {
            name: each if name in _FIGURE and not isinstance(each, (dict, list)) else figure(each, text)
            for name, each in value.items()
        }
    if isinstance(value, list):
        return [figure(each, text) for each in value]
    return text(value) if isinstance(value, str) else value


def notebook(executed: nbformat.NotebookNode, text: Callable[[str], str]) -> None:
    """Redact sources, outputs and what is kept of them in place."""
    executed.metadata = walk(executed.metadata, text, frozenset())
    for cell in executed.cells:
        cell.source, cell.metadata = text(cell.source), walk(cell.metadata, text, frozenset())
        cell.pop("attachments", None)
        for output in cell.get("outputs", []):
            _output(output, text)


def _output(output: nbformat.NotebookNode, text: Callable[[str], str]) -> None:
    if "metadata" in output:
        output.metadata = walk(output.metadata, text, frozenset())
    if output.output_type == "stream":
        output.text = text(output.text)
    elif output.output_type == "error":
        output.ename, output.evalue = text(output.ename), text(output.evalue)
        output.traceback = [text(line) for line in output.traceback]
    else:
        for kind, content in list(output.get("data", {}).items()):
            if kind == _PLOTLY:
                output.data[kind] = figure(content, text)
            elif isinstance(content, str) and kind in _WORDS:
                output.data[kind] = text(content)
            else:  # a picture, or what a widget keeps: nobody can look into it for names
                del output.data[kind]
