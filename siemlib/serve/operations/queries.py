"""StartQuery, GetQueryResults, StopQuery, DescribeQueries (specification 5.1 to 5.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from siemlib.engine.protocol import DEFAULT_LIMIT
from siemlib.engine.selection import choose
from siemlib.errors import QueryError, SiemError, UsageError
from siemlib.model.timespan import TimeSpan
from siemlib.ql.ast import Limit, Number
from siemlib.ql.diagnostic import CompileError, Diagnostic
from siemlib.ql.parser import parse
from siemlib.ql.pattern_nodes import Estimate
from siemlib.ql.print_source import print_selection
from siemlib.ql.selection import Moment, Selection
from siemlib.serve.faults import End
from siemlib.serve.protocol import (
    GROUP_IDENTIFIER,
    GROUP_NAME,
    RefusedError,
    Text,
    Texts,
    Whole,
    encoded,
    invalid,
    malformed,
    malformed_at,
    read,
)
from siemlib.serve.queries import STATUSES, Asked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siemlib.engine import Engine
    from siemlib.ql.ast import Query as Syntax
    from siemlib.serve.endpoint import Endpoint
    from siemlib.serve.protocol import Document
    from siemlib.serve.queries import Query, Seen

_GROUPS = ("logGroupName", "logGroupNames", "logGroupIdentifiers")
_MOST_GROUPS = 50
_QUERY_ID = Text(1, 256)
_LANGUAGE = Text(values=("CWLI", "SQL", "PPL"))
_FIRST_MILLIS = 100_000_000_000
"""A time from here on is in milliseconds: in seconds it would be the year 5138. Some libraries send them."""
_LONGEST_TOKEN = 1024
_MOST_QUERIES = 1_000


@runtime_checkable
class Compiler(Protocol):
    """An engine that can tell whether it would run a query."""

    def sql(self, query: str, timespan: TimeSpan | None, log_groups: Sequence[str] | None) -> str:
        """The SQL of it; raises as ``run`` does."""


def start_query(endpoint: Endpoint, request: Document) -> Document:
    """Start a query. What does not compile is refused here, not later."""
    most = endpoint.limits.rows_of_a_query
    asked = read(
        request,
        {
            "queryString": Text(0, 10_000),
            "startTime": Whole(0),
            "endTime": Whole(0),
            "logGroupName": GROUP_NAME,
            "logGroupNames": Texts(GROUP_NAME, 1, _MOST_GROUPS),
            "logGroupIdentifiers": Texts(GROUP_IDENTIFIER, 1, _MOST_GROUPS),
            "limit": Whole(1, most),
            "queryLanguage": _LANGUAGE,
        },
        required=("queryString", "startTime", "endTime"),
    )
    if asked.get("queryLanguage", "CWLI") != "CWLI":
        raise invalid(f"this endpoint speaks Logs Insights QL (CWLI) only, not {asked['queryLanguage']}")
    span = _span(asked["startTime"], asked["endTime"])
    text: str = asked["queryString"]
    syntax = _parsed(text)
    groups = _log_groups(endpoint, asked, syntax)
    sent, most_rows = _limited(endpoint, text, syntax, asked.get("limit"))
    _compile(endpoint.engine, text, sent, span, groups)
    fault = endpoint.faults.of_query("StartQuery")
    known = Asked(_recorded(text, groups, span), _read(endpoint.engine, syntax, groups, text), most_rows)
    engine = endpoint.engine
    query = endpoint.queries.start(known, lambda: engine.run(sent, span, groups), fault)
    return {"queryId": query.id}


def _span(start: int, end: int) -> TimeSpan:
    """Both ends inclusive, the last second to its last millisecond. Raises RefusedError for what is no span."""
    if end < start:
        raise invalid("End time should not be less than start time.")
    first = start if start >= _FIRST_MILLIS else start * 1000
    last = end if end >= _FIRST_MILLIS else end * 1000 + 999
    try:
        return TimeSpan.of_millis(first, last + 1)
    except (UsageError, OverflowError):
        raise invalid("startTime and endTime are epoch seconds, and these are in no calendar.") from None


def _parsed(text: str) -> Syntax:
    try:
        return parse(text)
    except QueryError as error:
        raise malformed(error, text) from None


def _log_groups(endpoint: Endpoint, asked: Document, syntax: Syntax) -> list[str] | None:
    """The log groups of the parameters, each once; ``None`` where the query's own SOURCE names them."""
    given = [name for name in _GROUPS if name in asked]
    if syntax.selection is not None:
        if given:
            raise invalid(f"The query names its log groups with SOURCE, so {given[0]} cannot be given beside it.")
        return None
    if len(given) != 1:
        raise invalid("Exactly one of logGroupName, logGroupNames or logGroupIdentifiers must be given.")
    value: Any = asked[given[0]]
    names = [value] if isinstance(value, str) else value
    return list(dict.fromkeys(group.name for group in endpoint.log_groups(names)))


def _limited(endpoint: Endpoint, text: str, syntax: Syntax, limit: int | None) -> tuple[str, int]:
    """The text with the ``limit`` that the parameter, or its absence, appends to it; and the most rows it may give.

    It stands on a line of its own, because the text may end with a comment.
    """
    most = endpoint.limits.rows_of_a_query
    own = [command for command in syntax.commands if isinstance(command, Limit)]
    for command in own:
        if isinstance(command.count, Number) and int(command.count.text) > most:
            reason = f"'limit' takes a whole number from 1 to {most:,}"
            raise malformed(CompileError(text, [Diagnostic(reason, command.span)]), text)
    if limit is None and (own or endpoint.limits.rows_without_limit == DEFAULT_LIMIT):
        return text, most
    if isinstance(syntax.commands[-1], Estimate):
        if limit is None:
            return text, most
        line, column = text.count("\n") + 2, 3
        end = len(text.encode("utf-16-le", "surrogatepass")) // 2
        raise malformed_at(f"unexpected symbol found limit at line {line} and position {column}", end, end)
    rows = endpoint.limits.rows_without_limit if limit is None else limit
    return f"{text}\n| limit {rows}", min(rows, most)


def _compile(engine: Engine, text: str, sent: str, span: TimeSpan, groups: Sequence[str] | None) -> None:
    """Raise RefusedError for a query that the engine would not run, where it can tell."""
    if not isinstance(engine, Compiler):
        return
    try:
        engine.sql(sent, span, groups)
    except QueryError as error:
        raise malformed(error, text) from None
    except UsageError as error:
        raise invalid(error.message) from None
    except SiemError as error:
        raise RefusedError("ServiceUnavailableException", error.message, status=500) from None


def _read(engine: Engine, syntax: Syntax, groups: Sequence[str] | None, text: str) -> tuple[str, ...]:
    """The log groups that are read: those of the parameters, or what SOURCE chooses."""
    if groups is not None or syntax.selection is None:
        return tuple(groups or ())
    try:
        return choose(syntax.selection, engine.log_groups(), text).names
    except QueryError as error:
        raise malformed(error, text) from None


def _recorded(text: str, groups: Sequence[str] | None, span: TimeSpan) -> str:
    """The query as DescribeQueries tells it (validated facts, A4)."""
    if groups is None:
        return text
    selection = Selection(tuple(groups), start=Moment(span.start_ms), end=Moment(span.end_ms - 1))
    return f"{print_selection(selection)} | {text}"


def get_query_results(endpoint: Endpoint, request: Document) -> bytes:
    """A page of rows, the state and the statistics."""
    page_rows = endpoint.limits.rows_of_a_page
    asked = read(
        request,
        {"queryId": _QUERY_ID, "nextToken": Text(1, _LONGEST_TOKEN), "maxItems": Whole(0, 10_000)},
        required=("queryId",),
    )
    query_id: str = asked["queryId"]
    ending = endpoint.faults.of_query("GetQueryResults")
    if isinstance(ending, End):
        endpoint.queries.end(query_id, ending)
    query, seen = endpoint.queries.seen(query_id)
    first = endpoint.tokens.read(asked["nextToken"], query_id) if "nextToken" in asked else 0
    # What 0 means is not documented; it cannot mean pages without rows.
    count = min(asked.get("maxItems") or page_rows, page_rows)
    last = min(first + count, seen.shown)
    told: Document = {
        "queryLanguage": query.asked.language,
        "statistics": seen.statistics.document(),
        "status": seen.status,
    }
    if last < seen.shown:
        told["nextToken"] = endpoint.tokens.make(query_id, last)
    rows = seen.rows.page(first, last - first) if last > first else b""
    return b'{"results":[' + rows + b"]," + encoded(told)[1:]


def stop_query(endpoint: Endpoint, request: Document) -> Document:
    """Stop a query; an error where it has ended already."""
    query_id: str = read(request, {"queryId": _QUERY_ID}, required=("queryId",))["queryId"]
    if not endpoint.queries.stop(query_id):
        raise invalid(f"Query with id {query_id} is not running.")
    return {"success": True}


def describe_queries(endpoint: Endpoint, request: Document) -> Document:
    """The queries that are known, the newest first."""
    asked = read(
        request,
        {
            "logGroupName": GROUP_NAME,
            "status": Text(values=STATUSES),
            "maxResults": Whole(1, _MOST_QUERIES),
            "nextToken": Text(1),
            "queryLanguage": _LANGUAGE,
        },
    )
    group, status = asked.get("logGroupName"), asked.get("status")
    # A page goes on behind the query that the one before ended with: new ones are started meanwhile.
    before = endpoint.tokens.read(asked["nextToken"], "queries") if "nextToken" in asked else None
    found = [
        (query.number, _described(query, seen))
        for query, seen in endpoint.queries.listed()
        if (before is None or query.number < before)
        and (group is None or group in query.asked.log_groups)
        and (status is None or status == seen.status)
        and asked.get("queryLanguage", query.asked.language) == query.asked.language
    ]
    most = asked.get("maxResults", _MOST_QUERIES)
    more = {"nextToken": endpoint.tokens.make("queries", found[most - 1][0])} if most < len(found) else {}
    return {"queries": [document for _, document in found[:most]], **more}


def _described(query: Query, seen: Seen) -> Document:
    groups = query.asked.log_groups
    return {
        "queryLanguage": query.asked.language,
        "queryId": query.id,
        "queryString": query.asked.text,
        "status": seen.status,
        "createTime": query.created,
        **({"logGroupName": groups[0]} if groups else {}),
        "queryDuration": int(seen.seconds * 1000),
        "bytesScanned": float(seen.statistics.bytes),
    }
