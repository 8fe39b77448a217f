"""Call the batch tool of the awslabs CloudWatch MCP server, one query after the other.

In: a JSON list of its arguments, without Regions, and with ``only``, a column. Out: a JSON list of
``{"rows", "summary", "seconds"}``; ``rows`` are the values of that column.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from typing import Any

from awslabs.cloudwatch_mcp_server.cloudwatch_logs import cwl_insights_batch as tool
from loguru import logger

if not os.environ.get("KEEP_PAUSES"):
    # It pauses 0.7 s before each query, and 5 s before it looks for an answer; that changes no answer.
    tool._POLL_INTERVAL, tool._START_QUERY_INTERVAL = 0.1, 0


class Context:
    """Whom the tool tells how it goes; what matters stands in its summary as well."""

    async def info(self, message: str) -> None:
        """Pass over it."""

    async def warning(self, message: str) -> None:
        """Pass over it."""


async def main() -> None:
    """Answer every job."""
    logger.remove()
    answers: list[dict[str, Any]] = []
    for job in json.load(sys.stdin):
        only = job.pop("only")
        given = {"limit": None, "max_timeout": 60, "account_label": None, "profile_name": None, **job}
        started = time.monotonic()
        result = await tool.execute_cwl_insights_batch(Context(), regions=["us-east-1"], **given)
        answers.append(
            {
                "seconds": time.monotonic() - started,
                "rows": [row.get(only) for row in result.results],
                "summary": result.summary.model_dump(),
            }
        )
    json.dump(answers, sys.stdout)


asyncio.run(main())
