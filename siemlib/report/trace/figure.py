"""The figure of a chart as a table of its marks: one row for each bar, dot, or cell."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from siemlib.report.trace.table import Table, table_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}")
"""A time as charts hand it to plotly: UTC, without a zone."""
_AXES = ("x", "y", "z", "labels", "values", "r", "theta")


def marks_of(trace: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The values of a trace by axis; those of a matrix one after the other."""
    return {axis: _flat(trace[axis]) for axis in _AXES if trace.get(axis) is not None}


def tables_of_figure(name: str, figure: Mapping[str, Any]) -> Iterator[Table]:
    """Every mark of a figure, and where areas lie on each other the total of each bin.

    Columns: ``series``, and each axis, as numbers (``x``) or as names (``x label``).
    """
    traces = list(figure.get("data", []))
    if any(trace.get("z") is not None for trace in traces):
        traces = [trace for trace in traces if trace.get("z") is not None]  # what else is there writes their numbers
    yield _table(name, [row for trace in traces for row in _rows(trace)])
    if stacked := [trace for trace in traces if trace.get("stackgroup")]:
        totals: dict[str, float] = {}
        for row in (row for trace in stacked for row in _rows(trace)):
            totals[row.get("x label", "")] = totals.get(row.get("x label", ""), 0.0) + row.get("y", 0.0)
        yield _table(name, [{"x label": label, "y": total} for label, total in totals.items()])


def _table(name: str, rows: list[dict[str, Any]]) -> Table:
    names = dict.fromkeys(column for row in rows for column in row)
    columns = {column: [row.get(column) for row in rows] for column in names}
    for axis in _AXES:
        if moments := _moments(columns.get(f"{axis} label", [])):
            columns[axis] = moments
    return replace(
        table_of(name, pa.table({column: pa.array(values) for column, values in columns.items()})), drawn=True
    )


def _moments(labels: list[str | None]) -> list[datetime | None]:
    """The times that the labels of an axis are; none where one of them is no time."""
    given = [label for label in labels if label]
    if not given or not all(_MOMENT.fullmatch(label) for label in given):
        return []
    return [datetime.fromisoformat(label).replace(tzinfo=UTC) if label else None for label in labels]


def _rows(trace: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    marks = marks_of(trace)
    length = max((len(values) for values in marks.values()), default=0)
    if "z" in marks:
        # Shades are drawn as logarithms of one more, so that what is rare is seen.
        marks = {"z": [None if z is None else round(10**z - 1) for z in marks["z"]], **_of_cells(trace)}
        length = len(marks["z"])
    elif trace.get("stackgroup"):
        length -= 1  # a step is drawn to the end of its bin, so that its value stands twice
    for place in range(length):
        row: dict[str, Any] = {"series": str(trace.get("name", ""))}
        for axis, values in marks.items():
            value = values[place] if place < len(values) else None
            if isinstance(value, int | float) and not isinstance(value, bool):
                row[axis] = float(value)
            elif value is not None:
                row[f"{axis} label"] = str(value)
        yield row


def _of_cells(trace: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Of each cell of a matrix its row and its column; columns are given by their ends, one more than there are."""
    rows, columns = trace.get("y") or [], trace.get("x") or []
    across = len(trace["z"][0]) if trace["z"] and isinstance(trace["z"][0], list) else 0
    if not across or len(rows) != len(trace["z"]):
        return {}
    return {"y": [row for row in rows for _ in range(across)], "x": [*columns[:across]] * len(rows)}


def _flat(values: Any) -> list[Any]:  # noqa: ANN401 - any JSON value of a figure
    if isinstance(values, dict) and "bdata" in values:
        raw = np.frombuffer(base64.b64decode(values["bdata"]), dtype=np.dtype(values["dtype"]))
        return [float(value) for value in raw]
    if isinstance(values, list):
        return [one for value in values for one in (_flat(value) if isinstance(value, list | dict) else [value])]
    return []
