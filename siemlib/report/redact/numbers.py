"""Where each number of a sentence is from, told of the sentence with pseudonyms.

They are those of the original, and not looked for again: so the copy links to the same exhibits, and is as sure or as
unsure of its numbers, as what it was made of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_MOST = 64
_MARKS = [chr(code) for code in range(0xFDD0, 0xFDF0)]
"""No characters, for ever (Unicode, 23.7): in a text they stand for nothing."""


def redact_numbers(record: Mapping[str, Any], text: Callable[[str], str]) -> list[dict[str, Any]]:
    """``numbers`` of the record of an exhibit or a finding of the original, as they are of the copy."""
    return [_moved(said_in(record, number["in"]), number, text) for number in record.get("numbers", ())]


def said_in(record: Mapping[str, Any], part: str) -> str:
    """The sentence that is called so: ``reading``, or ``for 2``, the second fact for a finding."""
    side, _, place = part.partition(" ")
    return str(record[side][int(place) - 1] if place else record[side])


def _moved(said: str, number: Mapping[str, Any], text: Callable[[str], str]) -> dict[str, Any]:
    start, end = _span(said, number["span"], text)
    words = {name: text(number[name]) for name in ("is", "against") if name in number}
    return {**number, **words, "text": text(said)[start:end], "span": [start, end]}


def _span(said: str, span: Sequence[int], text: Callable[[str], str]) -> tuple[int, int]:
    """Where those characters of a sentence are after pseudonyms were put in.

    Marks are put around them, which must change nothing else. Where they would be within a name, that is marked.
    """
    mark = next(each for each in _MARKS if each not in said)
    whole = text(said)
    for start, end in _wider(span, len(said)):
        parts = text(f"{said[:start]}{mark}{said[start:end]}{mark}{said[end:]}").split(mark)
        if len(parts) == 3 and "".join(parts) == whole:  # noqa: PLR2004 - before, within, behind
            return len(parts[0]), len(parts[0]) + len(parts[1])
    return 0, len(whole)


def _wider(span: Sequence[int], length: int) -> Iterator[tuple[int, int]]:
    """The span, and what has it in it, the shortest first."""
    start, end = span
    for more in range(_MOST):
        for left in range(more + 1):
            if left <= start and end + more - left <= length:
                yield start - left, end + more - left
