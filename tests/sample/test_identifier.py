"""Ids from the seed."""

from __future__ import annotations

from uuid import UUID

from siemlib.sample.identifier import digits, generator, uuid


def test_the_same_seed_and_kind_give_the_same_ids_and_another_kind_gives_others() -> None:
    assert uuid(generator(7, "a")) == uuid(generator(7, "a"))
    assert uuid(generator(7, "a")) != uuid(generator(7, "b"))


def test_an_id_is_a_random_uuid() -> None:
    assert UUID(uuid(generator(7, "a"))).version == 4


def test_digits_keep_their_leading_zeros() -> None:
    rng = generator(7, "a")
    assert {len(digits(rng, 8)) for _ in range(500)} == {8}
