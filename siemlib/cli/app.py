"""The verbs of ``siem``, as a command line."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated

import typer

from siemlib import __version__
from siemlib.cli.given import refuse_empty_paths
from siemlib.cli.running import run

__all__ = ["build", "run"]

VERBS = ("demo", "lab", "load", "acquire", "query", "fields", "compile", "explain", "serve", "policy")
"""One module of this package and one command each; in the order of ``siem --help``."""

GROUPS = ("report", "evidence", "pattern", "spool")
"""Modules with verbs of their own, as ``app``."""


def _version(value: bool) -> None:  # noqa: FBT001 - typer calls it with the flag's value
    if value:
        typer.echo(f"siem {__version__}")
        raise typer.Exit


def build() -> typer.Typer:
    """The whole command line."""
    app = typer.Typer(
        name="siem",
        help="The forensic workbook for CloudWatch: logs to answers, answers to evidence.",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,  # plain help: drawing boxes takes longer than everything else
        pretty_exceptions_enable=False,
    )

    @app.callback()
    def _root(
        *,
        version: Annotated[
            bool, typer.Option("--version", help="Print the version and exit.", callback=_version, is_eager=True)
        ] = False,
    ) -> None:
        """Do nothing before the verb."""

    for verb in VERBS:
        app.command(verb)(getattr(import_module(f"siemlib.cli.{verb}"), verb))
    for group in GROUPS:
        app.add_typer(import_module(f"siemlib.cli.{group}").app, name=group)
    refuse_empty_paths(app)
    return app
