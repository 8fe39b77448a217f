"""The one door to DuckDB: how a connection is made, and what every connection knows.

Nothing outside this package imports ``duckdb``. Extensions are neither installed nor loaded on demand, times are UTC,
and no progress bar writes over the user's terminal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from siemlib.database.functions import register
from siemlib.ql.sql.duckdb import MACROS

if TYPE_CHECKING:
    from pathlib import Path

Connection = duckdb.DuckDBPyConnection
"""A connection as :func:`connect` gives it."""

DatabaseError = duckdb.Error
"""What every failure of the database derives from. :mod:`siemlib.database.run` turns it into an error for people."""

OutOfMemory = duckdb.OutOfMemoryException
"""What needs more memory than the connection was given, and cannot be written to its folder."""


def connect(*, memory_limit: str = "1GB", threads: int | None = None, temp_directory: Path | None = None) -> Connection:
    """An in-memory database with the functions of the language.

    ``memory_limit`` is DuckDB's own (``1GB``); what does not fit is written to ``temp_directory`` where one is given.
    ``threads`` is the number of cores when ``None``.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
    }
    if threads is not None:
        config["threads"] = threads
    if temp_directory is not None:
        config["temp_directory"] = str(temp_directory)
    connection = duckdb.connect(":memory:", config=config)
    # Only where it is on: in a notebook it is off, and setting it there asks for a package that draws bars.
    if connection.execute("SELECT current_setting('enable_progress_bar')").fetchone() == (True,):
        connection.execute("SET enable_progress_bar = false")
    connection.execute("SET TimeZone = 'UTC'")
    # DuckDB 2.0.0 fails with an internal error when it joins rows of a Parquet file back to their STRUCT columns.
    connection.execute("SET disabled_optimizers = 'late_materialization'")
    register(connection)
    for macro in MACROS:
        connection.execute(macro)
    return connection
