"""Text that acts on nothing: what cannot be seen, or would act on a terminal or a page, is spelled out."""

from __future__ import annotations

import unicodedata


def visible(text: str, *, keep: str = "\n\t") -> str:
    r"""``text`` with control, bidirectional and other invisible characters written as escapes (``\x1b``, ``\u202e``).

    Line feeds and tabs stay, unless ``keep`` says otherwise, so that a log line of several lines keeps its shape.
    Marks that reorder text could show an address backwards (CVE-2021-42574).
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c in keep else _shown(c) for c in text)


def _shown(character: str) -> str:
    if unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
        return character
    code = ord(character)
    if code < 0x100:  # noqa: PLR2004 - the widest code of the short escape
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004 - the widest of the middle one
