"""The overview over real logs says what their README says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.case import open_case
from siemlib.investigate import access, overview

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from siemlib.case import Case

pytestmark = pytest.mark.xdist_group("real")


@pytest.fixture(scope="module")
def over(real_archive: Callable[[str], Path]) -> Callable[..., Case]:
    """A case over one of the real sets, over all of it where no times are given."""

    def opened(name: str, start: str = "", end: str = "") -> Case:
        return open_case(engine=f"local:{real_archive(name)}", start=start, end=end)

    return opened


def test_alerts_of_the_mail_server_by_level(over: Callable[..., Case]) -> None:
    by_level = overview.alerts_by_level(over("insect")).frame.groupby("level")["alerts"].sum()

    assert by_level.to_dict() == {3: 89, 5: 310, 6: 69, 8: 5, 10: 24}


def test_flows_of_the_exposed_host_by_direction(over: Callable[..., Case]) -> None:
    answer = overview.traffic_over_time(over("flows"))
    flows = answer.frame.groupby("traffic")["flows"].sum()

    assert flows["inbound rejected"] == 3342
    assert flows["inbound accepted"] + flows["outbound accepted"] == 810
    assert set(flows.index) == {"inbound rejected", "inbound accepted", "outbound accepted"}


def test_users_and_keys_of_the_simulated_attack(over: Callable[..., Case]) -> None:
    case = over("invictus")
    calls = access.new_identities(case).frame["what"].value_counts()

    assert (calls["CreateUser"], calls["CreateAccessKey"]) == (4, 2)
    assert "4 users and 2 access keys made" in overview.in_short(case).reading


def test_repeated_messages_count_as_often_as_they_say(over: Callable[..., Case]) -> None:
    frame = access.over_time(over("openssh")).frame

    # 520 lines with "Failed password", two of which stand for five each; and one success.
    assert frame.query("outcome == 'failed' and source == 'SSH server'")["logins"].sum() >= 520 + 2 * 4
    assert frame.query("outcome == 'succeeded'")["logins"].sum() == 1


def test_the_scanners_of_the_afternoon_are_new_and_none_got_in_by_a_new_port(over: Callable[..., Case]) -> None:
    frame = overview.changed(over("flows", "2020-07-29T13:30:00Z", "2020-07-29T18:00:00Z")).frame
    ports = frame[frame["what"] == "port that was asked for"]

    assert len(ports)
    assert ports["passed"].sum() == 0


def test_a_set_over_years_says_that_it_holds_nothing_most_of_the_time(over: Callable[..., Case]) -> None:
    case = over("web", "2010-01-01T00:00:00Z", "2020-01-01T00:00:00Z")

    told = "Most log groups hold nothing most of the time"
    assert overview.coverage(case).reading.startswith(told)
    assert case.searched().caveat.startswith(told)
    assert overview.coverage(case).frame["events"].sum() == 2394


@pytest.mark.parametrize("name", ["web", "audit", "postgres", "wazuh"])
def test_what_an_archive_does_not_hold_is_not_examined(over: Callable[..., Case], name: str) -> None:
    case = over(name)

    assert overview.traffic_over_time(case).reading == "Not examined: no log group holds VPC flow logs."
    assert "traffic" in overview.in_short(case).reading.rpartition("Not examined, for want of logs: ")[2]
