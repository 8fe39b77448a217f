"""boto3's one door: CloudWatch Logs over the network. One request for each call, no retry, no waiting; thread-safe.

Credentials are found by botocore's own chain and stay in its memory. What is called is in ``siemlib.live.calls``, and
nothing else can be. Answers are decoded here and not by botocore, which takes half a JSON body for an empty answer, and
which is several times slower with a page of 10,000 rows.
"""

from __future__ import annotations

import difflib
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import botocore.session
from boto3.session import Session
from botocore import xform_name
from botocore.config import Config
from botocore.credentials import (
    AssumeRoleCredentialFetcher,
    CredentialProvider,
    CredentialResolver,
    Credentials,
    DeferredRefreshableCredentials,
)
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, ProfileNotFound

import siemlib
from siemlib.errors import UsageError
from siemlib.live.address import host_of, is_plain
from siemlib.live.answers import (
    account_of,
    event_of,
    group_of,
    is_arn,
    list_of,
    named_group,
    number_of,
    other_form,
    text_of,
)
from siemlib.live.calls import BY_OPERATION
from siemlib.live.decode import RAW, document_of, page_of, take_body
from siemlib.live.errors import GoneError, InvalidError
from siemlib.live.faults import Asked, Refusal, broken, no_credentials, no_endpoint, refused, unsendable
from siemlib.live.flow_logs import AwsFlowLogs
from siemlib.live.service import MOST_ROWS_OF_A_PAGE, Ask, EventPage, Group, Page, Status
from siemlib.live.signing import AwsKeys
from siemlib.live.storage import AwsStorage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siemlib.live.address import Address

CONNECT_SECONDS = 5.0
READ_SECONDS = 60.0
"""Between two pieces of an answer."""
CONNECTIONS = 32
"""More than queries run at once, so that none waits for a connection."""
SESSION_NAME = "siem"
"""What CloudTrail shows of an assumed role."""
_MOST_GROUPS_OF_A_PAGE = 50
_MOST_QUERIES_OF_A_PAGE = 1000

Pace = Callable[[str, Callable[[], Any]], Any]
"""Makes one request of an operation when it may be made: what the governor does."""


def connect(
    address: Address,
    *,
    connect_seconds: float = CONNECT_SECONDS,
    read_seconds: float = READ_SECONDS,
    pace: Pace | None = None,
) -> AwsService:
    """The service behind ``address``; nothing is asked of it yet.

    ``pace`` is given the requests of calls that take several (``log_groups`` and its like), so that the governor paces
    each of them; without it they follow each other at once. Raises UsageError for a Region or a profile that there is
    not.
    """
    return AwsService(_opened("logs", address, _config(connect_seconds, read_seconds)), pace or _at_once)


def connect_storage(
    address: Address,
    *,
    connect_seconds: float = CONNECT_SECONDS,
    read_seconds: float = READ_SECONDS,
    pace: Pace | None = None,
) -> AwsStorage:
    """S3 as the same who asks; as :func:`connect`. ``AWS_ENDPOINT_URL_S3`` leads it elsewhere."""
    opened = _opened("s3", address, _config(connect_seconds, read_seconds))
    return AwsStorage(opened.call, pace or _at_once)


def connect_keys(address: Address, *, pace: Pace | None = None) -> AwsKeys:
    """KMS as the same who asks; as :func:`connect`. ``AWS_ENDPOINT_URL_KMS`` leads it elsewhere."""
    opened = _opened("kms", address, _config(CONNECT_SECONDS, READ_SECONDS))
    return AwsKeys(opened.call, pace or _at_once)


def connect_flow_logs(address: Address, *, pace: Pace | None = None) -> AwsFlowLogs:
    """EC2's flow logs as the same who asks; as :func:`connect`. ``AWS_ENDPOINT_URL_EC2`` leads it elsewhere."""
    opened = _opened("ec2", address, _config(CONNECT_SECONDS, READ_SECONDS))
    return AwsFlowLogs(opened.call, pace or _at_once, opened.endpoint)


def _at_once(_: str, request: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the request gives
    return request()


@dataclass(frozen=True, slots=True)
class _Opened:
    """A client of boto3, and of what it is."""

    client: Any
    address: Address
    region: str
    host: str

    @property
    def endpoint(self) -> str:
        """Scheme, host and port that are asked, where that is not Amazon's own; else empty."""
        parts = urlsplit(self.client.meta.endpoint_url)
        if self.host.endswith((".amazonaws.com", ".amazonaws.com.cn", ".api.aws")):
            return ""
        return f"{parts.scheme}://{self.host}{f':{parts.port}' if parts.port else ''}"

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401 - what the operation takes
        """One request. Raises what ``siemlib.live.faults`` makes of errors; KeyError for what is not in ``CALLS``."""
        method = getattr(self.client, xform_name(BY_OPERATION[operation].operation))
        try:
            answer: dict[str, Any] = method(**parameters)
            if "Body" in answer:
                answer["Body"] = answer["Body"].read()
        except Exception as error:  # noqa: BLE001 - what gives credentials anew raises whatever it meets
            raise self._fault(error, operation, parameters) from None
        return answer

    def _fault(self, error: Exception, operation: str, parameters: dict[str, Any]) -> Exception:
        who, pages = self.address, "nextToken" in parameters
        stored = "/".join(parameters[name] for name in ("Bucket", "Key") if name in parameters)
        about = f"s3://{stored}" if stored else f"the key {parameters.get('KeyId', '')}"
        text = parameters.get("queryString")
        return _broken(error, Asked(operation, self.region, self.host, who.profile, who.role, text, pages, about))


class AwsService:
    """:class:`siemlib.live.service.Service` over boto3."""

    def __init__(self, opened: _Opened, pace: Pace) -> None:
        self.address = replace(opened.address, region=opened.region)
        self._opened = opened
        self._pace = pace
        self._lock = threading.Lock()
        self._account: list[str | None] = []
        opened.client.meta.events.register("before-parse.cloudwatch-logs", take_body)

    @property
    def region(self) -> str:
        """The AWS Region."""
        return self._opened.region

    @property
    def endpoint(self) -> str:
        """Scheme, host and port that are asked, where that is not Amazon's own; else empty."""
        return self._opened.endpoint

    @property
    def host(self) -> str:
        """The name of the host that is asked, without anything else of the endpoint's address."""
        return self._opened.host

    def account(self) -> str | None:
        """The account, as the ARN of its first log group says; asked once."""
        with self._lock:
            if not self._account:
                found = list_of(document_of(self._call("DescribeLogGroups", limit=1)), "logGroups")
                self._account.append(account_of(group_of(found[0]).arn) if found else None)
            return self._account[0]

    def start_query(self, ask: Ask) -> str:
        """StartQuery; gives the query id."""
        given: dict[str, Any] = {"limit": ask.limit} if ask.limit is not None else {}
        # Names alone go as names: every endpoint takes those. An ARN (a linked account's group) needs identifiers, and
        # then names may stand beside it: they are of this account.
        if any(map(is_arn, ask.log_groups)):
            given["logGroupIdentifiers"] = [name.removesuffix(":*") for name in ask.log_groups]
        elif ask.log_groups:
            given["logGroupNames"] = list(ask.log_groups)
        body = self._call("StartQuery", queryString=ask.text, startTime=ask.start, endTime=ask.end, **given)
        return text_of(document_of(body), "queryId")

    def results(self, query_id: str, *, token: str | None = None, most: int = MOST_ROWS_OF_A_PAGE) -> Page:
        """GetQueryResults."""
        given = {"nextToken": token} if token is not None else {}
        return page_of(self._call("GetQueryResults", queryId=query_id, maxItems=most, **given))

    def stop_query(self, query_id: str) -> bool:
        """StopQuery. A query that has ended already, or is not known any more, is no error: ``False``."""
        try:
            return document_of(self._call("StopQuery", queryId=query_id)).get("success") is True
        except (InvalidError, GoneError):
            return False

    def queries(self, *, log_group: str | None = None, status: Status | None = None) -> Iterator[dict[str, Any]]:
        """DescribeQueries, every page; the service's own dictionaries."""
        given = {"logGroupName": log_group, "status": status and status.value}
        return self._pages("DescribeQueries", "queries", maxResults=_MOST_QUERIES_OF_A_PAGE, **given)

    def log_groups(self, *, prefix: str | None = None, linked: bool = False) -> Iterator[Group]:
        """DescribeLogGroups, every page; ``linked`` also those of linked source accounts."""
        given = {"logGroupNamePrefix": prefix, "includeLinkedAccounts": linked or None}
        return map(group_of, self._pages("DescribeLogGroups", "logGroups", limit=_MOST_GROUPS_OF_A_PAGE, **given))

    def log_group_fields(self, log_group: str, *, time: int | None = None) -> dict[str, int]:
        """GetLogGroupFields around ``time`` (epoch seconds): names and percent."""
        given = {} if time is None else {"time": time}
        found = document_of(self._call("GetLogGroupFields", **named_group(log_group), **given))
        return {text_of(each, "name"): number_of(each, "percent") for each in list_of(found, "logGroupFields")}

    def log_record(self, pointer: str) -> dict[str, str]:
        """GetLogRecord: every field of the event with this ``@ptr``, its ``@message`` whole."""
        record = document_of(self._call("GetLogRecord", logRecordPointer=pointer)).get("logRecord")
        if not isinstance(record, dict):
            raise other_form("GetLogRecord")
        return {name: value if isinstance(value, str) else str(value) for name, value in record.items()}

    def filter_events(  # noqa: PLR0913 - what FilterLogEvents takes, by name
        self,
        log_group: str,
        *,
        start: int,
        end: int,
        pattern: str | None = None,
        token: str | None = None,
        most: int = 10_000,
        newest: bool = False,
    ) -> EventPage:
        """FilterLogEvents over ``[start, end]`` in epoch milliseconds, both inclusive, from either end of it."""
        given = {"filterPattern": pattern, "nextToken": token, "startFromHead": False if newest else None}
        present = {name: value for name, value in given.items() if value is not None}
        group = named_group(log_group)
        body = self._call("FilterLogEvents", **group, startTime=start, endTime=end, limit=most, **present)
        found = document_of(body)
        return EventPage(tuple(map(event_of, list_of(found, "events"))), found.get("nextToken"), body)

    def query_definitions(self, *, prefix: str | None = None) -> Iterator[dict[str, Any]]:
        """DescribeQueryDefinitions, every page."""
        return self._pages("DescribeQueryDefinitions", "queryDefinitions", queryDefinitionNamePrefix=prefix)

    def close(self) -> None:
        """Let go of the connections."""
        self._opened.client.close()

    def _pages(self, operation: str, member: str, **given: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - as below
        """The ``member`` of every page; parameters that are ``None`` are not sent."""
        parameters = {name: value for name, value in given.items() if value is not None}
        while True:
            found = self._pace(operation, partial(self._document, operation, parameters))
            yield from list_of(found, member)
            token = found.get("nextToken")
            if not token or token == parameters.get("nextToken"):
                return
            parameters = {**parameters, "nextToken": token}

    def _document(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        return document_of(self._call(operation, **parameters))

    def _call(self, operation: str, **parameters: Any) -> bytes:  # noqa: ANN401 - what the operation takes
        """One request; gives the body of the answer as it came."""
        body: bytes = self._opened.call(operation, **parameters)[RAW]
        return body


# ── who asks ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _opened(service: str, address: Address, config: Config) -> _Opened:
    session = _session(address)
    region = address.region or os.environ.get("AWS_REGION") or session.region_name
    asked = Asked("connect", region or "", "AWS", address.profile, address.role)
    if not region:
        raise broken(["NoRegionError"], "", asked)
    _check_credentials(session, asked)
    try:
        client = session.client(service, region_name=region, config=config)
        host = host_of(client.meta.endpoint_url)
    except BotoCoreError as error:
        raise _broken(error, asked) from None
    except ValueError:
        raise no_endpoint() from None
    partitions = session.get_available_partitions()
    known = [name for each in partitions for name in session.get_available_regions(service, each)]
    # At an endpoint of somebody's own a Region is but a name.
    if region in host.split(".") and region not in known:
        near = ", ".join(difflib.get_close_matches(region, known))
        hint = f"did you mean {near}?" if near else "is it new? then a newer boto3 knows it: pip install -U boto3"
        raise UsageError(f"there is no AWS Region {region!r} with this service", hint=hint)
    return _Opened(client, address, region, host)


def _check_credentials(session: Session, asked: Asked) -> None:
    """Have the credentials found before anything else: what is wrong then is theirs and not the endpoint's."""
    try:
        found = session.get_credentials()
    except BotoCoreError as error:
        raise _broken(error, asked) from None
    except Exception as error:  # noqa: BLE001 - a program that gives them may be missing, or say anything
        raise no_credentials(asked, type(error).__name__) from None
    # Others are fetched when they are needed.
    if type(found) is Credentials and not all(map(is_plain, (found.access_key, found.token or ""))):
        raise unsendable(asked)


def _session(address: Address) -> Session:
    asked = Asked("connect", address.region or "", "AWS", address.profile, address.role)
    try:
        source = Session(profile_name=address.profile)
    except BotoCoreError as error:
        raise _broken(error, asked) from None
    if address.role is None:
        return source
    taken = botocore.session.Session(profile=address.profile)
    region = address.region or os.environ.get("AWS_REGION") or source.region_name
    taken.register_component("credential_provider", CredentialResolver([_Role(source, address, region)]))
    return Session(botocore_session=taken)


class _Role(CredentialProvider):  # type: ignore[misc]  # botocore ships no types
    """The credentials of a role, by botocore's own fetcher: kept in memory, fetched anew before they expire."""

    METHOD = "siem-assume-role"

    def __init__(self, source: Session, address: Address, region: str | None) -> None:
        super().__init__()
        self._source = source
        self._address = address
        self._region = region

    def load(self) -> DeferredRefreshableCredentials:
        """What botocore asks for before the first request."""
        credentials = self._source.get_credentials()
        if credentials is None:
            raise NoCredentialsError
        extra = {"RoleSessionName": SESSION_NAME}
        if self._address.external_id is not None:
            extra["ExternalId"] = self._address.external_id
        fetcher = AssumeRoleCredentialFetcher(self._client, credentials, self._address.role, extra_args=extra, cache={})
        return DeferredRefreshableCredentials(method=self.METHOD, refresh_using=fetcher.fetch_credentials)

    def _client(self, name: str, **keys: str | None) -> Any:  # noqa: ANN401 - boto3 ships no types
        return self._source.client(
            name, region_name=self._region, config=_config(CONNECT_SECONDS, READ_SECONDS), **keys
        )


def _config(connect_seconds: float, read_seconds: float) -> Config:
    return Config(
        connect_timeout=connect_seconds,
        read_timeout=read_seconds,
        max_pool_connections=CONNECTIONS,
        retries={"mode": "standard", "total_max_attempts": 1},  # the governor's task: it knows of the other requests
        tcp_keepalive=True,
        user_agent_extra=f"siemlib/{siemlib.__version__}",
    )


# ── answers ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _broken(error: Exception, asked: Asked) -> Exception:
    if isinstance(error, ClientError):
        return refused(_refusal(error), asked)
    fault = broken([kind.__name__ for kind in type(error).__mro__], str(error), asked)
    if isinstance(error, ProfileNotFound) and asked.profile:
        profiles = sorted(botocore.session.Session().available_profiles)
        near = difflib.get_close_matches(asked.profile, profiles, n=1) or profiles[:10]
        fault.hint = f"there is {', '.join(near)}" if near else "aws configure sso makes one"
    return fault


def _refusal(error: ClientError) -> Refusal:
    said = error.response.get("Error", {})
    metadata = error.response.get("ResponseMetadata", {})
    return Refusal(
        operation=error.operation_name,
        code=str(said.get("Code") or ""),
        message=str(said.get("Message") or ""),
        status=int(metadata.get("HTTPStatusCode") or 0),
        date=metadata.get("HTTPHeaders", {}).get("date"),
        compile_error=error.response.get("queryCompileError"),
    )
