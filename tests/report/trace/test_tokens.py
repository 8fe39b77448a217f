"""What of a sentence is a number, a time, or a name with a digit in it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from siemlib.report.trace.tokens import Kind, tokens_of


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("3,170 events in 6 of 7 groups.", [("3,170", 3170), ("6", 6), ("7", 7)]),
        ("Two of them; none was seven.", [("Two", 2), ("seven", 7)]),
        ("82.5 % of 12.3 MB, and -4.", [("82.5", 82.5), ("12.3", 12.3), ("-4", -4)]),
        ("port 443/tcp (sshd)", [("443", 443)]),
        ("Often, or someone.", []),
    ],
)
def test_numbers_are_found_as_figures_and_as_words(sentence: str, found: list[tuple[str, float]]) -> None:
    tokens = [token for token in tokens_of(sentence) if token.kind is Kind.NUMBER]

    assert [(token.text, abs(token.value)) for token in tokens] == [(text, abs(value)) for text, value in found]
    assert [sentence[token.start : token.end] for token in tokens] == [text for text, _ in found]


def test_a_time_of_day_is_of_the_date_before_it() -> None:
    first, last = tokens_of("between 2026-03-04 01:12:00 and 15:03:40.250 UTC")

    assert datetime.fromtimestamp(first.value, UTC) == datetime(2026, 3, 4, 1, 12, tzinfo=UTC)
    assert datetime.fromtimestamp(last.value, UTC) == datetime(2026, 3, 4, 15, 3, 40, 250_000, tzinfo=UTC)


def test_a_word_with_a_digit_is_a_name() -> None:
    names = [token.text for token in tokens_of('203.0.113.66 on bastion-1 with AKIA0000 "v1.2" at 2001:db8::1.')]

    assert names == ["203.0.113.66", "bastion-1", "AKIA0000", "v1.2", "2001:db8::1"]


def test_what_only_looks_like_a_time_is_no_time() -> None:
    assert [token.kind for token in tokens_of("on 2026-13-45")] == [Kind.NAME]
