"""Plan → SQL. ``writer`` alone quotes; ``duckdb`` says how one dialect spells things; ``emit`` writes the query."""
