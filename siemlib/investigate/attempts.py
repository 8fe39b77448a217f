"""Which lines of a timeline are attempts to log in: what one user's page and the page of all logins both count."""

from __future__ import annotations

import re

import pandas as pd

from siemlib.investigate.ask import source_title
from siemlib.investigate.words import names
from siemlib.model.observable import Address

SOURCES_OF_LOGINS = ("sshd", "cloudtrail", "syslog", "postgresql", "mysql", "auditd")
"""The logs in which a system itself says who logged in. An alert repeats them, and would count a login twice."""

MOST_OF_ONE_LOGIN = 6
"""Failures that one login may have: a server of SSH hangs up after six by default (MaxAuthTries)."""

_ACTIONS = ("login", "signin:ConsoleLogin")
VERDICT = r"(?:Failed|Accepted) \S+ for "
"""How a line begins in which sshd says how an attempt ended."""


def not_held() -> str:
    """The sentence that an archive holds no log in which a system says who logged in."""
    titles = [source_title(name) for name in SOURCES_OF_LOGINS]
    return f"Not examined: no log group holds {names(titles, most=len(titles), last='or')}."


def attempts_of(frame: pd.DataFrame) -> pd.DataFrame:
    """The lines of a timeline that are attempts to log in, in time order; each stands for ``times`` attempts.

    A service writes up to four lines about one attempt. Where sshd on a host gives verdicts on an address (``Failed``,
    ``Accepted``), only they count. Elsewhere, of the lines of one service on one host about one user and address, those
    in the most frequent wording count, and lines that name no user only where none of them names one. A record of the
    audit daemon counts only for an address on which no sshd gives a verdict: it does not always name its host.
    A line without an address is cron or sudo, and no one who came in.
    """
    logs = frame["source"].isin(SOURCES_OF_LOGINS) & frame["outcome"].isin(["success", "failure"])
    away = frame["address"].notna() | (frame["source"] == "cloudtrail")
    found = frame[logs & away & frame["action"].isin(_ACTIONS)]
    place = [found[name] for name in ("source", "log group", "teller", "address")]
    verdict = found["summary"].str.match(VERDICT).astype("bool")
    judged = verdict.groupby(place, dropna=False).transform("any").astype("bool")
    named = found["actor"].notna()
    nobody = ~named & named.groupby(place, dropna=False).transform("any").astype("bool")
    audited = found["source"] == "auditd"
    one_each = (found["source"] == "cloudtrail") | (audited & ~found["address"].isin(found.loc[verdict, "address"]))
    return found[verdict | one_each | (~judged & ~nobody & ~audited & _most_frequent(found, place))].reset_index(
        drop=True
    )


def _most_frequent(found: pd.DataFrame, place: list[pd.Series]) -> pd.Series:
    """Whether a line has the wording that its service uses most for its user and address."""
    # What differs from attempt to attempt begins at a name or a number.
    cut = [
        re.split(rf"\d|{re.escape(actor)}" if isinstance(actor, str) else r"\d", summary, maxsplit=1)[0]
        for actor, summary in zip(found["actor"], found["summary"], strict=True)
    ]
    wording = pd.Series(cut, index=found.index, dtype="object")
    about = [*place, found["actor"], found["outcome"]]
    often = found["times"].groupby([*about, wording], dropna=False).transform("sum")
    top = often.groupby(about, dropna=False).transform("max")
    best = wording.where(often == top).groupby(about, dropna=False).transform("first")
    return wording == best


def outside(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of a logins frame without those of the host itself, unless there are no others.

    A web mailer asks the mail server on 127.0.0.1 for what it was asked itself: that is no second attempt.
    """
    inside = frame["address"].map(_is_loopback, na_action=None).astype("bool")
    return frame if inside.all() else frame[~inside]


def _is_loopback(text: object) -> bool:
    address = Address.read(text) if isinstance(text, str) else None
    return address is not None and address.is_loopback
