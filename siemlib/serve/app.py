"""The application: one path, one method, the operation in a header; everything else is refused.

No page of a browser may use it: whoever can send a request is answered, and a page from anywhere could send one to
this machine. A browser says ``Origin`` or ``Sec-Fetch-Site``; one that was led astray by a name server says a ``Host``
that is not ours; and the media type is one that no form can send.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import logging
import time
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Route

from siemlib.evidence.visible import visible
from siemlib.model import clock
from siemlib.serve.endpoint import Endpoint, Entry
from siemlib.serve.faults import CutBody, Drop, Faults, HalfBody, HttpError, Refuse, Skew, Wait
from siemlib.serve.limits import Limits, Rates
from siemlib.serve.operations import OPERATIONS
from siemlib.serve.protocol import CONTENT_TYPE, TARGET_PREFIX, Document, RefusedError, encoded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from siemlib.archive.store import Archive
    from siemlib.engine import Engine
    from siemlib.ql.call_nodes import Definition
    from siemlib.serve.faults import WireFault

MOST_BODY = 4 << 20
"""Bytes of a request; the largest, TestMetricFilter with its 50 messages, is far below."""
_MOST_SKEW = 300
_LOG = logging.getLogger(__name__)
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD")


def app(  # noqa: PLR0913 - what belongs to an endpoint, by name
    engine: Engine,
    archive: Archive | None = None,
    *,
    limits: Limits | None = None,
    faults: Faults | None = None,
    account: str = "000000000000",
    region: str = "us-east-1",
    hosts: Sequence[str] = (),
    logged: int = 100_000,
    saved_queries: Callable[[], Mapping[str, Definition]] = dict,
) -> Starlette:
    """The application over an engine.

    ``hosts`` are the names, beside those of the loopback, under which it may be asked; with one that is no loopback,
    also every address. ``state.endpoint`` is what it works on, ``state.log`` the last ``logged`` requests that came.
    ``saved_queries`` gives what ``$Name()`` calls; DescribeQueryDefinitions lists them.
    """
    endpoint = Endpoint(
        engine,
        archive,
        limits=limits or Limits(),
        faults=faults or Faults(),
        account=account,
        region=region,
        logged=logged,
        saved_queries=saved_queries,
    )
    handler = _Handler(endpoint, hosts)
    application = Starlette(routes=[Route("/{path:path}", handler.handle, methods=list(_METHODS))])
    application.state.endpoint = endpoint
    application.state.log = endpoint.log
    return application


class _Handler:
    """Answers requests."""

    def __init__(self, endpoint: Endpoint, hosts: Sequence[str]) -> None:
        self._endpoint = endpoint
        self._rates = Rates(endpoint.limits)
        self._hosts = frozenset({"localhost", *(host.lower() for host in hosts)})
        self._any_address = any(not _is_loopback(host) for host in hosts)

    async def handle(self, request: Request) -> Response:
        """The answer to one request; whatever happens, it is one of the protocol."""
        fault: WireFault | None = None
        try:
            operation, document = await self._read(request)
            self._endpoint.log.append(Entry(time.monotonic(), operation, document))
            fault = self._endpoint.faults.of_wire(operation)
            answer = await self._answered(request, operation, document, fault)
        except RefusedError as error:
            answer = _response(encoded(error.document()), error.status)
        except ClientDisconnect:  # in the midst of the request: there is nobody to answer
            return Response(status_code=400)
        except Exception as error:  # noqa: BLE001 - no traceback leaves the endpoint
            _LOG.error("a request failed: %s", visible(repr(error), keep=""))
            document = {"__type": "InternalFailure", "message": "the endpoint failed; its own output says more"}
            answer = _response(encoded(document), 500)
        if delay := self._endpoint.limits.latency + (fault.seconds if isinstance(fault, Wait) else 0):
            await asyncio.sleep(delay)
        return answer

    async def _read(self, request: Request) -> tuple[str, Document]:
        """The operation and its request. Raises RefusedError for what is no request of the protocol."""
        self._check_sender(request)
        if request.method != "POST" or request.url.path != "/":
            raise RefusedError("UnknownOperationException", "requests are POST /, as an AWS SDK sends them", status=404)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != CONTENT_TYPE:
            raise RefusedError("SerializationException", f"the content type must be {CONTENT_TYPE}", status=415)
        target = request.headers.get("x-amz-target", "")
        operation = target.removeprefix(TARGET_PREFIX)
        if operation == target or operation not in OPERATIONS:
            known = ", ".join(sorted(OPERATIONS))
            raise RefusedError("UnknownOperationException", f"no such operation here; there are: {known}")
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > MOST_BODY:
                reason = f"a request has at most {MOST_BODY:,} bytes"
                raise RefusedError("RequestEntityTooLargeException", reason, status=413)
        return operation, _document(bytes(body))

    def _check_sender(self, request: Request) -> None:
        headers = request.headers
        if "origin" in headers or any(name.startswith("sec-fetch-") for name in headers):
            raise RefusedError("AccessDeniedException", "this endpoint is not for browsers", status=403)
        if not self._is_ours(headers.get("host", "")):
            reason = "the Host of the request is not a name of this endpoint"
            raise RefusedError("AccessDeniedException", reason, status=403)

    def _is_ours(self, host: str) -> bool:
        name = host.rpartition(":")[0] if ":" in host and not host.endswith("]") else host
        name = name.strip("[]").lower()
        if name in self._hosts:
            return True
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return False
        return self._any_address or address.is_loopback

    async def _answered(
        self, request: Request, operation: str, document: Document, fault: WireFault | None
    ) -> Response:
        match fault:
            case HttpError():
                return _response(fault.body, fault.status)
            case Refuse():
                raise RefusedError(fault.code, fault.message, status=fault.status)
            case Drop():
                return _Broken(b"", request, share=None)
            case Skew():
                _check_clock(request, fault.seconds)
            case _:
                pass
        if not self._rates.take(operation):
            raise RefusedError("ThrottlingException", "Rate exceeded")
        answer = await run_in_threadpool(OPERATIONS[operation], self._endpoint, document)
        body = answer if isinstance(answer, bytes) else encoded(answer)
        if isinstance(fault, HalfBody):
            return _Broken(body, request, share=len(body) // 2)
        return _response(body[: len(body) // 2] if isinstance(fault, CutBody) else body, 200)


def _document(body: bytes) -> Document:
    try:
        document = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise RefusedError("SerializationException", "the request is no JSON") from None
    if not isinstance(document, dict):
        raise RefusedError("SerializationException", "the request is no JSON object")
    return document


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _check_clock(request: Request, ahead: float) -> None:
    """Refuse a signature as a service does whose clock is ``ahead`` of the one that signed."""
    signed = request.headers.get("x-amz-date", "")
    now = clock.now().timestamp() + ahead
    try:
        then = datetime.strptime(signed, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        then = clock.now().timestamp()
    if abs(now - then) <= _MOST_SKEW:
        return
    shown = f"{datetime.fromtimestamp(now, UTC):%Y%m%dT%H%M%SZ}"
    relation = "expired" if now > then else "not yet current"
    order = "earlier" if now > then else "later"
    reason = f"Signature {relation}: {signed} is now {order} than {shown}."
    raise RefusedError("InvalidSignatureException", reason, status=403)


def _response(body: bytes, status: int) -> Response:
    return Response(body, status, {"x-amzn-RequestId": str(uuid.uuid4())}, media_type=CONTENT_TYPE)


class _Broken(Response):
    """An answer in whose midst, or before which, the connection is closed."""

    def __init__(self, body: bytes, request: Request, *, share: int | None) -> None:
        super().__init__(body, 200, {"x-amzn-RequestId": str(uuid.uuid4())}, media_type=CONTENT_TYPE)
        self._transport: Any = request.scope.get("state", {}).get("transport")
        self._share = share

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send what is to be sent, and close."""
        if self._share is None:
            if self._transport is not None:
                self._transport.abort()
                # The server learns of it in the next rounds of its loop, and then expects no answer any more.
                await asyncio.sleep(0.01)
            return
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": bytes(self.body[: self._share]), "more_body": True})
        if self._transport is not None:
            self._transport.close()
            await asyncio.sleep(0.01)
