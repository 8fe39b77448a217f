"""The ways in which a report writes one value, and one pattern that finds any of many values as whole words."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from bisect import bisect_left
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

from siemlib.evidence.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

_LONGEST = 64
"""Characters of a word that goes into the tree of words; longer ones stand beside it."""
_ESCAPED = (r"(?<=%[0-9A-Fa-f]{2})", r"(?<=\\[nrtbf])", r"(?<=\\u[0-9A-Fa-f]{4})", r"(?<=\\x[0-9A-Fa-f]{2})")
"""Behind these a word begins, though a letter or digit stands before it."""
_BEGIN = rf"(?:(?![^\W_])|(?<![^\W_])|{'|'.join(_ESCAPED)})"
_END = r"(?:(?<![^\W_])|(?![^\W_]))"


def spellings(value: str) -> set[str]:
    """``value`` as it is, and as HTML, JSON, regular expressions, URLs, and pages, which spell out the invisible.

    Letters with marks are spelled in both ways of Unicode: as one character, and as letter and mark.
    """
    found = {value, visible(value)} | {unicodedata.normalize(form, value) for form in ("NFC", "NFD")}
    for text in tuple(found):
        found |= {html.escape(text), html.escape(text).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")}
        found |= {html.escape(text, quote=False), text.replace("'", "''")}
        found |= {json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]}
        found |= {re.escape(text), re.sub(r"([^\w\s])", r"\\\1", text)}
    found |= {json.dumps(each, ensure_ascii=False)[1:-1] for each in tuple(found)}
    with suppress(UnicodeEncodeError):  # a lone surrogate is in no URL
        found |= {write(value, safe) for write in (quote, quote_plus) for safe in ("", "/")}
    found |= {re.sub("[<>&]", lambda match: f"\\u{ord(match[0]):04x}", each) for each in tuple(found)}
    return found


def folded(text: str) -> str:
    """``text`` without the case of its letters, as far as :func:`pattern_of` takes no notice of it."""
    return text.replace("\u0130", "i").replace("\u0131", "i").casefold()


def pattern_of(words: Collection[str]) -> re.Pattern[str] | None:
    """What finds the longest of ``words``, whatever the case of their letters, where none of it is part of another.

    ``None`` without words. The underscore, the hyphen and the dot end a word.
    """
    if not words:
        return None
    long = sorted((word for word in words if len(word) > _LONGEST), key=len, reverse=True)
    tree: dict[str, object] = {}
    for word in words:
        if len(word) <= _LONGEST:
            _grow(tree, word)
    parts = [*map(re.escape, long), *([_as_pattern(tree)] if tree else [])]
    return re.compile(f"{_BEGIN}(?:{'|'.join(parts)}){_END}", re.IGNORECASE)


_CUT = "\N{HORIZONTAL ELLIPSIS}"
_FEWEST, _MOST = 3, 256
"""Characters of a name that is looked for at a cut: fewer tell of nobody, and no sentence shows more."""


class Begun:
    """Finds names of which a text shows the beginning alone, since it was cut there: ``from anna.exam…``."""

    def __init__(self, names: Mapping[str, str]) -> None:
        """``names`` are what stands for each spelling, by the spelling, folded."""
        self._names = names
        self._sorted = sorted(names)
        self._longest = min(max(map(len, names), default=0), _MOST)

    def text(self, text: str, several: Callable[[str], str]) -> str:
        """``text`` with what stands for a name in the place of its beginning; ``several``: where it may be of many."""
        *parts, last = text.split(_CUT)
        return _CUT.join([*(self._part(part, several) for part in parts), last])

    def _part(self, part: str, several: Callable[[str], str]) -> str:
        for start in range(max(0, len(part) - self._longest), len(part) - _FEWEST + 1):
            if not (start and part[start].isalnum() and part[start - 1].isalnum()):
                begun = folded(part[start:])
                if found := self._beginning(begun):
                    return part[:start] + (found.pop() if len(found) == 1 else several(begun))
        return part

    def _beginning(self, begun: str) -> set[str]:
        """What stands for names that begin so; of several, two."""
        found: set[str] = set()
        place = bisect_left(self._sorted, begun)
        while place < len(self._sorted) and self._sorted[place].startswith(begun) and len(found) < 2:  # noqa: PLR2004 - one, or several
            found.add(self._names[self._sorted[place]])
            place += 1
        return found


def _grow(tree: dict[str, object], word: str) -> None:
    node = tree
    for letter in word:
        node = node.setdefault(letter, {})  # type: ignore[assignment]
    node[""] = True


def _as_pattern(tree: dict[str, object]) -> str:
    """A tree of letters as a pattern; the longest word that begins at a place is tried first."""
    ends = "" in tree
    branches = [
        f"{re.escape(letter)}{_as_pattern(node)}" for letter, node in sorted(tree.items()) if isinstance(node, dict)
    ]
    if not branches:
        return ""
    whole = branches[0] if len(branches) == 1 and not ends else f"(?:{'|'.join(branches)})"
    return f"{whole}?" if ends else whole
