"""The few names that a chart shows: the highest ones, and the rest summed as others."""

from __future__ import annotations

import pandas as pd

from siemlib.charts.text import LONGEST, labels_of, number

UNSAID = "(not said)"
"""The name of what has none."""


class Few:
    """Which of the names in a column are shown: ``labels`` are inert and distinct, ``places`` leads each row to one.

    At most ``most`` names are shown, those with the highest sums of ``amounts``, in that order, or (``by_rank=False``)
    in that of first appearance. ``summed`` names stand together in the last place, as others.
    """

    def __init__(
        self, column: pd.Series, amounts: pd.Series, most: int, *, longest: int = LONGEST, by_rank: bool = True
    ) -> None:
        names = column.astype("object").where(column.notna(), UNSAID).astype(str)
        sums = amounts.groupby(names, sort=False).sum().sort_values(ascending=False, kind="stable")
        ranked = [str(name) for name in sums.index]
        # One name alone is not worth a place as others: it takes that place itself.
        chosen = set(ranked if len(ranked) <= most + 1 else ranked[:most])
        shown = [name for name in (ranked if by_rank else dict.fromkeys(names)) if name in chosen]
        self.named = len(shown)
        self.summed = len(ranked) - len(shown)
        self.labels = labels_of([*shown, f"others ({self.summed})"] if self.summed else shown, longest)
        place = {name: index for index, name in enumerate(shown)}
        self.places = pd.Series([place.get(name, len(shown)) for name in names], index=column.index)

    def words(self) -> str:
        """``20 by name, and 40 more summed as others``."""
        more = f", and {number(self.summed)} more summed as others" if self.summed else ""
        return f"{number(self.named)} by name{more}"


def numbers(values: pd.Series) -> pd.Series:
    """A column of numbers as floats; a missing one counts nothing."""
    return pd.to_numeric(values).astype("float64").fillna(0.0)
