"""The company."""

from __future__ import annotations

import re

from siemlib.sample import story, world

HOSTS = (*world.EXPOSED, *world.INSIDE, world.SCANNER, world.QUIET)


def test_ids_look_like_those_of_aws_and_differ() -> None:
    assert len({host.interface for host in HOSTS}) == len({host.address for host in HOSTS}) == len(HOSTS)
    assert all(re.fullmatch(r"eni-[0-9a-f]{17}", host.interface) for host in HOSTS)
    assert all(re.fullmatch(r"subnet-[0-9a-f]{17}", host.subnet) for host in HOSTS)


def test_the_attacker_is_neither_a_customer_nor_noise_but_its_neighbours_are() -> None:
    assert story.ATTACKER not in {*world.CUSTOMERS, *world.NOISE}
    customer, scanner = story.NEIGHBOURS
    assert customer in world.CUSTOMERS
    assert scanner in world.NOISE
