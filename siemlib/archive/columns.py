"""NumPy's columns as Arrow's and back. ``pyarrow.array`` imports pandas for it: half a second that a load can spare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from numpy.typing import NDArray


def integers(values: NDArray[Any]) -> pa.Array:
    """Whole numbers as int64, without nulls."""
    return pa.Array.from_buffers(pa.int64(), len(values), [None, pa.py_buffer(np.ascontiguousarray(values, np.int64))])


def flags(values: NDArray[np.bool_]) -> pa.Array:
    """Truth values, without nulls; Arrow packs eight into a byte."""
    packed = np.packbits(values, bitorder="little")
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, pa.py_buffer(packed)])


def texts(data: bytes, offsets: NDArray[np.int64]) -> pa.Array:
    """A binary array over ``data`` without a copy: value n runs from ``offsets[n]`` to ``offsets[n + 1]``."""
    buffers = [None, pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.binary(), len(offsets) - 1, buffers)


def one(text: str) -> pa.Scalar:
    """A text as a scalar."""
    data = text.encode()
    return texts(data, np.array([0, len(data)], dtype=np.int64)).cast(pa.string())[0]


def same(text: str, count: int) -> pa.Array:
    """A text, ``count`` times."""
    return pa.repeat(one(text), count)


def whole(column: pa.Array | pa.ChunkedArray) -> NDArray[np.int64]:
    """Whole numbers (int64, without nulls) as NumPy's."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return np.frombuffer(array.buffers()[1], dtype=np.int64)[array.offset : array.offset + len(array)]
