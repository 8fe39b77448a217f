"""What a report page shows of an exhibit, and the digests of it that the page can compute again.

The rows in the page are the first thousand, as text; their canonical form is that of a run's rows, but for arrays: the
header and then each row as one RFC 8785 JSON array of strings, each followed by a line feed. What is invisible is
spelled out in them (:mod:`siemlib.evidence.visible`), as it is in the page.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from siemlib.case.cells import header_of, shown_rows_of
from siemlib.evidence.digest import sha256_text
from siemlib.evidence.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

PAGE_ROWS = 1_000
"""Rows of an exhibit that stand in the page; its data files hold them all."""

PAGE_FORM = "header and rows as shown, one RFC 8785 JSON array of strings each, each followed by a line feed"


def shown_record(frame: pd.DataFrame, figure: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the record of an exhibit says of its part of the page: rows shown, their digest, that of the chart."""
    rows = list(shown_rows_of(frame, PAGE_ROWS))
    told = {"rows": len(rows), "rows_sha256": shown_digest(header_of(frame), rows), "rows_form": PAGE_FORM}
    return told if figure is None else told | {"figure_sha256": sha256_text(figure_text(figure))}


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
