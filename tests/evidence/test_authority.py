"""An authority is asked once, or twice where that may help; whatever it does, a report can be sealed without it."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemlib.errors import UsageError
from siemlib.evidence.authority import LARGEST, Authority
from siemlib.evidence.keys import FileSigner
from siemlib.evidence.seal_files import read_note
from siemlib.evidence.sealed import check_signature
from siemlib.evidence.steps import Outcome
from siemlib.evidence.timestamp import NoStampError, check_timestamp, read_roots
from tests.evidence.sealing import private_key, sealed
from tests.evidence.tsa import Tsa, listening, make_tsa, send, stamping

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.server import BaseHTTPRequestHandler
    from pathlib import Path

MESSAGE = b"what is stamped"


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Tsa:
    return make_tsa(tmp_path_factory.mktemp("tsa"))


def drip(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    """Headers that never end, a byte at a time: no single wait is long."""
    for _each in range(1000):
        try:
            handler.wfile.write(b"X")
            handler.wfile.flush()
        except OSError:
            return
        time.sleep(0.02)


def cut(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nabc")


def noise(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    handler.wfile.write(b"\x00\x01\x02")


def hang(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    handler.rfile.read(1)  # until the other side goes


def huge(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    send(handler, 200, b"0" * (4 * LARGEST))


def elsewhere(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    send(handler, 302, b"", Location="file:///etc/passwd")


TROUBLE: dict[str, tuple[Callable[[BaseHTTPRequestHandler, bytes], None], str]] = {
    "an error": (lambda handler, _: send(handler, 500, b"oops"), "could not answer (HTTP 500)"),
    "a refusal": (lambda handler, _: send(handler, 403, b""), "could not answer (HTTP 403)"),
    "a redirection": (elsewhere, "sends us elsewhere (HTTP 302)"),
    "a page": (lambda handler, _: send(handler, 200, b"<html>"), "no time stamp that can be read"),
    "nothing": (lambda handler, _: send(handler, 200, b""), "no time stamp that can be read"),
    "too much": (huge, "more than any time stamp holds"),
    "half an answer": (cut, "no time stamp that can be read"),
    "no HTTP": (noise, "cannot be reached"),
    "headers without end": (drip, "did not answer in time"),
    "nothing at all": (hang, "did not answer in time"),
}


@pytest.mark.parametrize("kind", TROUBLE)
def test_whatever_an_authority_does_the_report_is_sealed_and_says_that_it_has_no_time_stamp(
    tmp_path: Path, kind: str
) -> None:
    answer, words = TROUBLE[kind]
    signer = FileSigner(private_key("Ed25519"))
    with listening(answer) as url:
        seal = sealed(tmp_path / "bag", signer, Authority(url, seconds=0.3))
    assert words in seal.unstamped
    assert "127.0.0.1" in seal.unstamped
    assert seal.stamped == ""
    note = read_note(tmp_path / "bag")
    assert note is not None
    assert note.unstamped == seal.unstamped
    assert sorted(path.name for path in (tmp_path / "bag" / "seal").iterdir()) == [
        "public-key.pem",
        "seal.json",
        "signature",
    ]
    assert check_signature(tmp_path / "bag", signer.public_key)[0] is Outcome.PASSED
    outcome, details = check_timestamp(tmp_path / "bag", None)
    assert outcome is Outcome.ABSENT
    assert words in details[0]


def test_an_authority_that_is_not_there_is_told_of(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(NoStampError, match=r"127\.0\.0\.1 cannot be reached \(Connection refused\)"):
        Authority(f"http://127.0.0.1:{port}/tsr").stamp(MESSAGE)
    with pytest.raises(NoStampError, match=r"nowhere\.invalid cannot be reached"):
        Authority("http://nowhere.invalid/tsr", seconds=2).stamp(MESSAGE)
    assert tmp_path.is_dir()


def test_it_is_asked_again_only_where_that_may_help(tsa: Tsa) -> None:
    for status, asked in ((500, 2), (503, 2), (404, 1), (301, 1)):
        seen: list[bytes] = []

        def refuse(handler: BaseHTTPRequestHandler, query: bytes, status: int = status) -> None:
            seen.append(query)  # noqa: B023 - it is called before the next turn
            send(handler, status, b"")

        with listening(refuse) as url, pytest.raises(NoStampError):
            Authority(url).stamp(MESSAGE)
        assert len(seen) == asked, status
    turns = iter([500, 200])

    def mend(handler: BaseHTTPRequestHandler, query: bytes) -> None:
        status = next(turns)
        send(handler, status, tsa.reply(query) if status == 200 else b"")

    with listening(mend) as url:
        assert Authority(url).stamp(MESSAGE).time


def test_what_does_not_hold_is_not_kept(tsa: Tsa, tmp_path: Path) -> None:
    """An authority that answers another query, or that the roots in the settings do not vouch for."""
    old: list[bytes] = []

    def again(handler: BaseHTTPRequestHandler, query: bytes) -> None:
        old.append(tsa.reply(query))
        send(handler, 200, old[0])

    with listening(again) as url:
        assert Authority(url).stamp(MESSAGE).time
        with pytest.raises(NoStampError, match="another query"):
            Authority(url).stamp(MESSAGE)
        with pytest.raises(NoStampError, match="something else"):
            Authority(url).stamp(MESSAGE + b".")
    with stamping(tsa) as url, pytest.raises(NoStampError, match="does not end at a root that you trust"):
        Authority(url, read_roots(make_tsa(tmp_path / "other").root)).stamp(MESSAGE)


def test_it_takes_the_proxy_of_the_environment(tsa: Tsa, monkeypatch: pytest.MonkeyPatch) -> None:
    paths: list[str] = []

    def answer(handler: BaseHTTPRequestHandler, query: bytes) -> None:
        paths.append(handler.path)
        send(handler, 200, tsa.reply(query))

    with listening(answer) as proxy:
        monkeypatch.setenv("http_proxy", proxy.removesuffix("/tsr"))
        monkeypatch.setenv("no_proxy", "")
        assert Authority("http://authority.example/stamp").stamp(MESSAGE).time
    assert paths == ["http://authority.example/stamp"]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "authority.example",
        "ftp://authority.example/",
        "file:///etc/passwd",
        "https://",
        "http://authority.example:port/",
        "http://authority.example:0/",
        "http://a b/",
        "http://authority.example/\r\nX: y",
        "http://[::1",
        "https://me:hunter2@authority.example/",
        "https://token@authority.example/",
    ],
)
def test_what_is_no_address_of_an_authority_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        Authority(url)
    assert "hunter2" not in f"{caught.value.message} {caught.value.hint}"
    assert "token" not in f"{caught.value.message} {caught.value.hint}"


@given(text=st.text(max_size=60))
def test_any_text_is_an_address_or_wrong_usage(text: str) -> None:
    for url in (text, f"http://{text}"):
        try:
            assert Authority(url).authority
        except UsageError as error:
            assert error.hint  # noqa: PT017 - both ways are right


def test_nothing_goes_out_but_a_digest_and_a_number(tsa: Tsa) -> None:
    sent: list[bytes] = []

    def answer(handler: BaseHTTPRequestHandler, query: bytes) -> None:
        sent.append(query)
        send(handler, 200, tsa.reply(query))

    secret = b"the signature, which is nobody's business" * 2
    with listening(answer) as url:
        Authority(url).stamp(secret)
    assert len(sent[0]) < 80
    assert secret[:8] not in sent[0]
    assert threading.active_count() < 50
