"""How a column is set follows from what it holds."""

from __future__ import annotations

import re

from siemlib.report.columns import MOST, WIDE, column_looks, column_rules


def test_numbers_times_short_texts_and_long_ones_are_told_apart() -> None:
    rows = [["1", "2026-03-04", "a" * 16, "a" * 28, "a" * 29, "a"], ["2", "", "b", "b" * 17, "b", "a" * 61]]
    header = ["events", "first (UTC)", "address", "user", "rule", "message"]
    assert column_looks(header, [True, *[False] * 5], rows) == "n1 t2 w3 s4 m5 l6"


def test_a_table_of_many_columns_is_wide_and_what_no_rule_is_for_gets_no_class() -> None:
    looks = column_looks(["n"] * (MOST + 5), [True] * (MOST + 5), []).split()
    assert looks[-2:] == [f"n{MOST}", "wide"]
    assert "wide" not in column_looks(["n"] * (WIDE - 1), [True] * (WIDE - 1), [])


def test_every_class_has_its_rule() -> None:
    rules = column_rules()
    for look in "ntwsml":
        columns = {int(found[1]) for found in re.finditer(rf"\.{look}(\d+) :is\(th, td\):nth-child\(\1\)", rules)}
        assert columns == set(range(1, MOST + 1))
