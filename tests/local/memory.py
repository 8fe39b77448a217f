"""Events in memory for an engine, which asks its store for log groups as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.database.memory import MemoryStore
from siemlib.engine import LogGroup

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from siemlib.model.event import FieldPath, FieldType


class Store(MemoryStore):
    """Events in memory that say their log groups."""

    def log_groups(self) -> tuple[LogGroup, ...]:
        """By name."""
        names = sorted({event.log_group for event in self.events})
        return tuple(LogGroup(name, (), 0, None, None) for name in names)

    def schema(self, log_groups: Sequence[str]) -> Mapping[FieldPath, FieldType]:
        """Nothing is stored."""
        del log_groups
        return {}

    def unread(self, log_groups: Sequence[str] | None = None) -> tuple[str, ...]:
        """Nothing."""
        del log_groups
        return ()
