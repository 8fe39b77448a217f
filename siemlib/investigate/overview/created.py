"""Who may come in that could not before: users and keys that were created."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from siemlib.case.answer import Answer
from siemlib.investigate.ask import ask, searched, source_title, typed
from siemlib.investigate.labels import with_labels
from siemlib.investigate.words import at, count, names, plain
from siemlib.queries import saved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siemlib.case import Case
    from siemlib.engine import Result

_COLUMNS = {
    "first": "time",
    "last": "time",
    "created": "text",
    "name": "text",
    "key": "text",
    "where": "text",
    "by": "text",
    "address": "text",
    "times": "count",
    "outcome": "text",
    "error": "text",
}
_SOURCES = ("cloudtrail", "sshd", "syslog", "auditd")
_CREATED = {
    "CreateUser": "user",
    "CreateLoginProfile": "password",
    "CreateAccessKey": "access key",
    "CreateServiceSpecificCredential": "credential",
    "UploadSSHPublicKey": "SSH key",
    "UploadSigningCertificate": "certificate",
    "CreateKeyPair": "key pair",
    "ImportKeyPair": "key pair",
    "CreateApiKey": "API key",
}
_TOLD = 5


def created(case: Case) -> Answer:
    """List the users and keys that were created, or that somebody tried to create, oldest first.

    Columns: ``first``, ``last``, ``created`` (user, password, access key …), ``name`` (whom it is for), ``key`` (its
    id), ``where`` (the service or the host), ``by``, ``address``, ``address is``, ``times``, ``outcome``, ``error``. In
    CloudTrail they are calls, on a host the lines of useradd, or of the audit daemon, which may tell the same again.
    """
    title = "Users and keys created"
    trail, hosts, audit = case.log_groups("cloudtrail"), _syslog(case), case.log_groups("auditd")
    groups = (*trail, *hosts, *audit)
    if not groups:
        held = names([source_title(name) for name in _SOURCES], last="or")
        frame = with_labels(case, typed([], _COLUMNS), "address")
        return Answer("created", title, frame, f"Not examined: this archive holds no {held}.", "no log group.", ())
    asked = [
        (ask(case, saved(name).text, where), read)
        for name, where, read in (
            ("cloudtrail/users_and_keys", trail, _calls),
            ("syslog/new_users", hosts, _lines),
            ("auditd/new_users", audit, _records),
        )
        if where
    ]
    rows = [row for result, read in asked for row in read(result)]
    frame = typed(rows, _COLUMNS).sort_values("first", kind="stable", ignore_index=True)
    reading = _reading(case, frame, groups)
    if not trail:
        reading += " Not examined: this archive holds no CloudTrail."
    what = "calls that create users, passwords and keys, and lines that tell of a new account on a host"
    runs = tuple(result.run for result, _ in asked)
    return Answer("created", title, with_labels(case, frame, "address"), reading, searched(case, groups, what), runs)


def _syslog(case: Case) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*case.log_groups("sshd"), *case.log_groups("syslog")]))


def _calls(result: Result) -> Iterator[tuple[object, ...]]:
    for row in result.rows:
        error, service = row.get("error"), row.get("eventSource", "").removesuffix(".amazonaws.com")
        yield (
            row["first_ms"],
            row["last_ms"],
            _CREATED[row["eventName"]],
            row.get("target"),
            row.get("made"),
            service,
            row.get("actor"),
            row.get("origin"),
            row["calls"],
            "failure" if error else "success",
            error,
        )


def _lines(result: Result) -> Iterator[tuple[object, ...]]:
    for row in result.rows:
        told = (row["first_ms"], row["last_ms"], "user", row["account"], None, row["host"], None, None)
        yield (*told, row["lines"], "success", None)


def _records(result: Result) -> Iterator[tuple[object, ...]]:
    for row in result.rows:
        outcome = "failure" if row.get("told") in {"failed", "0", "no"} else "success"
        told = (row["first_ms"], row["last_ms"], "user", row.get("name"), None, row.get("host"), None, None)
        yield (*told, row["lines"], outcome, None)


def _reading(case: Case, frame: pd.DataFrame, groups: tuple[str, ...]) -> str:
    if frame.empty:
        return f"No user and no key was created in {names(groups)}, {case.timespan}."
    done = frame[frame["outcome"] == "success"]
    failed = int(frame.loc[frame["outcome"] == "failure", "times"].sum())
    if done.empty:
        return f"No user and no key was created; {count(failed, 'call')} to create one failed."
    told = "; ".join(_one(row) for _, row in done.head(_TOLD).iterrows())
    more = f"; {len(done) - _TOLD:,} more in the table" if len(done) > _TOLD else ""
    tally = names([f"{what} {number:,}" for what, number in done.groupby("created", sort=False)["times"].sum().items()])
    refused = f" {count(failed, 'call')} to create one failed." if failed else ""
    return f"Created: {tally}. {told[:1].upper()}{told[1:]}{more}.{refused}"


def _one(row: pd.Series) -> str:
    """``user svc-backup by svc-deploy from 203.0.113.66 at …``."""
    parts = [str(row["created"])]
    parts += [plain(row["key"])] if pd.notna(row["key"]) else []
    parts += ["for"] if pd.notna(row["name"]) and row["created"] != "user" else []
    parts += [plain(row["name"])] if pd.notna(row["name"]) else []
    parts += [f"by {plain(row['by'])}"] if pd.notna(row["by"]) else [f"on {plain(row['where'])}"]
    parts += [f"from {plain(row['address'])}"] if pd.notna(row["address"]) else []
    return f"{' '.join(parts)} at {at(row['first'])}"
