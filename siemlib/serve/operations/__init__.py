"""The operations of the endpoint, by their names. Each takes the endpoint and a request, and gives the answer.

An answer is a document, or bytes that are one already. What is refused is raised as
:class:`~siemlib.serve.protocol.RefusedError`. Operations run in threads, several at once.
"""

from __future__ import annotations

from collections.abc import Callable

from siemlib.serve.endpoint import Endpoint
from siemlib.serve.operations.definitions import (
    delete_query_definition,
    describe_query_definitions,
    put_query_definition,
)
from siemlib.serve.operations.events import filter_log_events, get_log_events
from siemlib.serve.operations.groups import describe_log_groups, describe_log_streams, list_log_groups_for_query
from siemlib.serve.operations.patterns import try_metric_filter
from siemlib.serve.operations.queries import describe_queries, get_query_results, start_query, stop_query
from siemlib.serve.operations.records import get_log_group_fields, get_log_record
from siemlib.serve.protocol import Document

Operation = Callable[[Endpoint, Document], Document | bytes]

OPERATIONS: dict[str, Operation] = {
    "DeleteQueryDefinition": delete_query_definition,
    "DescribeLogGroups": describe_log_groups,
    "DescribeLogStreams": describe_log_streams,
    "DescribeQueries": describe_queries,
    "DescribeQueryDefinitions": describe_query_definitions,
    "FilterLogEvents": filter_log_events,
    "GetLogEvents": get_log_events,
    "GetLogGroupFields": get_log_group_fields,
    "GetLogRecord": get_log_record,
    "GetQueryResults": get_query_results,
    "ListLogGroupsForQuery": list_log_groups_for_query,
    "PutQueryDefinition": put_query_definition,
    "StartQuery": start_query,
    "StopQuery": stop_query,
    "TestMetricFilter": try_metric_filter,
}
