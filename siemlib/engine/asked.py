"""What a call of an engine asks: the query with everything filled in, the log groups, the span of time, the moment.

Every engine reads a question in the same way, so that one that is refused is refused everywhere, before anything is run
or sent.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.engine.selection import choose, chosen_inside, replaced, span_of
from siemlib.errors import QueryError, UsageError
from siemlib.model.timespan import to_millis
from siemlib.ql.calls import expand
from siemlib.ql.parameters import bind, inner_queries
from siemlib.ql.parser import parse
from siemlib.ql.printer import print_query

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from siemlib.engine.protocol import LogGroup
    from siemlib.model.timespan import TimeSpan
    from siemlib.ql.ast import Query
    from siemlib.ql.call_nodes import Definition

_LISTED = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """``query`` has its parameters bound and its saved queries filled in; its spans point into ``text``."""

    query: Query
    text: str
    log_groups: tuple[str, ...]
    """By name, each once."""
    timespan: TimeSpan
    now: int
    """Epoch milliseconds."""
    notes: tuple[str, ...]
    """What the query's own ``SOURCE`` chose and took the place of, as sentences."""


def read_question(  # noqa: PLR0913 - what a call of an engine says, and what the engine knows
    query: str,
    timespan: TimeSpan | None,
    log_groups: Sequence[str] | None,
    *,
    parameters: Mapping[str, str] | None,
    known: Sequence[LogGroup],
    saved_queries: Callable[[], Mapping[str, Definition]],
    now: datetime,
) -> Asked:
    """What is asked of what; ``known`` are the log groups that there are.

    Raises QueryError for a query that does not compile, UsageError for an unknown log group and where no time is given.
    """
    syntax = bind(expand(parse(query), query, saved_queries), parameters or {})
    syntax, notes = chosen_inside(syntax, known, query)
    for name in inner_groups(syntax):
        check_groups([name], known)
    selection, moment = syntax.selection, to_millis(now)
    if selection is None:
        chosen = tuple(group.name for group in known) if log_groups is None else tuple(log_groups)
        check_groups(chosen, known)
    else:
        found = choose(selection, known, query)
        chosen, notes = found.names, (*found.notes, *notes)
    span = span_of(selection, timespan, moment, query)
    notes = (*replaced(selection, chosen, log_groups, span, timespan), *notes)
    return Asked(syntax, query, tuple(dict.fromkeys(chosen)), span, moment, notes)


def filled(text: str, query: Query) -> str:
    """``query`` as text, where something was filled into ``text`` to make it; else empty."""
    if parse(text) == query:
        return ""
    try:
        return print_query(query)
    except QueryError:  # it has a name that no text can spell, and so none can stand for it
        return ""


def check_groups(names: Sequence[str], known: Sequence[LogGroup]) -> None:
    """Raises UsageError where there is no name, or one that is not ``known``."""
    there = [group.name for group in known]
    if not names:
        raise UsageError("no log group to query", hint=f"there are: {', '.join(there)}" if there else None)
    for name in names:
        if name not in there:
            folded = {group.lower(): group for group in there}
            near = [folded[n] for n in difflib.get_close_matches(name.lower(), folded, n=1, cutoff=0.5)]
            listed = f"there are: {', '.join(there[:_LISTED])}{' …' if len(there) > _LISTED else ''}"
            hint = f"did you mean {near[0]!r}?" if near else listed if there else "there is no log group at all"
            raise UsageError(f"no log group named {name!r}", hint=hint)


def inner_groups(query: Query) -> tuple[str, ...]:
    """The log groups that the queries inside name, each once."""
    return tuple(dict.fromkeys(name for inner in inner_queries(query) for name in inner.source))
