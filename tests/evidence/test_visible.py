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
        ("filler\u3164\u115f\u1160\uffa0", "filler\\u3164\\u115f\\u1160\\uffa0"),
        ("join\u034fed\u180b", "join\\u034fed\\u180b"),
        ("root\ufe0f\U000e0100", "root\\ufe0f\\U000e0100"),
        ("\u2800blank\u00a0\u2003\u3000.", "\\u2800blank\\xa0\\u2003\\u3000."),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
    ],
)
def test_what_cannot_be_seen_is_spelled_out(text: str, shown: str) -> None:
    assert visible(text) == shown
