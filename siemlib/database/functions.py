"""Functions of the language that SQL cannot express: registered on every connection."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from duckdb.func import FunctionNullHandling, PythonUDFType

from siemlib.database.lambda_lines import fragments
from siemlib.database.leaves import first_leaves

if TYPE_CHECKING:
    import duckdb


def register(connection: duckdb.DuckDBPyConnection) -> None:
    """Give ``connection`` our functions.

    ``ql_ipv6(text)`` is an IPv6 address as 32 hexadecimal digits, so that a subnet is a range of texts; ``NULL`` for
    anything else. ``ql_first_leaves(json)`` is a JSON text up to its 200th leaf, ``ql_fragments(text)`` what may
    be JSON objects in a text.
    """
    connection.create_function(
        "ql_ipv6",
        _ipv6,
        ["VARCHAR"],
        "VARCHAR",
        type=PythonUDFType.ARROW,
        null_handling=FunctionNullHandling.SPECIAL,
    )
    for name, function, result in (
        ("ql_first_leaves", _first_leaves, "VARCHAR"),
        ("ql_fragments", _fragments, "VARCHAR[]"),
    ):
        connection.create_function(name, function, ["VARCHAR"], result, type=PythonUDFType.ARROW)


def _ipv6(texts: pa.ChunkedArray) -> pa.Array:
    """Each distinct text is looked at once: a column of logs names few addresses many times."""
    encoded = pc.dictionary_encode(pa.chunked_array(texts).combine_chunks())
    known = pa.array([_ipv6_digits(text) for text in encoded.dictionary.to_pylist()], type=pa.string())
    return known.take(encoded.indices)


def _ipv6_digits(text: str) -> str | None:
    try:
        return f"{int(ipaddress.IPv6Address(text)):032x}"
    except ValueError:
        return None


def _first_leaves(texts: pa.ChunkedArray) -> pa.Array:
    return pa.array([first_leaves(text) for text in texts.to_pylist()], type=pa.string())


def _fragments(texts: pa.ChunkedArray) -> pa.Array:
    return pa.array([fragments(text) for text in texts.to_pylist()], type=pa.list_(pa.string()))
