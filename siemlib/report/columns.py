"""How the columns of a table are set on the page: by what they hold, said once for a column and not in each cell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 40
"""Columns that have a look of their own; what stands right of them is set as text."""
PRINTED_ROWS = 50
"""Rows of an exhibit that are printed; paper is not searched, and the data files hold them all."""
WIDE = 8
"""Columns from which a table is set in smaller letters on paper."""
_WORD, _SHORT, _LONG = 16, 28, 60  # letters; an IPv4 address is a word
_LOOKS = (("w", _WORD), ("s", _SHORT), ("m", _LONG))
_TIME = "(UTC)"  # the end of the name of a column of times
_EVERYWHERE = {"n": "text-align: right; white-space: nowrap; padding-right: 1.6rem"}
_ON_SCREEN = {
    "t": "white-space: pre",
    "w": "white-space: pre",
    "s": "white-space: pre",
    "m": "min-width: 9rem",
    "l": "min-width: 16rem",
}
_ON_PAPER = {
    "n": "padding-right: 0.8rem",
    # A day above its time of day.
    "t": "overflow-wrap: normal; white-space: normal; min-width: 4.8rem",
    "w": "overflow-wrap: normal",
    "s": "min-width: 5em",
    "l": "min-width: 7em",
    # Where the paper is wide enough: each text on one line, or broken between words alone.
    "o": "white-space: nowrap",
    "k": "overflow-wrap: normal",
}
_ANY_TABLE = "nok"
"""The looks that also narrow tables have."""
_PAPER = {"": 58.5, "wide": 68.0, "dense": 76.3, "crowded": 86.8}
"""How much the narrower of A4 and Letter holds side by side, in each size of letters: em. What is wider would make the
browser shrink the whole report."""
_LETTERS = {"wide": 0.74, "dense": 0.66, "crowded": 0.58}
_TIGHT = "min-width: 0 !important; padding-right: 0.35rem !important"
"""Of a table that is wider also in the smallest letters: addresses and the like may be broken, heads and times not."""
_BETWEEN = 1.1
"""The space between two columns, em. The rest of these widths, too, are of a font that is wider than most."""
_SLIM, _CAPITAL, _LETTER, _BOLD = 0.35, 0.7, 0.62, 1.1
_NARROW = frozenset(" .,:;'|!()[]/-fijlrtI")
_IDEOGRAPHS = "\u1100"
"""From here on there are letters as wide as they are high."""
_LEAST, _DATE, _LONG_TEXT = 5.0, 6.7, 7.0
_LONGEST_WORD = 18.0
_BREAKS = re.compile(r"\s+|(?<=-)")
"""Where a browser breaks a line without being told."""


def column_looks(header: Sequence[str], numeric: Sequence[bool], rows: Sequence[Sequence[str]]) -> str:
    """The classes of a table: ``n3 s4`` sets its third column as numbers and its fourth as short texts."""
    looks = [
        f"{_look(place, name, rows, amount)}{place + 1}"
        for place, (name, amount) in enumerate(zip(header[:MOST], numeric[:MOST], strict=True))
    ]
    size, kept = _fitted(header, looks, rows[:PRINTED_ROWS])
    return " ".join([*looks, *kept, *([size] if size else [])])


def _fitted(header: Sequence[str], looks: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[str, list[str]]:
    """The size of letters on paper, and what is not to be broken there: what there is room for.

    First words, then whole texts; of these the columns that ask for least.
    """
    widths = [_widths(name, place, looks, rows) for place, name in enumerate(header)]
    least = sum(width[0] + _BETWEEN for width in widths)
    sizes = list(_PAPER)[len(header) >= WIDE :]
    wanted: list[tuple[str, float, int]] = []
    for place, (look, (own, word, whole)) in enumerate(zip(looks, widths, strict=False)):
        if look[0] == "w" and word < whole:
            wanted.append(("o", max(whole - own, 0), place))
        elif look[0] in "sml" and word <= _LONGEST_WORD:
            wanted.append(("k", max(word - own, 0), place))
    size = next((size for size in sizes if least <= _PAPER[size]), sizes[-1])
    words = sum(more for look, more, _ in wanted if look == "k")
    if size == "" and least + words > _PAPER[size]:
        size = "wide"
    room, kept = _PAPER[size] - least, []
    for look, more, place in sorted(wanted):
        if more <= room:
            room -= more
            kept.append(f"{look}{place + 1}")
    return (f"{size} tight" if least > _PAPER[size] else size), kept


def _widths(name: str, place: int, looks: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[float, float, float]:
    """Of a column what it has at least, whatever is kept, what its longest word needs, and what its longest text."""
    texts = [row[place] for row in rows]
    word, whole = max(map(_word, texts), default=0.0), max(map(_em, texts), default=0.0)
    look = looks[place][0] if place < len(looks) else ""
    own = {"n": whole, "t": _DATE, "w": word, "l": _LONG_TEXT}.get(look, _LEAST)
    return max(own, _word(name) * _BOLD), word, whole


def _word(text: str) -> float:
    return max(map(_em, _BREAKS.split(text)))


def _em(text: str) -> float:
    """About how wide a text is, em."""
    return sum(map(_em_of, text))


def _em_of(c: str) -> float:
    if c >= _IDEOGRAPHS:
        return 1.0
    return _SLIM if c in _NARROW else _LETTER if c.islower() or c.isdigit() else _CAPITAL


def _look(place: int, name: str, rows: Sequence[Sequence[str]], amount: bool) -> str:  # noqa: FBT001 - of one column
    if amount:
        return "n"
    if name.endswith(_TIME):
        return "t"
    longest = max((len(row[place]) for row in rows), default=0)
    return next((look for look, most in _LOOKS if longest <= most), "l")


def column_rules() -> str:
    """The style of all these classes; in narrow tables only numbers have theirs, and what is kept on paper."""
    sizes = "".join(f"table.{size} {{ font-size: {letters}rem; }}\n" for size, letters in _LETTERS.items())
    tight = f"table.rows.tight :is(th, td) {{ {_TIGHT}; }}\n"
    broken = _rules({"w": "overflow-wrap: anywhere"}).replace(":is(th, td)", "td")
    tight += broken.replace("table.rows", "table.rows.tight")
    return (
        f"{_rules(_EVERYWHERE)}"
        f"@media screen {{\n{_rules(_ON_SCREEN)}}}\n"
        f"@media print {{\n{sizes}{_rules(_ON_PAPER)}{tight}}}\n"
    )


def _rules(styles: dict[str, str]) -> str:
    return "".join(f"{_columns(look)} {{ {style}; }}\n" for look, style in styles.items())


def _columns(look: str) -> str:
    table = "table.rows" if look in _ANY_TABLE else "table.rows:not(.narrow)"
    return ", ".join(f"{table}.{look}{column} :is(th, td):nth-child({column})" for column in range(1, MOST + 1))
