"""The listeners of a real host, as rule 533 told them: facts of the data's README, counted in its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.case import open_case
from siemlib.investigate import listening

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from siemlib.case import Case

pytestmark = pytest.mark.xdist_group("real")
NEW = {1900, 6771, 35034, 36426, 57678}


@pytest.fixture(scope="module")
def case(real_archive: Callable[[str], Path]) -> Case:
    """A case over the alerts of the Wazuh manager."""
    return open_case(engine=f"local:{real_archive('wazuh')}", start="", end="")


def test_five_ports_are_new_one_of_them_on_both_protocols(case: Case) -> None:
    answer = listening.changes(case)

    assert set(answer.frame["change"]) == {"opened"}
    assert set(answer.frame["port"]) == NEW
    assert set(answer.frame.loc[answer.frame["port"] == 57678, "protocol"]) == {"tcp", "udp"}
    assert "on 5 ports opened: kali_laptop 1900/udp, 6771/udp, 35034/udp, 36426/udp and 57678/tcp+udp" in answer.reading


def test_the_listener_that_was_there_before_is_not_new(case: Case) -> None:
    register = listening.register(case).frame
    old = register[register["listed before"] == "yes"]

    assert old[["address", "port", "program"]].to_numpy().tolist() == [["127.0.0.1", 43461, "containerd"]]


def test_cut_addresses_are_said_to_be_cut(case: Case) -> None:
    register = listening.register(case).frame
    cut = register[register["address cut"] == "yes"]

    assert set(cut["address"]) == {"fd17:625c:f037:2:", "fe80::a00:27ff:fe"}
    assert set(cut["port"]) == {57678}


def test_the_host_without_a_list_is_named(case: Case) -> None:
    assert "1 of 2 hosts reported what listens." in listening.hosts(case).reading
    assert "Never: laptop1." in listening.hosts(case).reading
