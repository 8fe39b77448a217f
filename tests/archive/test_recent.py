"""Ids that come again."""

from __future__ import annotations

from siemlib.archive.recent import Recent


def test_an_id_that_comes_again_is_known_by_its_last_mark() -> None:
    seen = Recent()
    assert [seen.before(name, mark) for name, mark in (("a", 1), ("b", 1), ("a", 2), ("a", 3))] == [None, None, 1, 2]
    assert seen.take() == 2
    assert seen.take() == 0


def test_what_is_no_id_never_came_before() -> None:
    seen = Recent()
    assert [seen.before(name) for name in (None, None, "", "", 3, 3)] == [None] * 6


def test_only_so_many_of_the_last_ids_are_kept() -> None:
    seen = Recent(most=2)
    assert [seen.before(name) for name in ("a", "b", "c", "a")] == [None, None, None, None]
    assert seen.before("c") is not None
