"""What CloudTrail tells of retention: what was set, deleted, exported, moved to cold storage or fetched from there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.account_calls import SOURCE, account_calls, outcomes
from siemlib.investigate.ask import not_held, searched, typed
from siemlib.investigate.words import at, count, names, plain
from siemlib.sources.reading import first_text, leaf, text_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siemlib.case import Case
    from siemlib.investigate.account_calls import AccountCall

UNKNOWN = (
    "Which retention is set, what was exported to S3 and in which storage class it lies (Glacier or another) is not"
    " known from an archive."
)
_DELETES = frozenset({"DeleteLogGroup", "DeleteLogStream", "DeleteBucket", "DeleteArchive", "DeleteVault"})
_MOST_TOLD = 4
_COLUMNS = {
    "time": "time",
    "actor": "text",
    "address": "text",
    "call": "text",
    "target": "text",
    "days": "count",
    "what": "text",
    "outcome": "text",
    "error": "text",
    "@ptr": "text",
}


@dataclass(frozen=True)
class Kept:
    """What a call says of its target: ``days`` after which events or objects end, where it names them."""

    call: AccountCall
    target: str
    days: int | None
    what: str


def kept(case: Case) -> tuple[Kept, ...]:
    """Every call about retention, oldest first."""
    found = account_calls(case, "cloudtrail/retention_calls")
    return tuple(_kept(call) for call in found.calls) if found else ()


def recorded(case: Case) -> Answer:
    """List the calls about retention, export and cold storage, oldest first.

    Columns: ``time``, ``actor``, ``address``, ``call``, ``target`` (log group, bucket or vault), ``days`` (after which
    events or objects end, where the call names them), ``what``, ``outcome``, ``error``, ``@ptr``.
    """
    title = "Retention, export and cold storage, as CloudTrail tells of them"
    found = account_calls(case, "cloudtrail/retention_calls")
    if found is None:
        answer = not_held("recorded", title, SOURCE, _COLUMNS)
        return Answer(answer.name, title, answer.frame, f"{answer.reading} {UNKNOWN}", answer.searched, ())
    told = kept(case)
    frame = typed((_row(each) for each in told), _COLUMNS)
    asked = searched(case, found.groups, "calls about retention, export, deletion of logs and storage classes")
    return Answer("recorded", title, frame, f"{_reading(case, told)}{found.unread} {UNKNOWN}", asked, (found.run,))


def _row(each: Kept) -> tuple[object, ...]:
    call = each.call
    told = (call.time, call.actor, call.address, call.name, each.target or None, each.days, each.what or None)
    return (*told, call.outcome, call.error, call.ptr)


def _kept(call: AccountCall) -> Kept:
    target = call.asked("logGroupName", "bucketName", "vaultName", "resourceIdentifier", "logGroupIdentifier") or ""
    if call.name == "PutRetentionPolicy":
        days = _number(call.asked("retentionInDays"))
        return Kept(call, target, days, f"events end after {count(days, 'day')}" if days is not None else "")
    if call.name in {"PutBucketLifecycle", "PutBucketLifecycleConfiguration"}:
        rules = list(_rules(call))
        enabled = [days for days, _ in rules if days is not None]
        return Kept(call, target, min(enabled, default=None), "; ".join(text for _, text in rules))
    return Kept(call, target, None, "deleted" if call.name in _DELETES else _what(call))


def _what(call: AccountCall) -> str:
    match call.name:
        case "DeleteRetentionPolicy":
            return "events never end"
        case "CreateExportTask":
            return f"export to {call.asked('destination') or 'an unnamed bucket'}"
        case "PutSubscriptionFilter":
            return f"sent on to {call.asked('destinationArn') or 'an unnamed target'}"
        case "RestoreObject":
            return f"fetched from cold storage: {call.asked('key') or 'an unnamed object'}"
        case "PutBucketVersioning":
            return f"versioning {call.asked('VersioningConfiguration.Status') or 'not told'}"
        case _:
            return ""


def _rules(call: AccountCall) -> Iterator[tuple[int | None, str]]:
    """Of each lifecycle rule the days after which objects end, if it is enabled and says so, and the rule in words."""
    found = call.at("requestParameters", "LifecycleConfiguration", "Rule")
    for rule in _many(found):
        days = _number(text_at(rule, "Expiration", "Days"))
        parts = [f"objects end after {count(days, 'day')}"] if days is not None else []
        for move in _many(leaf(rule, "Transition")):
            after = _number(text_at(move, "Days"))
            when = f" after {count(after, 'day')}" if after is not None else ""
            parts.append(f"moved to {text_at(move, 'StorageClass') or 'another class'}{when}")
        enabled = text_at(rule, "Status") != "Disabled"
        name = first_text(rule, ("ID",), ("Prefix",)) or "unnamed"
        yield days if enabled else None, f"rule {name}{'' if enabled else ' (disabled)'}: {', '.join(parts) or 'other'}"


def _many(value: object) -> list[object]:
    """XML turned to JSON has a list only where there is more than one."""
    return value if isinstance(value, list) else [value] if isinstance(value, dict) else []


def _number(text: str | None) -> int | None:
    """Days, as a person would set them; ``None`` for any other text."""
    return int(text) if text and re.fullmatch(r"\d{1,6}", text, re.ASCII) else None


def _reading(case: Case, told: tuple[Kept, ...]) -> str:
    if not told:
        return f"CloudTrail names no call about retention, export or cold storage, {case.timespan}."
    done = [each for each in told if each.call.done]
    sentences = [f"{outcomes(len(done), len(told) - len(done))}."]
    limits = [each for each in done if each.days is not None]
    if limits:
        sentences.append(f"Ends set: {_listed(limits)}.")
    deleted = [each for each in done if each.call.name in _DELETES]
    if deleted:
        sentences.append(f"Deleted: {_listed(deleted)}.")
    moved = [each for each in done if each not in limits and each not in deleted]
    if moved:
        sentences.append(f"Besides: {names([each.call.name for each in moved], most=_MOST_TOLD)}.")
    return " ".join(sentences)


def _listed(told: list[Kept]) -> str:
    shown = [
        f"{plain(each.target or 'an unnamed target')} at {at(each.call.time)} by"
        f" {plain(each.call.actor or 'somebody unnamed')}"
        f" ({each.call.name}{f', {plain(each.what)}' if each.days is not None else ''})"
        for each in told[:_MOST_TOLD]
    ]
    more = f"; and {len(told) - _MOST_TOLD:,} more" if len(told) > _MOST_TOLD else ""
    return "; ".join(shown) + more
