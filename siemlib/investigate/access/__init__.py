"""The questions about all logins of a timespan, by name: ``access.by_user(case)``.

Each takes a case and gives an :class:`~siemlib.case.answer.Answer`. What :mod:`~siemlib.investigate.pivot.logins`
answers about one address or user is answered here about everybody, from sums and not from events.
"""

from siemlib.investigate.access.account import new_identities, without_mfa
from siemlib.investigate.access.guessing import guessing
from siemlib.investigate.access.origins import first_seen
from siemlib.investigate.access.short import in_short
from siemlib.investigate.access.success import after_failures
from siemlib.investigate.access.summary import by_source, over_time
from siemlib.investigate.access.web import web_logins
from siemlib.investigate.access.who import by_address, by_user

ACCESS = (
    in_short,
    over_time,
    by_source,
    by_user,
    by_address,
    after_failures,
    guessing,
    first_seen,
    without_mfa,
    new_identities,
    web_logins,
)
"""Every question in the order of the page: how many, who, who got in after failing, who only tried, and by what."""

__all__ = [
    "ACCESS",
    "after_failures",
    "by_address",
    "by_source",
    "by_user",
    "first_seen",
    "guessing",
    "in_short",
    "new_identities",
    "over_time",
    "web_logins",
    "without_mfa",
]
