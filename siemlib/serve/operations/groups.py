"""DescribeLogGroups, DescribeLogStreams, ListLogGroupsForQuery (specification 5.3, validated facts B).

Log groups of an archive have no retention and are of the class STANDARD. Their creation is the time of their first
event, so that no query can be "before the creation"; their stored bytes are those of the messages.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from siemlib.model.timespan import to_millis
from siemlib.serve.positions import parts_for, token_for
from siemlib.serve.protocol import Flag, RefusedError, Text, Texts, Whole, invalid, is_text, missing, read

if TYPE_CHECKING:
    from siemlib.engine import LogGroup
    from siemlib.serve.endpoint import Endpoint
    from siemlib.serve.protocol import Document, Shape
    from siemlib.serve.reading import Reader, Stream

GROUP_NAME = Text(1, 512, r"[\.\-_/#A-Za-z0-9]+")
GROUP_IDENTIFIER = Text(1, 2048, r"[\w#+=/:,.@-]*")
STREAM_NAME = Text(1, 512, r"[^:*]*")
TOKEN = Text(1)
_PAGE = 50
_CLASSES = ("STANDARD", "INFREQUENT_ACCESS", "DELIVERY", "ESSENTIALS")
_ORDERS = ("LogStreamName", "LastEventTime")
_MOST_GROUPS_OF_A_PAGE = 500


def group_of(endpoint: Endpoint, asked: Document) -> LogGroup:
    """The log group of ``logGroupName`` or ``logGroupIdentifier``. Raises RefusedError where it is not one of them."""
    given = [asked[name] for name in ("logGroupName", "logGroupIdentifier") if name in asked]
    if len(given) != 1:
        raise invalid("Exactly one of logGroupName or logGroupIdentifier must be given.")
    try:
        return endpoint.log_group(given[0])
    except RefusedError:
        raise missing("The specified log group does not exist.") from None


def reader_of(endpoint: Endpoint) -> Reader:
    """What reads single events. Raises RefusedError where the endpoint stands over an engine alone."""
    if endpoint.reader is None:
        raise RefusedError("UnsupportedOperationException", "this endpoint has no archive to read events from")
    return endpoint.reader


def describe_log_groups(endpoint: Endpoint, request: Document) -> Document:
    """Log groups by name."""
    asked = read(
        request,
        {
            "accountIdentifiers": Texts(Text(12, 12, r"\d{12}"), 0, 20),
            "logGroupNamePrefix": GROUP_NAME,
            "logGroupNamePattern": Text(0, 512, r"[\.\-_/#A-Za-z0-9]*"),
            "nextToken": TOKEN,
            "limit": Whole(1, _PAGE),
            "includeLinkedAccounts": Flag(),
            "logGroupClass": Text(values=_CLASSES),
            "logGroupIdentifiers": Texts(GROUP_IDENTIFIER, 1, 50),
        },
    )
    _check_filters(asked)
    groups = [group for group in endpoint.engine.log_groups() if _is_wanted(endpoint, group, asked)]
    first = 0
    if "nextToken" in asked:
        (behind,) = parts_for(asked, asked["nextToken"], str)
        first = bisect_right([group.name for group in groups], str(behind))
    page = groups[first : first + asked.get("limit", _PAGE)]
    told: Document = {"logGroups": [_told_group(endpoint, group) for group in page]}
    if first + len(page) < len(groups):
        told["nextToken"] = token_for(asked, page[-1].name)
    return told


def _check_filters(asked: Document) -> None:
    if "logGroupNamePrefix" in asked and "logGroupNamePattern" in asked:
        raise invalid("logGroupNamePrefix and logGroupNamePattern are mutually exclusive parameters.")
    filters = ("logGroupNamePrefix", "logGroupNamePattern", "accountIdentifiers", "logGroupClass")
    besides = [name for name in filters if name in asked]
    if "logGroupIdentifiers" in asked and besides:
        raise invalid(f"logGroupIdentifiers cannot be given together with {besides[0]}.")


def _is_wanted(endpoint: Endpoint, group: LogGroup, asked: Document) -> bool:
    if "logGroupIdentifiers" in asked:
        known = {group.name, arn_of(endpoint, group), endpoint.arn(group.name)}
        return not known.isdisjoint(asked["logGroupIdentifiers"])
    accounts = asked.get("accountIdentifiers") if asked.get("includeLinkedAccounts") else None
    return (
        group.name.startswith(asked.get("logGroupNamePrefix", ""))
        and asked.get("logGroupNamePattern", "") in group.name
        and asked.get("logGroupClass", "STANDARD") == "STANDARD"
        and (not accounts or _account(endpoint, group) in accounts)
    )


def _account(endpoint: Endpoint, group: LogGroup) -> str:
    """The account that the group's events name, if it is one, as ``@log`` shows it; else that of the endpoint."""
    return group.accounts[0] if len(group.accounts) == 1 else endpoint.account


def arn_of(endpoint: Endpoint, group: LogGroup) -> str:
    """The ARN of a log group, without ``:*``."""
    return f"arn:aws:logs:{endpoint.region}:{_account(endpoint, group)}:log-group:{group.name}"


def _told_group(endpoint: Endpoint, group: LogGroup) -> Document:
    arn = arn_of(endpoint, group)
    return {
        "logGroupName": group.name,
        "creationTime": 0 if group.first is None else to_millis(group.first),
        "metricFilterCount": 0,
        "arn": f"{arn}:*",
        "storedBytes": 0 if endpoint.reader is None else endpoint.reader.stored_bytes(group.name),
        "logGroupClass": "STANDARD",
        "logGroupArn": arn,
    }


def describe_log_streams(endpoint: Endpoint, request: Document) -> Document:
    """Log streams of a log group, by name or by the time of the last event."""
    asked = read(
        request,
        {
            "logGroupName": GROUP_NAME,
            "logGroupIdentifier": GROUP_IDENTIFIER,
            "logStreamNamePrefix": STREAM_NAME,
            "orderBy": Text(values=_ORDERS),
            "descending": Flag(),
            "nextToken": TOKEN,
            "limit": Whole(1, _PAGE),
        },
    )
    group, by_time = group_of(endpoint, asked), asked.get("orderBy") == "LastEventTime"
    if by_time and "logStreamNamePrefix" in asked:
        raise invalid("Cannot order by LastEventTime with a logStreamNamePrefix.")
    if not is_text(prefix := asked.get("logStreamNamePrefix", "")):
        return {"logStreams": []}
    behind = None
    if "nextToken" in asked:
        time, name = parts_for(asked, asked["nextToken"], int, str)
        behind = (int(time), str(name))
    most = asked.get("limit", _PAGE)
    found = reader_of(endpoint).streams(
        group.name,
        prefix=prefix,
        by_time=by_time,
        backwards=asked.get("descending", False),
        behind=behind,
        most=most + 1,
    )
    told: Document = {"logStreams": [_told_stream(endpoint, group, stream) for stream in found[:most]]}
    if len(found) > most:
        told["nextToken"] = token_for(asked, found[most - 1].last, found[most - 1].name)
    return told


def _told_stream(endpoint: Endpoint, group: LogGroup, stream: Stream) -> Document:
    told: dict[str, Any] = {
        "logStreamName": stream.name,
        "creationTime": stream.first,
        "firstEventTimestamp": stream.first,
        "lastEventTimestamp": stream.last,
        "arn": f"{arn_of(endpoint, group)}:log-stream:{stream.name}",
        "storedBytes": 0,  # the service says so of every stream, since 2019
    }
    if stream.ingested is not None:
        told["lastIngestionTime"] = stream.ingested
    return told


def list_log_groups_for_query(endpoint: Endpoint, request: Document) -> Document:
    """The log groups that a query was asked of."""
    most = _MOST_GROUPS_OF_A_PAGE
    shapes: dict[str, Shape] = {"queryId": Text(1, 256), "nextToken": TOKEN, "maxResults": Whole(50, most)}
    asked = read(request, shapes, required=("queryId",))
    query, _ = endpoint.queries.seen(asked["queryId"])
    groups = sorted(query.asked.log_groups)
    first = int(parts_for(asked, asked["nextToken"], int)[0]) if "nextToken" in asked else 0
    last = first + asked.get("maxResults", most)
    more = {"nextToken": token_for(asked, last)} if last < len(groups) else {}
    return {"logGroupIdentifiers": groups[max(first, 0) : last], **more}
