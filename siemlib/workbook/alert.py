"""Every question about one alert, bound to a case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from siemlib import charts
from siemlib.case.display import preview
from siemlib.investigate import triage
from siemlib.workbook.page import Step, plainly, shown

if TYPE_CHECKING:
    from siemlib.case import Answer, Case, Chart
    from siemlib.investigate.triage import Alarm
    from siemlib.workbook.shown import Shown


@dataclass(frozen=True, eq=False)
class Alert:
    """The questions of the notebook ``triage-alert``. As the last value of a cell it is the alert in short.

    Each question gives an :class:`~siemlib.case.Answer`. ``alarm`` is the alert: its ``time`` (UTC), ``rule``,
    ``level`` (0 to 16), ``event`` (the alert as a mapping), and ``minutes``, the window to each side of it.
    """

    case: Case
    alarm: Alarm

    def in_short(self) -> Answer:
        """The questions of a triage with a line each; the reading weighs the facts: error, attack, or undecided.

        >>> case.alert(rule="40112", time="2026-03-04T02:31:47Z").in_short().reading.partition(",")[0]
        'Reading: attack that may have succeeded'
        """
        return triage.in_short(self.case, self.alarm)

    def in_full(self) -> Answer:
        """Every field of the alert: one row for each, with its dotted name."""
        return triage.in_full(self.case, self.alarm)

    def about_whom(self) -> Answer:
        """Every address, user and host of the alert, with the field that names it: one row for each."""
        return triage.about_whom(self.case, self.alarm)

    def history(self) -> Answer:
        """Alerts of the same rule over time: one row for each bin ``[from, to)`` (UTC)."""
        return triage.history(self.case, self.alarm)

    def siblings(self) -> Answer:
        """Alerts of the window that share address, user or rule with this one: one row for each group."""
        return triage.siblings(self.case, self.alarm)

    def around(self) -> Answer:
        """Events of the window that name its address or user: one row for each, oldest first."""
        return triage.around(self.case, self.alarm)

    def on_the_host(self) -> Answer:
        """What else happened on its host in the window: one row for each kind, the rarest first."""
        return triage.on_the_host(self.case, self.alarm)

    def known_use(self) -> Answer:
        """Users who are active from its address: one row for each user and log group."""
        return triage.known_use(self.case, self.alarm)

    def success_after(self) -> Answer:
        """Logins that followed the failures: one row for each."""
        return triage.success_after(self.case, self.alarm)

    def for_and_against(self) -> Answer:
        """Every reading of the alert with the facts for and against it: one row for each."""
        return triage.for_and_against(self.case, self.alarm)

    def procedure(self) -> Answer:
        """How the reading was found: one row for each rule, in order."""
        return triage.procedure(self.case, self.alarm)

    def show(self) -> Shown:
        """Ask every question, make each answer an exhibit, with the charts of the notebook, and show them all."""
        return shown(self, PAGE)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        del include, exclude  # the whole bundle is small
        return preview(self.in_short())

    def __repr__(self) -> str:
        return f"Triage of {self.alarm.name}, {self.alarm.minutes} minutes to each side"


def _over_time(answer: Answer, case: Case) -> Chart:
    return charts.areas(answer, series="alerts of", value="alerts", timespan=case.timespan)


PAGE = (
    Step(Alert.in_short, key=True),
    Step(Alert.in_full, key=True),
    Step(Alert.about_whom, key=True),
    Step(Alert.history, _over_time),
    Step(Alert.siblings),
    Step(Alert.around, plainly(charts.timeline)),
    Step(Alert.on_the_host),
    Step(Alert.known_use, key=True),
    Step(Alert.success_after, key=True),
    Step(Alert.for_and_against),
    Step(Alert.procedure),
)
"""The page in the order of the notebook."""
