"""Who is answered, and what is no request of the protocol: over the bare socket, as an attacker would."""

from __future__ import annotations

import http.client
import json
import logging
import socket
import time
from typing import TYPE_CHECKING, Any

import pytest

from siemlib.serve.app import MOST_BODY, app
from siemlib.serve.server import LOOPBACK, Serving, bound
from tests.fixtures_serve import serving
from tests.serve.asking import SECOND, Made

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fixtures_serve import Endpoint

TARGET = "Logs_20140328.DescribeQueries"
HEADERS = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": TARGET}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    with serving(Made([{"a": "1"}])) as found:
        yield found


def asked(
    url: str, body: bytes = b"{}", *, method: str = "POST", path: str = "/", drop: str = "", **headers: str
) -> tuple[int, Any, http.client.HTTPMessage]:
    """The status, the document and the headers of an answer; ``x_y`` is the header ``x-y``."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(
        method, path, body, {**{name: value for name, value in HEADERS.items() if name != drop}, **given}
    )
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, json.loads(text) if text else None, answer.headers


def test_an_answer_has_the_media_type_and_the_id_of_the_request(endpoint: Endpoint) -> None:
    status, document, headers = asked(endpoint.url)
    assert (status, document) == (200, {"queries": []})
    assert headers["Content-Type"] == "application/x-amz-json-1.1"
    ids = {headers["x-amzn-RequestId"], asked(endpoint.url)[2]["x-amzn-RequestId"]}
    assert {len(each) for each in ids} == {36}
    assert len(ids) == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:8600"},
        {"Sec_Fetch_Site": "same-origin"},
        {"Host": "evil.example"},
        {"Host": "evil.example:8600"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "10.0.0.1"},
        {"Host": "localhost@evil.example"},
        {"Host": "[::1].evil.example"},
        {"Host": ""},
    ],
)
def test_no_page_of_a_browser_is_answered(endpoint: Endpoint, headers: dict[str, str]) -> None:
    status, document, answer = asked(endpoint.url, **headers)
    assert (status, document["__type"]) == (403, "AccessDeniedException")
    assert not [name for name in answer if name.lower().startswith("access-control")]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1", "127.8.8.8:8600", "[::1]:8600", "[::1]"])
def test_every_name_of_the_loopback_is_ours(endpoint: Endpoint, host: str) -> None:
    assert asked(endpoint.url, Host=host)[0] == 200


def test_an_endpoint_for_others_is_asked_by_its_name_or_any_address_but_by_no_other_name() -> None:
    application = app(Made([]), hosts=["logs.example"])
    served = Serving(application, bound(LOOPBACK, 0))
    served.start()
    try:
        found = {
            host: asked(served.url, Host=host)[0]
            for host in ("logs.example:80", "10.0.0.1", "[fe80::1]:8600", "evil.example", "")
        }
    finally:
        served.stop()
    assert found == {"logs.example:80": 200, "10.0.0.1": 200, "[fe80::1]:8600": 200, "evil.example": 403, "": 403}


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"method": "GET"}, 404, "UnknownOperationException"),
        ({"method": "OPTIONS"}, 404, "UnknownOperationException"),
        ({"path": "/../../etc/passwd"}, 404, "UnknownOperationException"),
        ({"path": "/%2e%2e/x"}, 404, "UnknownOperationException"),
        ({"drop": "X-Amz-Target"}, 400, "UnknownOperationException"),
        ({"X_Amz_Target": "Logs_20140328.DeleteLogGroup"}, 400, "UnknownOperationException"),
        ({"X_Amz_Target": "DescribeQueries"}, 400, "UnknownOperationException"),
        ({"X_Amz_Target": "Logs_20140328.__class__"}, 400, "UnknownOperationException"),
        ({"Content_Type": "text/plain"}, 415, "SerializationException"),
        ({"Content_Type": "application/x-www-form-urlencoded"}, 415, "SerializationException"),
        ({"drop": "Content-Type"}, 415, "SerializationException"),
        ({"body": b"{"}, 400, "SerializationException"),
        ({"body": b"[]"}, 400, "SerializationException"),
        ({"body": b"\xff\xfe"}, 400, "SerializationException"),
        ({"body": b"[" * 100_000}, 400, "SerializationException"),
        ({"body": b'{"maxResults": ' + b"9" * 5000 + b"}"}, 400, "SerializationException"),
        ({"body": b'{"maxResults": "1"}'}, 400, "SerializationException"),
        ({"body": b'{"maxResults": true}'}, 400, "SerializationException"),
        ({"body": b'{"logGroupName": ["a"]}'}, 400, "SerializationException"),
        ({"body": b'{"maxResults": 0}'}, 400, "InvalidParameterException"),
        ({"body": b" " * (MOST_BODY + 1)}, 413, "RequestEntityTooLargeException"),
    ],
)
def test_what_is_no_request_is_refused_with_an_error_of_the_protocol(
    endpoint: Endpoint, more: dict[str, Any], status: int, code: str
) -> None:
    found, document, _ = asked(endpoint.url, **more)
    assert (found, document["__type"]) == (status, code)
    assert document["message"]
    assert asked(endpoint.url)[0] == 200


def test_a_body_without_members_and_unknown_members_are_no_error(endpoint: Endpoint) -> None:
    assert asked(endpoint.url, b"")[0] == 200
    assert asked(endpoint.url, b'{"status": null, "unknown": 1}')[0] == 200


def test_half_a_character_in_a_request_comes_back_as_its_escape(endpoint: Endpoint) -> None:
    request = json.dumps({"queryString": "fields \ud800", "startTime": 1, "endTime": 2, "logGroupName": "app"})
    status, document, _ = asked(endpoint.url, request.encode(), X_Amz_Target="Logs_20140328.StartQuery")
    assert (status, document["__type"]) == (400, "MalformedQueryException")
    query_id = json.dumps({"queryId": "\ud800"}).encode()
    status, document, _ = asked(endpoint.url, query_id, X_Amz_Target="Logs_20140328.GetQueryResults")
    assert (status, document["__type"]) == (400, "ResourceNotFoundException")


def test_an_error_of_ours_says_nothing_of_the_machine(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Made):
        def log_groups(self) -> Any:  # type: ignore[override]  # noqa: ANN401 - it gives nothing
            message = "folder of secrets: \x1b[2J"
            raise OSError(message)

    request = {"queryString": "fields a", "startTime": SECOND, "endTime": SECOND, "logGroupName": "app"}
    with serving(Broken([])) as endpoint, caplog.at_level(logging.ERROR):
        status, document, _ = asked(endpoint.url, json.dumps(request).encode(), X_Amz_Target="Logs_20140328.StartQuery")
    assert (status, document["__type"]) == (500, "InternalFailure")
    assert "secrets" not in json.dumps(document)
    assert "secrets" in caplog.text
    assert "\x1b" not in caplog.text


def test_who_goes_in_the_midst_of_a_request_is_no_failure_of_ours(
    endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    head = "".join(f"{name}: {value}\r\n" for name, value in {**HEADERS, "Host": "localhost"}.items())
    with socket.create_connection((LOOPBACK, int(endpoint.url.rpartition(":")[2]))) as connection:
        connection.sendall(f"POST / HTTP/1.1\r\n{head}Content-Length: 100\r\n\r\n{{".encode())
        time.sleep(0.05)
    assert asked(endpoint.url)[0] == 200
    assert caplog.records == []


def test_the_requests_that_are_remembered_are_bounded() -> None:
    application = app(Made([]), logged=2)
    served = Serving(application, bound(LOOPBACK, 0))
    served.start()
    try:
        for _ in range(3):
            asked(served.url)
    finally:
        served.stop()
    assert len(application.state.log) == 2
