"""``siem compile``: the SQL of a query."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from siemlib.cli.console import visible
from siemlib.cli.options import ParameterOption  # noqa: TC001 - typer reads the annotation


def compile(  # noqa: A001 - the verb's name; nothing here compiles Python
    text: Annotated[str, typer.Argument(help="The query, in Logs Insights QL.", metavar="TEXT")],
    param: ParameterOption = None,
    *,
    macros: Annotated[bool, typer.Option("--macros", help="Print the macros that the SQL uses as well.")] = False,
) -> None:
    """Print the SQL that a query becomes, over a table `archive` with a column for each field."""
    from siemlib.cli.planned import planned
    from siemlib.ql.sql.duckdb import MACROS
    from siemlib.ql.sql.shown import shown

    emitted = shown(planned(text, param))
    parts = [f"{macro};" for macro in MACROS] if macros else []
    sys.stdout.write(visible("\n".join([*parts, f"{emitted.sql};"])) + "\n")
