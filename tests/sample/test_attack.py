"""The plan of the attack."""

from __future__ import annotations

import pytest

from siemlib.sample import attack, day, story
from siemlib.sample.identifier import generator


@pytest.mark.parametrize("seed", range(5))
def test_whatever_the_seed_the_acts_stay_within_their_times(seed: int) -> None:
    plan = attack.plan(generator(seed, "attack"))
    for name, seconds in (
        ("port scan", [probe.second for probe in plan.scan]),
        ("guessing", [second for one in plan.guesses for second, _ in one.tries]),
        ("inside probe", [probe.second for probe in plan.inside]),
        ("database", [one.second for one in plan.database]),
    ):
        act = story.act(name)
        assert act.first <= min(seconds) <= max(seconds) <= act.last


def test_a_connection_never_has_more_tries_than_the_server_allows() -> None:
    sizes = [len(one.tries) for one in attack.plan(generator(7, "attack")).guesses]
    assert max(sizes) == attack.MAX_TRIES
    assert min(sizes) < attack.MAX_TRIES


def test_every_name_is_tried_five_times() -> None:
    names = [name for one in attack.plan(generator(7, "attack")).guesses for _, name in one.tries]
    assert {names.count(name) for name in names} == {5}


def test_no_open_service_is_probed_on_the_inside() -> None:
    probes = attack.inside_probes(generator(7, "x"), "expected scan", 400)
    assert {22, 5432, 8080, 9000}.isdisjoint(probe.port for probe in probes)
    assert max(probe.second for probe in probes) < day.seconds("06:40:00")
