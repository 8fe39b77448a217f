"""From events to answers: what happened around one address or one user."""

from siemlib.investigate import pivot
from siemlib.investigate.pivot import (
    account_changes,
    actions,
    activity,
    alerts,
    beside,
    calls,
    databases,
    first_look,
    flows,
    identities,
    logins,
    peers,
    ports,
    requests,
    seen_in,
    signatures,
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
    identities,
    calls,
    account_changes,
    requests,
    signatures,
    databases,
    actions,
    flows,
    ports,
    peers,
)
"""Every question of a pivot in the order of the page: the answer in short, where and when, what the systems said of it,
who got in, what was done with that, and the traffic, which is the most and says the least."""

__all__ = ["PIVOTS", "pivot"]
