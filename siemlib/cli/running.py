"""From the words of the command line to its exit code: an error reaches a person as a line and a hint."""

from __future__ import annotations

import io
import signal
import sys

from siemlib.cli.console import complain, hush, visible
from siemlib.errors import ExitCode, SiemError

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
        code = _do(sys.argv[1:] if arguments is None else arguments)
    except SiemError as error:
        complain(error.message, error.hint)
        return error.exit_code
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        hush()  # the reader (head, less) has gone: not an error
        return ExitCode.DONE
    except Exception as error:  # noqa: BLE001 - what is not the option parser's is raised again
        return _usage(error)
    return code if isinstance(code, int) else ExitCode.DONE


def _do(arguments: list[str]) -> object:
    reports = arguments[2:]
    if arguments[:2] == ["evidence", "verify"] and reports and not any(each.startswith("-") for each in reports):
        # Without options there is nothing to parse, and the parser takes as long to start as a report to check.
        from siemlib.cli.given import given_path
        from siemlib.cli.verifying import How, verify_all

        return verify_all([given_path(each) for each in reports], How())
    from siemlib.cli.app import build

    return build()(args=arguments, standalone_mode=False)


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
