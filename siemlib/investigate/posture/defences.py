"""Was logging or detection switched off, changed or switched on: tried, succeeded and failed apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.account_calls import SOURCE, account_calls, outcomes
from siemlib.investigate.ask import not_held, searched, typed
from siemlib.investigate.words import at, count, names, plain
from siemlib.sources.reading import leaf

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Case
    from siemlib.investigate.account_calls import AccountCall

OFF, CHANGED, ON = "switches off", "changes", "switches on"
_OFF = re.compile(
    r"(Batch)?(Delete|Stop|Disable|Deregister|Disassociate|Leave|Remove|Deactivate|Detach|Close|Abort)|ScheduleKey"
)
_ON = re.compile(r"(Batch)?(Start|Create|Enable|Associate|Attach|Accept)|CancelKey|RegisterDelegated")
# By their names these switch something on, yet they hide findings.
_CHANGING = frozenset({"CreateFilter", "CreateIPSet", "CreateArchiveRule", "CreateSuppressionRule", "CreateMembers"})
_TARGETS = (
    "name",
    "trailName",
    "logGroupName",
    "detectorId",
    "configurationRecorderName",
    "configurationRecorder.name",
    "deliveryChannelName",
    "bucketName",
    "DeleteFlowLogsRequest.FlowLogId.content",
    "alarmNames.0",
    "alarmName",
    "ruleName",
    "rule",
    "analyzerName",
    "keyId",
    "serialNumber",
    "policyId",
    "accountId",
)
_MOST_TOLD = 5
_COLUMNS = {
    "time": "time",
    "effect": "text",
    "call": "text",
    "service": "text",
    "target": "text",
    "what": "text",
    "actor": "text",
    "address": "text",
    "outcome": "text",
    "error": "text",
    "@ptr": "text",
}


def defences(case: Case) -> Answer:
    """List the calls that switch logging, detection or alarms off or on, or change them, oldest first.

    Columns: ``time``, ``effect`` (switches off, changes, switches on: by the verb of the call, or by what it asks for),
    ``call``, ``service``, ``target`` (trail, log group, detector …), ``what`` (the setting that decided it), ``actor``,
    ``address``, ``outcome``, ``error``, ``@ptr``. The rule is in the saved query ``cloudtrail/defence_calls``.
    """
    title = "Calls that touch logging, detection and alarms"
    found = account_calls(case, "cloudtrail/defence_calls")
    if found is None:
        return not_held("defences", title, SOURCE, _COLUMNS)
    frame = typed((_row(call) for call in found.calls), _COLUMNS)
    asked = searched(case, found.groups, "calls that touch logging, detection and alarms, and are not read-only")
    reading = f"{_reading(case, frame)}{found.unread}"
    return Answer("defences", title, frame, reading, asked, (found.run,))


def effect(name: str) -> str:
    """What a call does to a defence, by its verb."""
    if name in _CHANGING:
        return CHANGED
    return OFF if _OFF.match(name) else ON if _ON.match(name) else CHANGED


def _setting(call: AccountCall) -> tuple[str, str | None]:
    """The effect of a call, and the setting that tells it where the verb does not."""
    asked = call.at("requestParameters")
    if call.name == "PutEventSelectors":
        selectors = leaf(asked, "eventSelectors")
        basic = [one for one in selectors if isinstance(one, dict)] if isinstance(selectors, list) else []
        if basic and not any(one.get("includeManagementEvents", True) for one in basic):
            return OFF, "management events are not recorded any more"
    if call.name == "UpdateDetector" and leaf(asked, "enable") is False:
        return OFF, "the detector is disabled"
    if call.name == "UpdateTrail" and leaf(asked, "isMultiRegionTrail") is False:
        return CHANGED, "one region only"
    return effect(call.name), None


def _row(call: AccountCall) -> tuple[object, ...]:
    kind, setting = _setting(call)
    what = (call.time, kind, call.name, call.service, call.asked(*_TARGETS), setting)
    return (*what, call.actor, call.address, call.outcome, call.error, call.ptr)


def _reading(case: Case, frame: pd.DataFrame) -> str:
    if frame.empty:
        return f"No call in CloudTrail touched logging, detection or alarms, {case.timespan}."
    sentences = []
    for kind, words in ((OFF, "to switch off"), (CHANGED, "to change"), (ON, "to switch on")):
        part = frame[frame["effect"] == kind]
        if len(part):
            done = int((part["outcome"] == "success").sum())
            sentences.append(f"{words.capitalize()}, {outcomes(done, len(part) - done)} ({_by_call(part)}).")
    gone = frame[(frame["effect"] == OFF) & (frame["outcome"] == "success")]
    if len(gone):
        told = [
            f"{plain(row['call'])} {_known(row['target'], 'of an unnamed target')} at {at(row['time'])} by"
            f" {_known(row['actor'], 'somebody unnamed')}"
            for _, row in gone.head(_MOST_TOLD).iterrows()
        ]
        more = f"; and {len(gone) - _MOST_TOLD:,} more" if len(gone) > _MOST_TOLD else ""
        sentences.insert(0, f"{count(len(gone), 'defence')} switched off: {'; '.join(told)}{more}.")
    else:
        sentences.insert(0, "Nothing was switched off.")
    return " ".join(sentences)


def _known(value: object, otherwise: str) -> str:
    return plain(value) if isinstance(value, str) else otherwise


def _by_call(part: pd.DataFrame) -> str:
    """``StopLogging 3 tried, 3 failed``."""
    told = []
    for call, rows in part.groupby("call", sort=False):
        failed = int((rows["outcome"] == "failure").sum())
        told.append(f"{plain(call)} {len(rows):,} tried, {f'{failed:,} failed' if failed else 'none failed'}")
    return names(told, most=8)
