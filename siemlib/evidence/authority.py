"""Asking an authority for a time stamp: one HTTP POST (RFC 3161, 3.4) with the standard library.

What goes out is a digest and a random number. What comes back is read up to a limit and a time, and checked before it
is kept. Proxies are those of the environment. No redirection is followed: it could lead anywhere.
"""

from __future__ import annotations

import http.client
import queue
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from siemlib.errors import UsageError
from siemlib.evidence.timestamp import NoStampError, Stamp, issued, judge, render_chain
from siemlib.evidence.visible import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography import x509

SECONDS = 20.0
"""For all of one answer."""
LARGEST = 256 << 10
"""Bytes of an answer; those of authorities are 3 to 8 KiB."""
_BLOCK = 16 << 10
_FORM = 'timestamp = "https://authority.example/tsr"'


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority at an address, and the roots that its stamps must end at (none: whatever comes with them)."""

    url: str
    roots: Sequence[x509.Certificate] = ()
    seconds: float = SECONDS

    def __post_init__(self) -> None:
        """Raise UsageError for what is no address; it is not repeated, for it may hold a password."""
        try:
            parts = urlsplit(self.url)
            port = parts.port
        except ValueError:
            raise UsageError("the address of the time stamp authority is none", hint=_FORM) from None
        if not self.url.isprintable() or not self.url.isascii() or " " in self.url or port == 0:
            raise UsageError("the address of the time stamp authority is none", hint=_FORM)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise UsageError("a time stamp authority is asked over http or https", hint=_FORM)
        if parts.username is not None or parts.password is not None:
            raise UsageError("the address of the time stamp authority must hold no password", hint=_FORM)

    @property
    def authority(self) -> str:
        """Its host."""
        return urlsplit(self.url).hostname or ""

    def stamp(self, message: bytes) -> Stamp:
        """As :meth:`siemlib.evidence.timestamp.Stamper.stamp`; asks a second time where the first had no answer."""
        request = TimestampRequestBuilder().data(message).hash_algorithm(HashAlgorithm.SHA256)
        query = request.nonce(nonce=True).cert_request(cert_request=True).build().as_bytes()
        response = self._answer(query)
        try:
            told = judge(query, response, message, self.roots)
        except NoStampError as error:
            raise NoStampError(f"what {self.authority} answered does not hold: {error.message}") from None
        chain = [*told.chain, *self._above(told.chain[-1])]
        return Stamp(query, response, render_chain(chain), told.time)

    def _above(self, last: x509.Certificate) -> list[x509.Certificate]:
        """The root that issued the last certificate, where it did not come with the stamp."""
        if last.issuer == last.subject:
            return []
        return [each for each in self.roots if issued(each, last)][:1]

    def _answer(self, query: bytes) -> bytes:
        answer = self._within_time(query)
        if isinstance(answer, Exception) and _passing(answer):
            answer = self._within_time(query)
        if isinstance(answer, Exception):
            raise NoStampError(f"{self.authority} {_trouble(answer)}")
        return answer

    def _within_time(self, query: bytes) -> bytes | Exception:
        """One attempt, in a thread: a name that is looked up, and headers that come byte by byte, know no end."""
        answers: queue.SimpleQueue[bytes | Exception] = queue.SimpleQueue()
        threading.Thread(target=lambda: answers.put(self._try(query)), daemon=True).start()
        try:
            return answers.get(timeout=self.seconds)
        except queue.Empty:
            return TimeoutError()

    def _try(self, query: bytes) -> bytes | Exception:
        try:
            return self._post(query)
        except urllib.error.HTTPError as error:
            error.close()
            return error
        except Exception as error:  # noqa: BLE001 - whatever a stranger's answer does to the library, it is no stamp
            return error

    def _post(self, query: bytes) -> bytes:
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        asked = urllib.request.Request(self.url, query, headers, method="POST")  # noqa: S310 - http or https alone
        with _opener().open(asked, timeout=self.seconds) as answer:
            body: bytes = answer.read(LARGEST + 1)
        if len(body) > LARGEST:
            raise _TooLargeError
        return body


class _TooLargeError(Exception):
    """An answer beyond ``LARGEST``."""


def _opener() -> urllib.request.OpenerDirector:
    """What speaks http and https, neither ``file:`` nor ``ftp:``, and takes a redirection for an error."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


def _passing(error: Exception) -> bool:
    """Whether to ask once more: not what was answered with a refusal, and not who took all the time there is."""
    if isinstance(error, urllib.error.HTTPError):
        return error.code >= http.HTTPStatus.INTERNAL_SERVER_ERROR
    return isinstance(error, (urllib.error.URLError, http.client.HTTPException, OSError)) and not _late(error)


def _late(error: Exception) -> bool:
    return isinstance(error.reason if isinstance(error, urllib.error.URLError) else error, TimeoutError)


def _trouble(error: Exception) -> str:
    """What went wrong, in words that name no address."""
    if isinstance(error, _TooLargeError):
        return "answers with more than any time stamp holds"
    if isinstance(error, urllib.error.HTTPError):
        elsewhere = http.HTTPStatus.MULTIPLE_CHOICES <= error.code < http.HTTPStatus.BAD_REQUEST
        return f"{'sends us elsewhere' if elsewhere else 'could not answer'} (HTTP {error.code})"
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if _late(error):
        return "did not answer in time"
    what = cause.strerror if isinstance(cause, OSError) and cause.strerror else type(cause).__name__
    return f"cannot be reached ({visible(str(what), keep='')[:100]})"
