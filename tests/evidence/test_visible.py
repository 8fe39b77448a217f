"""Text from logs becomes text that is safe to look at."""

from __future__ import annotations

import pytest

from siemlib.evidence.visible import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("Zürich 日本", "Zürich 日本"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("user\u202egnp.exe", "user\\u202egnp.exe"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("nul\x00", "nul\\x00"),
        ("\U000e0041tag", "\\U000e0041tag"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
    ],
)
def test_what_cannot_be_seen_is_spelled_out(text: str, shown: str) -> None:
    assert visible(text) == shown
