"""What an investigation answers with: a table and how to read it, or a chart of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from siemlib.model.run import Completeness

if TYPE_CHECKING:
    import pandas as pd
    from plotly.graph_objects import Figure

    from siemlib.model.run import Run

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
"""The name of an answer: lower-case words joined by hyphens."""


@dataclass(frozen=True, eq=False)
class Answer:
    """A table that answers one question. Raises ValueError when ``name`` is not a slug (``peers-by-port``)."""

    name: str
    title: str
    frame: pd.DataFrame
    """Typed as :attr:`siemlib.engine.Result.frame` is: times are aware UTC, missing values are missing."""
    reading: str
    """One or two sentences that are computed from the data; plain text, shown as it is."""
    searched: str
    """Which log groups, over which time, for what; also, and above all, when nothing was found."""
    runs: tuple[Run, ...]
    """Every run that the table rests on."""
    caveat: str = ""
    """A sentence that belongs beside the status of a report: complete runs over logs that hold little prove little."""

    given: tuple[tuple[str, str], ...] = ()
    """Phrases of the reading whose numbers are no result, each with what its number is: a limit, a ticket."""

    def __post_init__(self) -> None:
        """Refuse a name that cannot name a file."""
        if not SLUG.fullmatch(self.name):
            message = f"an answer's name is lower-case words joined by hyphens, not {self.name!r}"
            raise ValueError(message)

    @property
    def completeness(self) -> Completeness:
        """The worst of its runs; unknown when there was none."""
        return Completeness.worst(run.completeness for run in self.runs)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        # How things look rests on what they are, so that this alone looks the other way.
        from siemlib.case.display import preview  # noqa: PLC0415 - as said above

        del include, exclude  # the whole bundle is small
        return preview(self)


@dataclass(frozen=True, eq=False)
class Chart:
    """A figure of an answer. ``sentence`` says what it shows to a reader who cannot see it.

    Whatever text the figure holds, :meth:`siemlib.case.Case.show` makes sure that it is drawn as text.
    """

    answer: Answer
    figure: Figure
    sentence: str
