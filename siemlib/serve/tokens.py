"""``nextToken``: a place in a list, which only this endpoint can write and which is good for a time."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from typing import TYPE_CHECKING

from siemlib.serve.protocol import invalid

if TYPE_CHECKING:
    from collections.abc import Callable

_SEAL = 16


class Tokens:
    """Makes tokens and reads them back. Nothing is kept: a token holds what it stands for, under our seal."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._key = secrets.token_bytes(32)

    def make(self, of: str, place: int) -> str:
        """A token for ``place`` in the list ``of``."""
        body = json.dumps([of, place, self._clock()]).encode()
        return base64.urlsafe_b64encode(self._seal(body) + body).decode()

    def read(self, token: str, of: str) -> int:
        """The place that a token of the list ``of`` stands for. Raises RefusedError for a foreign or an expired one."""
        try:
            raw = base64.urlsafe_b64decode(token.encode("ascii"))
        except ValueError:
            raise invalid("The specified nextToken is invalid.") from None
        seal, body = raw[:_SEAL], raw[_SEAL:]
        if not hmac.compare_digest(seal, self._seal(body)):
            raise invalid("The specified nextToken is invalid.")
        named, place, made = json.loads(body)
        if named != of:
            raise invalid("The specified nextToken is invalid.")
        if self._clock() - made > self._seconds:
            raise invalid("The specified nextToken has expired.")
        return int(place)

    def _seal(self, body: bytes) -> bytes:
        return hmac.new(self._key, body, hashlib.sha256).digest()[:_SEAL]
