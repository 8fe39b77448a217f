"""What a report page shows of an exhibit, and the digests of it that the page can compute again.

The rows in the page are the first thousand, or fewer where the exhibits of a page are many or wide, so that it opens;
as text. Their canonical form is that of a run's rows, but for arrays: the
header and then each row as one RFC 8785 JSON array of strings, each followed by a line feed. What is invisible is
spelled out in them (:mod:`siemlib.evidence.visible`), as it is in the page.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from siemlib.case.cells import escaped, header_of, shown_rows_of
from siemlib.evidence.digest import sha256_text
from siemlib.evidence.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

PAGE_ROWS = 1_000
"""Rows of an exhibit that stand in the page, at most; its data files hold them all."""
PAGE_BYTES = 3_500_000
"""Of HTML, for the charts and rows of all exhibits of a page, which with all else is to stay below six million."""
_PART = 4
"""One exhibit takes no more than this part of what is left, so that there are rows also of the last ones."""
_LEAST = 10_000
"""Bytes that each exhibit may take, whatever is left."""
_CELL, _ROW = len("<td></td>"), len("<tr></tr>\n")

PAGE_FORM = "header and rows as shown, one RFC 8785 JSON array of strings each, each followed by a line feed"


class Room:
    """What is left of a page for the exhibits still to come. A chart is drawn whatever it takes, rows make way."""

    def __init__(self) -> None:
        self._left = PAGE_BYTES

    def rows(self, frame: pd.DataFrame, figure: dict[str, Any] | None = None, *, whole: bool = False) -> int:
        """How many rows of the next exhibit stand in the page: one at least. ``whole``: as many as any table may."""
        self._left -= 0 if figure is None else len(figure_text(figure))
        most = max(self._left // _PART, _LEAST)
        taken = count = 0
        for row in shown_rows_of(frame, PAGE_ROWS):
            size = _ROW + sum(_CELL + len(escaped(cell).encode("utf-8", "replace")) for cell in row)
            if count and not whole and taken + size > most:
                break
            taken, count = taken + size, count + 1
        self._left -= taken
        return count


def shown_record(frame: pd.DataFrame, figure: dict[str, Any] | None = None, most: int = PAGE_ROWS) -> dict[str, Any]:
    """What the record of an exhibit says of its part of the page: rows shown, their digest, that of the chart."""
    rows = list(shown_rows_of(frame, min(most, PAGE_ROWS)))
    told = {"rows": len(rows), "rows_sha256": shown_digest(header_of(frame), rows), "rows_form": PAGE_FORM}
    return told if figure is None else told | {"figure_sha256": sha256_text(figure_text(figure))}


def page_rows(record: Mapping[str, Any]) -> int:
    """How many rows the page shows at most, of an exhibit with this record."""
    told = record.get("page")
    rows = told.get("rows") if isinstance(told, dict) else None
    return min(rows, PAGE_ROWS) if isinstance(rows, int) and rows > 0 else PAGE_ROWS


def shown_digest(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The SHA-256 of header and rows in the form above."""
    digest = hashlib.sha256()
    for row in (header, *rows):
        cells = [visible(cell) for cell in row]
        digest.update(json.dumps(cells, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    return digest.hexdigest()


def figure_text(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """JSON that can neither end the script element that holds it nor begin a comment in it: ASCII, no ``<>&``."""
    text = json.dumps(value, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
