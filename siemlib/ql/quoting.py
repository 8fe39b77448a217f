"""Texts as string literals: the one place where a value gets its quotes."""

from __future__ import annotations

import re

_LOOKS_LIKE_PARAMETER = re.compile(r"\{\{\s*[A-Za-z_][A-Za-z0-9_-]*\s*\}\}")
_STRING_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"})


def print_text(value: str) -> str:
    """A string literal that reads back as exactly ``value``, whatever it holds."""
    if _LOOKS_LIKE_PARAMETER.fullmatch(value):
        return f'"\\{value}"'
    return f'"{value.translate(_STRING_ESCAPES)}"'
