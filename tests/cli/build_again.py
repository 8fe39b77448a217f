"""Build a report of the demo once more, in a process of its own: ``build_again.py ARCHIVE KEY REPORTS``.

The clock of the building process is two days ahead, so that a date of building is found as well as a time.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from siemlib.evidence import custody
from siemlib.evidence.keys import signer_from_file
from siemlib.report import build
from siemlib.report.definition import find
from siemlib.report.sealing import Sealing
from siemlib.sample import day, read_truth


def later() -> datetime:
    """Two days ahead."""
    return datetime.now(UTC) + timedelta(days=2)


def main(archive: str, key: str, reports: str) -> None:
    """Build ``pivot-user`` as the demo does."""
    build.now = custody.now = later
    definition, span = find("pivot-user"), day.timespan()
    parameters = definition.values({"user": str(read_truth().facts["stolen_user"])})
    times = (span.start.isoformat(), span.end.isoformat(), day.DAY)
    sealing = Sealing(signer_from_file(Path(key), None), None)
    request = build.Request(definition, parameters, f"local:{archive}", *times, why="siem demo", sealing=sealing)
    build.build_report(request, Path(reports), lambda _done, _total: None)


if __name__ == "__main__":
    main(*sys.argv[1:])
