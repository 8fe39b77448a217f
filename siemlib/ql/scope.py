"""Names: which there are at a point of the pipeline, and what each of them is in SQL."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from siemlib.model.event import FieldType
from siemlib.ql.plan import Symbol
from siemlib.ql.tree import walk
from siemlib.ql.types import STRUCTURED, SYSTEM_FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from siemlib.model.event import FieldPath
    from siemlib.ql.ast import Expression, Field
    from siemlib.ql.types import StoredAs

MATCHED = "#matched"
"""The hidden column that carries the number of matched events past ``stats``."""


class Scope:
    """The names of one stretch of the pipeline: that of events, or what stands after a ``stats``.

    Fields are case-sensitive and SQL columns are not, so every symbol gets a column that differs in more than case.
    """

    def __init__(
        self,
        schema: Mapping[FieldPath, FieldType | StoredAs] | None,
        columns: set[str] | None = None,
        made_by: str = "stats",
    ) -> None:
        """``schema`` is ``None`` after a ``stats``, or ``made_by``, where no field can be discovered any more.

        ``columns`` are those of another scope whose columns stay beside the ones of this.
        """
        self.schema = schema
        self.made_by = made_by
        self.discovered: dict[FieldPath, Symbol] = {}
        self.computed: dict[Expression, Symbol] = {}
        self._named: dict[str, Symbol] = {}
        self.used_columns: set[str] = {MATCHED} if columns is None else columns
        """Of SQL, in lower case."""
        if schema is not None:
            for name, kind in SYSTEM_FIELDS.items():
                self.define(name, kind)
        self.message = self._named.get("@message")
        """What the fields are discovered in, whatever the query puts in the place of its name."""

    @property
    def is_open(self) -> bool:
        """Whether an unknown name is a field to be discovered."""
        return self.schema is not None

    @property
    def named_fields(self) -> frozenset[str]:
        """The names of the discovered fields that the query has used so far."""
        return frozenset(symbol.name for symbol in self.discovered.values())

    def define(self, name: str, kind: FieldType, missing_text: str | None = None) -> Symbol:
        """A new symbol, which is what ``name`` means from here on."""
        symbol = self.hidden(name, kind, missing_text)
        self._named[name] = symbol
        return symbol

    def hidden(self, name: str, kind: FieldType, missing_text: str | None = None) -> Symbol:
        """A new symbol that cannot be reached by name yet."""
        column, number = name or "_", 1
        while column.lower() in self.used_columns:
            number += 1
            column = f"{name}_{number}"
        self.used_columns.add(column.lower())
        return Symbol(name, column, kind, missing_text)

    def publish(self, symbol: Symbol) -> None:
        """From here on ``symbol`` is what its name means."""
        self._named[symbol.name] = symbol

    def replace(self, old: Symbol, kind: FieldType) -> Symbol:
        """A new symbol that the name of ``old`` means from here on, and the expression that gave ``old``."""
        new = self.hidden(old.name, kind)
        self._named[old.name] = new
        for expression, symbol in self.computed.items():
            if symbol == old:
                self.computed[expression] = new
        return new

    def look_up(self, path: FieldPath) -> Symbol | None:
        """What a name means here; ``None`` where there is no such name."""
        name = ".".join(path)
        if name in self._named:
            return self._named[name]
        if self.schema is None:
            return None
        if path not in self.discovered:
            stored = self.schema.get(path, FieldType.DYNAMIC)
            if isinstance(stored, FieldType):
                self.discovered[path] = self.hidden(name, stored)
            else:
                self.discovered[path] = self.hidden(name, stored.type, stored.missing_text)
        return self.discovered[path]

    def structure_of(self, path: FieldPath) -> tuple[Symbol, FieldPath] | None:
        """The map or list that a path leads into, with the rest of the path; ``None`` where it leads into none."""
        if ".".join(path) in self._named:
            return None
        for end in range(len(path) - 1, 0, -1):
            symbol = self._named.get(".".join(path[:end]))
            if symbol is not None and symbol.type in STRUCTURED:
                return symbol, path[end:]
        return None

    def origin(self, path: FieldPath) -> tuple[Symbol, FieldPath, Symbol] | None:
        """Of a discovered field the message, its path in that, and its symbol; ``None`` of anything else."""
        symbol = self.discovered.get(path)
        return None if symbol is None or self.message is None else (self.message, path, symbol)

    def forget(self, node: Field) -> None:
        """A field is about to mean something else: what was computed from it does not stand for it any more."""
        for known in [expression for expression in self.computed if any(part == node for part in walk(expression))]:
            del self.computed[known]

    def knows(self, path: FieldPath) -> bool:
        """Whether the query has named this before, or the scope has it; nothing is discovered by asking."""
        return ".".join(path) in self._named or path in self.discovered

    def near(self, name: str) -> str | None:
        """A known name that looks like ``name``."""
        folded = {known.lower(): known for known in self.names}
        close = difflib.get_close_matches(name.lower(), folded, n=1, cutoff=0.6)
        return folded[close[0]] if close else None

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """What every name that was used so far means."""
        return (*self._named.values(), *self.discovered.values())

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that is known without discovery, in the order of definition."""
        return tuple(self._named)
