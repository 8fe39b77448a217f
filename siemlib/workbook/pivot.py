"""Every question about one address or one user, bound to a case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from siemlib import charts
from siemlib.case.display import preview
from siemlib.investigate import pivot
from siemlib.model.observable import Address
from siemlib.workbook.page import Step, plainly, shown

if TYPE_CHECKING:
    from siemlib.case import Answer, Case
    from siemlib.investigate.pivot import Subject
    from siemlib.workbook.shown import Shown


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

    @property
    def entered(self) -> str:
        """What the custody log says of it."""
        return f"pivoted on the {self.subject.noun} {self.subject.name}"

    def first_look(self) -> Answer:
        """Five questions with a line each: seen where, the worst alert, traffic, logins, changes of the account.

        >>> case.pivot_ip("203.0.113.66").first_look().frame.columns.tolist()
        ['question', 'answer']
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

    def identities(self) -> Answer:
        """Roles, sessions, keys and accounts that the user became, each with the event that proves it: one row each."""
        return pivot.identities(self.case, self.subject)

    def account_changes(self) -> Answer:
        """Calls that change rights, keys, logs or sharing in the AWS account: one row for each, oldest first."""
        return pivot.account_changes(self.case, self.subject)

    def calls(self) -> Answer:
        """CloudTrail calls: one row for each call and error, with how many succeeded and failed."""
        return pivot.calls(self.case, self.subject)

    def requests(self) -> Answer:
        """Web requests, grouped: one row for each."""
        return pivot.requests(self.case, self.subject)

    def signatures(self) -> Answer:
        """What the network sensor saw: one row for each signature."""
        return pivot.signatures(self.case, self.subject)

    def databases(self) -> Answer:
        """What the databases say: one row for each user, database and address."""
        return pivot.databases(self.case, self.subject)

    def actions(self) -> Answer:
        """What the hosts and applications say beside logins: one row for each action."""
        return pivot.actions(self.case, self.subject)

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
        others = _OF_USERS if self.subject.ip else _OF_ADDRESSES
        return shown(self, (step for step in PAGE if step.question not in others))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        del include, exclude  # the whole bundle is small
        return preview(self.first_look())

    def __repr__(self) -> str:
        return f"Pivot on the {self.subject.noun} {self.subject.name!r}, {self.case.timespan}"


PAGE = (
    Step(Pivot.first_look, key=True),
    Step(Pivot.seen_in),
    Step(Pivot.activity, plainly(charts.activity)),
    Step(Pivot.alerts, plainly(charts.levels), key=True),
    Step(Pivot.logins, key=True),
    Step(Pivot.beside),
    Step(Pivot.identities, key=True),
    Step(Pivot.account_changes, key=True),
    Step(Pivot.calls),
    Step(Pivot.requests),
    Step(Pivot.signatures),
    Step(Pivot.databases),
    Step(Pivot.actions),
    Step(Pivot.flows, plainly(charts.flows)),
    Step(Pivot.ports, plainly(charts.ports), key=True),
    Step(Pivot.peers),
    Step(Pivot.timeline, plainly(charts.timeline)),
)
"""The page in the order of the notebooks."""
_OF_ADDRESSES = (Pivot.flows, Pivot.ports, Pivot.peers)
_OF_USERS = (Pivot.identities,)
