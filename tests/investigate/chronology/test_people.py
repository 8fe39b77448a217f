"""Whom a timeline is about, from what people write."""

from __future__ import annotations

import pytest

from siemlib.errors import UsageError
from siemlib.investigate.chronology import subjects


def test_lists_are_joined_by_commas_and_each_subject_is_taken_once() -> None:
    found = subjects(" 203.0.113.66,2001:db8::1 , 203.0.113.66,", "deploy, svc-backup")

    assert [(subject.name, subject.noun) for subject in found] == [
        ("203.0.113.66", "address"),
        ("2001:db8::1", "address"),
        ("deploy", "user"),
        ("svc-backup", "user"),
    ]


@pytest.mark.parametrize(("addresses", "users"), [("", ""), ("-", "-"), (" , ,", " - ")])
def test_nobody_is_nobody(addresses: str, users: str) -> None:
    assert subjects(addresses, users) == ()


def test_quotes_and_stars_are_part_of_a_name() -> None:
    assert [subject.name for subject in subjects("-", 'o\'brien, "x" or 1=1, *')] == ["o'brien", '"x" or 1=1', "*"]


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(UsageError, match="not an address"):
        subjects("203.0.113.0/24", "-")


def test_more_subjects_than_a_number_can_note_are_refused() -> None:
    assert len(subjects("-", ",".join(f"u{n}" for n in range(60)))) == 60
    with pytest.raises(UsageError, match="61 addresses and users are too many"):
        subjects("-", ",".join(f"u{n}" for n in range(61)))
