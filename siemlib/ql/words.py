"""The words of the language that several stages must agree on."""

from __future__ import annotations

LONGEST_QUERY = 10_000
"""Characters that StartQuery takes."""

LARGEST_LIMIT = 100_000
"""Rows that ``limit`` may ask for."""

LONGEST_NUMBER = 400
"""Characters of a number in a query. The greatest double has 309 digits; Python refuses to read far longer ones."""

MOST_LAGS = 1_000
"""How many rows ``autoregress`` may look back; each is a column."""

DEEPEST = 100
"""Levels of nesting an expression may have, so that no stage runs out of stack."""

MOST_ARGUMENTS = 250
"""Of one function, so that no stage, nor the database, runs out of stack."""

LONGEST_CHAIN = 16
"""Operands of one ``and`` or ``or`` that make a left-deep tree; a longer chain is balanced, and so stays shallow."""

RESERVED = frozenset({"and", "or", "not", "in", "like", "as", "by", "true", "false", "null"})
"""Words that mean something inside an expression or behind it; a field of that name is written in backticks."""

UNITS: dict[str, str] = {
    spelling + plural: unit
    for unit, spellings in {
        "ms": ("ms", "msec", "millisecond"),
        "s": ("s", "sec", "second"),
        "m": ("m", "min", "minute"),
        "h": ("h", "hr", "hour"),
        "d": ("d", "day"),
        "w": ("w", "week"),
        "mo": ("mo", "mon", "month"),
        "q": ("q", "qtr", "quarter"),
        "y": ("y", "yr", "year"),
    }.items()
    for spelling in spellings
    for plural in (("", "s") if len(spelling) > 1 else ("",))
}
"""Every spelling of a unit of time, in lower case, and the short name of its unit (specification 2.7)."""

LATER: dict[str, str] = {name.lower(): name for name in (*("search", "head", "tail"),)}
"""Commands of the specification that the parser knows by name only; a command moves out of here when it is written."""
