"""Text that acts on nothing: what cannot be seen, or would act on a terminal or a page, is spelled out."""

from __future__ import annotations

import re

from siemlib.model.unseen import unseen

_OTHER = re.compile(r"[^ -~]")
"""Most of a log is none of these, and is not looked at one by one."""


def visible(text: str, *, keep: str = "\n\t") -> str:
    r"""``text`` with control, bidirectional and other invisible characters written as escapes (``\x1b``, ``\u202e``).

    Line feeds and tabs stay, unless ``keep`` says otherwise, so that a log line of several lines keeps its shape.
    Marks that reorder text could show an address backwards (CVE-2021-42574); a blank that is none, or a letter that is
    not drawn, could make of one name two that look alike.
    """
    if text.isascii() and text.isprintable():
        return text
    return _OTHER.sub(lambda found: found[0] if found[0] in keep else _shown(found[0]), text)


def spelled(character: str) -> str:
    """A character as its escape."""
    code = ord(character)
    if code < 0x100:  # noqa: PLR2004 - the widest code of the short escape
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004 - the widest of the middle one


def _shown(character: str) -> str:
    return spelled(character) if unseen(character) else character
