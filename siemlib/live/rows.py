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
    from siemlib.model.run import LookupTable

_POINTER = "@ptr"


class Shaping:
    """Pages → rows. A page can be shaped when it comes, while others are on their way; then it is not shaped again."""

    def __init__(self, prepared: Prepared, without: str | None = None) -> None:
        """``without`` is a column that was asked for besides those of the query."""
        self.prepared = prepared
        self._without = without
        self._shaped: dict[int, tuple[Page, list[dict[str, str]]]] = {}

    def ahead(self, page: Page) -> None:
        """Shape a page, and keep it and its rows until they are asked for. Any thread may call it."""
        self._shaped[id(page)] = (page, self._rows(page))

    def rows(self, page: Page) -> list[dict[str, str]]:
        """The rows of a page; a missing value has no key."""
        shaped = self._shaped.pop(id(page), None)
        return self._rows(page) if shaped is None else shaped[1]

    def shown(self, page: Page) -> list[str]:
        """The columns of its rows, as the user calls them."""
        names = (name for name in page.names if name != self._without)
        return [name if name == _POINTER else self.prepared.column(name) for name in names]

    def _rows(self, page: Page) -> list[dict[str, str]]:
        shown = self.shown(page)
        columns = [column for name, column in zip(page.names, page.columns, strict=True) if name != self._without]
        rows = [dict(zip(shown, values, strict=True)) for values in zip(*columns, strict=True)]
        if all(None not in column for column in columns):
            return rows
        return [{name: value for name, value in row.items() if value is not None} for row in rows]


@dataclass(frozen=True)
class Rows:
    """The rows of a run and their columns."""

    columns: tuple[Column, ...]
    rows: list[dict[str, str]]
    matched: int
    scanned: int
    notes: tuple[str, ...] = ()
    """What a reader must know to read them rightly, as sentences."""
    lookup_tables: tuple[LookupTable, ...] = ()

    @classmethod
    def of(
        cls,
        shaping: Shaping,
        parts: Sequence[tuple[FetchedSlice, int]],
        matched: int,
        scanned: int,
    ) -> Rows:
        """The first rows of each part, so many as stand beside it, one part behind the other."""
        rows: list[dict[str, str]] = []
        names: dict[str, None] = {}
        for fetched, take in parts:
            left = take
            for page in fetched.pages():
                if left <= 0:
                    break
                found = shaping.rows(page)
                rows.extend(found if page.rows <= left else found[:left])
                names.update(dict.fromkeys(shaping.shown(page)))
                left -= page.rows
        plan = shaping.prepared.plan
        planned = {_POINTER, *(column.name for column in plan.columns)}
        # A column that the plan does not know is the service's own; it is shown as it came.
        columns = (*plan.columns, *(Column(name, FieldType.DYNAMIC) for name in names if name not in planned))
        return cls(columns, rows, matched, scanned, plan.notes)
