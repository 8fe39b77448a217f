"""Paths that are two here, and one on other systems: there the second file would take the place of the first.

Windows and macOS do not tell upper from lower case, and macOS not the ways to write an accent (RFC 8493, 6, asks for
names without such pairs). No report of ours has any.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def one_name(path: str) -> str:
    """What paths have in common that are one somewhere: canonical caseless matching (Unicode, D145)."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", path).casefold())


def clashes(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Of paths with slashes, those that are one on some systems, or whose folders are: the first, and the later one."""
    seen: dict[str, str] = {}
    for path in paths:
        end = len(path)
        while end >= 0:
            place = path[:end]
            known = seen.setdefault(one_name(place), place)
            if known != place:
                yield known, place
                break
            end = path.rfind("/", 0, end)
