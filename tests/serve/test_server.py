"""The socket that is listened on, and the end of it."""

from __future__ import annotations

import socket
import threading

import pytest

from siemlib.errors import UsageError
from siemlib.serve.app import app
from siemlib.serve.server import LOOPBACK, Serving, bound, url_of
from tests.serve.asking import Made


def test_a_socket_is_named_tcp_so_that_small_answers_are_sent_at_once() -> None:
    # Otherwise each small answer waits 40 ms for an acknowledgement: asyncio looks at this before it says "no delay".
    with bound(LOOPBACK, 0) as found:
        assert found.proto == socket.IPPROTO_TCP
        assert url_of(found) == f"http://127.0.0.1:{found.getsockname()[1]}"
        assert found.getsockname()[1] > 0


def test_what_listens_everywhere_is_asked_at_the_loopback() -> None:
    with bound("0.0.0.0", 0) as found:  # noqa: S104 - nobody is answered
        assert url_of(found).startswith("http://127.0.0.1:")


def test_an_address_that_is_not_ours_is_told() -> None:
    with pytest.raises(UsageError, match=r"cannot listen on 192\.0\.2\.1 port 0"):
        bound("192.0.2.1", 0)


def test_the_end_leaves_no_thread_and_no_listener() -> None:
    before = set(threading.enumerate())
    served = Serving(app(Made([])), bound(LOOPBACK, 0))
    served.start()
    host, port = served.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5):
        served.stop()
    assert served.ended
    assert {thread for thread in set(threading.enumerate()) - before if "AnyIO" not in thread.name} == set()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), timeout=5)
