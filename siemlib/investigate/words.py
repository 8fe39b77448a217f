"""How a reading is written: numbers first, times in UTC, no adjectives."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

_LONGEST = 80
_RESPONSE = re.compile(r"attack[_ -]response", re.IGNORECASE)


def count(number: float, noun: str, plural: str = "") -> str:
    """``1 alert``, ``2,345 alerts``."""
    return f"{number:,.0f} {noun if number == 1 else plural or noun + 's'}"


def verb(number: float, one: str, several: str) -> str:
    """The verb for so many: ``1 event names``, ``2 events name``."""
    return one if number == 1 else several


def at(time: pd.Timestamp) -> str:
    """A time, to the second: a reading is for people, the table has the milliseconds."""
    return f"{time:%Y-%m-%d %H:%M:%S} UTC"


def span(first: pd.Timestamp, last: pd.Timestamp) -> str:
    """``between … and …``, with the date once where it is the same."""
    if at(first) == at(last):
        return f"at {at(first)}"
    end = f"{last:%H:%M:%S} UTC" if first.date() == last.date() else at(last)
    return f"between {first:%Y-%m-%d %H:%M:%S} and {end}"


def names(values: Sequence[object], most: int = 5, last: str = "and") -> str:
    """``a, b and c``, or with another word before the last; of more than ``most``, these and how many more."""
    return listed([plain(value) for value in values], most, last)


def listed(texts: Sequence[str], most: int = 5, last: str = "and") -> str:
    """As :func:`names`, of texts that are already fit for a sentence and so are not cut."""
    shown = texts[:most]
    if len(texts) > most:
        return f"{', '.join(shown)} and {len(texts) - most:,} more"
    return f" {last} ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def is_response(said: str) -> bool:
    """Whether a sensor says that a host which is attacked replied: rule sets call that an attack response."""
    return bool(_RESPONSE.search(said))


def plain(value: object) -> str:
    """Log content inside a sentence: one line, printable, at most 80 characters."""
    line = " ".join(str(value).split())
    seen = "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(c)[0] == "C" else c for c in line)
    return seen if len(seen) <= _LONGEST else seen[: _LONGEST - 1] + "\N{HORIZONTAL ELLIPSIS}"
