"""The body of GetQueryResults → a page in columns. The spool reads its pages back with it."""

from __future__ import annotations

import json
import re
from typing import Any

from siemlib.live.errors import LiveError, UnavailableError
from siemlib.live.service import Counts, Page, Status

POINTER = "@ptr"
RAW = "siemlibRawBody"
"""Where :func:`take_body` puts a body."""

Columns = dict[str, list[str | None]]

_ERROR = 300
_RESULTS = b'"results":[['
_END = b"}]]"
_TAKEN_OUT = b'"here were the rows"'
_PAIR = re.compile(rb'\{"field":("[^"\\]*(?:\\.[^"\\]*)*"),"value":"[^"\\]*(?:\\.[^"\\]*)*"\}', re.DOTALL)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def page_of(body: bytes) -> Page:
    """The page in a response body.

    A row that has no such field has ``None``. Where a row gives a field twice with different values, the second is in
    the column ``name (2)``. A value that is no string (the service gives none) is its JSON text. A page of rows without
    any field has the column ``@ptr`` of ``None``, so that the rows are counted. Half a surrogate pair, which no text
    can hold, is U+FFFD.

    Raises UnavailableError for half an answer, LiveError for JSON of another form.
    """
    document, columns = _alike(body) or (None, None)
    if document is None or columns is None:
        document = document_of(body)
        try:
            columns = _columns(document["results"])
        except (KeyError, TypeError, AttributeError):
            raise _other_form() from None
    if _SURROGATE.search(body):
        whole = {_whole(name): [value and _whole(value) for value in column] for name, column in columns.items()}
        if len(whole) < len(columns):  # names that differ in half a character only: one would hide the other
            raise _other_form()
        columns = whole
    try:
        counts = _counts(document.get("statistics") or {})
    except (TypeError, ValueError, AttributeError, OverflowError):
        raise _other_form() from None
    token = document.get("nextToken")
    if token is not None and not isinstance(token, str):
        raise _other_form()
    return Page(_status(document.get("status")), counts, token or None, body, tuple(columns), tuple(columns.values()))


def document_of(body: bytes) -> dict[str, Any]:
    """The JSON object of a response. Raises UnavailableError where it is none: cut off, or from something between."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise UnavailableError("the answer of the service broke off, or is no JSON") from None
    if not isinstance(document, dict):
        raise UnavailableError("the answer of the service is no JSON object")
    return document


def _other_form() -> LiveError:
    return LiveError("the answer to GetQueryResults is not of the form that is documented")


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


# ── rows that are all alike ──────────────────────────────────────────────────────────────────────────────────────────


def _alike(body: bytes) -> tuple[dict[str, Any], Columns] | None:
    """The rest of the answer and its columns, where every row has the fields of the first; three times as quick.

    ``},{"field":"srcAddr","value":`` can stand in no string: there, a quotation mark has a backslash before it. So it
    is replaced by the number of the field, and what was a list of lists of objects is one flat list:
    ``0,"2026-…",1,"10.0.0.1",0,…``. That is JSON only if nothing else stood there, and the numbers say whether each row
    has each field in its place. Else the way for all bodies is taken.
    """
    start = body.find(_RESULTS) + len(_RESULTS)
    end = body.rfind(_END) + 1
    names = _names(body, start) if len(_RESULTS) <= start < end else []
    if not names:
        return None
    opening = [b'{"field":%b,"value":' % name for name in names]
    rows = body[start:end].replace(b"}],[" + opening[0], b",0,")
    for number, each in enumerate(opening[1:], 1):
        rows = rows.replace(b"}," + each, b",%d," % number)
    try:
        flat = json.loads(b"[0," + rows.removeprefix(opening[0])[:-1] + b"]")
        document = json.loads(body[: start - 1] + _TAKEN_OUT + body[end + 1 :])
        fields = [json.loads(name) for name in names]
    except (ValueError, RecursionError):
        return None
    # They were those of the answer itself, and not of something in it.
    if not isinstance(document, dict) or document.get("results") != json.loads(b"[%b]" % _TAKEN_OUT):
        return None
    columns = _placed(flat, fields)
    return (document, columns) if columns else None


def _names(body: bytes, start: int) -> list[bytes]:
    """The fields of the first row, as they are written."""
    names = []
    while found := _PAIR.match(body, start):
        names.append(found[1])
        start = found.end() + 1
        if body[found.end() : start] != b",":
            break
    return names


def _placed(flat: list[Any], fields: list[str]) -> Columns | None:
    width = 2 * len(fields)
    rows, rest = divmod(len(flat), width)
    if rest or len(set(fields)) < len(fields) or (POINTER in fields and fields[-1] != POINTER):
        return None
    columns: Columns = {}
    for number, name in enumerate(fields):
        column = flat[2 * number + 1 :: width]
        if flat[2 * number :: width].count(number) != rows or set(map(type, column)) != {str}:
            return None
        columns[name] = column
    return columns


# ── any rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _columns(rows: list[list[dict[str, Any]]]) -> Columns:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise TypeError
    columns: Columns = {}
    for place, row in enumerate(rows):
        for pair in row:
            name, value = pair["field"], pair.get("value")
            if type(value) is not str:
                value = _text(value)
            column = columns.get(name)
            if column is None or column[place] is not None:
                column = _free(columns, name, place, value, len(rows))
            column[place] = value
    if POINTER in columns or (rows and not columns):
        columns[POINTER] = columns.pop(POINTER, [None] * len(rows))
    return columns


def _free(columns: Columns, name: object, place: int, value: str | None, rows: int) -> list[str | None]:
    """The column for a value: that of its name, unless the row has another value there; then the next of that name."""
    if not isinstance(name, str):
        raise TypeError
    number, numbered = 1, name
    # A column is as long as the page, so it is made only where there is none yet.
    while (column := columns.get(numbered)) is not None and column[place] not in {None, value}:
        number += 1
        numbered = f"{name} ({number})"
    return columns.setdefault(numbered, [None] * rows) if column is None else column


def _text(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)


def _whole(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def take_body(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: object) -> None:
    """Before botocore parses: keep the body as it came, and leave it nothing to do.

    Of an error it gets the body only if that is what it expects: it fails on what proxies send.
    """
    body = response_dict["body"]
    if response_dict["status_code"] < _ERROR:
        customized_response_dict[RAW] = body
        response_dict["body"] = b"{}"
        return
    try:
        document = document_of(body)
        told = all(isinstance(document.get(name, ""), str) for name in ("__type", "message", "Message"))
    except LiveError:
        told = False
    if not told:
        response_dict["body"] = b"{}"
