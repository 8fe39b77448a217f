"""CloudTrail files, ``{"Records": […]}``, and bare arrays of objects: each element is an event, exactly as written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from siemlib.archive.batch import ROW, Batch, Rejection
from siemlib.archive.documents import Broken, TooLong, as_bytes, elements
from siemlib.archive.formats.format import Format, stem
from siemlib.archive.lines import too_long

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from siemlib.archive.stream import Reading

_DOCUMENT = re.compile(rb'\s*(?:\{\s*"Records"\s*:\s*\[|\[\s*(?:[{\]]|\Z))')
_NAME = re.compile(r"(\d{12}_CloudTrail(?:-Insight|-NetworkActivity|-Aggregated)?_[a-z0-9-]+)_\d{8}T\d{4}Z_")
_BATCH = 4 << 20


def _recognise(head: bytes, _path: Path) -> bool:
    return _DOCUMENT.match(head) is not None


def _stream(path: Path) -> str:
    """``<account>_CloudTrail_<region>``, as CloudTrail names the stream when it delivers to CloudWatch Logs itself."""
    found = _NAME.match(path.name)
    return found[1] if found else stem(path)


def _read(pieces: Iterator[bytes], _reading: Reading, limit: int) -> Iterator[Batch]:
    messages: list[bytes] = []
    ordinals: list[int] = []
    rejections: list[Rejection] = []
    length = 0
    cut = False
    for ordinal, element in enumerate(elements(pieces, frozenset({"Records"})), start=1):
        if isinstance(element, Broken):
            rejections.append(Rejection(ordinal, element.reason, element.text, element.length))
            cut = True
            continue
        if isinstance(element, TooLong):
            rejections.append(Rejection(ordinal, element.reason, element.text, element.length))
            length += len(element.text)
            continue
        text = as_bytes(element.text)
        length += len(text) + ROW
        if not isinstance(element.value, dict):
            rejections.append(Rejection.of(ordinal, "no JSON object", text))
        elif len(text) > limit:
            rejections.append(Rejection.of(ordinal, too_long(limit), text))
        else:
            messages.append(text)
            ordinals.append(ordinal)
        if length > _BATCH:
            yield Batch.of_lists(messages, ordinals, rejections=rejections)
            messages, ordinals, rejections, length = [], [], [], 0
    yield Batch.of_lists(messages, ordinals, rejections=rejections, cut=cut)


CLOUDTRAIL_RECORDS = Format(
    name="cloudtrail_records",
    title="CloudTrail file, or an array of JSON objects",
    documentation="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html",
    recognise=_recognise,
    read=_read,
    stream=_stream,
)
