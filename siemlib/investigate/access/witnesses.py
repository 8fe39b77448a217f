"""The witnesses of a case, each attempt told by one of them alone.

sshd's verdicts and CloudTrail's console logins are summed where they lie. What else tells of logins is read line by
line: programs that write to syslog, sshd where it gives no verdict, databases, the audit daemon. An attempt that
another log repeats is left to the first: PAM and sshd's other lines to its verdict, the audit daemon's to sshd's. OSSEC
and web servers are no witnesses: an alert repeats a log, and an answer to a form does not say who got in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import pandas as pd

from siemlib.investigate.access.asked import Asked
from siemlib.investigate.access.read import Read
from siemlib.investigate.ask import ask, ask_each, once, source_title
from siemlib.investigate.attempts import SOURCES_OF_LOGINS, VERDICT, attempts_of, not_held, outside
from siemlib.investigate.sightings import MOST_READ, entries
from siemlib.investigate.words import count, names
from siemlib.queries import saved
from siemlib.sources.syslog_line import FAILURE_WORDS, LOGIN_WORDS, SUCCESS_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siemlib.case import Case
    from siemlib.investigate.access.repeats import Row
    from siemlib.investigate.access.witness import Witness
    from siemlib.investigate.ask import Memo
    from siemlib.model.run import Run

RULE = (
    "Counted are attempts, each once: sshd's Failed and Accepted, as often as a line says it was repeated; CloudTrail's"
    " ConsoleLogin; of other services the lines in their most frequent wording for a user and an address. Lines of PAM"
    " and of the audit daemon count only for addresses on which sshd gives no verdict; what other services are asked"
    " from 127.0.0.1 does not count. OSSEC repeats these logs and is not counted; nor are answers of web servers, which"
    " do not say who got in."
)

INNER = "not counted: there a service asks another what it was asked"
"""As what attempts of a host at itself are counted."""
_SYSLOG = ("sshd", "syslog")
_TEXTS = (*_SYSLOG, "application_text", "json_events", "plain")
"""Kinds of log among whose lines there may be some of sshd."""

_VERDICT, _, _ONLY_VERDICTS = saved("sshd/attempts").text.partition("\n")
_HEADER = _VERDICT.partition("/")[2].partition(r"(?<host>")[0]
_OF_SSHD = (
    rf"{_HEADER}(?<machine>\S+) (?:\S*\/)?sshd[\w\-]*\[\d+\]: .*(?: from | FROM |rhost=)(?:::ffff:)?"
    r"(?<far>[0-9A-Fa-f.:]*[0-9A-Fa-f])"
)
_QUOTED = r"sshd[\w\-]*\[\d+\]: "
_MORE_FAILURES = "illegal user|maximum authentication attempts|too many authentication failures"
_TELLS = (
    f"filter @message like /(?i)(?:{LOGIN_WORDS}|sshd)/"
    f" and @message like /(?i)(?:{FAILURE_WORDS}|{SUCCESS_WORDS}|{_MORE_FAILURES})/"
    r" and @message like /(?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]/"
)
_DATABASES = {
    "postgresql": (
        r"authentication failed for user|pg_hba\.conf (?:entry for|rejects)|role \".*\" (?:does not exist|is not)",
        r"connection authorized: user=",
    ),
    "mysql": (r"Access denied for user ",),
}


@dataclass(frozen=True, eq=False)
class Witnesses:
    """Everybody who tells of logins; ``notes`` are sentences about what was not read, or not counted.

    ``inner`` are rows, as :func:`siemlib.investigate.access.summary.by_source` has them, of attempts of hosts at
    themselves, which are not counted.
    """

    all: tuple[Witness, ...]
    groups: tuple[str, ...]
    notes: tuple[str, ...]
    inner: tuple[Row, ...] = ()

    @property
    def runs(self) -> tuple[Run, ...]:
        """Every run that their testimony rests on, since the last question began."""
        return tuple({run.id: run for witness in self.all for run in witness.runs}.values())


_FOUND: Memo[None, Witnesses] = WeakKeyDictionary()


def witnesses(case: Case) -> Witnesses:
    """The witnesses of a case; found once."""
    return once(_FOUND, case, None, partial(_find, case))


def none_held(case: Case) -> str:
    """The sentence that no log of the case tells of logins; empty where one does."""
    return "" if witnesses(case).groups else not_held()


def _groups(case: Case, sources: Sequence[str]) -> tuple[str, ...]:
    return tuple(group for group in case.log_groups() if any(group in case.log_groups(name) for name in sources))


def _find(case: Case) -> Witnesses:
    found: list[Witness] = []
    notes: list[str] = []
    sshd = _asked(case, "sshd", "sshd/attempts", _TEXTS)
    console = _asked(case, "cloudtrail", "cloudtrail/console_logins", ("cloudtrail",))
    found += [witness for witness in (sshd, console) if witness]
    kinds = {
        name: _groups(case, _SYSLOG if name == "syslog" else (name,)) for name in ("syslog", *_DATABASES, "auditd")
    }
    told: dict[str, _Aside] = {name: _Aside() for name, groups in kinds.items() if groups}
    found += case.together(*(partial(_read, case, name, kinds[name], sshd, aside) for name, aside in told.items()))
    notes += [note for aside in told.values() for note in aside.notes]
    inner = [row for aside in told.values() for row in aside.inner]
    return Witnesses(tuple(found), _groups(case, SOURCES_OF_LOGINS), tuple(notes), tuple(inner))


@dataclass(eq=False)
class _Aside:
    """What was left aside in reading a witness."""

    notes: list[str] = field(default_factory=list)
    inner: list[Row] = field(default_factory=list)


def _asked(case: Case, source: str, query: str, kinds: Sequence[str]) -> Asked | None:
    groups = _groups(case, kinds)
    return Asked(source_title(source), case, saved(query).text, groups) if groups else None


def _read(case: Case, name: str, groups: tuple[str, ...], sshd: Asked | None, aside: _Aside) -> Read:
    """Read the lines of one kind of log that tell of logins, without those that repeat what sshd said."""
    sources = _SYSLOG if name == "syslog" else (name,)
    conditions = _conditions(name, sshd)
    runs, frames = [], []
    oldest = f"| fields @timestamp, @log, @message\n| sort @timestamp asc\n| limit {MOST_READ}"
    results = ask_each(case, ((f"{condition}\n{oldest}", groups) for condition in conditions))
    for condition, result in zip(conditions, results, strict=True):
        runs.append(result.run)
        frames.append(entries(result, sources))
        if len(result.rows) == MOST_READ:
            counted = ask(case, f"{condition}\n| stats count(*) as events", groups)
            runs.append(counted.run)
            aside.notes += _unread(int(counted.rows[0]["events"]), groups)
    lines = pd.concat(frames, ignore_index=True).sort_values("time", kind="stable", ignore_index=True)
    lines, again = _not_repeated(lines, name, sshd)
    runs += again
    frame = _told(lines).rename(columns={"actor": "user"})
    own = outside(frame) if len(frame) else frame
    if len(own) < len(frame):
        failed, succeeded, row = _inner(frame.drop(own.index), source_title(name))
        aside.inner.append(row)
        aside.notes.append(
            f"Of attempts from 127.0.0.1 in {names(groups)} {failed:,} failed and {succeeded:,} succeeded: not counted,"
            " for there a service asks another what it was asked."
        )
    # What sshd says beside its verdicts is in the log of sshd, which need be no log of others.
    alone = name == "syslog" and len(own) > 0 and own["source"].eq("sshd").all()
    return Read("SSH server, without a verdict" if alone else source_title(name), own, groups, tuple(runs))


def _inner(left: pd.DataFrame, title: str) -> tuple[int, int, Row]:
    """How many of these attempts failed and succeeded, and their row beside those that count."""
    failed, succeeded = (int(left.loc[left["outcome"] == each, "times"].sum()) for each in ("failure", "success"))
    users, first, last = left["user"].nunique(), left["time"].min(), left["time"].max()
    row = (f"{title} from 127.0.0.1", INNER, failed, succeeded, users, left["address"].nunique(), first, last)
    return failed, succeeded, row


def _unread(events: int, groups: tuple[str, ...]) -> list[str]:
    if events <= MOST_READ:
        return []
    return [
        f"Of {count(events, 'line')} in {names(groups)} that may tell of a login the oldest {MOST_READ:,} were read."
    ]


def _conditions(name: str, sshd: Asked | None) -> tuple[str, ...]:
    if name == "auditd":
        return (r"filter @message like /^(?:node=\S+ )?type=USER_LOGIN /",)
    if name in _DATABASES:
        # Failures apart from successes: where connections are logged, these are many and would hide those.
        return tuple(f"filter @message like /{words}/" for words in _DATABASES[name])
    unjudged = f"{_TELLS}\n| {_VERDICT}\n| filter not ispresent(verdict)"
    if sshd is None:
        return (unjudged,)
    judged = f"{sshd.inner}\n| {sshd.head}\n| stats count(*) as lines by {_PLACE} as place\n| display place"
    elsewhere = f'not ispresent(far) or concat(machine, " ", far) not in ({judged})'
    read_by_nobody = f"@message like /{VERDICT}/"
    return (f"{unjudged}\n| parse @message /{_OF_SSHD}/\n| filter {read_by_nobody} or {elsewhere}",)


_PLACE = 'concat(host, " ", origin)'


def _not_repeated(lines: pd.DataFrame, name: str, sshd: Asked | None) -> tuple[pd.DataFrame, list[Run]]:
    """The lines without those about an address on which sshd, on the same host, gave its verdict."""
    if sshd is None or lines.empty or name not in {"syslog", "auditd"}:
        return lines, []
    judged = ask(sshd.case, f"{sshd.head}\n| stats count(*) as lines by host, origin\n| limit 100000", sshd.groups)
    if name == "auditd":
        # A record does not always name its host, so that any host's sshd speaks for the address.
        return lines[~lines["address"].isin({row["origin"] for row in judged.rows})], [judged.run]
    places = {f"{row['host']} sshd {row['origin']}" for row in judged.rows}
    of_sshd = (lines["teller"] + " " + lines["address"]).isin(places).astype("bool")
    verdict = lines["summary"].str.match(VERDICT).astype("bool")
    return lines[~of_sshd | verdict], [judged.run]


def _told(lines: pd.DataFrame) -> pd.DataFrame:
    # What another program repeats of sshd, or was told to, is not said by sshd.
    of_sshd = lines["teller"].fillna("").str.endswith(" sshd").astype("bool")
    quoted = lines["summary"].str.contains(_QUOTED).astype("bool") & ~of_sshd
    return attempts_of(lines[~quoted])
