"""Saved queries in the place of their calls.

A value becomes a literal in the syntax of the called query, so it can change the answer and never the question.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from siemlib.errors import QueryError
from siemlib.ql.call_nodes import MOST_PARAMETERS, Invoke
from siemlib.ql.diagnostic import CompileError, Diagnostic
from siemlib.ql.nodes import BorrowedSpan, Span, Text
from siemlib.ql.parameters import bind, names
from siemlib.ql.parser import parse
from siemlib.ql.read_call import print_invoke, print_literal
from siemlib.ql.rewrite import moved
from siemlib.ql.words import LONGEST_QUERY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from siemlib.ql.ast import Command, Query
    from siemlib.ql.call_nodes import Definition, Literal

_HEADING = re.compile(r"\A(?:[ \t]*(?:#[^\n]*)?\n)*")


def calls(query: Query) -> tuple[Invoke, ...]:
    """The calls of a query, in the order of the text."""
    return tuple(command for command in query.commands if isinstance(command, Invoke))


def expand(query: Query, text: str, saved: Callable[[], Mapping[str, Definition]]) -> Query:
    """The query with the commands of the saved queries in the place of their calls; ``text`` is its own.

    ``saved`` is asked only by a query that calls one. Spans of what was called are those of the call, and know
    where they are in the saved query (:class:`~siemlib.ql.nodes.BorrowedSpan`).

    Raises:
        CompileError: with every error of the calls, and of the saved queries.
    """
    if not calls(query):
        return query
    expansion = _Expansion(saved())
    commands: list[Command] = []
    for command in query.commands:
        commands += expansion.commands(command) if isinstance(command, Invoke) else [command]
    length = len(text) + expansion.longer
    if not expansion.errors and length > LONGEST_QUERY:
        message = f"with its saved queries the query has {length:,} characters; {LONGEST_QUERY:,} are allowed"
        expansion.errors.append(Diagnostic(message, calls(query)[0].span))
    if expansion.errors:
        raise CompileError(text, expansion.errors)
    return replace(query, commands=tuple(commands))


@dataclass(slots=True)
class _Expansion:
    """One expansion on its way through a query."""

    saved: Mapping[str, Definition]
    errors: list[Diagnostic] = field(default_factory=list)
    longer: int = 0
    """By how many characters the text grows."""

    def commands(self, call: Invoke) -> tuple[Command, ...]:
        """What stands in the place of ``call``; nothing where there is an error, which is noted."""
        definition = self.saved.get(call.name)
        if definition is None:
            self._complain(f"there is no saved query '${call.name}'", call.span, self._meant(call.name))
            return ()
        try:
            inside = parse(definition.text)
        except CompileError as error:
            self._borrow(call, definition, error.diagnostics)
            return ()
        nested = [Diagnostic("a saved query cannot call another", each.span) for each in calls(inside)]
        if inside.selection is not None:
            nested.append(Diagnostic("a saved query does not choose log groups", inside.selection.span))
        if nested:
            self._borrow(call, definition, nested)
            return ()
        wanted = names(inside)
        values = self._values(call, definition, wanted)
        if values is None:
            return ()
        try:
            bound = bind(inside, values)
        except QueryError as error:
            self._complain(f"in the saved query '${call.name}': {error.message}", call.span)
            return ()
        self.longer += _length(definition.text, values) - (call.span.end - call.span.start)
        return tuple(moved(command, _borrower(call, definition)) for command in bound.commands)

    def _values(self, call: Invoke, definition: Definition, wanted: tuple[str, ...]) -> dict[str, str | Literal] | None:
        """The value of each parameter; ``None`` where one is missing or unknown."""
        before = len(self.errors)
        given = {argument.name: argument.value for argument in call.arguments}
        for argument in call.arguments:
            if argument.name not in wanted:
                near = difflib.get_close_matches(argument.name, wanted, n=1)
                known = f"it has {', '.join(wanted)}" if wanted else "it has none"
                hint = f"did you mean '{near[0]}'?" if near else known
                self._complain(f"'${call.name}' has no parameter '{argument.name}'", argument.span, hint)
        for name in wanted:
            if name not in given and name not in definition.defaults:
                hint = f'write ${call.name}({name}="…")'
                self._complain(f"'${call.name}' needs the parameter '{name}'", call.span, hint)
        if len(wanted) > MOST_PARAMETERS:
            message = f"'${call.name}' has {len(wanted)} parameters; {MOST_PARAMETERS} are allowed"
            self._complain(message, call.span)
        if len(self.errors) > before:
            return None
        return {name: given[name] if name in given else definition.defaults[name] for name in wanted}

    def _meant(self, name: str) -> str:
        if not self.saved:
            return "siem.toml names the folder of saved queries"
        folded = {known.lower(): known for known in self.saved}
        near = difflib.get_close_matches(name.lower(), folded, n=1, cutoff=0.5)
        return f"did you mean {print_invoke(Invoke(folded[near[0]]))}?" if near else _listed(tuple(self.saved))

    def _borrow(self, call: Invoke, definition: Definition, found: list[Diagnostic]) -> None:
        borrow = _borrower(call, definition)
        self.errors += [replace(diagnostic, span=borrow(diagnostic.span)) for diagnostic in found]

    def _complain(self, message: str, span: Span, hint: str | None = None) -> None:
        self.errors.append(Diagnostic(message, span, hint))


def _listed(known: tuple[str, ...]) -> str:
    most = 8
    return f"there are {', '.join(known[:most])}{' …' if len(known) > most else ''}"


def _borrower(call: Invoke, definition: Definition) -> Callable[[Span], Span]:
    return lambda span: BorrowedSpan(
        call.span.start, call.span.end, f"${call.name}", definition.text, Span(span.start, span.end)
    )


def _length(text: str, values: Mapping[str, str | Literal]) -> int:
    """Characters of a saved query without its heading, with a value in the place of each ``{{name}}``."""
    body = _HEADING.sub("", text).strip()
    length = len(body)
    for name, value in values.items():
        spelt = value if isinstance(value, str) else value.value if isinstance(value, Text) else print_literal(value)
        length += sum(len(spelt) - len(each) for each in re.findall(r"\{\{\s*" + re.escape(name) + r"\s*\}\}", body))
    return length
