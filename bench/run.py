"""Every benchmark, one after the other; each prints its ratio and its bound."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPTS = (
    "start.py",
    "limits.py",
    "queries.py",
    "live.py",
    "overview.py",
    "moto_beside.py",
    "flow_filter.py",
    "load.py",
    "others.py",
    "verify.py",
    "report.py",
    "wrong_numbers.py",
)


def main() -> int:
    """Run all; the exit code says whether each kept its bound."""
    folder = Path(__file__).parent
    codes = [subprocess.run([sys.executable, folder / script], check=False).returncode for script in SCRIPTS]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
