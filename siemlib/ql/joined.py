"""Names behind a ``join``: ``L.field`` and ``R.field`` are of the sides, a name alone is of the left one.

The names of the sides win over what the events hold: behind ``join left=api …`` the name ``api.id`` is the field ``id``
of the left side, and a key ``api`` of its events is reached by ``api.api.id``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.model.event import FieldType
from siemlib.ql.ast import Field
from siemlib.ql.plan import Symbol
from siemlib.ql.scope import Scope
from siemlib.ql.tree import walk

if TYPE_CHECKING:
    from siemlib.model.event import FieldPath


class JoinedScope(Scope):
    """The names of both sides, and those that are given behind the join."""

    def __init__(self, left: Scope, right: Scope, left_name: str, right_name: str) -> None:
        """``right`` are the names at the end of the query on the right side; its columns are not those of here."""
        super().__init__(None, left.used_columns)
        self._left, self._right = left, right
        self._left_name, self._right_name = left_name, right_name
        self.sides = frozenset({left_name, right_name})
        """The names of the sides."""
        self._used: set[str] = set()
        self.taken: dict[Symbol, Symbol] = {}
        """The symbols of the right side that are used here, and what they are here."""
        for expression, symbol in left.computed.items():
            if not any(isinstance(part, Field) and part.path[0] in self.sides for part in walk(expression)):
                self.computed[expression] = symbol

    @property
    def is_open(self) -> bool:
        """Whether an unknown name is a field of the left side, to be discovered."""
        return self._left.is_open

    @property
    def named_fields(self) -> frozenset[str]:
        """Those of the left side, and the fields of both sides by their whole names."""
        return self._left.named_fields | self._used

    @property
    def names(self) -> tuple[str, ...]:
        """Of both sides, with the names of the sides."""
        of_left = (f"{self._left_name}.{name}" for name in self._left.names)
        of_right = (f"{self._right_name}.{name}" for name in self._right.names)
        return (*super().names, *of_left, *of_right)

    def look_up(self, path: FieldPath) -> Symbol | None:
        """What a name means here; ``None`` where the side has no such name."""
        name = ".".join(path)
        if name in self._named:
            return self._named[name]
        side, rest = self._side(path)
        if side is None:
            return self._left.look_up(path)
        symbol = side.look_up(rest)
        return None if symbol is None else self._of(side, symbol)

    def structure_of(self, path: FieldPath) -> tuple[Symbol, FieldPath] | None:
        """The map or list that a path leads into, with the rest of the path."""
        if ".".join(path) in self._named:
            return None
        found = super().structure_of(path)
        if found is not None:
            return found
        side, rest = self._side(path)
        if side is None:
            return self._left.structure_of(path)
        found = side.structure_of(rest)
        return None if found is None else (self._of(side, found[0]), found[1])

    def origin(self, path: FieldPath) -> tuple[Symbol, FieldPath, Symbol] | None:
        """As of any scope; the message is that of the field's side."""
        side, rest = self._side(path)
        if side is None:
            return self._left.origin(path)
        found = side.origin(rest)
        return None if found is None else (self._of(side, found[0]), found[1], self._of(side, found[2]))

    def knows(self, path: FieldPath) -> bool:
        """Whether the query has named this before, or a side has it."""
        side, rest = self._side(path)
        return ".".join(path) in self._named or (self._left.knows(path) if side is None else side.knows(rest))

    def replace(self, old: Symbol, kind: FieldType) -> Symbol:
        """As of any scope; a field of the left side has two names, which both mean the new symbol."""
        new = super().replace(old, kind)
        prefix = f"{self._left_name}."
        if any(symbol.column == old.column for symbol in self._left.symbols):
            bare = old.name.removeprefix(prefix)
            for name in {bare, f"{prefix}{bare}"} - {old.name}:
                self.publish(Symbol(name, new.column, new.type, new.missing_text))
        return new

    def of_left(self, symbol: Symbol) -> Symbol:
        """A symbol of the left side by its whole name."""
        return self._of(self._left, symbol)

    def of_right(self, symbol: Symbol) -> Symbol:
        """A symbol of the right side by its whole name, in a column of its own."""
        return self._of(self._right, symbol)

    def _of(self, side: Scope, symbol: Symbol) -> Symbol:
        name = f"{self._left_name if side is self._left else self._right_name}.{symbol.name}"
        self._used.add(name)
        if side is self._left:
            return Symbol(name, symbol.column, symbol.type, symbol.missing_text)
        if symbol not in self.taken:
            # Where the right side has no row, a value that reads as a text when it is NULL is missing as well.
            kind = symbol.type if symbol.missing_text is None else FieldType.DYNAMIC
            self.taken[symbol] = self.hidden(name, kind)
        return self.taken[symbol]

    def _side(self, path: FieldPath) -> tuple[Scope | None, FieldPath]:
        """The side that a path names, with the rest of it; a name in backticks may be the whole name."""
        for name, side in ((self._left_name, self._left), (self._right_name, self._right)):
            if path[0] == name and len(path) > 1:
                return side, path[1:]
            if len(path) == 1 and path[0].startswith(f"{name}.") and len(path[0]) > len(name) + 1:
                return side, (path[0][len(name) + 1 :],)
        return None, path
