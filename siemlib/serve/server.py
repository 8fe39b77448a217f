"""The application on a socket: bound before anything is told of it, and ended cleanly."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from siemlib.errors import UsageError

if TYPE_CHECKING:
    import asyncio

    from starlette.applications import Starlette

LOOPBACK = "127.0.0.1"
_KEEP_ALIVE = 75
"""Seconds that an idle connection stays open: SDKs keep theirs, and one that is closed early is an error there."""


def bound(host: str, port: int) -> socket.socket:
    """A socket on this address; the port 0 is a free one. Raises UsageError where it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named by its protocol, because asyncio sends small pieces at once only on what it knows to be TCP.
    found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
        found.listen(2048)
    except OSError as error:
        found.close()
        hint = "another --port; 0 is a free one"
        raise UsageError(f"cannot listen on {host} port {port}: {error.strerror or error}", hint=hint) from None
    return found


def url_of(found: socket.socket) -> str:
    """The URL that clients on this machine use."""
    host, port = found.getsockname()[:2]
    host = {"0.0.0.0": LOOPBACK, "::": "::1"}.get(host, host)  # noqa: S104 - it is told apart, not bound
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Serving:
    """An application that is being served on a socket."""

    def __init__(self, application: Starlette, found: socket.socket) -> None:
        self._application, self._socket = application, found
        self.url = url_of(found)
        config = uvicorn.Config(
            application,
            http=_Protocol,
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=_KEEP_ALIVE,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread: threading.Thread | None = None
        self.ended = True
        """Whether every query had ended when we did."""

    def run(self) -> None:
        """Serve until Ctrl-C, which raises KeyboardInterrupt when all is closed and every query has ended."""
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self.ended = self._application.state.endpoint.queries.close()

    def start(self) -> None:
        """Serve in a thread; ready when this returns."""
        self._thread = threading.Thread(target=self.run, name="serve", daemon=True)
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            time.sleep(0.002)

    def stop(self) -> None:
        """End what :meth:`start` has begun."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(10)


class _Protocol(H11Protocol):
    """Tells the application its connection, so that a test can have it closed."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Note the connection."""
        self.app_state: dict[str, Any] = {**self.app_state, "transport": transport}
        super().connection_made(transport)
