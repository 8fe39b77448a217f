"""CSV that a spreadsheet opens as data and a terminal shows as text: no cell is a formula, or moves the cursor.

The Parquet file beside it keeps the exact values. See OWASP, "CSV Injection".
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from siemlib.evidence.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_OPENING = r"=+\-@\uff1d\uff0b\uff0d\uff20"
"""What begins a formula, and the full-width forms, which spreadsheets in East Asian locales read as the plain ones."""
_NUMBER = r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
_FORMULA = re.compile(rf"(?!{_NUMBER}\Z)(?=\s*[{_OPENING}]|[\t\r\n])")
_QUOTED = re.compile(r'[,"\r\n]')
_INNER = re.compile(rf'([;\t\r\n])(?=[\s"\']*[{_OPENING}])(?!{_NUMBER}(?:[;\t\r\n]|\Z))')
"""A program that separates by semicolons or tabs sees neither the quotes of a cell nor that they hold a line end:
another cell begins within it."""


def safe_cell(text: str) -> str:
    r"""``text``, after an apostrophe where a spreadsheet could take it, or a part of it, for a formula.

    Plain numbers stay numbers. Control characters and marks that reorder text are spelled out, as ``\x1b`` and
    ``\u202e``.
    """
    text = _INNER.sub(r"\1'", visible(text))
    return "'" + text if _FORMULA.match(text) else text


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """RFC 4180 text of a table whose cells are all safe."""
    return csv_lines([[safe_cell(name) for name in header]]) + csv_lines(
        [safe_cell(cell) for cell in row] for row in rows
    )


def csv_lines(rows: Iterable[Sequence[str]]) -> str:
    """The lines of rows whose cells are safe already."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def quoted(cell: str) -> str:
    """One cell as it stands in such a line, unless the line has no other and this one is empty."""
    return '"' + cell.replace('"', '""') + '"' if _QUOTED.search(cell) else cell
