"""The command line: one file per verb. Verbs import what is heavy when they run, so that ``siem --help`` is quick."""

from __future__ import annotations

__all__ = ["main"]


def main() -> None:
    """Run ``siem``; exits with the codes of :class:`siemlib.errors.ExitCode`."""
    from siemlib.cli.running import run

    raise SystemExit(run())
