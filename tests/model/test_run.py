"""Completeness is stated, and the worst of several is the one that counts."""

from __future__ import annotations

from siemlib.model.run import Completeness


def test_one_incomplete_run_makes_the_whole_incomplete() -> None:
    assert Completeness.worst([Completeness.COMPLETE, Completeness.TRUNCATED, Completeness.COMPLETE]) == "truncated"


def test_a_timeout_is_worse_than_a_truncation_and_unknown_is_worst() -> None:
    assert Completeness.worst([Completeness.TIMED_OUT, Completeness.TRUNCATED]) is Completeness.TIMED_OUT
    assert Completeness.worst(list(Completeness)) is Completeness.UNKNOWN


def test_what_was_never_run_is_not_known_to_be_complete() -> None:
    assert Completeness.worst([]) is Completeness.UNKNOWN
