"""Over the reports on real logs: a number that is changed by one, and data that are swapped, are noticed."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from siemlib.report.trace.tokens import WORDS
from siemlib.report.trace.tracer import SAID, trace
from tests.fixtures_real import SUITABLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from siemlib.report.build import Built

pytestmark = pytest.mark.xdist_group("real")
CAUGHT, SWAPPED = 0.8, 0.95
"""The least share of changed numbers, and of swapped tables, that must be noticed. What is left are small numbers that
the rows around them hold as well."""
_PLAIN = re.compile(r"\d{1,3}(,\d{3})*|\d+")


def _records(data: Path) -> dict[Path, dict[str, Any]]:
    paths = (path for path in data.glob("exhibits/E*.json") if not path.name.endswith(".figure.json"))
    return {path: json.loads(path.read_text("utf-8")) for path in sorted(paths)}


def _untraced(data: Path, parameters: dict[str, str]) -> int:
    return sum(not number["is"] for numbers in trace(data, parameters).values() for number in numbers)


def test_a_changed_number_is_noticed(real_report: Callable[[str], Built], tmp_path: Path) -> None:
    chance, seen = random.Random(20260304), Counter[bool]()  # noqa: S311 - which numbers are changed
    for name in SUITABLE:
        built = real_report(name)
        data = tmp_path / name
        shutil.copytree(built.folder / "data", data)
        seen += _changed(data, built.page.about.parameters, chance)

    assert seen.total() > 80
    assert seen[True] / seen.total() >= CAUGHT, seen


def _changed(data: Path, parameters: dict[str, str], chance: random.Random) -> Counter[bool]:
    """Change one number of every exhibit by one, all at the same time, and see of how many that is told."""
    expected: dict[Path, tuple[str, int]] = {}
    for path, record in _records(data).items():
        numbers = [
            number
            for number in record["numbers"]
            if number["of"] != "given" and _PLAIN.fullmatch(number["text"]) and number["text"].lower() not in WORDS
        ]
        for part in SAID:
            own = [number for number in numbers if number["in"] == part]
            if own:
                number = chance.choice(own)
                start, end = number["span"]
                value = int(number["text"].replace(",", "")) + (chance.choice((-1, 1)) if number["text"] != "0" else 1)
                record[part] = f"{record[part][:start]}{value:,}{record[part][end:]}"
                expected[path] = (part, start)
                path.write_text(json.dumps(record), "utf-8")
                break
    found = trace(data, parameters)
    return Counter(any(not number["is"] for number in found[path]) for path in expected)


def test_swapped_tables_are_noticed(real_report: Callable[[str], Built], tmp_path: Path) -> None:
    seen = Counter[bool]()
    for name in SUITABLE:
        built = real_report(name)
        data = tmp_path / name
        shutil.copytree(built.folder / "data", data)
        told = [path for path, record in _records(data).items() if len(record["numbers"]) > 2 and record["rows"]]
        for one, other in zip(told[::2], told[1::2], strict=False):
            first, second = one.with_suffix(".parquet"), other.with_suffix(".parquet")
            kept = first.read_bytes()
            first.write_bytes(second.read_bytes())
            second.write_bytes(kept)
            found = trace(data, built.page.about.parameters)
            seen[any(not number["is"] for path in (one, other) for number in found[path])] += 1
            second.write_bytes(first.read_bytes())
            first.write_bytes(kept)

    assert seen.total() > 30
    assert seen[True] / seen.total() >= SWAPPED, seen
