"""``nextToken`` of the listing and reading operations: where to go on, in a text that says nothing to the client.

Nothing is kept for it: it holds the place itself, for which request it was given, and until when it is good. What a
client writes into one of its own is a place in events that it may read anyway.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from typing import TYPE_CHECKING

from siemlib.model import clock
from siemlib.serve.protocol import invalid, is_long, is_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from siemlib.serve.protocol import Document

_DAY = 24 * 3600
"""Seconds for which the token of a reading operation is good (FilterLogEvents)."""
_INVALID = "The specified nextToken is invalid."
_NOT_OF_THE_REQUEST = frozenset({"nextToken", "limit", "maxResults", "startFromHead"})

Part = int | str


def token(*parts: Part) -> str:
    """These parts as a token."""
    return base64.urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode("ascii")).decode("ascii")


def read_token(text: str, *kinds: type[Part]) -> list[Part]:
    """The parts of a token, which are of these kinds. Raises InvalidParameterException for anything else."""
    try:
        parts = json.loads(base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):  # also a text that is not ASCII
        raise invalid(_INVALID) from None
    if not isinstance(parts, list) or [type(part) for part in parts] != list(kinds):
        raise invalid(_INVALID)
    if not all(is_text(part) if isinstance(part, str) else is_long(part) for part in parts):
        raise invalid(_INVALID)
    return parts


def of_request(request: Mapping[str, object]) -> str:
    """What stands for a request without the members that may change from page to page."""
    lasting = {name: value for name, value in sorted(request.items()) if name not in _NOT_OF_THE_REQUEST}
    return hashlib.sha256(json.dumps(lasting).encode("ascii")).hexdigest()[:16]


def token_for(request: Document, *parts: Part) -> str:
    """A token that is good for the same request, for a day."""
    return token(of_request(request), int(clock.now().timestamp()), *parts)


def parts_for(request: Document, text: str, *kinds: type[Part]) -> list[Part]:
    """The parts of a token of :func:`token_for`. Raises InvalidParameterException also where it is of another one."""
    told, issued, *parts = read_token(text, str, int, *kinds)
    if told != of_request(request) or int(clock.now().timestamp()) - int(issued) > _DAY:
        raise invalid(_INVALID)
    return parts
