"""How long ``siem --help`` takes, beside an empty Python."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

ROUNDS = 9
BOUND_SECONDS = 0.3


def median(command: list[str]) -> float:
    """Median seconds of ``ROUNDS`` runs."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> int:
    """Print both times and their ratio."""
    empty = median([sys.executable, "-c", "pass"])
    helped = median([sys.executable, "-m", "siemlib.cli", "--help"])
    times = f"siem --help {helped:.3f} s, empty python {empty:.3f} s"
    print(f"start: {times}, {helped / empty:.1f} x (bound {BOUND_SECONDS} s)")
    return int(helped > BOUND_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
