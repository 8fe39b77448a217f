"""What goes to a person's terminal: log content in it can move no cursor and set no colour."""

from __future__ import annotations

import sys

_DELETE = 0x7F
_C1 = range(0x80, 0xA0)
# Marks that reorder text: a log line could show an address backwards with them (CVE-2021-42574).
_BIDI = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}


def visible(text: str, *, keep: str = "\n\t") -> str:
    r"""``text`` with control characters and reordering marks written as ``\x1b`` or ``\u202e``."""
    return "".join(c if c in keep or not _is_control(ord(c)) else _escape(ord(c)) for c in text)


def _is_control(code: int) -> bool:
    return code < ord(" ") or code == _DELETE or code in _C1 or code in _BIDI


def _escape(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"  # noqa: PLR2004 - one byte


def complain(message: str, hint: str | None = None) -> None:
    """One error for a person, on stderr."""
    tell(f"siem: {message}")
    if hint:
        tell(f"      {hint}")


def tell(text: str) -> None:
    """A line for a person, on stderr."""
    print(visible(text), file=sys.stderr)
