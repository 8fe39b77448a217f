"""What a run gives: the service's strings, and the same as a typed frame.

The frame is made from the strings and the types of the columns, never from the engine's own values, so that it is the
same whichever engine answered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from siemlib.model.event import FieldType
from siemlib.ql.types import Column

if TYPE_CHECKING:
    from siemlib.model.run import Completeness, Run, Statistics

_NUMBER = r"-?(?:0|[1-9]\d*+)(?:\.\d++)?(?:[eE][+-]?\d++)?"
_CANONICAL_NUMBERS = re.compile(f"(?:{_NUMBER}\n)*+{_NUMBER}", re.ASCII)
_CANONICAL_INTEGER = re.compile(r"0|-?[1-9]\d{0,37}", re.ASCII)
_DIGITS_OF_A_FLOAT = 15
"""Every whole number of so many digits is one that a float keeps."""


__all__ = ["Column", "Result"]


@dataclass(frozen=True)
class Result:
    """Rows, statistics and completeness of a run."""

    columns: tuple[Column, ...]
    """In the order of the result, without ``@ptr``."""
    rows: list[dict[str, str]]
    """Exactly the strings GetQueryResults would give, in order; a missing value has no key; ``@ptr`` is last."""
    run: Run

    @property
    def statistics(self) -> Statistics:
        """Records matched and scanned, bytes scanned, rows."""
        return self.run.statistics

    @property
    def completeness(self) -> Completeness:
        """Whether this is everything that was asked for."""
        return self.run.completeness

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The rows with typed columns; times are aware UTC, a missing value stays missing (``pd.NA``/``NaT``)."""
        columns = list(self.columns)
        if any("@ptr" in row for row in self.rows[:1]):
            columns.append(Column("@ptr", FieldType.TEXT))
        return pd.DataFrame({c.name: _series([row.get(c.name) for row in self.rows], c.type) for c in columns})


def _series(values: list[str | None], kind: FieldType) -> pd.Series:
    match kind:
        case FieldType.TIMESTAMP:
            parsed = pd.to_datetime(pd.Series(values, dtype="object"), format="%Y-%m-%d %H:%M:%S.%f", utc=True)
            return parsed.astype("datetime64[ms, UTC]")
        case FieldType.INTEGER | FieldType.NUMBER | FieldType.DYNAMIC | FieldType.JSON:
            return _numbers(values, kind)
        case FieldType.BOOLEAN:
            return pd.Series([None if v is None else v == "1" for v in values], dtype="boolean")
        case FieldType.TEXT | FieldType.STRUCTURE:
            return pd.Series(values, dtype="string")


def _numbers(values: list[str | None], kind: FieldType) -> pd.Series:
    """Integers, else floats, else text: whichever loses nothing of the strings. Without a value, the type decides."""
    present = [v for v in values if v is not None]
    if not present:
        dtype = {FieldType.DYNAMIC: "string", FieldType.INTEGER: "Int64"}.get(kind, "Float64")
        return pd.Series(values, dtype=dtype)
    missing = np.array([v is None for v in values]) if len(present) < len(values) else np.zeros(len(values), dtype=bool)
    integers = _integers(present)
    if integers is not None:
        return pd.Series(pd.arrays.IntegerArray(_spread(integers, missing), missing))
    floats = _floats(present)
    if floats is not None:
        return pd.Series(pd.arrays.FloatingArray(_spread(floats, missing), missing))
    return pd.Series(values, dtype="string")


def _integers(texts: list[str]) -> np.ndarray | None:
    """The values, where each text is exactly how an integer of 64 bits is written."""
    try:
        found = list(map(int, texts))
    except ValueError:
        return None
    # Compared as a whole: a leading zero, a sign, blanks or digits of other scripts are told by the way back.
    if min(found) < -(2**63) or max(found) >= 2**63 or list(map(str, found)) != texts:
        return None
    return np.array(found, dtype=np.int64)


def _floats(texts: list[str]) -> np.ndarray | None:
    """The values, where each text is a number that a float keeps."""
    # One search over all of them; a line feed inside of a text would be no number to float() either.
    if not _CANONICAL_NUMBERS.fullmatch("\n".join(texts)):
        return None
    try:
        found = np.array(list(map(float, texts)), dtype=np.float64)
    except ValueError:
        return None
    long = (text for text in texts if len(text) > _DIGITS_OF_A_FLOAT)
    return found if all(map(_exact, long)) else None


def _spread(present: np.ndarray, missing: np.ndarray) -> np.ndarray:
    """The values in their rows; what is missing is nobody's value."""
    if not missing.any():
        return present
    spread = np.ones(len(missing), dtype=present.dtype)
    spread[~missing] = present
    return spread


def _exact(text: str) -> bool:
    """Whether a float keeps it: a long whole number is an identifier, and loses its last digits as a float."""
    return not _CANONICAL_INTEGER.fullmatch(text) or int(float(text)) == int(text)
