"""The questions of a pivot, by name, as a notebook asks them: ``pivot.seen_in(case, pivot.address("203.0.113.66"))``.

Each takes a case and a subject and gives an :class:`~siemlib.case.answer.Answer`, whose reading says what was found, or
that nothing was found and where it was searched, or that no log group holds such logs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.investigate.pivot.actions import actions, databases
from siemlib.investigate.pivot.activity import activity
from siemlib.investigate.pivot.alerts import alerts
from siemlib.investigate.pivot.beside import beside
from siemlib.investigate.pivot.calls import account_changes, calls
from siemlib.investigate.pivot.flows import flows, peers, ports
from siemlib.investigate.pivot.identities import identities
from siemlib.investigate.pivot.logins import logins
from siemlib.investigate.pivot.look import first_look
from siemlib.investigate.pivot.requests import requests
from siemlib.investigate.pivot.seen import seen_in
from siemlib.investigate.pivot.signatures import signatures
from siemlib.investigate.pivot.timeline import timeline
from siemlib.investigate.subject import Subject, address, user

if TYPE_CHECKING:
    from collections.abc import Callable

    from siemlib.case import Answer, Case

    Question = Callable[[Case, Subject], Answer]

__all__ = [
    "Subject",
    "account_changes",
    "actions",
    "activity",
    "address",
    "alerts",
    "beside",
    "calls",
    "databases",
    "first_look",
    "flows",
    "identities",
    "logins",
    "peers",
    "ports",
    "requests",
    "seen_in",
    "signatures",
    "timeline",
    "user",
]
