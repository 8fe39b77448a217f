"""The verbs of ``siem``, and how an error reaches a person: one line, a hint, an exit code, never a traceback."""

from __future__ import annotations

import io
import os
import signal
import sys
from importlib import import_module
from typing import Annotated

import typer

from siemlib import __version__
from siemlib.cli.console import complain, visible
from siemlib.errors import ExitCode, SiemError

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
    return app


_INTERRUPTED = 128 + signal.SIGINT
"""What typer makes of a KeyboardInterrupt; no verb of ours ends with it."""


def run(arguments: list[str] | None = None) -> int:
    """Run the command line and give its exit code.

    SIGTERM ends it as Ctrl-C does, so that nothing half-done stays behind when a scheduler stops it; so does SIGHUP,
    which comes when the terminal goes, unless it is to be survived (nohup).
    """
    ended_by: list[int] = []

    def end(number: int, _frame: object) -> None:
        ended_by.append(number)
        raise KeyboardInterrupt

    others = [signal.SIGTERM, *([signal.SIGHUP] if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL else [])]
    before = {number: signal.signal(number, end) for number in others}
    try:
        code = _run(arguments)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if code != _INTERRUPTED:
        return code
    complain("interrupted; nothing half-done was left among the reports or in an archive")
    return 128 + ended_by[0] if ended_by else code


def _run(arguments: list[str] | None) -> int:
    try:
        code = build()(args=arguments, standalone_mode=False)
    except SiemError as error:
        complain(error.message, error.hint)
        return error.exit_code
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) has gone: not an error, but nothing may be written any more, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.DONE
    except Exception as error:  # noqa: BLE001 - what is not the option parser's is raised again
        return _usage(error)
    return code if isinstance(code, int) else ExitCode.DONE


def _usage(error: Exception) -> int:
    """Exit code of an error of the option parser; anything else is ours to mend and keeps its traceback.

    The parser's classes are told by what they can do, because typer carries its own copy of click.
    """
    show = getattr(error, "show", None)
    code = getattr(error, "exit_code", None)
    if type(error).__name__ == "Abort":
        complain("aborted")
        return ExitCode.FAILED
    if not callable(show) or not isinstance(code, int):
        raise error
    told = io.StringIO()
    show(file=told)
    sys.stderr.write(visible(told.getvalue()))
    return code
