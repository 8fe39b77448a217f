"""Over the reports on real logs: a number that is changed by one, and data that are swapped, are noticed."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from siemlib.report.trace.tracer import trace
from tests.fixtures_real import SUITABLE
from tests.report.trace.changing import Change, Fate, changes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from siemlib.report.build import Built

pytestmark = pytest.mark.xdist_group("real")
EVERY = 17
"""Of all the numbers that may be wrong one in so many; ``bench/wrong_numbers.py`` looks at all."""
REFUSED, MISSED, SWAPPED = 0.7, 0.03, 0.95
"""The least share of changed numbers for which a report must be refused, the greatest of which nothing is noticed, and
the least share of swapped tables that is noticed. What is neither refused nor missed makes the report amber: where no
rule counts a number, or the search finds it in the same exhibit."""


def _records(data: Path) -> dict[Path, dict[str, Any]]:
    paths = (path for path in data.glob("exhibits/E*.json") if not path.name.endswith(".figure.json"))
    return {path: json.loads(path.read_text("utf-8")) for path in sorted(paths)}


def _untraced(data: Path, parameters: dict[str, str]) -> int:
    return sum(not number["is"] for numbers in trace(data, parameters).values() for number in numbers)


def test_a_changed_number_is_noticed(real_report: Callable[[str], Built]) -> None:
    told: list[Change] = []
    for name in SUITABLE:
        built = real_report(name)
        assert _untraced(built.folder / "data", built.page.about.parameters) == 0, name
        told += changes(built.folder / "data", built.page.about.parameters, every=EVERY)

    fates = Counter(change.fate for change in told)
    missed = [(c.exhibit, c.token.text, c.written, c.text) for c in told if c.fate is Fate.MISSED]
    assert fates.total() > 100
    assert fates[Fate.REFUSED] / fates.total() >= REFUSED, fates
    assert len(missed) / fates.total() <= MISSED, missed


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
