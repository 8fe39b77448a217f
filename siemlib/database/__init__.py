"""The one door to DuckDB: a connection, a relation of events, and running a plan over it."""
