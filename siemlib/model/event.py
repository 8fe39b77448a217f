"""How the fields of an event are discovered, which depends on the kind of log and not on the engine."""

from __future__ import annotations

from enum import StrEnum

FieldPath = tuple[str, ...]
"""The segments of a discovered field: ``("userIdentity", "type")``, ``("items", "0")``. Array indexes are digits."""


class Shape(StrEnum):
    """What CloudWatch discovers in a message (CWL_AnalyzeLogData-discoverable-fields)."""

    JSON = "json"
    """Every JSON leaf, by dotted path."""
    FLOW = "flow"
    """The named fields of a VPC flow record."""
    TEXT = "text"
    """Nothing but the system fields; the rest must be reached with ``parse``."""


class FieldType(StrEnum):
    """The type of a column, as far as it is known before the query runs."""

    TEXT = "text"
    """Text whatever it looks like: account ids and the like stay text."""
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    """Rendered as ``1`` and ``0``, as the service does."""
    TIMESTAMP = "timestamp"
    """Epoch milliseconds, UTC; rendered as ``YYYY-MM-DD HH:MM:SS.mmm``."""
    DYNAMIC = "dynamic"
    """A JSON leaf or a value of unknown type, held as text; numeric where it looks like a number."""
    STRUCTURE = "structure"
    """A map or a list, held as JSON text."""
    JSON = "json"
    """A part of a map or a list, held as JSON text: only an event tells whether it is a value or a structure again."""
