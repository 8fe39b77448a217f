"""What CloudWatch discovers in the log of a Lambda function, as SQL: fields of its own, and JSON within a line.

Source: CWL_AnalyzeLogData-discoverable-fields. A line is one of Lambda if its log group is (``/aws/lambda/…``) or if it
has the form that the service itself (``START RequestId: …``) or a runtime (time, request id, level) gives to lines.
"""

from __future__ import annotations

import re
from itertools import islice

from siemlib.ql.sql.writer import integer, literal

LOG_GROUPS = "/aws/lambda/"
"""What the names of Lambda's own log groups begin with."""

_ID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_PLATFORM = r"^(START|END|REPORT) RequestId: "
# Node.js: time, id, level, text; Python: [level], time, id, text; the line of a time-out: time, id, text; with blanks.
_LINE = rf"^(?:\[[A-Z]+\]\t)?\d{{4}}-\d\d-\d\dT[0-9:.]+Z(?:\t({_ID})\t| ({_ID}) Task timed out after )"
_FIELDS = {
    "@type": (_PLATFORM, 1),
    "@duration": (r"\tDuration: ([0-9.]+) ms", 1),
    "@billedDuration": (r"\tBilled Duration: ([0-9.]+) ms", 1),
    "@initDuration": (r"\tInit Duration: ([0-9.]+) ms", 1),
    "@xrayTraceId": (r"[\t\n]XRAY TraceId: (\S+)", 1),
    "@xraySegmentId": (r"\tSegmentId: (\S+)", 1),
    "@memorySize": (r"\tMemory Size: ([0-9]{1,9}) MB", 1_000_000),
    "@maxMemoryUsed": (r"\tMax Memory Used: ([0-9]{1,9}) MB", 1_000_000),
}
"""Pattern, and what its number is multiplied with: memory is discovered in bytes, of decimal megabytes."""

NAMES = ("@requestId", *_FIELDS)

_BEGINNING = re.compile(r'\{(?=\s*+["}])')
_MOST_BEGINNINGS = 8
"""What is tried in one line, so that no line takes long."""
_BRACE = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)|[{}]', re.DOTALL)


def lambda_field(message_sql: str, name: str) -> str:
    """The field ``name``, one of :data:`NAMES`, as text."""
    if name == "@requestId":
        platform = _group(message_sql, r"^(?:START|END|REPORT) RequestId: (\S+)", 1)
        return f"coalesce({platform}, {_group(message_sql, _LINE, 1)}, {_group(message_sql, _LINE, 2)})"
    pattern, factor = _FIELDS[name]
    text = _group(message_sql, pattern, 1)
    if factor != 1:
        text = f"CAST(CAST({text} AS BIGINT) * {integer(factor)} AS VARCHAR)"
    return f"CASE WHEN regexp_matches({message_sql}, {literal(_PLATFORM)}) THEN {text} END"


def is_lambda(message_sql: str, log_group_sql: str) -> str:
    """Whether a line that is no JSON may hold JSON that is discovered."""
    of_group = f"starts_with({log_group_sql}, {literal(LOG_GROUPS)})"
    return f"({of_group} OR regexp_matches({message_sql}, {literal(_LINE)}))"


def fragments(text: str) -> list[str]:
    """What may be a JSON object in ``text``: from each of the first opening braces to the one that closes it."""
    starts = [begin.start() for begin in islice(_BEGINNING.finditer(text), _MOST_BEGINNINGS)]
    return [text[start:end] for start in starts if (end := _closing(text, start)) is not None]


def _closing(text: str, start: int) -> int | None:
    """Where the object that begins at ``start`` ends; braces in strings do not count."""
    depth = 0
    for token in _BRACE.finditer(text, start):
        depth += {"{": 1, "}": -1}.get(token[0], 0)
        if depth == 0:
            return token.end()
    return None


def _group(message_sql: str, pattern: str, number: int) -> str:
    return f"nullif(regexp_extract({message_sql}, {literal(pattern)}, {integer(number)}), '')"
