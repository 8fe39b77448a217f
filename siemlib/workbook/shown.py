"""Several exhibits, shown one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siemlib.case import Exhibit


@dataclass(frozen=True, eq=False)
class Shown:
    """The exhibits that one call has added to the case. As the last value of a cell it shows them all."""

    exhibits: tuple[Exhibit, ...]

    def __len__(self) -> int:
        return len(self.exhibits)

    def __iter__(self) -> Iterator[Exhibit]:
        return iter(self.exhibits)

    def __repr__(self) -> str:
        return "\n\n".join(exhibit.text() for exhibit in self.exhibits)

    def _ipython_display_(self) -> None:
        for exhibit in self.exhibits:
            exhibit._ipython_display_()
