"""Every question about one address or one user, bound to a case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from siemlib import charts
from siemlib.case.display import preview
from siemlib.investigate import pivot
from siemlib.model.observable import Address
from siemlib.workbook.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from siemlib.case import Answer, Case, Chart
    from siemlib.investigate.pivot import Subject


def subject_of(text: str) -> Subject:
    """The address that ``text`` is, or else the user of that name. Raises UsageError for an empty text."""
    return pivot.address(text) if Address.read(text) else pivot.user(text)


@dataclass(frozen=True, eq=False)
class Pivot:
    """The questions of the notebooks ``pivot-ip`` and ``pivot-user``. As the last value of a cell it is a first look.

    Each question gives an :class:`~siemlib.case.Answer` with ``frame``, ``reading``, ``searched`` and ``completeness``;
    ``case.show(…)`` makes it an exhibit, a function of :mod:`siemlib.charts` draws it.
    """

    case: Case
    subject: Subject

    @classmethod
    def of(cls, case: Case, text: str) -> Pivot:
        """Pivot on what ``text`` names: an IP address, or any other text as a user."""
        return cls(case, subject_of(text))

    def first_look(self) -> Answer:
        """Five questions with a line each: seen where, the worst alert, traffic, logins, changes of the account.

        >>> case.pivot_ip("203.0.113.66").first_look().frame.shape
        (5, 2)
        """
        return pivot.first_look(self.case, self.subject)

    def seen_in(self) -> Answer:
        """Events that name the subject: one row for each log group, with ``events``, ``first`` and ``last`` (UTC).

        >>> frame = case.pivot_ip("203.0.113.66").seen_in().frame.set_index("log group")
        >>> int(frame.loc["vpc-flow", "events"])
        1154
        """
        return pivot.seen_in(self.case, self.subject)

    def activity(self) -> Answer:
        """Events over time: one row for each kind of log and bin ``[from, to)``, with ``events``."""
        return pivot.activity(self.case, self.subject)

    def alerts(self) -> Answer:
        """Alerts that name the subject: one row for each rule, with its ``level`` (0 to 16) and ``alerts``."""
        return pivot.alerts(self.case, self.subject)

    def logins(self) -> Answer:
        """Logins: one row for each user and address, with failures, successes and the failures before the first.

        >>> frame = case.pivot_user("maria").logins().frame.set_index("address")
        >>> int(frame.loc["100.64.7.21", "failures before it"])
        3
        """
        return pivot.logins(self.case, self.subject)

    def beside(self) -> Answer:
        """Which users appear with the address, or which addresses with the user: one row for each and its source."""
        return pivot.beside(self.case, self.subject)

    def account_changes(self) -> Answer:
        """Calls that change rights, keys, logs or sharing in the AWS account: one row for each, oldest first."""
        return pivot.account_changes(self.case, self.subject)

    def calls(self) -> Answer:
        """CloudTrail calls: one row for each call and error, with how many succeeded and failed."""
        return pivot.calls(self.case, self.subject)

    def flows(self) -> Answer:
        """Flow records of the address over time: one row for each action and bin, with ``flows`` and bytes."""
        return pivot.flows(self.case, self.subject)

    def ports(self) -> Answer:
        """Flow records of the address: one row for each port that was asked for."""
        return pivot.ports(self.case, self.subject)

    def peers(self) -> Answer:
        """Flow records of the address: one row for each address at the other end."""
        return pivot.peers(self.case, self.subject)

    def timeline(self) -> Answer:
        """Every event of every source, one row for each, oldest first (UTC, milliseconds); at most 50,000."""
        return pivot.timeline(self.case, self.subject)

    def show(self) -> Shown:
        """Ask every question, make each answer an exhibit, with the charts of the notebook, and show them all."""
        page = [step for step in PAGE if self.subject.ip or step.question not in _OF_ADDRESSES]
        return Shown(tuple(self.case.show(step.drawn(self), key=step.key) for step in page))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        del include, exclude  # the whole bundle is small
        return preview(self.first_look())

    def __repr__(self) -> str:
        return f"Pivot on the {self.subject.noun} {self.subject.name!r}, {self.case.timespan}"


@dataclass(frozen=True, slots=True)
class Step:
    """One part of the page of a pivot: which question, how it is drawn, and whether it heads the report."""

    question: Callable[[Pivot], Answer]
    chart: Callable[[Answer], Chart] | None = None
    key: bool = False

    def drawn(self, asked: Pivot) -> Answer | Chart:
        """The answer, or the chart of it."""
        answer = self.question(asked)
        return self.chart(answer) if self.chart else answer


PAGE = (
    Step(Pivot.first_look, key=True),
    Step(Pivot.seen_in),
    Step(Pivot.activity, charts.activity),
    Step(Pivot.alerts, charts.levels, key=True),
    Step(Pivot.logins, key=True),
    Step(Pivot.beside),
    Step(Pivot.account_changes, key=True),
    Step(Pivot.calls),
    Step(Pivot.flows, charts.flows),
    Step(Pivot.ports, charts.ports, key=True),
    Step(Pivot.peers),
    Step(Pivot.timeline, charts.timeline),
)
"""The page in the order of the notebooks."""
_OF_ADDRESSES = (Pivot.flows, Pivot.ports, Pivot.peers)
