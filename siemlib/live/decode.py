"""The body of GetQueryResults → a page in columns. The spool reads its pages back with it."""

from __future__ import annotations

import json
from typing import Any

from siemlib.live.errors import LiveError, UnavailableError
from siemlib.live.service import Counts, Page, Status

POINTER = "@ptr"


def page_of(body: bytes) -> Page:
    """The page in a response body.

    A row that has no such field has ``None``. Where a row gives a field twice with different values, the second is the
    column ``name (2)``. A value that is no string (the service gives none) is its JSON text. A page of rows without
    any field has the column ``@ptr`` of ``None``, so that the rows are counted.

    Raises UnavailableError for half an answer, LiveError for JSON of another form.
    """
    document = document_of(body)
    try:
        columns = _columns(document["results"])
        counts = _counts(document.get("statistics") or {})
        token = document.get("nextToken")
        status = _status(document.get("status"))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise LiveError("the answer to GetQueryResults is not of the form that is documented") from None
    return Page(
        status, counts, token if isinstance(token, str) else None, body, tuple(columns), tuple(columns.values())
    )


def document_of(body: bytes) -> dict[str, Any]:
    """The JSON object of a response. Raises UnavailableError where it is none: cut off, or from something between."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise UnavailableError("the answer of the service broke off, or is no JSON") from None
    if not isinstance(document, dict):
        raise UnavailableError("the answer of the service is no JSON object")
    return document


def _status(name: object) -> Status:
    return next((status for status in Status if status.value == name), Status.UNKNOWN)


def _counts(found: dict[str, Any]) -> Counts:
    def count(name: str) -> int:
        return int(found.get(name) or 0)

    rows = found.get("resultCount")
    return Counts(
        matched=count("recordsMatched"),
        scanned=count("recordsScanned"),
        bytes=count("bytesScanned"),
        skipped_events=count("estimatedRecordsSkipped"),
        skipped_bytes=count("estimatedBytesSkipped"),
        log_groups=count("logGroupsScanned"),
        rows=None if rows is None else int(rows),
    )


def _columns(rows: list[list[dict[str, Any]]]) -> dict[str, list[str | None]]:
    columns: dict[str, list[str | None]] = {}
    for place, row in enumerate(rows):
        for pair in row:
            name, value = pair["field"], _text(pair.get("value"))
            if not isinstance(name, str):
                raise TypeError
            column = columns.setdefault(name, [None] * len(rows))
            number = 1
            while column[place] is not None and column[place] != value:
                number += 1
                column = columns.setdefault(f"{name} ({number})", [None] * len(rows))
            column[place] = value
    if POINTER in columns or (rows and not columns):
        columns[POINTER] = columns.pop(POINTER, [None] * len(rows))
    return columns


def _text(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)
