"""What was made public or shared with other accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from siemlib.case.answer import Answer
from siemlib.investigate.account_calls import SOURCE, account_calls
from siemlib.investigate.ask import not_held, searched, typed
from siemlib.investigate.posture.shares import Share, shares
from siemlib.investigate.words import at, count, plain

if TYPE_CHECKING:
    from siemlib.case import Case
    from siemlib.investigate.account_calls import AccountCall

_MOST_TOLD = 5
_COLUMNS = {
    "time": "time",
    "call": "text",
    "resource": "text",
    "shared with": "text",
    "actor": "text",
    "address": "text",
    "outcome": "text",
    "error": "text",
    "taken back": "time",
    "@ptr": "text",
}


@dataclass(frozen=True)
class _Told:
    """What one call shares or takes back."""

    call: AccountCall
    share: Share


def shared(case: Case) -> Answer:
    """List the calls that share a resource with somebody outside of the account, oldest first.

    Columns: ``time``, ``call``, ``resource``, ``shared with`` (everyone, other account with its number, not told where
    a refused call keeps no parameters), ``actor``, ``address``, ``outcome``, ``error``, ``taken back`` (the first later
    call that takes exactly this back, sets a policy without it, or deletes the resource), ``@ptr``. Sharing within the
    account, or with services of AWS, is left out.
    """
    title = "Resources made public or shared"
    found = account_calls(case, "cloudtrail/sharing_calls")
    if found is None:
        return not_held("shared", title, SOURCE, _COLUMNS)
    told = [_Told(call, share) for call in found.calls for share in shares(call)]
    rows = (_row(each, told[place + 1 :]) for place, each in enumerate(told) if each.share.gives)
    frame = typed(rows, _COLUMNS)
    asked = searched(case, found.groups, "calls that share resources, and calls that take that back")
    return Answer("shared", title, frame, f"{_reading(case, frame)}{found.unread}", asked, (found.run,))


def _row(each: _Told, later: list[_Told]) -> tuple[object, ...]:
    call, share = each.call, each.share
    back = next(
        (other.call.time for other in later if call.done and other.call.done and share.ended_by(other.share)), None
    )
    what = (call.time, call.name, share.resource or None, share.whom)
    return (*what, call.actor, call.address, call.outcome, call.error, back, call.ptr)


def _reading(case: Case, frame: pd.DataFrame) -> str:
    if frame.empty:
        return f"No call shared a resource beyond the account, {case.timespan}."
    done = frame[frame["outcome"] == "success"]
    failed = f" {count(len(frame) - len(done), 'attempt')} failed." if len(done) < len(frame) else ""
    if done.empty:
        return f"Nothing was shared beyond the account.{failed}"
    still = int(done["taken back"].isna().sum())
    told = "; ".join(_told(row) for _, row in done.head(_MOST_TOLD).iterrows())
    more = f"; and {len(done) - _MOST_TOLD:,} more" if len(done) > _MOST_TOLD else ""
    return f"{count(len(done), 'share')}, {still:,} of which no later call takes back: {told}{more}.{failed}"


def _told(row: pd.Series) -> str:
    resource = plain(row["resource"]) if pd.notna(row["resource"]) else "an unnamed resource"
    back = f", taken back at {at(row['taken back'])}" if pd.notna(row["taken back"]) else ""
    return f"{resource} with {plain(row['shared with'])} at {at(row['time'])} ({row['call']}){back}"
