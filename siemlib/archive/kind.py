"""What must be the same for events to share a Parquet file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.model.event import FieldType, Shape
from siemlib.sources.source import StoredField
from siemlib.sources.vpc_flow import DEFAULT_LAYOUT

if TYPE_CHECKING:
    from siemlib.sources.source import LogSource


@dataclass(frozen=True)
class Kind:
    """Events that may share a file: of one log group, one source and one layout of stored fields."""

    log_group: str
    source: LogSource
    fields: tuple[StoredField, ...]

    @classmethod
    def of(cls, log_group: str, source: LogSource, layout: tuple[str, ...] | None) -> Kind:
        """The kind of the events of a file; ``layout`` is what its header line says, if it has one."""
        if source.shape is not Shape.FLOW:
            return cls(log_group, source, source.stored)
        known = {field.name: field for field in source.stored}
        names = layout or DEFAULT_LAYOUT
        return cls(
            log_group, source, tuple(known.get(name, StoredField(name, (name,), FieldType.TEXT)) for name in names)
        )

    def __hash__(self) -> int:
        """By what tells kinds apart; sources are told by name."""
        return hash((self.log_group, self.source.name, self.fields))
