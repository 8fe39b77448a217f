"""The plan of a query that is shown and not run, for the verbs that do so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.cli.options import parameters
from siemlib.ql import ast
from siemlib.ql.analyse import analyse
from siemlib.ql.calls import expand
from siemlib.ql.parameters import bind, inner_queries
from siemlib.ql.parser import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siemlib.ql.call_nodes import Definition
    from siemlib.ql.plan import Plan
    from siemlib.ql.plan_tables import TableShape


def planned(text: str, param: Sequence[str] | None) -> Plan:
    """The plan of ``text`` with the values of ``-p name=value``; lookup tables are those of ``siem.toml``.

    Raises QueryError, and UsageError for what is no value or a table that cannot be read.
    """
    query = bind(expand(parse(text), text, _saved), parameters(param))
    commands = [command for asked in (query, *inner_queries(query)) for command in asked.commands]
    looked_up = any(isinstance(command, ast.Lookup) for command in commands)
    return analyse(query, {}, text, _tables() if looked_up else {})


def _saved() -> dict[str, Definition]:
    from siemlib.queries.library import library
    from siemlib.settings import settings_of

    return library(settings_of().saved_queries.folder)


def _tables() -> dict[str, TableShape]:
    from siemlib.database.tables import read_table
    from siemlib.settings import settings_of

    tables = settings_of().lookup_tables
    return {name: read_table(name, path).shape for name, path in tables.items()}
