"""What a reader is to see of a text: worked out here from Unicode's classes, and not by the program under test."""

from __future__ import annotations

import unicodedata

_IGNORABLE = (
    *range(0x115F, 0x1161),
    *range(0x180B, 0x1810),
    *range(0xFE00, 0xFE10),
    *range(0xE0100, 0xE01F0),
    *(0x034F, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
)
"""Of Default_Ignorable_Code_Point what is no Cc, Cf or Cn; and the braille pattern without a dot."""


def unseen(character: str) -> bool:
    """Whether nothing is drawn for it, or it acts on others; the blank is seen."""
    kind = unicodedata.category(character)
    return kind[0] == "C" or (kind[0] == "Z" and character != " ") or ord(character) in _IGNORABLE


def shown(text: str, keep: str = "\n\t") -> str:
    """``text`` as a reader is to see it."""
    return "".join(c if c in keep or not unseen(c) else _escape(c) for c in text)


def _escape(character: str) -> str:
    return (
        character.encode("unicode_escape", "surrogatepass").decode()
        if character not in "\r\n\t"
        else (f"\\x{ord(character):02x}")
    )
