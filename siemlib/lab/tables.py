"""Tables that sort and search, drawn by what itables brings, without asking the network.

The rows are in the page as a plain table, every cell escaped: that is what a reader sees where no script runs, in a
notebook that is not trusted or in an export. A script then makes that very table sort and search. Its code, which
itables carries, is put into the page once, by the cell that loads the extension.

No cell is read as HTML, and no function or option comes from data.
"""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import itables.options
import pandas as pd

from siemlib.case.cells import cell_text, escaped, header_of, numeric_columns
from siemlib.case.columns import text_width

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_ROWS = 1_000
"""Rows that are put into the page; the variable holds them all."""
MOST_CHARACTERS = 2_000_000
"""Text that is put into the page: of rows that are long there are fewer."""
LONGEST_CELL = 2_000
"""Characters of one cell."""

_OPTIONS = {
    "order": [],
    "pageLength": 25,
    "lengthMenu": [10, 25, 100, MOST_ROWS],
    "autoWidth": False,
    "language": {
        "search": "Search these rows:",
        "info": "rows _START_ to _END_ of the _TOTAL_ in this table",
        "infoEmpty": "no rows",
        "infoFiltered": "(of _MAX_)",
        "zeroRecords": "no row of this table holds that",
        "lengthMenu": "_MENU_ rows a page",
    },
}
_NAME = "window.siemlib_tables"
_READY = "siemlib-tables-ready"
_TEXT = "text-align:left;white-space:pre-wrap;overflow-wrap:anywhere;vertical-align:top"
_TIME = "text-align:left;white-space:nowrap;vertical-align:top"
_NUMBER = "text-align:right;white-space:nowrap;vertical-align:top"
_numbers = count(1)

_LOAD = """<script type="module">
(async () => {
  if (NAME) return;
  const unpack = async (packed) => {
    const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  };
  NAME = (async () => {
    const style = document.createElement("style");
    style.textContent = await unpack("STYLE");
    document.head.append(style);
    const url = URL.createObjectURL(new Blob([await unpack("CODE")], { type: "text/javascript" }));
    const drawn = await import(url);
    URL.revokeObjectURL(url);
    drawn.set_or_remove_dark_class();
    return drawn;
  })();
  NAME.then(() => window.dispatchEvent(new Event("READY")));
})();
</script>"""
_DRAW = """<script type="module">
(() => {
  const draw = async () => {
    const { ITable } = await NAME;
    for (const table of document.querySelectorAll("#ID:not(.dataTable)")) new ITable(table, OPTIONS);
  };
  if (NAME) draw();
  else window.addEventListener("READY", draw, { once: true });
})();
</script>"""


@cache
def bundle_html(said: str) -> str:
    """The output that lets tables of this page sort and search; ``said`` is what a reader sees of it."""
    code = Path(itables.options.dt_bundle)
    script = _LOAD.replace("STYLE", _packed(code.with_suffix(".css"))).replace("CODE", _packed(code))
    return f"<p>{escaped(said)}</p>" + script.replace("NAME", _NAME).replace("READY", _READY)


def shown_rows(frame: pd.DataFrame) -> int:
    """How many of its first rows fit into the page."""
    part = frame.head(MOST_ROWS)
    total = 0
    for number, row in enumerate(_texts(part)):
        total += sum(min(len(text), LONGEST_CELL) for text in row)
        if total > MOST_CHARACTERS:
            return max(number, 1)
    return len(part)


def table_html(frame: pd.DataFrame, caption: str) -> str:
    """The first :func:`shown_rows` of the frame as a table that sorts and searches; ``caption`` is plain text.

    Numbers sort as numbers and times as times, also those that a float cannot hold: by their rank. What is missing is
    last in ascending order.
    """
    part = frame.head(shown_rows(frame))
    name = f"siem-table-{next(_numbers)}"
    ranks, styles = _ranks(part), _styles(part, list(_texts(part)))
    head = "".join(f'<th scope="col" style="text-align:left">{escaped(title)}</th>' for title in header_of(part))
    body = "".join(
        f"<tr>{''.join(_cell(row[place], styles[place], ranks[place], number) for place in range(len(row)))}</tr>"
        for number, row in enumerate(_texts(part))
    )
    script = _DRAW.replace("ID", name).replace("OPTIONS", json.dumps(_OPTIONS))
    return (
        f'<table id="{name}" class="display compact" style="width:100%;table-layout:auto">'
        f'<caption style="text-align:left;caption-side:top">{escaped(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        + script.replace("NAME", _NAME).replace("READY", _READY)
    )


def _cell(text: str, style: str, ranks: list[int] | None, row: int) -> str:
    order = f' data-order="{ranks[row]}"' if ranks else ""
    left = len(text) - LONGEST_CELL
    if left > 0:
        text = f"{text[:LONGEST_CELL]}… ({left:,} more characters)"
    return f'<td style="{style}"{order}>{escaped(text)}</td>'


def _texts(frame: pd.DataFrame) -> Iterator[list[str]]:
    for row in frame.astype(object).itertuples(index=False, name=None):
        yield [cell_text(value.item() if hasattr(value, "item") else value) for value in row]


def _styles(frame: pd.DataFrame, rows: list[list[str]]) -> list[str]:
    times = [pd.api.types.is_datetime64_any_dtype(kind) for kind in frame.dtypes]
    widths = [text_width(max((len(row[place]) for row in rows), default=0)) for place in range(len(times))]
    return [
        _NUMBER if numeric else _TIME if time else f"{_TEXT};min-width:{width}ch"
        for numeric, time, width in zip(numeric_columns(frame), times, widths, strict=True)
    ]


def _ranks(frame: pd.DataFrame) -> list[list[int] | None]:
    """For each column of numbers or times the place of each value in their order; text sorts by itself."""
    kinds = pd.api.types
    return [
        frame.iloc[:, place].rank(method="dense", na_option="bottom").astype(int).tolist()
        if kinds.is_numeric_dtype(kind) or kinds.is_datetime64_any_dtype(kind)
        else None
        for place, kind in enumerate(frame.dtypes)
    ]


def _packed(path: Path) -> str:
    # The time in the header would make the same output differ each time.
    return b64encode(gzip.compress(path.read_bytes(), mtime=0)).decode("ascii")
