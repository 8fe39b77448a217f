"""From how many failures on we say more than "failed", and why. What stands below every limit is only counted."""

from __future__ import annotations

import pandas as pd

from siemlib.investigate.attempts import MOST_OF_ONE_LOGIN

PERIOD = pd.Timedelta(minutes=10)
"""The time in which failures are fast. Failures are counted in two rows of such periods, one half a period later than
the other, so that failures within five minutes are never parted."""

FAST = 8
"""Failures in one period. A server of SSH hangs up after six by default (MaxAuthTries), so a person who mistypes needs
a second connection to get there; OSSEC's rules for brute force (5712, 5720) fire at eight."""

SLOW_HOURS = 6
"""Different hours of the clock with failures. A person gives up, asks, or has the password reset within a morning."""

SLOW = 12
"""Failures of who is slow: two for each of those hours."""

SPRAYED = 5
"""Accounts that one address fails for. A person has one or two names, and may mistype one of them."""

SPREAD = 10
"""Addresses that fail for one account. A person has an office, a home and a telephone."""

BURST = MOST_OF_ONE_LOGIN + 1
"""Failures before a success from which on it is no mistyping: more than one login may have."""

MOST_ROWS = 5_000
"""Rows of a table of users or addresses; what is beyond is in the totals, and the reading says so."""

MOST_STEPS = 100_000
"""Attempts of which the seconds are fetched, to see what came before a success; of more, the minutes are."""

MOST_MINUTES = 300
"""Minutes with a success of which, beside that, the seconds are fetched: as many as a query can name."""

MOST_NAMED = 100
"""Addresses that a query names; of more it asks for all that succeeded."""

LOOK_BACK = pd.Timedelta(days=90)
"""How far before the timespan earlier logins are looked for: as long as logs are kept at hand."""
