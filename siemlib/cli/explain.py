"""``siem explain``: the plan and the SQL of a query, beside its lines."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from siemlib.cli.console import visible
from siemlib.cli.options import ParameterOption  # noqa: TC001 - typer reads the annotation


def explain(
    text: Annotated[str, typer.Argument(help="The query, in Logs Insights QL.", metavar="TEXT")],
    param: ParameterOption = None,
) -> None:
    """Print what a query does, step by step: its plan and its SQL, each part beside the line that it came from."""
    from siemlib.cli.planned import planned
    from siemlib.ql.advice import advice
    from siemlib.ql.explain import explain as explained
    from siemlib.ql.parser import parse
    from siemlib.ql.sql.shown import shown

    plan = planned(text, param)
    sys.stdout.write(visible(explained(text, plan, shown(plan), advice(parse(text)))))
