"""Rows of a result as text or bytes. Log content in them can do nothing: to a terminal, a spreadsheet, or a parser."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from siemlib.cli.console import json_text, visible
from siemlib.evidence.spreadsheet import csv_text

if TYPE_CHECKING:
    from siemlib.engine import Result

_WIDTH_WITHOUT_TERMINAL = 10_000


def names(result: Result) -> list[str]:
    """The columns of the result; of events, ``@ptr`` is last."""
    last = ["@ptr"] if any("@ptr" in row for row in result.rows[:1]) else []
    return [*(column.name for column in result.columns), *last]


def table(result: Result, *, terminal: bool) -> str:
    """A table for people, without ``@ptr``; control characters are shown as escapes and nothing is read as markup."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=None, pad_edge=False, header_style="bold")
    for column in result.columns:
        drawn.add_column(Text(visible(column.name, keep="")), overflow="fold")
    for row in result.rows:
        drawn.add_row(*(Text(visible(row.get(column.name, ""), keep="\n")) for column in result.columns))
    out = io.StringIO()
    console = Console(file=out, force_terminal=terminal, highlight=False, emoji=False, markup=False)
    if not terminal:
        console.width = _WIDTH_WITHOUT_TERMINAL
    if result.columns:
        console.print(drawn)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def json_document(result: Result) -> str:
    """One JSON object: rows, statistics, completeness, notes. ASCII only, so that no terminal is moved by it."""
    statistics = result.statistics
    document = {
        "rows": result.rows,
        "statistics": {
            "recordsMatched": statistics.records_matched,
            "recordsScanned": statistics.records_scanned,
            "bytesScanned": statistics.bytes_scanned,
        },
        "completeness": result.completeness.value,
        "notes": list(result.run.notes),
    }
    return json_text(document) + "\n"


def ndjson(result: Result) -> str:
    """One JSON object a row and line, ASCII only."""
    return "".join(json_text(row, indent=None) + "\n" for row in result.rows)


def csv(result: Result, *, terminal: bool) -> str:
    """RFC 4180, safe to open in a spreadsheet; on a terminal, control characters are escapes."""
    columns = names(result)
    text = csv_text(columns, ([row.get(name, "") for name in columns] for row in result.rows))
    return visible(text, keep="\r\n\t") if terminal else text


def parquet(result: Result) -> bytes:
    """The typed frame as a Parquet file."""
    out = io.BytesIO()
    result.frame.to_parquet(out, index=False)
    return out.getvalue()
