"""Which keys and passwords were made, changed and used, and which were not used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from siemlib.case.answer import Answer
from siemlib.investigate.account_calls import SOURCE, account_calls
from siemlib.investigate.ask import ask, not_held, searched, times, typed
from siemlib.investigate.words import at, count, names, plain
from siemlib.queries import saved
from siemlib.sources.reading import text_at

if TYPE_CHECKING:
    from siemlib.case import Case
    from siemlib.investigate.account_calls import AccountCall

PASSWORD = "password"  # noqa: S105 - the word, not one
_NAMES = {
    "CreateLoginProfile": PASSWORD,
    "UpdateLoginProfile": PASSWORD,
    "DeleteLoginProfile": PASSWORD,
    "UploadSSHPublicKey": "SSH key",
    "CreateServiceSpecificCredential": "service credential",
    "UploadSigningCertificate": "signing certificate",
}
_MAKES = ("Create", "Upload")
_MOST_TOLD = 6
_COLUMNS = {
    "credential": "text",
    "user": "text",
    "created": "time",
    "created by": "text",
    "created from": "text",
    "changed": "text",
    "first use": "time",
    "last use": "time",
    "calls": "count",
    "addresses": "count",
    "days unused": "count",
}


def keys(case: Case) -> Answer:
    """List the long-lived access keys that were used, made or changed, and other credentials that were made or changed.

    Columns: ``credential`` (the id of an access key, ``password`` …), ``user``, ``created``, ``created by`` and
    ``created from`` (missing for what was made before the timespan), ``changed`` (later calls, oldest first), ``first
    use`` and ``last use`` (within the timespan), ``calls``, ``addresses`` (distinct), ``days unused`` (whole days from
    the last use, or else from the making, to the end of the timespan; missing for what is no access key). Calls that
    failed are left out.
    """
    title = "Keys and passwords: made, changed and used"
    found = account_calls(case, "cloudtrail/key_calls")
    if found is None:
        return not_held("keys", title, SOURCE, _COLUMNS)
    used = ask(case, saved("cloudtrail/key_use").text, found.groups)
    end = pd.Timestamp(case.timespan.end)
    known: dict[tuple[str, str], dict[str, object]] = {}
    for row in used.rows:
        first, last = times(pd.Series([row["first_ms"], row["last_ms"]]))
        each = known.setdefault((row["access_key"], ""), {"user": row.get("owner") or row.get("kind")})
        each |= {"first use": first, "last use": last, "calls": int(row["calls"]), "addresses": int(row["addresses"])}
    for call in found.calls:
        if call.done:
            _add(known, call)
    rows = ((name, *_values(each, end, key=not user)) for (name, user), each in known.items())
    frame = typed(rows, _COLUMNS).sort_values(["created", "credential"], kind="stable", ignore_index=True)
    asked = searched(case, found.groups, "calls with long-lived access keys, and calls that make or change credentials")
    reading = f"{_reading(case, frame)}{found.unread}"
    return Answer("keys", title, frame, reading, asked, (found.run, used.run))


def _add(known: dict[tuple[str, str], dict[str, object]], call: AccountCall) -> None:
    user = call.asked("userName") or call.actor or "unnamed"
    kind = _NAMES.get(call.name)
    made = text_at(call.record, "responseElements", "accessKey", "accessKeyId")
    name = kind or made or call.asked("accessKeyId") or "access key, id not told"
    # A key is told by its id; a password, and a key without an id, by its user.
    own = known.setdefault((name, user if kind or not (made or call.asked("accessKeyId")) else ""), {})
    own["user"] = user
    if call.name.startswith(_MAKES):
        own |= {"created": call.time, "created by": call.actor, "created from": call.address}
    else:
        status = call.asked("status")
        told = f"{call.name}{f' {status}' if status else ''} by {call.actor or 'somebody unnamed'} at {at(call.time)}"
        own["changed"] = f"{own['changed']}; {told}" if own.get("changed") else told


def _values(each: dict[str, object], end: pd.Timestamp, *, key: bool) -> tuple[object, ...]:
    since = each.get("last use") if each.get("last use") is not None else each.get("created")
    unused = (end - since) // pd.Timedelta(days=1) if key and isinstance(since, pd.Timestamp) else None
    values = [each.get(name) for name in list(_COLUMNS)[1:-1]]
    values[list(_COLUMNS).index("calls") - 1] = each.get("calls", 0 if key else None)
    return *values, unused


def _reading(case: Case, frame: pd.DataFrame) -> str:
    if frame.empty:
        return f"No long-lived access key was used, made or changed, {case.timespan}."
    used = frame[frame["calls"].fillna(0) > 0]
    sentences = [f"{count(len(used), 'long-lived access key')} used, by {names(_users(used)) or 'nobody'}."]
    made = frame[frame["created"].notna()]
    if len(made):
        told = [_told(row) for _, row in made.head(_MOST_TOLD).iterrows()]
        more = f"; and {len(made) - _MOST_TOLD:,} more" if len(made) > _MOST_TOLD else ""
        sentences.append(f"{count(len(made), 'credential')} made: {'; '.join(told)}{more}.")
    changed = frame[frame["changed"].notna()]
    if len(changed):
        sentences.append(f"{count(len(changed), 'credential')} changed or deleted.")
    before = used[used["created"].isna()]
    if len(before):
        were, they = ("was", "it is") if len(before) == 1 else ("were", "they are")
        sentences.append(
            f"{count(len(before), 'key')} in use {were} made before the timespan; how old {they} is not known."
        )
    return " ".join(sentences)


def _users(frame: pd.DataFrame) -> list[str]:
    return [str(user) for user in frame["user"].dropna().drop_duplicates()]


def _told(row: pd.Series) -> str:
    use = ""
    if pd.notna(row["days unused"]):
        use = f", used {count(row['calls'], 'time')}" if row["calls"] else ", not used since"
    by = plain(row["created by"]) if pd.notna(row["created by"]) else "somebody unnamed"
    return f"{plain(row['credential'])} of {plain(row['user'])} at {at(row['created'])} by {by}{use}"
