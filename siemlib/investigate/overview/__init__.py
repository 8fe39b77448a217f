"""The questions of an overview, by name, as a notebook asks them: ``overview.alerts_over_time(case)``.

Each takes a case and gives an :class:`~siemlib.case.answer.Answer` about its whole window.
"""

from siemlib.investigate.coverage import coverage, silences
from siemlib.investigate.overview.alerts import alerts_by_level, alerts_over_time
from siemlib.investigate.overview.changed import changed
from siemlib.investigate.overview.created import created
from siemlib.investigate.overview.traffic import traffic_over_time

__all__ = [
    "alerts_by_level",
    "alerts_over_time",
    "changed",
    "coverage",
    "created",
    "silences",
    "traffic_over_time",
]
