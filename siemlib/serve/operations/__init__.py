"""The operations of the endpoint, by their names. Each takes the endpoint and a request, and gives the answer.

An answer is a document, or bytes that are one already. What is refused is raised as
:class:`~siemlib.serve.protocol.RefusedError`. Operations run in threads, several at once.
"""

from __future__ import annotations

from collections.abc import Callable

from siemlib.serve.endpoint import Endpoint
from siemlib.serve.operations.queries import describe_queries, get_query_results, start_query, stop_query
from siemlib.serve.protocol import Document

Operation = Callable[[Endpoint, Document], Document | bytes]

OPERATIONS: dict[str, Operation] = {
    "DescribeQueries": describe_queries,
    "GetQueryResults": get_query_results,
    "StartQuery": start_query,
    "StopQuery": stop_query,
}
