"""The delivery formats: how events are wrapped on their way from CloudWatch, S3 or a host to us."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.archive.formats.aws_cli_events import AWS_CLI_EVENTS
from siemlib.archive.formats.cloudtrail_records import CLOUDTRAIL_RECORDS
from siemlib.archive.formats.export_task import EXPORT_TASK
from siemlib.archive.formats.flow_lines import FLOW_LINES
from siemlib.archive.formats.format import Format
from siemlib.archive.formats.insights_results import INSIGHTS_RESULTS
from siemlib.archive.formats.lines import LINES
from siemlib.archive.formats.ndjson import NDJSON

if TYPE_CHECKING:
    from pathlib import Path

FORMATS: tuple[Format, ...] = (
    # A wrapping is told by its first bytes, and what it wraps could be any of those below.
    EXPORT_TASK,
    AWS_CLI_EVENTS,
    INSIGHTS_RESULTS,
    CLOUDTRAIL_RECORDS,
    # A line of JSON has no other reading; both documents above would pass for one when written on a single line.
    NDJSON,
    # A flow record is text as well, but its first line may be names and not an event.
    FLOW_LINES,
    # Last: every text is lines.
    LINES,
)
"""In the order in which a file is compared with them."""

__all__ = ["FORMATS", "Format", "recognise_format"]


def recognise_format(head: bytes, path: Path) -> Format | None:
    """The first format that a file which begins with ``head`` has; ``None`` for binary files."""
    return next((each for each in FORMATS if each.recognise(head, path)), None)
