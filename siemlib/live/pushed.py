"""What of a query works on one event at a time, and may so be left to the service where the rest is run here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.ql import ast
from siemlib.ql.tree import walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

EVENT_FIELDS = ("@timestamp", "@ingestionTime", "@log", "@logStream", "@message", "@ptr")
"""All that an event is."""

LENGTH = "siem_length"
"""The column with the length of the whole message: what the service shows of a long one may be cut."""


def pushed(commands: Sequence[ast.Command]) -> tuple[ast.Command, ...]:
    """The filters that the service can apply to single events, with what they need before them.

    They end at the first command that looks at more than one event, makes several rows of one, or reads a table.
    ``sort`` changes nothing for a filter behind it. A filter that asks a query inside is passed over: what is left to
    the service asks of the events of one slice, and that query of the whole time.
    """
    kept: list[ast.Command] = []
    for command in commands:
        if isinstance(command, ast.Sort) or (isinstance(command, ast.Filter) and _asks_inside(command)):
            continue
        if not _row_wise(command) or _asks_inside(command):
            break
        kept.append(command)
    filters = [place for place, command in enumerate(kept) if isinstance(command, ast.Filter | ast.FilterIndex)]
    kept = kept[: filters[-1] + 1] if filters else []
    return tuple(command for command in kept if not _only_chooses(command))


def enough_newest(commands: Sequence[ast.Command]) -> int | None:
    """How many of the newest events behind the filters decide the answer; ``None`` where all of them may."""
    for command in commands:
        if isinstance(command, ast.Limit):
            return int(command.count.text) if isinstance(command.count, ast.Number) and not command.last else None
        if not _row_wise(command) or _asks_inside(command):
            return None
    return None


def row_wise(commands: Sequence[ast.Command]) -> bool:
    """Whether every row comes of one event alone, so that slices of time give rows that need only be put together."""
    alone = ast.Unnest | ast.Expand | ast.Lookup
    return not any(
        _asks_inside(command) or not (_row_wise(command) or isinstance(command, alone) or _is_multi(command))
        for command in commands
    )


def bounded(commands: Sequence[ast.Command]) -> bool:
    """Whether a ``limit`` bounds the rows of the result: none of the commands behind it gives more rows."""
    for command in reversed(commands):
        if isinstance(command, ast.Limit):
            return True
        more = ast.Unnest | ast.Expand | ast.Join | ast.Appendcols | ast.Fillmissing | ast.Addtotals
        if isinstance(command, more) or _is_multi(command):
            return False
    return False


def one_row_each(commands: Sequence[ast.Command]) -> bool:
    """Whether each event behind the filters gives one row, no more and no less."""
    return all(_row_wise(command) and not _asks_inside(command) for command in commands)


def rows_at_most(commands: Sequence[ast.Command]) -> int | None:
    """The rows of a query whose every event gives one, and which a ``limit`` bounds; ``None`` for any other."""
    most: int | None = None
    for command in commands:
        if isinstance(command, ast.Limit) and isinstance(command.count, ast.Number):
            count = int(command.count.text)
            most = count if most is None else min(most, count)
            continue
        chooses = most is not None and isinstance(command, ast.Filter | ast.FilterIndex)
        if chooses or not (isinstance(command, ast.Sort) or one_row_each([command])):
            return None
    return most


def events_of(head: Sequence[ast.Command]) -> tuple[ast.Command, ...]:
    """The commands that give whole events behind ``head``."""
    length = ast.Item(ast.Call("strlen", (ast.Field(("@message",)),)), LENGTH)
    items = (*(ast.Item(ast.Field((name,))) for name in EVENT_FIELDS), length)
    # Where the head gives names of its own, 'fields' would show them as well.
    plain = all(isinstance(command, ast.Filter | ast.FilterIndex) for command in head)
    return (*head, ast.Fields(items) if plain else ast.Display(items))


def with_time(commands: Sequence[ast.Command]) -> tuple[ast.Command, ...]:
    """``commands`` of a row-wise query that does not show ``@timestamp``, which it then shows as well."""
    item = ast.Item(ast.Field(("@timestamp",)))
    displays = [place for place, command in enumerate(commands) if isinstance(command, ast.Display)]
    if not displays:
        return (*commands, ast.Fields((item,)))
    last = commands[displays[-1]]
    items = (*last.items, item) if isinstance(last, ast.Display) else ()
    return (*commands[: displays[-1]], ast.Display(items), *commands[displays[-1] + 1 :])


def _row_wise(command: ast.Command) -> bool:
    one_each = ast.Fields | ast.Filter | ast.FilterIndex | ast.ParseGlob | ast.ParseLogfmt | ast.ParseCsv
    if isinstance(command, ast.Display):
        return all(item.alias not in EVENT_FIELDS for item in command.items)  # else it would not be the event's own
    if isinstance(command, ast.Sort):
        return _is_newest_first(command)
    return isinstance(command, one_each | ast.JsonField | ast.ParseRegex) and not _is_multi(command)


def _is_newest_first(command: ast.Sort) -> bool:
    """Whether it leaves rows that each come of one event in the order in which they are anyway."""
    first = command.keys[0]
    return first.descending and first.expression == ast.Field(("@timestamp",)) and len(command.keys) == 1


def _is_multi(command: ast.Command) -> bool:
    return isinstance(command, ast.ParseRegex) and command.multi


def _only_chooses(command: ast.Command) -> bool:
    """Whether it gives no name that a later command may use: what has no alias is a field by the text of it."""
    return isinstance(command, ast.Fields | ast.Display) and all(
        item.alias is None and isinstance(item.expression, ast.Field) for item in command.items
    )


def _asks_inside(command: ast.Command) -> bool:
    return any(isinstance(node, ast.InQuery) for expression in _expressions(command) for node in walk(expression))


def _expressions(command: ast.Command) -> Iterator[ast.Expression]:
    match command:
        case ast.Fields(items=items) | ast.Display(items=items):
            yield from (item.expression for item in items)
        case ast.Filter(condition=condition) | ast.FilterIndex(condition=condition):
            yield condition
        case ast.ParseGlob(source=source) | ast.ParseRegex(source=source) | ast.ParseLogfmt(source=source):
            yield from () if source is None else (source,)
        case ast.ParseCsv(source=source):
            yield from () if source is None else (source,)
        case ast.Unnest(value=value):
            yield value
        case _:
            pass
