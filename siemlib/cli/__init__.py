"""The command line: one file per verb. Verbs import what is heavy when they run, so that ``siem --help`` is quick."""

from __future__ import annotations

__all__ = ["main"]

_KERNELS = ("demo", "lab", "report")
"""Verbs that start kernels, which inherit the environment, and in which a notebook may use numpy as it likes."""


def main() -> None:
    """Run ``siem``; exits with the codes of :class:`siemlib.errors.ExitCode`."""
    import gc
    import os
    import sys

    if sys.argv[1:2] not in [[verb] for verb in _KERNELS]:
        # numpy, which pyarrow loads, has threads of its own that would do nothing here but take turns with the others.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from siemlib.cli.running import run

    try:
        code = run()
    finally:
        # At its end Python would look for circles among all that was imported, for a fifth of the time of a query.
        if "_duckdb" not in sys.modules:  # which would tell at length that something kept its types
            gc.freeze()
    raise SystemExit(code)
