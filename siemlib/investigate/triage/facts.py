"""What a reading rests on, as plain values; every count is of the address that the alert is about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reading(StrEnum):
    """What a triage may come to."""

    SUCCEEDED = "attack that may have succeeded"
    SCANNER = "known scanner"
    FAILED = "attack that failed"
    ERROR = "user error"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Success:
    """A login that succeeded, and how many failures of its address came since the login before it."""

    user: str
    at: str
    """UTC, to the second."""
    source: str
    failures: int
    seconds: float = 0
    """Since the last of these failures."""


@dataclass(frozen=True)
class Facts:
    """Nothing here is a judgement. An absent value is not known; a zero was counted."""

    address: str | None = None
    address_is: str = ""
    """What the inventory says of it."""
    scanner: bool = False
    inside: bool = False
    """Whether it is of the inventory, or at least of no public range."""
    user: str | None = None
    minutes: int = 15
    """The window reaches so far to each side of the alert."""

    failures: int = 0
    """Failed logins within the window."""
    accounts: int = 0
    """Distinct accounts of these."""
    unknown_accounts: int = 0
    """Distinct accounts within the window that the host says do not exist."""
    failures_ever: int = 0
    """Failed logins within the timespan of the case."""
    successes_ever: int = 0
    requests: int = 0
    """Web requests within the window."""
    refused: int = 0
    """Distinct requests of these that were answered with 4xx."""
    unusual: tuple[str, ...] = ()
    """Requests that were answered without an error, and that nobody else was answered."""
    rejected_ports: int = 0
    """Distinct ports within the window."""
    accepted_ports: int = 0
    """The same of flows that were accepted."""
    signatures: tuple[str, ...] = ()
    """What an IDS saw within the window and classed as an attack."""

    responses: tuple[str, ...] = ()
    """Times, since the window began, at which an IDS saw an attacked host answer the address."""
    broke_in: Success | None = None
    """The first login within the timespan of the case after more failures than a person makes."""
    prompt: Success | None = None
    """The first login within the window, of the account and from the address of the failures before it."""
    later: Success | None = None
    """The first login of the address since the first failure of the window, until the end of the case."""
    known: tuple[str, ...] = ()
    """Users whose successful activity came from the address before the window, with the log: ``maria (cloudtrail)``."""
    elsewhere: tuple[str, ...] = ()
    """Logins by other addresses within the window, of an account that the address tried or of the alert's user."""

    sees_logins: bool = False
    """Whether a log of logins names the address within the window, so that it would have named a success."""
    sees_requests: bool = False
    """The same of a log of web requests."""
    silent: tuple[str, ...] = ()
    """Log groups that name the address, and hold no event between the alert and the end of the window."""
    missing: tuple[str, ...] = ()
    """Kinds of log that could show a success and that the archive does not hold at all."""
    incomplete: str = ""
    """Why the runs may not have seen everything; empty when they were complete."""
