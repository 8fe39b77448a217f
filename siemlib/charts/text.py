"""Log content as text in a figure, whatever it contains.

plotly reads a part of HTML in every text it draws (``<b>``, ``<a href>``, ``<br>``), ``%{…}`` in templates, and hands
``$…$`` to MathJax where a page has it. All of these are switched off here, in one place.
"""

from __future__ import annotations

import unicodedata

LONGEST = 48
"""Characters of a label; the full text stands in the table beside the chart."""

_INERT = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "$": "&#36;", "%": "&#37;"}
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def inert(text: object, longest: int = LONGEST) -> str:
    """``text`` on one line, cut to ``longest`` characters, with nothing in it that plotly would interpret.

    Control and direction-changing characters become U+FFFD: a label must not reorder its neighbours.
    """
    line = " ".join(str(text).split())
    seen = "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in _INVISIBLE else c for c in line)
    cut = seen if len(seen) <= longest else seen[: longest - 1] + "\N{HORIZONTAL ELLIPSIS}"
    return "".join(_INERT.get(c, c) for c in cut)


def number(value: float) -> str:
    """A count for people: ``12,345``."""
    return f"{value:,.0f}"


def counted(value: float, noun: str, plural: str = "") -> str:
    """``1 event``, ``2,345 events``."""
    return f"{number(value)} {noun if value == 1 else plural or noun + 's'}"
