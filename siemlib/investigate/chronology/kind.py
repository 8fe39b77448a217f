"""What kind of happening an event is, and which other event says the same."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from siemlib.sources import ossec
from siemlib.sources.reading import text_at

if TYPE_CHECKING:
    from siemlib.sources.source import Entry

_REQUEST = re.compile(r"([A-Z]{3,9}) (?:/|\*|https?:)")
_FLOW = {"success": "accepted flow", "failure": "rejected flow"}
_FLOWS = "vpc_flow"
_ALERTS = "ossec"


def kind_of(source: str, entry: Entry) -> str:
    """A short name that many events share: a scan of a thousand ports or paths is one kind, each call is one."""
    if source == _FLOWS:
        return _FLOW.get(entry.outcome or "", entry.action if entry.action == "no record" else "flow")
    request = _REQUEST.match(entry.action)
    return f"{request[1]} request" if request else entry.action


def quoted(source: str, message: str) -> tuple[int, int | None]:
    """Numbers that stand for the text of an event and for the line that it quotes; equal ones are equal texts.

    Numbers, because a timeline would otherwise hold every message a second time.
    """
    event = ossec.alert(message) if source == _ALERTS else None
    line = text_at(event, "full_log") if event else None
    return _number(message), _number(line) if line else None


def _number(text: str) -> int:
    digest = hashlib.blake2b(" ".join(text.split()).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
