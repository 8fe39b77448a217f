"""How long after it happened an event of a kind of log is surely there to be found by a query on the live service.

None of the services promises a time; these are what they document as usual, rounded up, and ``[live] delays`` of
``siem.toml`` takes their place.

* CloudTrail delivers "within an average of about 5 minutes of an API call" and does not guarantee it (user guide,
  *Getting and viewing your CloudTrail log files*); until 2023 the guide said 15 minutes, which we keep.
* A VPC flow record has the time at which its interval of aggregation starts, by default 10 minutes before it ends, and
  is published to CloudWatch Logs about 5 minutes later (user guide, *Flow log records*).
* The agent sends what a host writes within seconds, and a query finds a new event after about two minutes, as was
  observed on the service. Twice that, and a little, is for everything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DEFAULT = "default"
"""The name of the delay of every other kind of log."""

DELAYS = {"cloudtrail": 900, "vpc_flow": 900, DEFAULT: 300}
"""Seconds, by the name of the kind of log."""


def longest_delay(kinds: Iterable[str], given: Mapping[str, int]) -> tuple[int, tuple[str, ...]]:
    """The longest delay of these kinds of log in seconds, and the kinds that have it; ``given`` are the settings.

    Of no kind at all, and of one without a delay of its own, it is the default.
    """
    known = {**DELAYS, **given}
    delays = {kind: known.get(kind, known[DEFAULT]) for kind in kinds} or {DEFAULT: known[DEFAULT]}
    longest = max(delays.values())
    return longest, tuple(sorted(kind for kind, delay in delays.items() if delay == longest and kind != DEFAULT))
