"""What becomes of a number of a report that is made wrong: of each number of each sentence, one at a time.

    PYTHONPATH=. python bench/wrong_numbers.py REPORTS [--every N] [--list missed]

``REPORTS`` is a folder with reports anywhere below it. Each is first traced as it was built: it is right, so that what
is not found there is the gate's mistake. Then each number is one more, one less and ten times what it is, each time a
minute and a second later. Printed by notebook and by exhibit: how many of them had the report refused, or made it
amber, and of how many nothing was noticed. ``--list`` prints these sentences.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

from tests.report.trace.changing import Change, Fate, as_built, changes

LEAST_REFUSED, MOST_MISSED = 0.70, 0.01


def main() -> int:
    """Print the table; the exit code says whether the bounds were kept."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("reports", nargs="+", type=Path)
    asked.add_argument("--every", type=int, default=1)
    asked.add_argument("--list", default="")
    options = asked.parse_args()
    wrong, seen = 0, defaultdict[str, Counter[Fate]](Counter)
    for folder in options.reports:
        for data in sorted(path.parent for path in folder.rglob("case.json")):
            name, parameters = _about(data)
            wrong += _right(data, parameters)
            for change in changes(data, parameters, every=options.every):
                seen[f"{name} / {change.exhibit}"][change.fate] += 1
                if change.fate == options.list:
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
