"""Log content as text in a figure, whatever it contains.

plotly reads a part of HTML in every text it draws (``<b>``, ``<a href>``, ``<br>``), ``%{…}`` in templates, and hands
``$…$`` to MathJax where a page has it. All of these are switched off here, in one place.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from siemlib.model.unseen import unseen

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

LONGEST = 48
"""Characters of a label; the full text stands in the table beside the chart."""

_INERT = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;", "$": "&#36;", "%": "&#37;"}
_BLANKS = re.compile(r"[ \t\r\n]+")


def inert(text: object, longest: int = LONGEST) -> str:
    """``text`` on one line, cut to ``longest`` characters, with nothing in it that plotly would interpret.

    What cannot be seen, or would reorder its neighbours, becomes U+FFFD.
    """
    line = _BLANKS.sub(" ", str(text)).strip(" ")
    seen = "".join("\N{REPLACEMENT CHARACTER}" if unseen(c) else c for c in line)
    cut = seen if len(seen) <= longest else seen[: longest - 1] + "\N{HORIZONTAL ELLIPSIS}"
    return "".join(_INERT.get(c, c) for c in cut)


def number(value: float) -> str:
    """A count for people: ``12,345``."""
    return f"{value:,.0f}"


def amount(value: float, unit: str) -> str:
    """``value`` with its unit, short enough for a label: ``1,234 flows``, ``12.3 MB`` (decimal, as networks count)."""
    if unit != "bytes":
        return f"{number(value)} {inert(_one(unit) if value == 1 else unit)}".rstrip()
    for prefix, size in (("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if value >= size:
            return f"{value / size:,.1f} {prefix}B"
    return f"{number(value)} B"


def _one(unit: str) -> str:
    """The singular of the plurals that our tables count in: ``logins``, ``addresses``."""
    return unit.removesuffix("es") if unit.endswith("sses") else unit.removesuffix("s")


def length(width: pd.Timedelta) -> str:
    """A length of time in its largest whole unit: ``5 minutes``, ``90 seconds``."""
    seconds = width.total_seconds()
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size and seconds % size == 0:
            return counted(seconds / size, unit)
    return counted(seconds, "second") if seconds >= 1 else f"{seconds:g} seconds"


def labels_of(names: Iterable[object], longest: int = LONGEST) -> list[str]:
    """An inert label for each name, no two the same: plotly would draw what has one label as one thing."""
    taken: dict[str, int] = {}
    labels = []
    for name in names:
        label = inert(name, longest)
        taken[label] = taken.get(label, 0) + 1
        while taken[label] > 1 and f"{label} #{taken[label]}" in taken:
            taken[label] += 1
        made = label if taken[label] == 1 else f"{label} #{taken[label]}"
        taken.setdefault(made, 1)
        labels.append(made)
    return labels


def counted(value: float, noun: str, plural: str = "") -> str:
    """``1 event``, ``2,345 events``."""
    return f"{number(value)} {noun if value == 1 else plural or noun + 's'}"
