r"""JSON that names half of a surrogate pair (``"\ud800"``), which its grammar allows and no encoding can write.

The database takes such a text for no JSON, and a visitor who writes one into a header would keep the event out of every
answer. It is kept as an event of plain text instead, exactly as it was received, at the time that it tells.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Callable

_SUSPECT = r"\\u[dD][89a-fA-F]"
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)


def mended(text: str) -> str:
    """``text`` with U+FFFD, as an escape, for each half of a pair."""
    return _ESCAPE.sub(lambda found: r"\ufffd" if found["half"] else found[0], text)


def with_times(chunk: pa.Table, times: Callable[[pa.Table], pa.ChunkedArray]) -> pa.Table:
    """``chunk`` with the time of each such message in ``delivered``, unless its delivery gave one.

    ``times`` finds the time of each message of a table like it, in milliseconds, or something below 0.
    """
    rows = np.flatnonzero(pc.match_substring_regex(chunk["message"], pattern=_SUSPECT).to_numpy())
    texts = chunk["message"].take(pa.array(rows)).to_pylist()
    found = {int(row): text for row, old in zip(rows, texts, strict=True) if (text := mended(old)) != old}
    if not found:
        return chunk
    part = chunk.take(pa.array(found))
    place = chunk.schema.get_field_index("message")
    read = times(part.set_column(place, "message", pa.array(found.values(), pa.string()))).to_pylist()
    delivered = chunk["delivered"].to_pylist()
    for row, moment in zip(found, read, strict=True):
        if delivered[row] is None and moment >= 0:
            delivered[row] = moment
    place = chunk.schema.get_field_index("delivered")
    return chunk.set_column(place, "delivered", pa.array(delivered, pa.int64()))
