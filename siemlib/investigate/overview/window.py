"""How a window is cut into bins, the same for every chart of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.investigate.ask import times, typed
from siemlib.investigate.periods import WIDTHS, shortest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from siemlib.case import Case


def bin_of(case: Case) -> str:
    """The shortest period that cuts the window into at most 150 bins."""
    return shortest(case.timespan.end - case.timespan.start)


def binned(case: Case, rows: Iterable[Sequence[object]], columns: Mapping[str, str]) -> pd.DataFrame:
    """Rows of a bin's start and further values as a frame that begins with ``from`` and ``to``, in time order.

    Rows of the same bin and texts are summed. Bins are whole, also where the window begins or ends within one.
    """
    keys = [name for name, kind in columns.items() if kind == "text"]
    frame = typed(rows, {"from": "time", **columns}).groupby(["from", *keys], as_index=False, sort=True).sum()
    frame["from"] = times(frame["from"])
    frame.insert(1, "to", times(frame["from"] + WIDTHS[bin_of(case)]))
    return frame[["from", "to", *columns]]
