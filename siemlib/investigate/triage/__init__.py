"""The questions about one alert, by name, as a notebook asks them: ``triage.in_short(case, alarm)``.

``alarm = triage.find(case, alert="1588001006.9628221")`` is the alert; each question takes the case and the alarm and
gives an :class:`~siemlib.case.answer.Answer`. :func:`alerts_of` lists the alerts that there are. A page takes
:func:`seek` instead, with which every question says that an alert is not there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.investigate.triage.absent import Absent, seek
from siemlib.investigate.triage.alarm import Alarm, find
from siemlib.investigate.triage.around import around, on_the_host
from siemlib.investigate.triage.entry import success_after
from siemlib.investigate.triage.full import in_full
from siemlib.investigate.triage.history import history
from siemlib.investigate.triage.known import known_use
from siemlib.investigate.triage.listing import alerts_of
from siemlib.investigate.triage.reading import for_and_against, in_short, procedure
from siemlib.investigate.triage.siblings import siblings
from siemlib.investigate.triage.whom import about_whom

if TYPE_CHECKING:
    from collections.abc import Callable

    from siemlib.case import Answer, Case

    Question = Callable[[Case, Alarm | Absent], Answer]

__all__ = [
    "Absent",
    "Alarm",
    "about_whom",
    "alerts_of",
    "around",
    "find",
    "for_and_against",
    "history",
    "in_full",
    "in_short",
    "known_use",
    "on_the_host",
    "procedure",
    "seek",
    "siblings",
    "success_after",
]
