"""The members of an answer of CloudWatch Logs → plain values. What is not of the documented form is a LiveError."""

from __future__ import annotations

from typing import Any

from siemlib.live.errors import LiveError
from siemlib.live.service import Group, LogEvent

_MOST = 2**63


def group_of(found: dict[str, Any]) -> Group:
    """One of ``logGroups``."""
    arn = found.get("logGroupArn") or found.get("arn") or ""
    return Group(
        name=text_of(found, "logGroupName"),
        arn=str(arn).removesuffix(":*"),
        stored_bytes=number_of(found, "storedBytes"),
        created=number_of(found, "creationTime"),
        retention_days=number_of(found, "retentionInDays") or None,
        log_class=str(found.get("logGroupClass") or "STANDARD"),
    )


def account_of(arn: str) -> str | None:
    """The account that an ARN names."""
    parts = arn.split(":", 5)
    return parts[4] or None if len(parts) > 5 else None  # noqa: PLR2004 - arn:aws:logs:REGION:ACCOUNT:…


def event_of(found: dict[str, Any]) -> LogEvent:
    """One of ``events``."""
    if "timestamp" not in found:
        raise other_form("timestamp")
    time, stream, message = number_of(found, "timestamp"), found.get("logStreamName"), found.get("message")
    ingested = number_of(found, "ingestionTime") or time
    return LogEvent(text_of(found, "eventId"), str(stream or ""), time, ingested, str(message or ""))


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


def number_of(found: dict[str, Any], name: str) -> int:
    """A member that is a whole number; ``0`` where there is none."""
    value = found.get(name) or 0
    if not isinstance(value, int | float) or value != value or abs(value) > _MOST:  # noqa: PLR0124 - what is no number
        raise other_form(name)
    return int(value)


def list_of(found: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """A member that is a list of objects; botocore's models leave out what is empty."""
    value = found.get(name, [])
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise other_form(name)
    return value


def other_form(name: str) -> LiveError:
    """What a member is that is not as documented."""
    return LiveError(f"the service's answer is not of the form that is documented: {name}")
