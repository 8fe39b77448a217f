"""Pages → the rows of a result, in the order in which they came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.engine.result import Column
from siemlib.model.event import FieldType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siemlib.live.asking import Prepared
    from siemlib.live.gathering import FetchedSlice
    from siemlib.live.service import Page

_POINTER = "@ptr"


@dataclass(frozen=True)
class Rows:
    """The rows of a run and their columns."""

    columns: tuple[Column, ...]
    rows: list[dict[str, str]]
    matched: int
    scanned: int
    truncated: bool = False
    """Whether rows were left out that nobody asked to leave out."""
    notes: tuple[str, ...] = ()
    """What a reader must know to read them rightly, as sentences."""

    @classmethod
    def of(  # noqa: PLR0913 - what is known of the rows
        cls,
        prepared: Prepared,
        parts: Sequence[tuple[FetchedSlice, int]],
        matched: int,
        scanned: int,
        *,
        truncated: bool = False,
        without: str | None = None,
    ) -> Rows:
        """The first rows of each part, so many as stand beside it, one part behind the other.

        ``without`` is a column that was asked for besides those of the query.
        """
        rows: list[dict[str, str]] = []
        names: dict[str, None] = {}
        for fetched, take in parts:
            left = take
            for page in fetched.pages():
                if left <= 0:
                    break
                rows.extend(_rows(prepared, page, left, names, without))
                left -= page.rows
        columns = list(prepared.plan.columns)
        planned = {column.name for column in columns}
        # A column that the plan does not know is the service's own; it is shown as it came.
        columns += [Column(name, FieldType.DYNAMIC) for name in names if name not in planned]
        return cls(tuple(columns), rows, matched, scanned, truncated, prepared.plan.notes)


def _rows(
    prepared: Prepared, page: Page, most: int, names: dict[str, None], without: str | None
) -> list[dict[str, str]]:
    """The first rows of a page; a missing value has no key. ``names`` takes the names of its columns."""
    pairs = [(name, column) for name, column in zip(page.names, page.columns, strict=True) if name != without]
    shown = [name if name == _POINTER else prepared.column(name) for name, _ in pairs]
    names.update(dict.fromkeys(name for name in shown if name != _POINTER))
    columns = [column[:most] for _, column in pairs]
    whole = all(None not in column for column in columns)
    rows = [dict(zip(shown, values, strict=True)) for values in zip(*columns, strict=True)]
    return rows if whole else [{name: value for name, value in row.items() if value is not None} for row in rows]
