"""One query in the account, over a day; run as a program, so that tests can kill it.

    python -m tests.live.asking_once QUERY GROUP MOST_ROWS

``MOST_ROWS`` stands for the service's 100,000 rows a query, so that few events make many slices.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from unittest.mock import patch

from siemlib.live import answering, asks
from siemlib.live.open import open_live
from siemlib.model.timespan import TimeSpan
from siemlib.settings import LiveSettings, Settings

if TYPE_CHECKING:
    from siemlib.engine import Result

# Two at a time, so that a kill finds some of them answered and others not.
SETTINGS = Settings(live=LiveSettings(starts_per_second=1000, results_per_second=1000, queries_at_once=2))
DAY = TimeSpan.of_day(datetime(2026, 3, 4, tzinfo=UTC).date())


def ask_once(query: str, group: str, most: int, *, fresh: bool = False, settings: Settings = SETTINGS) -> Result:
    """Every row of it."""
    with patch.object(answering, "MOST_ROWS", most), patch.object(asks, "MOST_ROWS", most):
        return open_live("live:us-east-1", settings, fresh=fresh).run(query, DAY, [group], every_row=True)


if __name__ == "__main__":
    ask_once(sys.argv[1], sys.argv[2], int(sys.argv[3]))
