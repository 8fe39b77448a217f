"""What becomes of a number of a report that is made wrong: of each number of each sentence, one at a time.

    python bench/wrong_numbers.py [REPORTS] [--every N] [--list missed]

``REPORTS`` is a folder with reports anywhere below it; without one, the ten notebooks are built over the sample. Each
is first traced as it was built: it is right, so that what is not found there is the gate's mistake. Then each number is
one more, one less and ten times what it is, each time a minute and a second later. Printed by notebook and by exhibit:
how many of them had the report refused, or made it amber, and of how many nothing was noticed. ``--list`` prints these
sentences.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path

from report import sample

from siemlib.report.build import Request, build_report
from siemlib.report.definition import find
from tests.report.trace.changing import Change, Fate, as_built, changes

LEAST_REFUSED, MOST_MISSED = 0.70, 0.01
NOTEBOOKS: dict[str, dict[str, str]] = {
    "overview": {},
    "triage-alert": {"alert": "1772588775.30385"},
    "pivot-ip": {"ip": "203.0.113.66"},
    "pivot-user": {"user": "deploy"},
    "timeline": {"addresses": "203.0.113.66", "users": "deploy,svc-backup"},
    "logins": {},
    "traffic": {},
    "open-ports": {},
    "posture": {},
    "retention": {},
}
"""What is built over the sample: each notebook with its parameters."""


def main() -> int:
    """Print the table; the exit code says whether the bounds were kept."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("reports", nargs="*", type=Path)
    asked.add_argument("--every", type=int, default=1)
    asked.add_argument("--list", default="")
    options = asked.parse_args()
    if options.reports:
        return _measured(options.reports, options.every, options.list)
    with tempfile.TemporaryDirectory(prefix="bench-wrong-numbers-") as name:
        return _measured([_built(Path(name))], options.every, options.list)


def _built(place: Path) -> Path:
    """A folder with the report of each notebook over the sample."""
    engine, day = f"local:{sample(place)}", date(2026, 3, 4)
    times = (f"{day}T00:00:00+00:00", f"{day + timedelta(1)}T00:00:00+00:00", day)
    for name, given in NOTEBOOKS.items():
        definition = find(name)
        request = Request(definition, definition.values(given), engine, *times)
        build_report(request, place / "reports", lambda _done, _total: None)
    return place / "reports"


def _measured(folders: list[Path], every: int, listed: str) -> int:
    wrong, seen = 0, defaultdict[str, Counter[Fate]](Counter)
    for folder in folders:
        for data in sorted(path.parent for path in folder.rglob("case.json")):
            name, parameters = _about(data)
            wrong += _right(data, parameters)
            for change in changes(data, parameters, every=every):
                seen[f"{name} / {change.exhibit}"][change.fate] += 1
                if change.fate == listed:
                    print(_told(data, change))
    return 1 if wrong or not _printed(seen) else 0


def _about(data: Path) -> tuple[str, dict[str, str]]:
    """The name of a report and its parameters; of a record alone, these lie beside it."""
    if (report := data / "report.json").is_file():
        told = json.loads(report.read_text("utf-8"))
        return told["name"], told["parameters"]
    return data.name, json.loads((data / "parameters.json").read_text("utf-8"))


def _right(data: Path, parameters: dict[str, str]) -> bool:
    found = list(as_built(data, parameters))
    for exhibit, number, text in found:
        state = f"REFUSED ({number['against']})" if number.get("against") else "AMBER"
        print(f"as built, {data}: {exhibit} {number['in']}: {number['text']} {state}: {text}")
    return bool(found)


def _told(data: Path, change: Change) -> str:
    return (
        f"{change.fate} {data}: {change.exhibit} {change.part}: {change.token.text} -> {change.written}: {change.text}"
    )


def _printed(seen: dict[str, Counter[Fate]]) -> bool:
    by_book, every = defaultdict[str, Counter[Fate]](Counter), Counter[Fate]()
    for name, fates in seen.items():
        by_book[name.partition(" / ")[0]] += fates
        every += fates
    print(f"{'notebook / exhibit':45} {'changed':>8} {'refused':>8} {'amber':>8} {'missed':>8}")
    for name, fates in [*sorted(seen.items()), *sorted(by_book.items()), ("all", every)]:
        shares = "".join(f" {100 * fates[fate] / fates.total():7.1f}%" for fate in Fate)
        print(f"{name:45} {fates.total():8,}{shares}")
    refused, missed = (every[fate] / max(every.total(), 1) for fate in (Fate.REFUSED, Fate.MISSED))
    return refused >= LEAST_REFUSED and missed <= MOST_MISSED


if __name__ == "__main__":
    sys.exit(main())
