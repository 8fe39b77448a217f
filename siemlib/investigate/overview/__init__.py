"""The questions of an overview, by name, as a notebook asks them: ``overview.alerts_over_time(case)``.

Each takes a case and gives an :class:`~siemlib.case.answer.Answer` about its whole window. Who logged in, and which
users and keys were made, is answered by :mod:`siemlib.investigate.access`.
"""

from siemlib.investigate.coverage import coverage, silences
from siemlib.investigate.overview.alerts import alerts_by_level, alerts_over_time
from siemlib.investigate.overview.changed import changed
from siemlib.investigate.overview.countries import countries
from siemlib.investigate.overview.short import in_short
from siemlib.investigate.overview.traffic import traffic_over_time

OVERVIEW = (
    in_short,
    coverage,
    silences,
    alerts_by_level,
    alerts_over_time,
    traffic_over_time,
    changed,
    countries,
)
"""Every question in the order of the page: what is there to look at, what was found in it, and what of that is new."""

__all__ = [
    "OVERVIEW",
    "alerts_by_level",
    "alerts_over_time",
    "changed",
    "countries",
    "coverage",
    "in_short",
    "silences",
    "traffic_over_time",
]
