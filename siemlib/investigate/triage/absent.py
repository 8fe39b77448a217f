"""What a page says of an alert that is not there: why, under every question, instead of stopping."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.ask import typed
from siemlib.investigate.triage.alarm import Alarm, NoAlertError, find

if TYPE_CHECKING:
    from collections.abc import Callable

    from siemlib.case import Case

_GIVEN = "the alert that was asked for, and those like it that the look for it found"
"""No exhibit shows them: one that rested on that look would be taken for an answer."""


@dataclass(frozen=True)
class Absent:
    """An alert that was asked for and that the logs do not hold."""

    why: str
    """A sentence without its full stop, with the nearest alerts where there are any."""


def seek(case: Case, *, alert: str = "", rule: str = "", time: str = "", minutes: int = 15) -> Alarm | Absent:
    """As :func:`find`, for a page: an alert that is not there gives an :class:`Absent`, about which nothing is known.

    Raises UsageError where nothing says which alert is meant.
    """
    try:
        return find(case, alert=alert, rule=rule, time=time, minutes=minutes)
    except NoAlertError as none:
        return Absent(str(none))


def of_an_alert(question: Callable[[Case, Alarm], Answer]) -> Callable[[Case, Alarm | Absent], Answer]:
    """The question, which says why of an alert that is not there; resting on no run, it is not examined."""

    @wraps(question)
    def asked(case: Case, alarm: Alarm | Absent) -> Answer:
        if isinstance(alarm, Alarm):
            return question(case, alarm)
        name = question.__name__.replace("_", "-")
        title = question.__name__.replace("_", " ").capitalize()
        reading, empty = f"Not examined: {alarm.why}.", typed([], {"answer": "text"})
        return Answer(name, title, empty, reading, "no log group.", (), given=((alarm.why, _GIVEN),))

    return asked
