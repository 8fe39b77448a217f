"""What a run gives: the service's strings, and the same as a typed frame.

The frame is made from the strings and the types of the columns, never from the engine's own values, so that it is the
same whichever engine answered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from siemlib.model.event import FieldType
from siemlib.ql.types import Column

if TYPE_CHECKING:
    from siemlib.model.run import Completeness, Run, Statistics

_CANONICAL_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
_CANONICAL_INTEGER = re.compile(r"0|-?[1-9]\d{0,37}")


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
    if not present and kind is FieldType.DYNAMIC:
        return pd.Series(values, dtype="string")
    integers = all(_CANONICAL_INTEGER.fullmatch(v) and _fits(v) for v in present)
    if integers and (present or kind is FieldType.INTEGER):
        return pd.Series([None if v is None else int(v) for v in values], dtype="Int64")
    if all(_CANONICAL_NUMBER.fullmatch(v) and _exact(v) for v in present):
        return pd.Series([None if v is None else float(v) for v in values], dtype="Float64")
    return pd.Series(values, dtype="string")


def _fits(text: str) -> bool:
    return -(2**63) <= int(text) < 2**63


def _exact(text: str) -> bool:
    """Whether a float keeps it: a long whole number is an identifier, and loses its last digits as a float."""
    return not _CANONICAL_INTEGER.fullmatch(text) or int(float(text)) == int(text)
