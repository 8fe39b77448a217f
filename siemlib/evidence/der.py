"""As much of DER (X.690) as it takes to walk through a time stamp: elements, one after the other, and what is in them.

Everything may come from a stranger. Raises ValueError for whatever is no DER of definite length.
"""

from __future__ import annotations

from dataclasses import dataclass

SEQUENCE, SET, INTEGER, OCTETS, OID = 0x30, 0x31, 0x02, 0x04, 0x06
CONTEXT_0 = 0xA0
_LONG = 0x80
_LONGEST_LENGTH = 4
_HIGH_TAG = 0x1F


@dataclass(frozen=True, slots=True)
class Element:
    """An element of ``data``: its header at ``start``, its content from ``inside`` to ``end``."""

    data: bytes
    tag: int
    start: int
    inside: int
    end: int

    @property
    def whole(self) -> bytes:
        """Header and content."""
        return self.data[self.start : self.end]

    @property
    def content(self) -> bytes:
        """Without the header."""
        return self.data[self.inside : self.end]

    def members(self) -> list[Element]:
        """What it holds, in order."""
        found, at = [], self.inside
        while at < self.end:
            found.append(_element(self.data, at, self.end))
            at = found[-1].end
        return found

    def only(self) -> Element:
        """The one thing that it holds."""
        (member,) = self.members()
        return member

    def expect(self, tag: int) -> Element:
        """Itself, if it has this tag."""
        if self.tag != tag:
            message = f"an element {self.tag:#x} where {tag:#x} belongs"
            raise ValueError(message)
        return self


def root(data: bytes) -> Element:
    """The sequence that ``data`` is, to its last byte."""
    found = _element(data, 0, len(data)).expect(SEQUENCE)
    if found.end != len(data):
        message = "bytes after the end"
        raise ValueError(message)
    return found


def _element(data: bytes, at: int, end: int) -> Element:
    header = data[at : min(at + 2, end)]
    if len(header) < 2 or header[0] & _HIGH_TAG == _HIGH_TAG:  # noqa: PLR2004 - tag and length
        message = "no element"
        raise ValueError(message)
    tag, length = header
    inside = at + 2
    if length & _LONG:
        size = length & ~_LONG
        if not 1 <= size <= _LONGEST_LENGTH or inside + size > end:
            message = "no length"
            raise ValueError(message)
        length = int.from_bytes(data[inside : inside + size], "big")
        inside += size
    if inside + length > end:
        message = "cut short"
        raise ValueError(message)
    return Element(data, tag, at, inside, inside + length)
