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


NOT_DRAWN = (
    *(0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFEFF, 0xFFA0),
    *(*range(0x180B, 0x1810), *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)),
    *(*range(0xFE00, 0xFE10), *range(0xFFF0, 0xFFF9), *range(0x1BCA0, 0x1BCA4), *range(0x1D173, 0x1D17B)),
    *range(0xE0000, 0xE1000),
    *(0x2800, 0x1D159),
)
"""Unicode 16, DerivedCoreProperties.txt, Default_Ignorable_Code_Point; and the two that are drawn as a blank."""


def test_nothing_that_unicode_calls_ignorable_is_left_unseen() -> None:
    assert [hex(code) for code in NOT_DRAWN if chr(code) in visible(f"a{chr(code)}b")] == []
