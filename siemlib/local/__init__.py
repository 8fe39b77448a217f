"""The local engine: an archive, queried through DuckDB, with the answers that the live service would give."""
