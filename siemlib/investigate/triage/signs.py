"""The signs of an attack and of an error: each a pure function that gives the fact that is there, or an empty text.

Why each threshold is where it is stands with its rule, in :mod:`~siemlib.investigate.triage.rules`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.investigate.attempts import MOST_OF_ONE_LOGIN
from siemlib.investigate.portscan import SCAN
from siemlib.investigate.words import count, names, plain

if TYPE_CHECKING:
    from siemlib.investigate.triage.facts import Facts, Success

MOST_FAILURES_OF_A_PERSON = 10
MOST_ACCOUNTS_OF_A_PERSON = 3
MOST_MISSPELT_ACCOUNTS = 2
SLOW_FAILURES = 30
MOST_DEAD_LINKS = 9
PROMPT_SECONDS = 600


def burst(facts: Facts) -> str:
    """Many failed logins at once."""
    if facts.failures <= MOST_FAILURES_OF_A_PERSON:
        return ""
    return f"{count(facts.failures, 'failed login')} within {_window(facts)}."


def many_accounts(facts: Facts) -> str:
    """Failed logins for many accounts."""
    return f"{facts.accounts:,} accounts were tried." if facts.accounts > MOST_ACCOUNTS_OF_A_PERSON else ""


def unknown_accounts(facts: Facts) -> str:
    """Accounts that do not exist."""
    if facts.unknown_accounts <= MOST_MISSPELT_ACCOUNTS:
        return ""
    return f"{facts.unknown_accounts:,} of the accounts that were tried do not exist."


def persistent(facts: Facts) -> str:
    """Slow guessing."""
    if facts.failures_ever < SLOW_FAILURES or facts.successes_ever:
        return ""
    return f"{count(facts.failures_ever, 'failed login')} within the timespan of the case, and none that succeeded."


def probing(facts: Facts) -> str:
    """Requests for many things that are not there."""
    if facts.refused <= MOST_DEAD_LINKS:
        return ""
    return f"{facts.refused:,} distinct requests were refused (4xx), of {count(facts.requests, 'request')}."


def port_scan(facts: Facts) -> str:
    """Many rejected ports."""
    return f"{facts.rejected_ports:,} distinct ports were rejected." if facts.rejected_ports >= SCAN else ""


def open_ports(facts: Facts) -> str:
    """Ports that a scan found open."""
    if not port_scan(facts) or not facts.accepted_ports:
        return ""
    return f"{count(facts.accepted_ports, 'distinct port')} of the scan accepted flows."


def signature(facts: Facts) -> str:
    """What an IDS classed as an attack."""
    if not facts.signatures:
        return ""
    return f"An IDS classed as an attack: {names(facts.signatures, most=3)}."


def answered_attack(facts: Facts) -> str:
    """What an IDS saw an attacked host answer."""
    if not facts.responses:
        return ""
    times = names(facts.responses, most=3)
    return f"An IDS saw an attacked host answer the address (attack response) at {times}."


def got_in(facts: Facts) -> str:
    """A login after more failures than a person makes, or after the failures of the window."""
    if facts.broke_in:
        return _login(facts, facts.broke_in)
    return _login(facts, facts.later) if facts.later and facts.failures else ""


def unusual_answers(facts: Facts) -> str:
    """Requests that were answered, of things that nobody else asked for."""
    if not facts.unusual or not probing(facts):
        return ""
    return f"{count(len(facts.unusual), 'request')} got an answer that nobody else got: {names(facts.unusual, most=3)}."


def few_failures(facts: Facts) -> str:
    """As many failures as one login may have."""
    few = 1 <= facts.failures <= MOST_OF_ONE_LOGIN and facts.accounts <= MOST_ACCOUNTS_OF_A_PERSON
    if not few:
        return ""
    return f"{count(facts.failures, 'failed login')} for {count(facts.accounts, 'account')} within {_window(facts)}."


def prompt_success(facts: Facts) -> str:
    """The same account from the same address got in soon after."""
    if facts.prompt is None or facts.prompt.seconds > PROMPT_SECONDS:
        return ""
    return (
        f"{plain(facts.prompt.user)} got in from the same address at {facts.prompt.at},"
        f" {facts.prompt.seconds:,.0f} s after the last failure."
    )


def known_address(facts: Facts) -> str:
    """The address was a user's before."""
    if not facts.known:
        return ""
    return f"Successful activity came from this address before the window: {names(facts.known, most=3)}."


def known_scanner(facts: Facts) -> str:
    """The inventory knows it."""
    return f"The inventory says that it scans by order: {plain(facts.address_is)}." if facts.scanner else ""


def success_elsewhere(facts: Facts) -> str:
    """Logins of others."""
    if not facts.elsewhere:
        return ""
    return f"Logins by other addresses, which are no success of this one: {names(facts.elsewhere, most=3)}."


def not_seen(facts: Facts) -> str:
    """No log would show a success."""
    return " ".join(blind(facts))


def gaps(facts: Facts) -> str:
    """Logs that say nothing after the alert, and runs that are not complete."""
    silent = f"No event after the alert within the window in {names(facts.silent)}." if facts.silent else ""
    return " ".join(part for part in (silent, facts.incomplete) if part)


def nobody(facts: Facts) -> str:
    """The alert is about nobody."""
    return "" if facts.address or facts.user else "The alert names neither an address nor a user."


def unfamiliar(facts: Facts) -> str:
    """A public address without a history."""
    if facts.address is None or facts.inside or facts.known:
        return ""
    return f"{plain(facts.address)} is a public address without successful activity before the window."


_PATTERNS_IN_WINDOW = (burst, many_accounts, unknown_accounts)
_PATTERNS_OF_LOGINS = (*_PATTERNS_IN_WINDOW, persistent)
_PATTERNS_OF_REQUESTS = (probing, signature)


def patterns(facts: Facts) -> list[str]:
    """The facts that are signs of an attack."""
    tests = (*_PATTERNS_OF_LOGINS, *_PATTERNS_OF_REQUESTS, port_scan)
    return [fact for test in tests if (fact := test(facts))]


def blind(facts: Facts) -> list[str]:
    """Sentences: which part of the attack could have succeeded without a log to show it."""
    found = []
    if any(test(facts) for test in _PATTERNS_IN_WINDOW) and not facts.sees_logins:
        found.append("No log of logins names the address within the window; the failures stand in alerts alone.")
    if any(test(facts) for test in _PATTERNS_OF_REQUESTS) and not facts.sees_requests:
        found.append("No log of web requests names the address within the window, so what was answered is not known.")
    if found and facts.missing:
        found.append(f"No log group holds {names(facts.missing, last='or')}.")
    return found


def _window(facts: Facts) -> str:
    return f"{count(facts.minutes, 'minute')} of the alert"


def _login(facts: Facts, success: Success) -> str:
    return (
        f"{plain(success.user)} got in from {plain(facts.address)} at {success.at} ({success.source}), after"
        f" {count(success.failures, 'failure')} of this address."
    )
