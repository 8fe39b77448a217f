"""The address and the user that a triage follows: what the alert names, or what the events around it name alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from siemlib.errors import UsageError
from siemlib.investigate.attempts import attempts_of
from siemlib.investigate.sightings import Sightings, sightings
from siemlib.investigate.subject import Subject
from siemlib.investigate.triage import about
from siemlib.investigate.triage.window import Within, millis
from siemlib.investigate.words import count, plain, span
from siemlib.model.observable import Address

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Case
    from siemlib.investigate.triage.about import Mention
    from siemlib.investigate.triage.alarm import Alarm


@dataclass(frozen=True)
class Focus:
    """Whom a triage follows. ``inferred`` says how an address was found that the alert itself does not name."""

    address: Mention | None
    user: Mention | None
    inferred: str = ""

    @property
    def ip(self) -> Address | None:
        """The address, unless it is the host itself: a relay's address is nobody's."""
        address = Address.read(self.address.value) if self.address else None
        return None if address is None or address.is_loopback else address

    def subjects(self, alarm: Alarm) -> tuple[Within, ...]:
        """The address and the user, within the window of the alert."""
        start, end = millis(alarm.start), millis(alarm.end)
        found = [Within(self.ip.text, self.ip, start=start, end=end)] if self.ip else []
        if self.user and named(self.user.value):
            found.append(Within(self.user.value, start=start, end=end))
        return tuple(found)


_FOUND: WeakKeyDictionary[Case, WeakKeyDictionary[Alarm, Focus]] = WeakKeyDictionary()
# Of each case its own: over another timespan the logs around an alert may name somebody else.


def focus(case: Case, alarm: Alarm) -> Focus:
    """Whom the alert is about.

    Where it names no address, or only one of the host itself, the attempts of its user to log in within the window
    on its host stand in, if they all come from one address.
    """
    found = _FOUND.setdefault(case, WeakKeyDictionary())
    if alarm not in found:
        told = Focus(about.origin(alarm.event), about.user(alarm.event))
        found[alarm] = told if told.ip or not told.user else _inferred(case, alarm, told)
    return found[alarm]


def within(case: Case, alarm: Alarm) -> tuple[Sightings, ...]:
    """The events of the address and of the user within the window, in this order; none where the alert names none."""
    return tuple(sightings(case, subject) for subject in focus(case, alarm).subjects(alarm))


def named(text: str) -> bool:
    """Whether a user name of a log can be asked for: one line, visible, not endless."""
    try:
        Subject(text).condition(("sshd", "ossec"))
    except UsageError:
        return False
    return True


def _inferred(case: Case, alarm: Alarm, told: Focus) -> Focus:
    subjects = told.subjects(alarm)
    if not subjects or told.user is None:
        return told
    attempts = attempts_of(sightings(case, subjects[-1]).frame)
    attempts = attempts[(attempts["actor"] == told.user.value) & _on_host(attempts, about.host_names(alarm.event))]
    away = attempts[~attempts["address"].map(_is_loopback, na_action=None).astype("bool")]
    addresses = [str(text) for text in away["address"].dropna().unique()]
    own = (
        f"The alert names {told.address.value} ({told.address.field})" if told.address else "The alert names no address"
    )
    if len(addresses) != 1:
        found = f"{len(addresses)} addresses" if addresses else "no address"
        return Focus(
            told.address,
            told.user,
            f"{own}; the logins of {plain(told.user.value)} around it, on its host, name {found}.",
        )
    sentence = (
        f"{own}; the address is inferred: {count(int(away['times'].sum()), 'attempt')} of {plain(told.user.value)} to"
        f" log in, {span(away['time'].min(), away['time'].max())}, all come from {addresses[0]}."
    )
    groups = ", ".join(sorted({str(name) for name in away["log group"]}))
    return Focus(about.Mention(addresses[0], f"log group {groups}", "inferred"), told.user, sentence)


def _on_host(attempts: pd.DataFrame, names: tuple[str, ...]) -> pd.Series:
    """Whether a line was written on the host of the alert; a log that does not say on which may have been."""
    hosts = attempts["teller"].str.split(" ").str[0]
    return (hosts.isna() | hosts.isin(list(names))).astype("bool")


def _is_loopback(text: object) -> bool:
    address = Address.read(text) if isinstance(text, str) else None
    return address is None or address.is_loopback
