"""What CloudWatch calls the kinds of log, ``amazon_vpc.flow``, and which of ours they are (CWL_QuerySyntax-Source)."""

from __future__ import annotations

DATA_SOURCES: dict[str, str] = {
    "amazon_vpc.flow": "vpc_flow",
    "aws_cloudtrail.management": "cloudtrail",
    "aws_cloudtrail.data": "cloudtrail",
}
"""A data source, ``name.type``, and the name of the :class:`~siemlib.sources.source.LogSource` that it is here."""

KNOWN_ELSEWHERE = ("amazon_route53.resolver_query", "aws_waf.access")
"""Data sources of the documentation that are no kind of log of their own here."""
