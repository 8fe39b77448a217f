"""What names a run: a digest of everything that was asked, so that asking it in another report gives the same name."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

MEMBERS = ("engine", "every_row", "inner_log_groups", "log_groups", "parameters", "query", "timespan")
"""The members of a run's record that its id is the digest of."""
_DIGITS = 32


def question_id(record: Mapping[str, Any]) -> str:
    """The first 32 hexadecimal digits of the SHA-256 of :data:`MEMBERS` as one RFC 8785 JSON object."""
    text = canonical_json({name: record[name] for name in MEMBERS})
    return hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()[:_DIGITS]


def canonical_json(value: Any) -> str:  # noqa: ANN401 - any JSON value but a number
    """RFC 8785 JSON of text, booleans, null, arrays and objects. Raises TypeError for a number."""
    if isinstance(value, dict):
        pairs = sorted(value.items(), key=lambda pair: pair[0].encode("utf-16-be", errors="surrogatepass"))
        return "{" + ",".join(f"{canonical_json(name)}:{canonical_json(member)}" for name, member in pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical_json, value)) + "]"
    if value is None or isinstance(value, (str, bool)):
        return json.dumps(value, ensure_ascii=False)
    message = f"no part of a question is a {type(value).__name__}"
    raise TypeError(message)
