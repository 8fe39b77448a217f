"""Values as text, for people and for CSV: one form everywhere, so that it can be made again from the values."""

from __future__ import annotations

from datetime import datetime

_EXACT = 1e15  # beyond it the digits of a float would be invented


def value_text(value: object) -> str:
    """One plain value as text: missing is empty, times have milliseconds, lists are joined, sets sorted.

    The text is exact and may hold anything; ``visible`` or ``safe_cell`` make it safe to show.
    """
    match value:
        case str():
            text = value
        case list() | tuple():
            text = ", ".join(value_text(one) for one in value)
        case set() | frozenset():
            text = ", ".join(sorted(value_text(one) for one in value))  # each process has another order of its own
        case _ if value is None or value != value:  # noqa: PLR0124 - NaN alone differs from itself
            text = ""
        case datetime():
            text = f"{value:%Y-%m-%d %H:%M:%S}.{value.microsecond // 1000:03d}"
        case bool():
            text = "yes" if value else "no"
        case float() if value.is_integer() and abs(value) < _EXACT:
            text = str(int(value))
        case _:
            text = str(value)
    return text
