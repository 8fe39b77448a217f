"""Sentences whose numbers lead to what they are from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markupsafe import Markup

from siemlib.evidence.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_LINK = Markup('<a href="#{0}" class="figure" title="{1}"{2}>{3}</a>')
_CODE = Markup(' data-code="{0}"')
_UNIT = re.compile(" ?%")
"""What no code is to stand between in print: 21.2 % [E06] and not 21.2 [E06] %."""


def marked(text: str, spans: Iterable[Sequence[int | str]], code: Callable[[str], str]) -> Markup:
    """``text`` as safe HTML with a link around each span: start, end, the id that it leads to, how it follows.

    Spans count characters of ``text``; what overlaps another, or lies outside, is left out; a link takes the percent
    sign after its number with it. ``code`` gives what is
    printed in the place of a link, once after the last of several numbers in a row that are from the same place.
    """
    sound = list(_sound(text, spans))
    parts, at = [], 0
    for place, (start, end, target, how) in enumerate(sound):
        last = place + 1 == len(sound) or sound[place + 1][2] != target
        words = code(target) if last else ""
        parts.append(_escaped(text[at:start]))
        shown = _escaped(text[start:end])
        parts.append(_LINK.format(target, visible(how), _CODE.format(words) if words else "", shown))
        at = end
    return Markup("").join([*parts, _escaped(text[at:])])


def _sound(text: str, spans: Iterable[Sequence[int | str]]) -> Iterable[tuple[int, int, str, str]]:
    at = 0
    for given in sorted(spans, key=lambda span: (int(span[0]), int(span[1]))):
        start, end, target, how = int(given[0]), int(given[1]), str(given[2]), str(given[3])
        if at <= start < end <= len(text):
            unit = _UNIT.match(text, end)
            at = unit.end() if unit else end
            yield start, at, target, how


def _escaped(text: str) -> Markup:
    return Markup.escape(visible(text))
