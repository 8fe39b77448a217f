"""How the links between identities are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.investigate.ask import source_title
from siemlib.investigate.labels import named
from siemlib.investigate.pivot.identity_graph import PROVEN, SIGNED, TEMPORARY
from siemlib.investigate.words import at, count, names, plain, span

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Case
    from siemlib.investigate.pivot.identity_graph import Identity, Link
    from siemlib.investigate.subject import Subject

CLOUDTRAIL, SSH = source_title("cloudtrail"), source_title("sshd")
_TOLD_APART = (SIGNED, "owns", "acted in", "assumed")


def reading(  # noqa: PLR0913, PLR0917 - what is told of
    case: Case, subject: Subject, frame: pd.DataFrame, links: list[Link], own: set[Identity], absent: list[str]
) -> str:
    """The links in sentences: keys and where they were used, what was assumed, created, and the accounts on hosts."""
    name = plain(subject.name)
    sentences = []
    if own:
        proven = frame[frame["sure"] == PROVEN]
        linked = any(link.sure == PROVEN for link in links)
        sentences += [] if linked else [f"No event links {name} to another identity."]
        sentences += [
            *_signed(case, proven),
            *_temporary(links),
            *_assumed(links),
            *_acted(case, proven),
            *_made(proven),
        ]
        if (accounts := frame["account"].nunique()) > 1:
            sentences.append(f"The name is of {accounts} AWS accounts, and all of them are in the table.")
    elif CLOUDTRAIL not in absent:
        sentences.append(f"No call in CloudTrail names {name} as a user, role, session or key, {case.timespan}.")
    sentences += [_hosts(name, frame, absent), *(f"Not examined: no log group holds {kind}." for kind in absent)]
    return " ".join(sentence for sentence in sentences if sentence)


def _places(case: Case, part: pd.DataFrame) -> str:
    """``from`` where the calls came, or how many from each place."""
    calls = part.groupby("address", dropna=False)["events"].sum().sort_values(ascending=False, kind="stable")
    told = [(named(case, a) if isinstance(a, str) else "no address", number) for a, number in calls.items()]
    if len(told) == 1:
        return f" from {told[0][0]}"
    return f": {names([f'{number:,} from {place}' for place, number in told])}"


def _signed(case: Case, frame: pd.DataFrame) -> list[str]:
    """Which lasting keys signed calls, and from where."""
    keys = frame[(frame["link"] == SIGNED) & ~frame["to"].str.contains(f"^{TEMPORARY}|temporary keys$")]
    return [
        f"{plain(who)} signed {count(part['events'].sum(), 'call')} with {plain(key)}, "
        f"{span(part['first'].min(), part['last'].max())}{_places(case, part)}."
        for (who, key), part in keys.groupby(["from", "to"], sort=False)
    ]


def _temporary(links: list[Link]) -> list[str]:
    signers = (link.giver.label for link in links if link.verb == SIGNED and link.taker.key.startswith(TEMPORARY))
    return [f"{plain(who)} signed also with temporary keys." for who in dict.fromkeys(signers)]


def _assumed(links: list[Link]) -> list[str]:
    """Roles that were assumed, each once, in the order of their times."""
    roles: dict[str, dict[str, int]] = {}
    for link in links:
        if link.verb == "assumed":
            role = link.taker.name.partition("/")[0]
            found = roles.setdefault(link.giver.label, {})
            found[role] = found.get(role, 0) + 1
    return [
        f"{plain(who)} assumed {'the role' if len(found) == 1 else 'roles'}: "
        + names([f"{role} ({count(number, 'time')})" for role, number in found.items()])
        + "."
        for who, found in roles.items()
    ]


def _acted(case: Case, frame: pd.DataFrame) -> list[str]:
    """The sessions of roles that called, and from where."""
    acted = frame[frame["link"] == "acted in"].groupby("to", sort=False)
    parts = sorted((part for _, part in acted), key=lambda part: -int(part["events"].sum()))
    told = [
        f"{plain(part['to'].iloc[0])} made {count(part['events'].sum(), 'call')}{_places(case, part)}"
        for part in parts[:MOST_SESSIONS]
    ]
    more = [f"{count(len(parts) - len(told), 'session')} more in the table"] if len(parts) > len(told) else []
    return [f"{'; '.join([*told, *more])}."] if told else []


MOST_SESSIONS = 3


def _made(frame: pd.DataFrame) -> list[str]:
    """Users, keys and ways to a host that were made, one sentence for each kind of link."""
    others = frame[~frame["link"].isin(_TOLD_APART)]
    sentences = []
    for (who, verb), part in others.groupby(["from", "link"], sort=False):
        told = names([f"{row['to']} at {at(row['first'])}" for _, row in part.iterrows()])
        sentences.append(f"{plain(who)} {plain(verb)} {told}.")
    return sentences


def _hosts(name: str, frame: pd.DataFrame, absent: list[str]) -> str:
    """The accounts on hosts: those that an event links, and those that have the name and nothing else."""
    proven = frame[(frame["sure"] == PROVEN) & frame["to"].str.startswith("host ")]
    itself, same = proven[proven["link"] == "logged in on"], frame[frame["sure"] != PROVEN]
    if len(itself):
        return f"The account {name} took {_logins(itself)}; no event links it to another identity."
    if SSH in absent:
        return "" if len(proven) else f"No call links {name} to an account on a host."
    link = "" if len(proven) else f"No event links {name} to an account on a host."
    return (
        f"{link} Accounts of the same name took {_logins(same)}: the same name is no proof.".strip()
        if len(same)
        else link
    )


def _logins(frame: pd.DataFrame) -> str:
    hosts = names(list(frame["to"].str.rpartition(" on ")[2].drop_duplicates()))
    places = count(frame["address"].nunique(), "address", "addresses")
    when = span(frame["first"].min(), frame["last"].max())
    return f"{count(frame['events'].sum(), 'login')} on {hosts} from {places}, {when}"
