"""Rows as GetQueryResults sends them."""

from __future__ import annotations

import gc
import json
import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from siemlib.serve.rendered import Rendered

TEXTS = st.text() | st.sampled_from(["%s", "%", '"', "\\", "\x00\x1f", "\u2028", "\U0001f355", "%(a)s"])
ROWS = st.lists(st.dictionaries(TEXTS, TEXTS, max_size=4), max_size=12)


@given(rows=ROWS, first=st.integers(0, 13), count=st.integers(0, 13))
def test_a_page_is_the_json_of_its_rows(rows: list[dict[str, str]], first: int, count: int) -> None:
    found = json.loads(b"[" + Rendered(rows).page(first, count) + b"]")
    assert found == [[{"field": k, "value": v} for k, v in row.items()] for row in rows[first : first + count]]
    few = Rendered(rows).first(count)
    assert len(few) == min(count, len(rows))
    assert json.loads(b"[" + few.page(0, 99) + b"]") == json.loads(b"[" + Rendered(rows).page(0, count) + b"]")


def test_text_is_sent_as_utf8_and_half_a_character_as_its_escape() -> None:
    assert Rendered([{"é": "ü\ud800"}]).page(0, 1) == '[{"field":"\\u00e9","value":"ü\\ud800"}]'.encode()


def test_a_large_result_is_in_a_file_without_a_name_that_goes_with_it() -> None:
    def files() -> list[str]:
        return [str(path.readlink()) for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]

    rows = [{"a": f"{number:07d}" * 10} for number in range(20_000)]
    large = Rendered(rows)
    assert large.is_file
    assert large.size > 1 << 20
    assert json.loads(b"[" + large.page(19_999, 5) + b"]") == [[{"field": "a", "value": "0019999" * 10}]]
    held = [name for name in files() if name.endswith("(deleted)") and os.sep + "siem-" in name]
    assert len(held) == 1
    del large
    gc.collect()
    assert not set(held) & set(files())


def test_rows_in_their_thousands_are_the_same_wherever_a_page_begins() -> None:
    rows = [{"a" if number % 700 else "b": "ü\ud800"[: number % 3] + str(number)} for number in range(3_000)]
    whole = Rendered(rows)
    for first in (0, 1, 499, 500, 700, 1_234):
        found = json.loads(b"[" + whole.page(first, 777) + b"]")
        assert found == [[{"field": k, "value": v} for k, v in row.items()] for row in rows[first : first + 777]]
