"""What the page of open ports answers over the sample is what the sample's story says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.case import open_case
from siemlib.investigate import listening
from siemlib.sample import read_truth

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case

pytestmark = pytest.mark.xdist_group("sample")
COUNTS = read_truth().counts


@pytest.fixture(scope="module")
def case(sample_archive: Path) -> Case:
    """A case over all of the sample."""
    return open_case(engine=f"local:{sample_archive}", start="", end="")


def test_every_list_of_the_day_is_read(case: Case) -> None:
    frame = listening.history(case).frame

    assert frame["rule"].value_counts().to_dict() == {
        "100029": COUNTS["alerts_100029"],
        "533": COUNTS["alerts_533"],
    }
    assert frame["unread lines"].sum() == 0


def test_the_port_that_the_attacker_left_open_is_the_only_one_undeclared(case: Case) -> None:
    answer = listening.undeclared(case)

    assert answer.frame[["host", "port", "protocol", "program"]].to_numpy().tolist() == [
        ["bastion-1", 4444, "tcp", "ncat"]
    ]
    assert answer.reading == "1 undeclared listener on every address of the host: bastion-1 4444/tcp (ncat)."


def test_the_one_change_of_the_day_is_that_port(case: Case) -> None:
    frame = listening.changes(case).frame

    assert frame[["host", "change", "port"]].to_numpy().tolist() == [["bastion-1", "opened", 4444]]
    assert f"{frame['seen'].iloc[0]:%H:%M:%S}" == "06:25:30"
    assert f"{frame['first seen'].iloc[0]:%H:%M:%S}" == "06:25:00"


def test_five_hosts_reported_and_mail_and_time_are_on_loopback_only(case: Case) -> None:
    hosts, own = listening.hosts(case).frame, listening.loopback(case).frame

    assert set(hosts.loc[hosts["lists"] > 0, "host"]) == {"bastion-1", "web-1", "web-2", "app-1", "db-1"}
    assert set(own["port"]) == {25, 323}
    assert len(own) == 10
