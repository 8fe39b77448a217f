"""The members of an answer of CloudWatch Logs → plain values. What is not of the documented form is a LiveError."""

from __future__ import annotations

from typing import Any

from siemlib.live.errors import LiveError
from siemlib.live.service import Group, LogEvent


def group_of(found: dict[str, Any]) -> Group:
    """One of ``logGroups``."""
    arn = found.get("logGroupArn") or found.get("arn") or ""
    return Group(
        name=text_of(found, "logGroupName"),
        arn=arn.removesuffix(":*"),
        stored_bytes=int(found.get("storedBytes") or 0),
        created=int(found.get("creationTime") or 0),
        retention_days=found.get("retentionInDays"),
        log_class=found.get("logGroupClass") or "STANDARD",
    )


def event_of(found: dict[str, Any]) -> LogEvent:
    """One of ``events``."""
    time = found.get("timestamp")
    if not isinstance(time, int):
        raise other_form("timestamp")
    stream, message = found.get("logStreamName") or "", found.get("message") or ""
    return LogEvent(text_of(found, "eventId"), stream, time, int(found.get("ingestionTime") or time), message)


def named_group(log_group: str) -> dict[str, str]:
    """The parameter that takes a log group by its name or by its ARN."""
    name = log_group.removesuffix(":*")
    return {"logGroupIdentifier" if is_arn(name) else "logGroupName": name}


def is_arn(name: str) -> bool:
    """Whether it is no name: those have no colon."""
    return name.startswith("arn:")


def text_of(found: dict[str, Any], name: str) -> str:
    """A member that is a text."""
    value = found.get(name)
    if not isinstance(value, str):
        raise other_form(name)
    return value


def list_of(found: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """A member that is a list of objects; botocore's models leave out what is empty."""
    value = found.get(name, [])
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise other_form(name)
    return value


def other_form(name: str) -> LiveError:
    """What a member is that is not as documented."""
    return LiveError(f"the service's answer is not of the form that is documented: {name}")
