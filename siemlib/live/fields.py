"""The fields of a log group, as GetLogGroupFields tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.engine.fields import FoundField, FoundFields
from siemlib.errors import QueryError
from siemlib.ql.ast import Field
from siemlib.ql.printer import print_expression

if TYPE_CHECKING:
    from collections.abc import Mapping

    from siemlib.model.timespan import TimeSpan


def told(log_group: str, timespan: TimeSpan, found: Mapping[str, int]) -> FoundFields:
    """Names and percents; the service says neither how many events it looked at nor what their values are."""
    fields = [_field(name, percent) for name, percent in sorted(found.items(), key=lambda each: (-each[1], each[0]))]
    return FoundFields(
        log_group=log_group,
        timespan=timespan,
        events=0,
        looked_at=0,
        system=tuple(each for each in fields if _is_system(each.name)),
        fields=tuple(each for each in fields if not _is_system(each.name)),
        lists=(),
        plain=0,
        wide=0,
        cut=False,
    )


def _is_system(name: str) -> bool:
    return name.startswith("@") and not name.startswith("@@")


def _field(name: str, percent: int) -> FoundField:
    try:
        # The service writes a path with dots between its segments, as a query does.
        written: str | None = print_expression(Field(tuple(name.split("."))))
    except QueryError:
        written = None
    return FoundField(name, written, 0, float(percent), (), "")
