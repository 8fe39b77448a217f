"""The leaves of a JSON text, in the order in which they stand, and the first 200 of them.

The text is valid JSON; the database is the judge of that. It is read token by token and never nested, so that no text,
however deep, exhausts the stack, and each character is looked at once.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siemlib.model.event import FieldPath

MOST_LEAVES = 200
"""Fields that are discovered in one event (CWL_AnalyzeLogData-discoverable-fields)."""

_TOKEN = re.compile(
    r'[\s,]*+(?:(?P<string>"(?:[^"\\]|\\.)*+")(?P<colon>\s*+:)?|(?P<open>[{\[])|(?P<close>[}\]])|[^\s,:{}\[\]"]++)',
    re.DOTALL,
)
_OBJECT = -1
_NO_LEAF = frozenset({"{", "[", "null"})
_DEEPEST_CONTAINER = 100
"""Below this, objects and arrays are not told: their paths would take far longer than the text."""


class Value(NamedTuple):
    """A value of a JSON text, by its place."""

    path: FieldPath
    json: str
    """As it is written; of an object ``{`` and of an array ``[``."""

    @property
    def is_leaf(self) -> bool:
        """Whether it is a field: no object, no array, and not ``null``."""
        return self.json not in _NO_LEAF


@dataclass
class _Place:
    """Where in the text the reading is: one entry in each list for each object and array around it."""

    path: list[str] = field(default_factory=list)
    indexes: list[int] = field(default_factory=list)
    """The next index of an array; -1 of an object."""
    keys: list[set[str]] = field(default_factory=list)

    def enter(self, bracket: str) -> None:
        self.path.append("")
        self.indexes.append(_OBJECT if bracket == "{" else 0)
        self.keys.append(set())

    def leave(self) -> None:
        self.path.pop()
        self.indexes.pop()
        self.keys.pop()

    def step(self) -> None:
        """Go to the next value; in an object, its key has said already which it is."""
        if self.indexes and self.indexes[-1] != _OBJECT:
            self.path[-1] = str(self.indexes[-1])
            self.indexes[-1] += 1

    def name(self, key: str) -> bool:
        """Take the key of the next value; ``False`` if the object has had it already: the first counts."""
        self.path[-1] = key
        if key in self.keys[-1]:
            return False
        self.keys[-1].add(key)
        return True

    def closing(self) -> str:
        return "".join("}" if index == _OBJECT else "]" for index in reversed(self.indexes))


def values(text: str) -> Iterator[Value]:
    """Every value below the outermost object or array of ``text``, but those of a key that came before.

    Of what is nested a hundred deep only the leaves.
    """
    for written, _, place in _walk(text):
        if written not in _NO_LEAF or len(place.path) <= _DEEPEST_CONTAINER:
            yield Value(tuple(place.path), written)


def first_leaves(text: str) -> str:
    """``text`` up to its 200th leaf, as valid JSON; ``text`` itself if it has no more."""
    count, cut = 0, text
    for written, end, place in _walk(text):
        if written in _NO_LEAF:
            continue
        if count == MOST_LEAVES:
            return cut
        count += 1
        if count == MOST_LEAVES:
            cut = text[:end] + place.closing()
    return text


def field_name(path: FieldPath) -> str:
    """The discovered name of the leaf at ``path``: a name that begins with ``@`` gets another one."""
    name = ".".join(path)
    return f"@{name}" if name.startswith("@") else name


def _walk(text: str) -> Iterator[tuple[str, int, _Place]]:
    """Every value as it is written (``{`` and ``[`` for what has values), where that ends, and its place."""
    place = _Place()
    inside_repeated = 0  # how deep, within the value of a key that came before
    repeated = False
    for token in _TOKEN.finditer(text):
        if inside_repeated:
            inside_repeated += (token["open"] is not None) - (token["close"] is not None)
            continue
        if token["colon"]:
            repeated = not place.name(_key(token["string"]))
            continue
        if token["close"]:
            place.leave()
            continue
        if repeated:
            repeated, inside_repeated = False, int(token["open"] is not None)
            continue
        place.step()
        if place.indexes:
            written = token["string"] or token["open"] or token[0].lstrip(" \t\r\n,")
            yield written, token.end(), place
        if token["open"]:
            place.enter(token["open"])


def _key(written: str) -> str:
    return str(json.loads(written, strict=False)) if "\\" in written else written[1:-1]
