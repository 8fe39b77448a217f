"""The command line: one file per verb. Verbs import what is heavy when they run, so that ``siem --help`` is quick."""

from __future__ import annotations

__all__ = ["main"]


def main() -> None:
    """Run ``siem``; exits with the codes of :class:`siemlib.errors.ExitCode`."""
    import os
    import sys

    if sys.argv[1:3] == ["evidence", "verify"]:
        # numpy, which pyarrow loads, has threads of its own that would do nothing here but take turns with the others.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from siemlib.cli.running import run

    raise SystemExit(run())
