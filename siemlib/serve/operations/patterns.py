"""TestMetricFilter: which of up to 50 messages match, and what is extracted from them. Nothing is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.patterns import extract
from siemlib.patterns.tokens import LONGEST
from siemlib.serve.operations.events import parsed
from siemlib.serve.protocol import Text, Texts, read

if TYPE_CHECKING:
    from siemlib.serve.endpoint import Endpoint
    from siemlib.serve.protocol import Document, Shape


def try_metric_filter(_endpoint: Endpoint, request: Document) -> Document:
    """The messages that match; they are counted from 1 (validated facts, C1)."""
    shapes: dict[str, Shape] = {"filterPattern": Text(0, LONGEST), "logEventMessages": Texts(Text(1), 1, 50)}
    asked = read(request, shapes, required=tuple(shapes))
    pattern = parsed(asked["filterPattern"])
    extracted = [extract(pattern, message) for message in asked["logEventMessages"]]
    matches = [
        {"eventNumber": number, "eventMessage": message, "extractedValues": values}
        for number, (message, values) in enumerate(zip(asked["logEventMessages"], extracted, strict=True), 1)
        if values is not None
    ]
    return {"matches": matches}
