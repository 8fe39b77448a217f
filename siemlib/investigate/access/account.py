"""What a way in was made of: new users and keys, and logins without a second factor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.access.common import begin, listed, passed
from siemlib.investigate.access.witnesses import witnesses
from siemlib.investigate.ask import ask, ask_each, not_held, searched, source_title, typed
from siemlib.investigate.labels import named, with_labels
from siemlib.investigate.words import at, count, names, plain, span
from siemlib.queries import saved
from siemlib.sources import source

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Case

_TRAIL = "cloudtrail"
_HOSTS = ("sshd", "syslog")
_NEW = {
    "time": "time",
    "source": "text",
    "actor": "text",
    "address": "text",
    "what": "text",
    "target": "text",
    "key": "text",
    "outcome": "text",
    "error": "text",
    "@ptr": "text",
}
_WITHOUT = {
    "kind": "text",
    "user": "text",
    "address": "text",
    "second factor": "text",
    "events": "count",
    "names": "count",
    "first call": "text",
    "first": "time",
    "last": "time",
}
_MAKE_A_USER = ("CreateUser", "user added")
_KINDS = {
    "console login": ("console login without a second factor", "console logins without a second factor"),
    "console login, not told": (
        "console login that does not say whether there was a second factor",
        "console logins that do not say whether there was a second factor",
    ),
    "session of a user": ("session without a second factor", "sessions without a second factor"),
    "root": ("use of the root user", "uses of the root user"),
}


def new_identities(case: Case) -> Answer:
    """List the users, keys, passwords and second factors that were made or changed, oldest first.

    Columns: ``time``, ``source``, ``actor``, ``address``, ``address is``, ``what`` (the call, or ``useradd``),
    ``target`` (the user, role or key pair), ``key`` (the id of the key), ``outcome``, ``error``, ``@ptr``.
    """
    name, title = "new-users-and-keys", "Users, keys and passwords that were made"
    trail, hosts, audited = case.log_groups(_TRAIL), _hosts(case), case.log_groups("auditd")
    if not (trail or hosts or audited):
        return not_held(name, title, _TRAIL, {**_NEW, "address is": "text"})
    begin(case)
    asks = [
        (saved("cloudtrail/new_identities").text, trail, _call),
        (saved("syslog/new_accounts").text, hosts, _useradd),
        (_AUDITED, audited, _record),
    ]
    held = [each for each in asks if each[1]]
    results = ask_each(case, ((query, groups) for query, groups, _ in held))
    rows = [read(row) for (_, _, read), result in zip(held, results, strict=True) for row in result.rows]
    frame = typed(rows, _NEW).sort_values("time", kind="stable", ignore_index=True)
    groups = (*trail, *hosts, *audited)
    reading = _new_reading(case, frame, groups) + (
        "" if trail else f" Not examined: no log group holds {source_title(_TRAIL)}."
    )
    asked = searched(
        case, groups, "calls that make users, keys, passwords or second factors, and accounts added on hosts"
    )
    return Answer(
        name,
        title,
        with_labels(case, frame, "address"),
        reading,
        asked,
        (*(r.run for r in results), *witnesses(case).runs),
    )


_AUDITED = (
    r"filter @message like /^(?:node=\S+ )?type=ADD_USER /"
    "\n| fields @timestamp, @message\n| sort @timestamp asc"
)


def _hosts(case: Case) -> tuple[str, ...]:
    return tuple(group for group in case.log_groups() if any(group in case.log_groups(name) for name in _HOSTS))


def _call(row: dict[str, str]) -> tuple[object, ...]:
    what = row.get("eventName", "") + (f" ({row['state']})" if "state" in row else "")
    outcome = "failure" if "error" in row else "success"
    parts = ("actor", "sourceIPAddress")
    return (
        row["@timestamp"],
        source_title(_TRAIL),
        *(row.get(part) for part in parts),
        what,
        row.get("target"),
        row.get("made"),
        outcome,
        row.get("error"),
        row.get("@ptr"),
    )


def _useradd(row: dict[str, str]) -> tuple[object, ...]:
    parts = (
        f"useradd on {plain(row.get('host', '?'))}",
        None,
        "user added",
        row.get("account"),
        None,
        "success",
        None,
        row.get("@ptr"),
    )
    return (row["@timestamp"], source_title("syslog"), *parts)


def _record(row: dict[str, str]) -> tuple[object, ...]:
    told = source("auditd").entry(row.get("@message", ""))
    parts = (None, told.address, told.action, told.actor, None, told.outcome, None, row.get("@ptr"))
    return (row["@timestamp"], source_title("auditd"), *parts)


def _new_reading(case: Case, frame: pd.DataFrame, groups: tuple[str, ...]) -> str:
    if frame.empty:
        return f"No user, key or password was made in {names(groups)}, {case.timespan}."
    done = frame[frame["outcome"] != "failure"]
    failed = len(frame) - len(done)
    refused = f" {count(failed, 'attempt')} failed." if failed else ""
    if done.empty:
        return f"No user, key or password was made.{refused}"
    tally = names([f"{what} {number:,}" for what, number in done["what"].value_counts(sort=True).items()])
    sentences = [f"{count(len(done), 'call or line', 'calls or lines')} since {at(done['time'].iloc[0])}: {tally}."]
    actors = done.dropna(subset=["actor"])
    by = [
        f"{plain(actor)} from {named(case, str(address))} ({len(part):,})"
        for (actor, address), part in actors.groupby(["actor", "address"], dropna=False, sort=False)
    ]
    if by:
        sentences.append(f"By {listed(by)}.")
    users = done[done["what"].isin(_MAKE_A_USER)].dropna(subset=["target"])
    if len(users):
        made = [plain(name) for name in users["target"]]
        sentences.append(f"{'User' if len(made) == 1 else 'Users'} created: {listed(made, most=5)}.")
        entered = _entered(case, users)
        told = listed(entered) if entered else "none"
        sentences.append(f"Logins of these afterwards, calls with a key not counted: {told}.")
    keys = done[done["what"] == "CreateAccessKey"].dropna(subset=["key"])
    if len(keys):
        made = [f"{plain(row['key'])} for {plain(row['target'])}" for _, row in keys.iterrows()]
        sentences.append(f"{'Access key' if len(keys) == 1 else 'Access keys'} created: {listed(made)}.")
    return " ".join(sentences) + refused


def _entered(case: Case, users: pd.DataFrame) -> list[str]:
    """Of users that were created, the logins after that."""
    since = users.groupby("target")["time"].min()
    logins = passed(case).dropna(subset=["user"])
    return [
        f"{plain(row['user'])} from {named(case, str(row['address']))}, last at {at(row['last'])}"
        for _, row in logins[logins["user"].isin(since.index)].iterrows()
        if row["last"] >= since[row["user"]]
    ]


def without_mfa(case: Case) -> Answer:
    """List who acted without a second factor, and the root user however he acted.

    Columns: ``kind`` (``console login``, ``console login, not told``, ``session of a user``, ``root``), ``user``,
    ``address``, ``address is``, ``second factor`` (``Yes``, ``No``, ``not told``), ``events``, ``names`` (how many
    different calls), ``first call``, ``first``, ``last``.
    """
    name, title = "without-second-factor", "Logins and sessions without a second factor, and the root user"
    groups = case.log_groups(_TRAIL)
    if not groups:
        return not_held(name, title, _TRAIL, {**_WITHOUT, "address is": "text"})
    result = ask(case, saved("cloudtrail/without_mfa").text, groups)
    keys = (
        "kind",
        "account",
        "sourceIPAddress",
        "second_factor",
        "calls",
        "names",
        "first_call",
        "first_ms",
        "last_ms",
    )
    frame = typed([[row.get(key) for key in keys] for row in result.rows], _WITHOUT)
    asked = searched(case, groups, "events without a second factor")
    return Answer(
        name,
        title,
        with_labels(case, frame, "address"),
        _without_reading(case, frame, groups),
        f"{asked} A call that a user's own access key signs does not say whether there was one, and is not listed; of a"
        " role, its identity provider or the service that assumes it decides.",
        (result.run,),
    )


def _without_reading(case: Case, frame: pd.DataFrame, groups: tuple[str, ...]) -> str:
    if frame.empty:
        return f"No console login or session without a second factor, and no use of the root user, in {names(groups)}."
    sentences = []
    for kind, (one, many) in _KINDS.items():
        part = frame[frame["kind"] == kind]
        if len(part):
            told = [
                f"{plain(row['user'])} from {named(case, str(row['address']))} {_when(row)}"
                for _, row in part.iterrows()
            ]
            sentences.append(f"{count(len(part), one, many)}: {listed(told)}.")
    return " ".join(sentences)


def _when(row: pd.Series) -> str:
    return f"{span(row['first'], row['last'])} ({count(row['events'], 'event')})"
