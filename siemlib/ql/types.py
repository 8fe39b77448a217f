"""What analysis knows about values: columns of a result, and fields before the query runs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from typing import TYPE_CHECKING, Protocol

from siemlib.model.event import FieldType

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a result: its name as the service writes it, and its type."""

    name: str
    type: FieldType


class StoredAs(Protocol):
    """How a store holds a field: its type, and what its ``NULL`` reads as."""

    @property
    def type(self) -> FieldType:
        """The type of the stored column."""

    @property
    def missing_text(self) -> str | None:
        """``-`` where a missing number reads as that text; ``None`` where it is a field that is not there."""


class Kind(StrEnum):
    """What a function wants of an argument, and so how the value is handed over in SQL."""

    TEXT = "text"
    NUMBER = "number"
    """A double; what is no number is missing."""
    TIME = "time"
    """Epoch milliseconds, whole."""
    CONDITION = "condition"
    VALUE = "value"
    """Anything, as it is; all of this kind in one call are brought to one type."""
    PERIOD = "period"
    """A length of time as written, ``5m``."""
    PATTERN = "pattern"
    """A regular expression, written out."""
    STRUCTURE = "structure"
    """A map or a list, or a text that holds one in JSON: handed over as JSON text."""
    SUBNET = "subnet"
    """An address range in CIDR notation, written out."""


MILLIS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
"""The units of time that are always as long."""

SYSTEM_FIELDS: dict[str, FieldType] = {
    "@timestamp": FieldType.TIMESTAMP,
    "@ingestionTime": FieldType.TIMESTAMP,
    "@logStream": FieldType.TEXT,
    "@log": FieldType.TEXT,
    "@message": FieldType.TEXT,
    "@ptr": FieldType.TEXT,
}
"""The fields that every event has."""

TEXTUAL = frozenset({FieldType.TEXT, FieldType.DYNAMIC})
"""Held as text. They differ in a frame only: the answer of a query never depends on which of the two a field is."""


STRUCTURED = frozenset({FieldType.STRUCTURE, FieldType.JSON})
"""Held as JSON text. Wherever one value is wanted, a map or a list is missing."""


_NUMBER = re.compile(r"[ \t\n\v\f\r]*[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?[ \t\n\v\f\r]*")


def looks_numeric(text: str) -> float | None:
    """The number that a literal reads as, by the rule of the macro ``ql_number``; ``None`` if it is none."""
    if not _NUMBER.fullmatch(text):
        return None
    number = float(text)
    return number if isfinite(number) else None


def common(types: Iterable[FieldType]) -> FieldType:
    """The one type that values of ``types`` can share."""
    found = set(types)
    if len(found) == 1:
        return found.pop()
    if found == STRUCTURED:
        return FieldType.JSON
    return FieldType.NUMBER if found == {FieldType.INTEGER, FieldType.NUMBER} else FieldType.DYNAMIC
