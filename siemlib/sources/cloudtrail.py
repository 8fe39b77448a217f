"""AWS CloudTrail: one event is one record. Logstash passes records on with ``@timestamp`` in place of ``eventTime``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from siemlib.model.event import Shape
from siemlib.model.observable import Address, find_addresses
from siemlib.sources.clock import as_written
from siemlib.sources.reading import entry as make_entry
from siemlib.sources.reading import (
    exact,
    first_text,
    json_fields,
    json_object,
    leaf,
    matches,
    mostly,
    names_address,
    observables,
    plain_entry,
    text_at,
    text_literal,
)
from siemlib.sources.source import JsonTime, LogSource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siemlib.model.observable import Observable
    from siemlib.sources.source import Entry

_ACCESS_KEY = re.compile(r"(?<![0-9A-Z])A(?:KIA|SIA)[0-9A-Z]{12,124}(?![0-9A-Z])")

# Who acted.
_ACTORS = (
    "userIdentity.userName",
    "userIdentity.arn",
    "userIdentity.accessKeyId",
    "userIdentity.principalId",
    "userIdentity.sessionContext.sessionIssuer.userName",
    "userIdentity.sessionContext.sessionIssuer.arn",
)
# To whom something was done: the user or role that was created, changed or assumed, the key that was made or deleted.
_TARGETS = (
    "requestParameters.userName",
    "requestParameters.roleName",
    "requestParameters.roleArn",
    "requestParameters.accessKeyId",
    "responseElements.user.userName",
    "responseElements.user.arn",
    "responseElements.accessKey.userName",
    "responseElements.accessKey.accessKeyId",
    "responseElements.credentials.accessKeyId",
    "responseElements.assumedRoleUser.arn",
)
# What a person would want to read of a request, the most telling first.
_OBJECTS = ("userName", "roleName", "roleArn", "secretId", "bucketName", "instanceId", "functionName", "name", "keyId")


def is_cloudtrail(message: str) -> bool:
    """Whether the message itself is a CloudTrail record, and not something that holds one."""
    event = json_object(message)
    return event is not None and _is_record(event)


def _is_record(event: dict[str, object]) -> bool:
    return "eventName" in event and "eventSource" in event and ("userIdentity" in event or "eventVersion" in event)


def _recognise(messages: Sequence[str]) -> bool:
    return mostly(messages, is_cloudtrail)


def _select_principal(name: str) -> str:
    """Who acted and to whom it was done.

    A user name, role, role session, ARN or access key is compared whole; a name also with the last part of an ARN
    (``user/NAME``, ``assumed-role/ROLE/NAME``, ``:root``) and of a principal id (``AROA…:NAME``), and a role with the
    middle of an ``assumed-role`` ARN.
    """
    literal, pattern = text_literal(name), exact(name)
    whole = [f"{field} = {literal}" for field in (*_ACTORS, *_TARGETS)]
    parts = [
        matches(rf"[:\/]{pattern}$", "userIdentity.arn"),
        matches(rf":assumed-role\/{pattern}(?:\/|$)", "userIdentity.arn"),
        matches(rf":{pattern}$", "userIdentity.principalId"),
        matches(rf"\/{pattern}$", "requestParameters.roleArn"),
    ]
    condition = " or ".join(whole + parts)
    # Taking ten JSON paths from each record is slow; a name that JSON writes as it is can be looked for first.
    return f"@message like {literal} and ({condition})" if re.fullmatch(r"[\w.@:+=,-]+", name, re.ASCII) else condition


def _actor(event: dict[str, object]) -> str | None:
    identity = leaf(event, "userIdentity")
    kind, arn = text_at(identity, "type"), text_at(identity, "arn") or ""
    if kind == "AssumedRole" and ":assumed-role/" in arn:
        return arn.partition(":assumed-role/")[2]
    if kind == "Root":
        return "root"
    return first_text(identity, ("userName",), ("arn",), ("principalId",), ("invokedBy",), ("accountId",), ("type",))


def _outcome(event: dict[str, object]) -> str:
    if text_at(event, "errorCode") or text_at(event, "errorMessage"):
        return "failure"
    # ConsoleLogin, SwitchRole and the like tell it in a response element of their own name.
    told = text_at(event, "responseElements", text_at(event, "eventName") or "")
    return "failure" if told == "Failure" else "success"


def entry(message: str) -> Entry:
    """Who called what, from where, and whether it was allowed."""
    event = json_object(message)
    if event is None or not _is_record(event):
        return plain_entry(message)
    service = (text_at(event, "eventSource") or "").removesuffix(".amazonaws.com")
    call = text_at(event, "eventName") or "?"
    action = f"{service}:{call}" if service else call
    actor, origin = _actor(event), text_at(event, "sourceIPAddress")
    target = first_text(event, *(("requestParameters", name) for name in _OBJECTS))
    error = first_text(event, ("errorCode",), ("errorMessage",))
    outcome = _outcome(event)
    summary = action + (f" {target}" if target else "") + f" by {actor or 'an unnamed principal'}"
    summary += f" from {origin}" if origin else ""
    summary += f" in {region}" if (region := text_at(event, "awsRegion")) else ""
    summary += f": {error}" if error else ": failed" if outcome == "failure" else ""
    return make_entry(summary, actor=actor, address=Address.read(origin or ""), action=action, outcome=outcome)


def _observables(message: str) -> tuple[Observable, ...]:
    event = json_object(message)
    if event is None or not _is_record(event):
        return observables(addresses=find_addresses(message))
    identity = ("userIdentity",)
    issuer = (*identity, "sessionContext", "sessionIssuer")
    origin = text_at(event, "sourceIPAddress")
    return observables(
        addresses=find_addresses(message),
        principals=[
            _actor(event),
            *(text_at(event, *identity, name) for name in ("userName", "arn")),
            *(text_at(event, *issuer, name) for name in ("userName", "arn")),
            *(text_at(event, *name.split(".")) for name in _TARGETS if not name.endswith("KeyId")),
        ],
        access_keys=_ACCESS_KEY.findall(message),
        hosts=[origin if origin and Address.read(origin) is None else None],
    )


CLOUDTRAIL = LogSource(
    name="cloudtrail",
    title="CloudTrail",
    documentation="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html",
    shape=Shape.JSON,
    log_group="cloudtrail",
    recognise=_recognise,
    time=JsonTime((("eventTime",), ("@timestamp",))),
    stored=json_fields(
        "eventID",
        "eventName",
        "eventSource",
        "awsRegion",
        "sourceIPAddress",
        "userAgent",
        "errorCode",
        "eventType",
        "readOnly",
        "recipientAccountId",
        "userIdentity.type",
        "userIdentity.userName",
        "userIdentity.arn",
        "userIdentity.accessKeyId",
        "userIdentity.principalId",
        "userIdentity.sessionContext.sessionIssuer.userName",
    ),
    select_address=names_address,
    select_principal=_select_principal,
    observables=_observables,
    entry=entry,
    uncertainty=as_written("When the request was completed, by the clock of the service, cut to the second."),
    unique_id=("eventID",),
    account="recipientAccountId",
)
