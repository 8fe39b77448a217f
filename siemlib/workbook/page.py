"""A page of questions about one thing of a case: which ones, in which order, and how each is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from siemlib.workbook.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from siemlib.case import Answer, Case, Chart


class Asked(Protocol):
    """Something that questions are asked about, in a case."""

    @property
    def case(self) -> Case:
        """Where they are asked."""


About = TypeVar("About", bound=Asked)


@dataclass(frozen=True, slots=True)
class Step(Generic[About]):
    """One part of a page: the question, its chart (of the answer, in the case), and whether it heads the report."""

    question: Callable[[About], Answer]
    chart: Callable[[Answer, Case], Chart] | None = None
    key: bool = False

    def drawn(self, about: About) -> Answer | Chart:
        """The answer, or the chart of it."""
        answer = self.question(about)
        return self.chart(answer, about.case) if self.chart else answer


def plainly(chart: Callable[[Answer], Chart]) -> Callable[[Answer, Case], Chart]:
    """A chart that needs no more than the answer."""
    return lambda answer, _case: chart(answer)


def shown(about: About, page: Iterable[Step[About]]) -> Shown:
    """Ask every question of the page, make each answer an exhibit of the case, and show them all."""
    return Shown(tuple(about.case.show(step.drawn(about), key=step.key) for step in page))
