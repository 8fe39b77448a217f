"""How the columns of a table are set on the page: by what they hold, said once for a column and not in each cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 40
"""Columns that have a look of their own; what stands right of them is set as text."""
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
    "s": "min-width: 3rem",
    "l": "min-width: 10rem",
}


def column_looks(header: Sequence[str], numeric: Sequence[bool], rows: Sequence[Sequence[str]]) -> str:
    """The classes of a table: ``n3 s4`` sets its third column as numbers and its fourth as short texts."""
    looks = [
        f"{_look(place, name, rows, amount)}{place + 1}"
        for place, (name, amount) in enumerate(zip(header[:MOST], numeric[:MOST], strict=True))
    ]
    return " ".join([*looks, *(["wide"] if len(header) >= WIDE else [])])


def _look(place: int, name: str, rows: Sequence[Sequence[str]], amount: bool) -> str:  # noqa: FBT001 - of one column
    if amount:
        return "n"
    if name.endswith(_TIME):
        return "t"
    longest = max((len(row[place]) for row in rows), default=0)
    return next((look for look, most in _LOOKS if longest <= most), "l")


def column_rules() -> str:
    """The style of all these classes; in narrow tables only numbers have theirs."""
    return (
        f"{_rules(_EVERYWHERE)}"
        f"@media screen {{\n{_rules(_ON_SCREEN)}}}\n"
        f"@media print {{\ntable.wide {{ font-size: 0.74rem; }}\n{_rules(_ON_PAPER)}}}\n"
    )


def _rules(styles: dict[str, str]) -> str:
    return "".join(f"{_columns(look)} {{ {style}; }}\n" for look, style in styles.items())


def _columns(look: str) -> str:
    table = "table.rows" if look == "n" else "table.rows:not(.narrow)"
    return ", ".join(f"{table}.{look}{column} :is(th, td):nth-child({column})" for column in range(1, MOST + 1))
