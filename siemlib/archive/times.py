"""The time of an event as SQL, from what its source says of it. Epoch milliseconds, or NULL where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.ql.sql.writer import integer, literal
from siemlib.sources.source import EPOCH, ISO, NAMED_ZONE
from siemlib.sources.zones import OFFSETS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siemlib.sources.source import TextTime

_LAST = 253_402_300_800_000
"""The first millisecond of the year 10000: later times are mistakes or attacks, and no calendar can write them."""
_SECONDS_BELOW = 100_000_000_000
"""A number below this is seconds (until the year 5138), above it milliseconds (since 1973)."""
_SECONDS_FROM = 100_000_000
"""A number below this (March 1973) is no time: a duration, an uptime, a date written as 20260304."""
_MILLISECONDS_BELOW = 10_000_000_000_000
"""A number from here on (the year 2286) is no time in milliseconds: 20260304100000, or finer units."""
_LEAP_YEAR = 1972
"""A year that has every day, for a first look at times that do not name theirs."""


def json_time(texts: Sequence[str]) -> str:
    """The first time in ``texts`` (SQL expressions); one that holds no time is passed by."""
    return f"coalesce({', '.join(_one_json_time(text) for text in texts)}, NULL)"


def _one_json_time(text: str) -> str:
    # Only what begins with a digit: DuckDB would also take the words epoch and infinity. Python writes a comma before
    # the fraction.
    dotted = f"CASE WHEN left({text}, 1) BETWEEN '0' AND '9' THEN replace({text}, ',', '.') END"
    iso = f"epoch_us(TRY_CAST({dotted} AS TIMESTAMPTZ)) // 1000"
    return f"coalesce({iso}, {_number_time(text)})"


def seconds_time(text: str) -> str:
    """The time in epoch seconds."""
    return f"TRY(TRY_CAST({text} AS BIGINT) * 1000)"


def text_time(message: str, times: Sequence[TextTime], year: str | None = None) -> str:
    """The time that the first of ``times`` finds in a message.

    ``year`` is an SQL expression for the year of layouts without one; ``None`` takes a leap year, whatever it was.
    """
    found = [_one_text_time(message, time, year) for time in times]
    return f"coalesce({', '.join(found)}, NULL)" if found else "CAST(NULL AS BIGINT)"


def lacks_year(time: TextTime) -> bool:
    """Whether the year must be found elsewhere."""
    return time.layout != EPOCH and "%y" not in time.layout.lower()


def _one_text_time(message: str, time: TextTime, year: str | None) -> str:
    text = f"nullif(regexp_extract({message}, {literal(time.pattern)}, 1), '')"
    if time.layout == EPOCH:
        return _number_time(text)
    if time.layout == ISO:
        text = f"left({text}, 10) || 'T' || replace(replace(substr({text}, 12), ',', '.'), ' ', '')"
        return f"epoch_us(TRY_CAST({text} AS TIMESTAMPTZ)) // 1000"
    if time.layout == NAMED_ZONE:
        return f"epoch_us(TRY_CAST({_with_offset(text)} AS TIMESTAMPTZ)) // 1000"
    layout = time.layout
    if layout.endswith("%z"):  # which does not know Z
        text = f"regexp_replace({text}, 'Z$', '+00:00')"
    if lacks_year(time):
        text = f"({integer(_LEAP_YEAR) if year is None else year}) || ' ' || {text}"
        layout = f"%Y {layout}"
    return f"epoch_us(try_strptime({text}, {literal(layout)})) // 1000"


def _with_offset(text: str) -> str:
    """The time with the offset of its zone in place of the name; NULL for a name that is not known."""
    name = f"regexp_extract({text}, '[A-Za-z]+$')"
    offsets = " ".join(f"WHEN {literal(zone)} THEN {literal(offset)}" for zone, offset in OFFSETS.items())
    number = f"replace(regexp_extract({text}, ' ?[+-][0-9:]+$'), ' ', '')"
    clock = f"regexp_extract(substr({text}, 12), '^[0-9:.,]+')"
    return f"left({text}, 10) || 'T' || replace({clock}, ',', '.') || CASE {name} WHEN '' THEN {number} {offsets} END"


def _number_time(text: str) -> str:
    number = f"TRY_CAST({text} AS DOUBLE)"
    factor = f"CASE WHEN {number} < {_SECONDS_BELOW} THEN 1000 ELSE 1 END"
    epoch = f"{number} >= {_SECONDS_FROM} AND {number} < {_MILLISECONDS_BELOW}"
    return f"CASE WHEN {epoch} THEN TRY_CAST({number} * {factor} AS BIGINT) END"


def possible(millis: str) -> str:
    """The time, if a calendar has it; ``millis`` is the name of a column, because it is written twice."""
    return f"CASE WHEN {millis} >= 0 AND {millis} < {_LAST} THEN {millis} END"
