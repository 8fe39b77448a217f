"""Texts that are encoded within a text: where something in them is replaced, they stay decoded, or are packed again."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Callable

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_PART = re.compile(r"[A-Za-z0-9+]{8,}")
_HEX = re.compile(r"(?:(?<![0-9A-Za-z])|(?<=0[xX]))(?:[0-9A-Fa-f]{2}){3,}(?![0-9A-Za-z])")
_MOST = 1 << 20
_TOKEN = re.compile(r"[^\s\"'<>]+")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9A-Fa-f]{1,6})|(\d{1,7}));?")
_BYTES = re.compile(r"(?:\\x[0-9A-Fa-f]{2})+")
_ESCAPE = re.compile(r"\\u(?:([0-9A-Fa-f]{4})|\{([0-9A-Fa-f]{1,6})\})")
_LAST = 0x10FFFF
_HALVES = range(0xD800, 0xE000)


_LONGEST, _MANY = 64, 1 << 17


class Encoded:
    """Replaces texts that are in a text as base64, hexadecimal, percent-encoded, or by escapes.

    ``replace`` is what is done with each of them; it must give the same for the same.
    """

    def __init__(self, replace: Callable[[str], str]) -> None:
        self._replace = replace
        self._plain: set[str] = set()
        """Words that are no base64 of anything in which something is replaced: most words, which come again."""

    def text(self, text: str) -> str:
        """``text`` after that."""
        text = _BASE64.sub(self._word, text)
        text = _HEX.sub(lambda match: _in_hex(match[0], self._replace), text)
        for mark, decode in (("%", unquote), ("&#", _referred), ("\\", _unescaped)):
            if mark in text:
                text = _TOKEN.sub(lambda match: _decoded(match[0], decode, self._replace), text)  # noqa: B023 - used at once
                text = _decoded(text, decode, self._replace)
        return text

    def _word(self, match: re.Match[str]) -> str:
        word = match[0]
        if word in self._plain:
            return word
        found = _in_base64(word, self._replace)
        if found == word and len(word) <= _LONGEST and len(self._plain) < _MANY:
            self._plain.add(word)
        return found


def _decoded(text: str, decode: Callable[[str], str], replace: Callable[[str], str]) -> str:
    """``text`` as it is, unless something shows when it is decoded: then decoded, with that replaced."""
    told = decode(text)
    return text if told == text or (plain := replace(told)) == told else plain


def _in_base64(token: str, replace: Callable[[str], str]) -> str:
    """A token that is base64 of text in which something is replaced: that of the text after it."""
    if len(token) > _MOST:
        return token
    if (whole := _whole(token, replace)) is not None:
        return whole
    if any(mark in token for mark in "/-_"):  # parts of a path, of a URL
        return _PART.sub(lambda match: (_whole(match[0], replace) or match[0]).rstrip("="), token)
    return token


def _whole(token: str, replace: Callable[[str], str]) -> str | None:
    bare = token.rstrip("=")
    alphabet = b"-_" if "-" in bare or "_" in bare else b"+/"
    for start in range(1 + bare.startswith(("-", "_", "/", "+"))):
        body = bare[start:]
        try:
            data = base64.b64decode(body + "=" * (-len(body) % 4), alphabet, validate=True)
        except (binascii.Error, ValueError):
            continue
        if (plain := _in_bytes(data, replace)) is not None:
            return token[:start] + base64.b64encode(plain, alphabet).decode()
    return None


def _in_hex(token: str, replace: Callable[[str], str]) -> str:
    plain = _in_bytes(bytes.fromhex(token), replace) if len(token) <= _MOST else None
    if plain is None:
        return token
    return plain.hex() if token == token.lower() else plain.hex().upper()


def _in_bytes(data: bytes, replace: Callable[[str], str]) -> bytes | None:
    """The bytes after something in them was replaced; ``None`` if nothing was."""
    for encoding in ("utf-8", *(("utf-16-le",) if b"\0" in data else ())):
        try:
            told = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if (plain := replace(told)) != told:
            return plain.encode(encoding)
    return None


def _referred(text: str) -> str:
    return _REFERENCE.sub(lambda match: _character(int(match[1], 16) if match[1] else int(match[2]), match[0]), text)


def _unescaped(text: str) -> str:
    text = _ESCAPE.sub(lambda match: _character(int(match[1] or match[2], 16), match[0]), text)
    return _BYTES.sub(lambda match: bytes.fromhex(match[0].replace("\\x", "")).decode("utf-8", "replace"), text)


def _character(number: int, written: str) -> str:
    """Half of a character is none, and could not be written as one."""
    return chr(number) if number <= _LAST and number not in _HALVES else written
