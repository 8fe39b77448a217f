"""A text as it stands in a cell."""

from __future__ import annotations


def literal(text: str) -> str:
    """``text`` as Python writes it, in double quotes where they need no escape; nothing in it is invisible."""
    plain = text.isprintable() and '"' not in text and "\\" not in text
    return f'"{text}"' if plain else repr(text)
