"""What a metric filter reports: matches of a pattern, added up a minute at a time.

Sources: FilterAndPatternSyntaxForMetricFilters (value, default, dimensions), PutMetricFilter (limits).
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from siemlib.errors import UsageError
from siemlib.patterns.compare import worth
from siemlib.patterns.document import JsonNumber, read_document, select
from siemlib.patterns.matcher import extract
from siemlib.patterns.selectors import read_selector
from siemlib.patterns.syntax import Any, Fields, Json, Terms
from siemlib.patterns.tokens import Cursor, PatternError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from siemlib.patterns.syntax import Pattern, Selector

MINUTE = 60_000
"""Milliseconds."""

MOST_DIMENSIONS = 3
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class MetricTransformation:
    """What a match is worth. :func:`datapoints` checks that it suits the pattern.

    ``metric_value`` is a number, ``$.field`` of a JSON pattern, or ``$name`` of a space-delimited one. ``dimensions``
    are names with such references. A default value and dimensions exclude one another.
    """

    metric_value: str = "1"
    default_value: float | None = None
    dimensions: Mapping[str, str] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True)
class Datapoint:
    """What is reported for one minute and one set of dimensions.

    ``minute`` is its first epoch millisecond; ``count`` is 0 where the default value stands for a minute in which
    nothing matched.
    """

    minute: int
    dimensions: Mapping[str, str]
    sum: float
    minimum: float
    maximum: float
    count: int


def datapoints(
    pattern: Pattern, transformation: MetricTransformation, events: Iterable[tuple[int, str]]
) -> list[Datapoint]:
    """What the events, as epoch milliseconds and message, in any order, give: by minute, then by dimensions.

    A minute without events gives nothing. One with events but no match gives the default value, if there is one. A
    match whose value is no number, or that lacks a dimension, is a match but gives nothing. Raises UsageError for a
    transformation that the service refuses.
    """
    readers = _check(pattern, transformation)
    values: dict[int, dict[tuple[str, ...], list[float]]] = {}
    matched: set[int] = set()
    for time, message in events:
        minute = time - time % MINUTE
        of_minute = values.setdefault(minute, defaultdict(list))
        if extract(pattern, message) is None:
            continue
        matched.add(minute)
        value, *dimensions = (reader.read(pattern, message) for reader in readers)
        number = None if value is None else worth(value)
        named = tuple(dimension for dimension in dimensions if dimension is not None)
        if number is not None and len(named) == len(dimensions):
            of_minute[named].append(float(number))
    points: list[Datapoint] = []
    for minute, of_minute in sorted(values.items()):
        default = transformation.default_value
        if minute not in matched and default is not None:
            points.append(Datapoint(minute, _NOTHING, default, default, default, 0))
        for named, numbers in sorted(of_minute.items()):
            dimensions_here = dict(zip(transformation.dimensions, named, strict=True))
            total, least, most = math.fsum(numbers), min(numbers), max(numbers)
            points.append(Datapoint(minute, dimensions_here, total, least, most, len(numbers)))
    return points


@dataclass(frozen=True, slots=True)
class _Reader:
    """Where a value comes from: a constant, a selector, or the name of an extracted value."""

    constant: str | None = None
    selector: Selector | None = None
    name: str | None = None

    def read(self, pattern: Pattern, message: str) -> str | None:
        if self.selector is not None:
            document = read_document(message)
            nodes = [] if document is None else select(document, self.selector)
            node = nodes[0] if nodes else None
            return node.text if isinstance(node, JsonNumber) else node if isinstance(node, str) else None
        if self.name is not None:
            return (extract(pattern, message) or {}).get(self.name)
        return self.constant


def _check(pattern: Pattern, transformation: MetricTransformation) -> list[_Reader]:
    """The readers of the value and of the dimensions."""
    dimensions = transformation.dimensions
    if dimensions and transformation.default_value is not None:
        raise UsageError("a metric has a default value or dimensions, not both")
    if len(dimensions) > MOST_DIMENSIONS:
        raise UsageError(f"a metric has at most {MOST_DIMENSIONS} dimensions, not {len(dimensions)}")
    if dimensions and isinstance(pattern, Terms):
        raise UsageError("a pattern of terms gives no dimensions", hint="use a JSON or a space-delimited pattern")
    value = transformation.metric_value
    number = worth(value)
    if number is None and not value.startswith("$"):
        raise UsageError(f"not a metric value: {value!r}", hint="write a number, $.field or $name")
    first = _Reader(constant=value) if number is not None else _reference(pattern, value)
    return [first, *(_reference(pattern, reference) for reference in dimensions.values())]


def _reference(pattern: Pattern, reference: str) -> _Reader:
    if reference.startswith("$.") and isinstance(pattern, Json):
        cursor = Cursor(reference)
        try:
            selector = read_selector(cursor)
        except PatternError as error:
            raise UsageError(error.message) from error
        if cursor.peek() or any(isinstance(step, Any) for step in selector.steps):
            raise UsageError(f"not a single field: {reference!r}", hint="for example: $.latency")
        return _Reader(selector=selector)
    if isinstance(pattern, Fields) and reference.startswith("$"):
        names = {field.name for field in (*pattern.front, *(pattern.back or ())) if field.name}
        if reference[1:] in names or reference[1:].isdigit():
            return _Reader(name=reference)
        raise UsageError(
            f"the pattern has no field {reference!r}", hint=f"it names {', '.join(sorted(names)) or 'none'}"
        )
    kind = {Terms: "a pattern of terms", Json: "a JSON pattern", Fields: "a space-delimited pattern"}[type(pattern)]
    raise UsageError(f"{kind} has no {reference!r}", hint="$.field goes with { … }, $name with [ … ]")
