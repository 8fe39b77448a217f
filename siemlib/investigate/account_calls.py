"""CloudTrail calls of a saved query, read one by one: for questions that need what a call asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.investigate.ask import ask
from siemlib.investigate.words import count
from siemlib.queries import saved
from siemlib.sources.cloudtrail import entry
from siemlib.sources.reading import first_text, json_object, leaf, text_at

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Case
    from siemlib.model.run import Run

SOURCE = "cloudtrail"
_VERSION = re.compile(r"20(?:14|15|18|20)\d{4}(?:v\d)?$")
MOST_READ = 20_000
"""Calls that are read for one question, the oldest; more would let whoever repeats a failing call fill the memory."""


@dataclass(frozen=True, eq=False)
class AccountCall:
    """One call. ``outcome`` is ``success`` or ``failure``; ``account`` is the one in which it was made."""

    time: pd.Timestamp
    name: str
    """Without the version that Lambda appends: ``AddPermission``, not ``AddPermission20150331v2``."""
    service: str
    actor: str | None
    address: str | None
    account: str | None
    outcome: str
    error: str | None
    record: dict[str, object]
    ptr: str | None

    @property
    def done(self) -> bool:
        """Whether it succeeded."""
        return self.outcome == "success"

    def at(self, *path: str) -> object:
        """A value of the record, or ``None``."""
        return leaf(self.record, *path)

    def asked(self, *names: str) -> str | None:
        """The first of these request parameters that holds a text."""
        return first_text(self.record, *(("requestParameters", *name.split(".")) for name in names))


@dataclass(frozen=True, eq=False)
class Calls:
    """The calls of one question, oldest first."""

    calls: tuple[AccountCall, ...]
    groups: tuple[str, ...]
    run: Run

    @property
    def unread(self) -> str:
        """A sentence, with a blank before it, where there were more calls than are read."""
        return f" Of more calls the oldest {MOST_READ:,} were read." if self.run.statistics.rows == MOST_READ else ""


def account_calls(case: Case, query: str) -> Calls | None:
    """The calls of the saved query of that name; ``None`` where no log group holds CloudTrail."""
    groups = case.log_groups(SOURCE)
    if not groups:
        return None
    rows = f"| fields @timestamp, @message\n| sort @timestamp asc\n| limit {MOST_READ}"
    result = ask(case, f"{saved(query).text}\n{rows}", groups)
    times = result.frame["@timestamp"]
    read = (_call(time, row) for time, row in zip(times, result.rows, strict=True))
    return Calls(tuple(call for call in read if call), groups, result.run)


def _call(time: pd.Timestamp, row: dict[str, str]) -> AccountCall | None:
    message = row.get("@message", "")
    record = json_object(message)
    if record is None:
        return None
    told = entry(message)
    return AccountCall(
        time=time,
        name=_unversioned(text_at(record, "eventName") or "?"),
        service=(text_at(record, "eventSource") or "?").removesuffix(".amazonaws.com"),
        actor=told.actor,
        address=text_at(record, "sourceIPAddress"),
        account=first_text(record, ("recipientAccountId",), ("userIdentity", "accountId")),
        outcome=told.outcome or "success",
        error=first_text(record, ("errorCode",), ("errorMessage",)) if told.outcome == "failure" else None,
        record=record,
        ptr=row.get("@ptr"),
    )


def _unversioned(name: str) -> str:
    """``AddPermission20150331v2`` is ``AddPermission``."""
    return _VERSION.sub("", name)


def outcomes(done: int, failed: int) -> str:
    """``3 calls: 1 succeeded, 2 failed``."""
    return f"{count(done + failed, 'call')}: {done:,} succeeded, {failed:,} failed"
