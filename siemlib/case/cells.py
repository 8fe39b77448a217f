"""Values of a frame as text, and as text that is safe in a page."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import pandas as pd

from siemlib.evidence.values import value_text
from siemlib.evidence.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator


def escaped(text: str) -> str:
    """``text`` for an HTML page, in an element or a quoted attribute."""
    return html.escape(visible(text), quote=True)


def part(html: str) -> str:
    r"""A part of a page in which JupyterLab draws no formula.

    It hands every output to MathJax, which takes what stands between two ``$`` for TeX: of ``echo $HOME $USER`` no word
    would be left as it was, and a name such as ``$\phantom{eve}$`` would not be seen at all.
    """
    return f'<div class="siem-part tex2jax_ignore mathjax_ignore">{html}</div>'


def cell_text(value: object) -> str:
    """One value of a frame as plain text: what pandas calls missing is empty, the rest is of :func:`value_text`."""
    return "" if value is pd.NA or value is pd.NaT else value_text(value)


def rows_of(frame: pd.DataFrame, limit: int | None = None) -> Iterator[list[str]]:
    """The first ``limit`` rows of a frame (all of them without it) as lists of :func:`cell_text`."""
    part = frame if limit is None else frame.head(limit)
    # numpy's own scalars are turned into Python's, so that cell_text need know only those.
    for row in part.astype(object).itertuples(index=False, name=None):
        yield [cell_text(value.item() if hasattr(value, "item") else value) for value in row]


_AMOUNTS = frozenset(
    [
        "accepted",
        "alerts",
        "before",
        "bytes",
        "calls",
        "count",
        "doors",
        "events",
        "failed",
        "failures",
        "flows",
        "hosts",
        "matched",
        "packets",
        "peers",
        "records",
        "rejected",
        "requests",
        "rows",
        "scanned",
        "senders",
        "sources",
        "successes",
        "succeeded",
        "targets",
        "times",
    ]
)
"""Columns of amounts: they are shown with thousands separators. A port, a rule or an account is a number and a name."""


SHOWN_CHARACTERS = 4_000
"""Of a cell. No browser lays out a word of a million letters in a table, and a log writes what its visitors say."""


def shown_rows_of(frame: pd.DataFrame, limit: int | None = None) -> Iterator[list[str]]:
    """As :func:`rows_of`, for people: amounts have thousands separators, a very long text is cut and says so.

    What is stored is always plain and whole.
    """
    amounts = [
        numeric and bool(_AMOUNTS & set(str(name).lower().replace("_", " ").split()))
        for name, numeric in zip(frame.columns, numeric_columns(frame), strict=True)
    ]
    for row in rows_of(frame, limit):
        yield [_separated(text) if amount else _cut(text) for text, amount in zip(row, amounts, strict=True)]


def _cut(text: str) -> str:
    more = len(text) - SHOWN_CHARACTERS
    if more <= 0:
        return text
    return f"{text[:SHOWN_CHARACTERS]}… and {more:,} more characters, which the data files hold"


def _separated(text: str) -> str:
    return f"{int(text):,}" if text.removeprefix("-").isascii() and text.removeprefix("-").isdigit() else text


def header_of(frame: pd.DataFrame) -> list[str]:
    """The names of the columns; a column of times says that they are UTC."""
    return [
        f"{name} (UTC)" if isinstance(frame.dtypes.iloc[place], pd.DatetimeTZDtype) else str(name)
        for place, name in enumerate(frame.columns)
    ]


def numeric_columns(frame: pd.DataFrame) -> list[bool]:
    """Which columns are numbers, to be set flush right."""
    kinds = pd.api.types
    return [bool(kinds.is_numeric_dtype(kind) and not kinds.is_bool_dtype(kind)) for kind in frame.dtypes]
