"""How the cells of a column are set in a notebook, so that a wide table can be read.

A cell may be broken anywhere, since a log line need not hold a blank. Without a least width the browser would then give
a run id three letters a line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from siemlib.case.cells import numeric_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDTHS = ((64, 14), (300, 26))
"""Least widths, in digits, of a column whose longest text has up to so many characters."""
_WIDEST = 32
_TIME = 11
"""A day above its time of day: hyphens would break it too."""


def styles(frame: pd.DataFrame, rows: Sequence[Sequence[str]]) -> list[str]:
    """The style of the cells of each column; ``rows`` are the texts that are shown."""
    longest = [max((len(row[place]) for row in rows), default=0) for place in range(len(frame.columns))]
    return [
        _style(kind, width, numeric=numeric)
        for kind, width, numeric in zip(frame.dtypes, longest, numeric_columns(frame), strict=True)
    ]


def text_width(longest: int) -> int:
    """The least width of a column of text, in digits."""
    return min(longest, next((width for most, width in _WIDTHS if longest <= most), _WIDEST))


def _style(kind: Any, longest: int, *, numeric: bool) -> str:  # noqa: ANN401 - any kind of column
    if numeric:
        return "text-align:right;white-space:nowrap;vertical-align:top"
    width = _TIME if pd.api.types.is_datetime64_any_dtype(kind) else text_width(longest)
    return f"text-align:left;white-space:pre-wrap;overflow-wrap:anywhere;vertical-align:top;min-width:{width}ch"
