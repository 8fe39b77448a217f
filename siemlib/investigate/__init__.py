"""From events to answers: what happened around one address or one user."""

from siemlib.investigate import pivot
from siemlib.investigate.pivot import (
    account_changes,
    activity,
    alerts,
    beside,
    calls,
    first_look,
    flows,
    logins,
    peers,
    ports,
    seen_in,
    timeline,
)

PIVOTS = (
    first_look,
    seen_in,
    activity,
    timeline,
    alerts,
    logins,
    beside,
    calls,
    account_changes,
    flows,
    ports,
    peers,
)
"""Every question of a pivot in the order of the page: the answer in short, where and when, what the systems said of it,
who got in, what was done with that, and the traffic, which is the most and says the least."""

__all__ = ["PIVOTS", "pivot"]
