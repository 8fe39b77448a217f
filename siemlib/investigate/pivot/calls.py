"""What was asked of the account: CloudTrail calls by outcome, and the calls that change who may do what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.ask import ask, not_held, searched, times, typed
from siemlib.investigate.labels import named, with_labels
from siemlib.investigate.words import at, count, listed, names, plain
from siemlib.queries import saved

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Case
    from siemlib.investigate.subject import Subject

_SOURCE = "cloudtrail"
_CALLS = {
    "call": "text",
    "service": "text",
    "succeeded": "count",
    "failed": "count",
    "errors": "text",
    "first": "time",
    "last": "time",
}
_CHANGES = {
    "time": "time",
    "actor": "text",
    "address": "text",
    "call": "text",
    "outcome": "text",
    "target": "text",
    "access key": "text",
    "error": "text",
    "@ptr": "text",
}


def calls(case: Case, subject: Subject) -> Answer:
    """Count the calls by name and outcome, those with failures first.

    Columns: ``call``, ``service``, ``succeeded``, ``failed``, ``errors`` (the error codes), ``first``, ``last``.
    """
    title = f"CloudTrail calls of {subject.name}, by outcome"
    groups = case.log_groups(_SOURCE)
    if not groups:
        return not_held("calls", title, _SOURCE, _CALLS)
    result = ask(case, saved("cloudtrail/calls_by_error").after(subject.condition((_SOURCE,))), groups)
    frame = _by_call(result.rows)
    asked = searched(case, groups, f"calls that name {subject.name}")
    return Answer("calls", title, frame, _calls_reading(subject, frame, groups, case), asked, (result.run,))


def account_changes(case: Case, subject: Subject) -> Answer:
    """List the calls that change the account, oldest first: what is not read-only and touches rights, logs or sharing.

    The rule is in the saved query ``cloudtrail/account_changes``.
    Columns: ``time``, ``actor``, ``address``, ``address is`` (from the inventory), ``call``, ``outcome``, ``target``
    (user, role, trail, bucket or group), ``access key`` (the one created), ``error``, ``@ptr``.
    """
    title = f"Changes in the account by or to {subject.name}"
    groups = case.log_groups(_SOURCE)
    if not groups:
        return not_held("account-changes", title, _SOURCE, _CHANGES, "address")
    result = ask(case, saved("cloudtrail/account_changes").after(subject.condition((_SOURCE,))), groups)
    frame = typed(
        (
            (
                row["@timestamp"],
                row.get("actor"),
                row.get("sourceIPAddress"),
                row.get("eventName"),
                "failure" if "error" in row else "success",
                row.get("target"),
                row.get("access_key"),
                row.get("error"),
                row.get("@ptr"),
            )
            for row in result.rows
        ),
        _CHANGES,
    )
    asked = searched(case, groups, f"calls that name {subject.name} and change the account")
    reading = f"{_changes_reading(subject, frame, groups, case)} {_COUNTED}"
    return Answer("account-changes", title, with_labels(case, frame, "address"), reading, asked, (result.run,))


_COUNTED = (
    "Counted are calls that are not read-only: all of IAM, STS, KMS, CloudTrail, Config, Organizations and their like, "
    "and of other services those that change rights, firewalls, sharing or logs."
)


def _by_call(rows: list[dict[str, str]]) -> pd.DataFrame:
    columns = {"call": "text", "service": "text", "error": "text", "calls": "count", "first": "time", "last": "time"}
    keys = ("eventName", "eventSource", "error", "calls", "first_ms", "last_ms")
    frame = typed(([row.get(key) for key in keys] for row in rows), columns)
    failed = frame["error"].notna()
    frame = frame.assign(succeeded=frame["calls"].where(~failed, 0), failed=frame["calls"].where(failed, 0))
    summed = frame.groupby(["call", "service"], as_index=False, dropna=False, sort=True).agg(
        succeeded=("succeeded", "sum"),
        failed=("failed", "sum"),
        errors=("error", lambda codes: ", ".join(sorted(codes.dropna().unique()))),
        first=("first", "min"),
        last=("last", "max"),
    )
    summed = summed.assign(
        first=times(summed["first"]), last=times(summed["last"]), errors=summed["errors"].astype("string")
    )
    ordered = summed.sort_values(["failed", "succeeded"], ascending=False, kind="stable", ignore_index=True)
    return ordered[list(_CALLS)]


def _calls_reading(subject: Subject, frame: pd.DataFrame, groups: tuple[str, ...], case: Case) -> str:
    if frame.empty:
        return f"No CloudTrail call names {subject.name} in {names(groups)}, {case.timespan}."
    failed = frame["failed"].sum()
    calls_, kinds = frame["failed"].sum() + frame["succeeded"].sum(), frame["call"].nunique()
    reading = (
        f"{count(calls_, 'call')} of {count(kinds, 'name')}: {frame['succeeded'].sum():,} succeeded, {failed:,} failed."
    )
    if not failed:
        return reading
    refused = frame[frame["failed"] > 0]
    most = names([f"{row['call']} {row['failed']:,} ({row['errors']})" for _, row in refused.iterrows()])
    return f"{reading} Failed: {most}."


def _changes_reading(subject: Subject, frame: pd.DataFrame, groups: tuple[str, ...], case: Case) -> str:
    if frame.empty:
        return f"No call that changes the account names {subject.name} in {names(groups)}, {case.timespan}."
    done = frame[frame["outcome"] == "success"]
    if done.empty:
        told = f"{count(len(frame), 'call')} to change the account, every one failed: {_failures(frame)}."
        return f"{told} They were made {by_whom(case, subject, frame)}."
    sentences = [f"{count(len(done), 'change')} in the account since {at(done['time'].iloc[0])}: {_tally(done)}."]
    users = list(done.loc[done["call"] == "CreateUser", "target"].dropna().drop_duplicates())
    keys = done[(done["call"] == "CreateAccessKey")]
    if users:
        sentences.append(f"{'User' if len(users) == 1 else 'Users'} created: {names(users)}.")
    if len(keys):
        made = [f"{row['access key']} for {row['target']}" for _, row in keys.fillna("unknown").iterrows()]
        sentences.append(f"{'Access key' if len(made) == 1 else 'Access keys'} created: {names(made)}.")
    if len(done) < len(frame):
        failed = frame[frame["outcome"] == "failure"]
        sentences.append(f"{count(len(failed), 'call')} failed: {_failures(failed)}.")
        who = by_whom(case, subject, failed)
        sentences.append(f"The changes were made {by_whom(case, subject, done)}; the failed calls {who}.")
    else:
        sentences.append(f"They were made {by_whom(case, subject, done)}.")
    return " ".join(sentences)


def by_whom(case: Case, subject: Subject, frame: pd.DataFrame) -> str:
    """Who made these calls and from where, most first: what names somebody need not be done by them."""
    pairs = frame.groupby(["actor", "address"], dropna=False, sort=False).size().reset_index(name="calls")
    pairs = pairs.sort_values("calls", ascending=False, kind="stable")
    told = [(_who(row["actor"], row["address"], subject, case), row["calls"]) for _, row in pairs.iterrows()]
    return listed([f"{calls:,} by {who}" if len(told) > 1 else f"by {who}" for who, calls in told], most=3)


def _who(actor: object, address: object, subject: Subject, case: Case) -> str:
    # Of a session the ARN is long, and its end says who it is.
    who = plain(str(actor).rpartition(":assumed-role/")[2]) if isinstance(actor, str) else "an unnamed principal"
    elsewhere = isinstance(address, str) and address != subject.name
    return f"{who} from {named(case, str(address))}" if elsewhere else who


def _failures(frame: pd.DataFrame) -> str:
    """The calls that did nothing, each with its errors, most first."""
    told = []
    for call, number in frame["call"].value_counts(sort=True).items():
        errors = ", ".join(sorted(frame.loc[frame["call"] == call, "error"].dropna().unique()))
        told.append(f"{call} {number:,}" + (f" ({errors})" if errors else ""))
    return names(told)


def _tally(frame: pd.DataFrame) -> str:
    return names([f"{call} {number:,}" for call, number in frame["call"].value_counts(sort=True).items()])
