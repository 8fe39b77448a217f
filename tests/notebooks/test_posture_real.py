"""What real attacks did to an account's defences: facts of the data's README, and of the records themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.archive.load import load
from siemlib.case import open_case
from siemlib.investigate import posture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from siemlib.case import Case

pytestmark = pytest.mark.xdist_group("real")


@pytest.fixture(scope="module")
def invictus(real_archive: Callable[[str], Path]) -> Case:
    """A case over the attack simulation of 2023."""
    return open_case(engine=f"local:{real_archive('invictus')}", start="", end="")


@pytest.fixture(scope="module")
def detonation(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A case over one record set for each attack technique."""
    archive = tmp_path_factory.mktemp("detonation") / "archive"
    load([shared / "data" / "cloudtrail" / "stratus_detonation_2024"], archive)
    return open_case(engine=f"local:{archive}", start="", end="")


def test_stop_logging_was_tried_three_times_and_failed_three_times(invictus: Case) -> None:
    answer = posture.defences(invictus)
    tried = answer.frame[answer.frame["call"] == "StopLogging"]

    assert tried["error"].tolist() == ["TrailNotFoundException"] * 3
    assert "StopLogging 3 tried, 3 failed" in answer.reading
    assert "switched off: StopLogging" not in answer.reading
    assert "; StopLogging" not in answer.reading


def test_two_of_three_deleted_trails_were_deleted(invictus: Case) -> None:
    frame = posture.defences(invictus).frame
    deleted = frame[frame["call"] == "DeleteTrail"]

    times = [f"{time:%H:%M:%S}" for time in deleted["time"]]
    assert list(zip(times, deleted["outcome"], strict=True)) == [
        ("11:59:02", "failure"),
        ("12:08:04", "success"),
        ("12:08:04", "success"),
    ]


def test_what_was_opened_shared_and_trusted_is_told_and_what_was_taken_back(invictus: Case) -> None:
    opened, shared, trust = (
        posture.opened(invictus).frame,
        posture.shared(invictus).frame,
        posture.trust(invictus).frame,
    )

    assert list(opened["ports"]) == ["443", "22"]
    assert f"{opened['closed again'].iloc[1]:%H:%M:%S}" == "12:11:57"
    assert set(shared["resource"]) >= {"ami-0aa1d83d0b0985c86", "snap-083d3b857c13988bc", "exfiltration"}
    assert shared["taken back"].notna().all()
    assert trust["trusts"].tolist() == ["other account 193672423079", "certificate authority"]


def test_benjamin_is_in_none_of_it(invictus: Case) -> None:
    for question in (posture.defences, posture.opened, posture.shared, posture.trust):
        assert "benjamin" not in set(question(invictus).frame["actor"].dropna())


def test_every_technique_on_the_account_itself_is_found(detonation: Case) -> None:
    off = posture.defences(detonation).frame.set_index("call")
    shared, opened = posture.shared(detonation).frame, posture.opened(detonation).frame

    assert off["outcome"].to_dict() == {
        "DeleteTrail": "success",
        "PutEventSelectors": "success",
        "StopLogging": "success",
        "DeleteFlowLogs": "success",
        "LeaveOrganization": "failure",
    }
    assert off.loc["PutEventSelectors", "effect"] == "switches off"
    assert opened[["ports", "protocol", "open to"]].to_numpy().tolist() == [["22", "tcp", "208.236.235.254/0"]]
    assert shared["call"].tolist() == [
        "ModifyImageAttribute",
        "ModifySnapshotAttribute",
        "ModifyDBSnapshotAttribute",
        "AddPermission",
    ]
    assert shared["shared with"].iloc[3] == "everyone"
    assert len(posture.trust(detonation).frame) == 3


def test_the_console_login_without_mfa_is_named(detonation: Case, invictus: Case) -> None:
    assert "1 of 1 console login without MFA: stratus-red-team-nmfalu-" in posture.without_mfa(detonation).reading
    assert "1 of 2 console logins without MFA: stratus-red-team-nmfalu-" in posture.without_mfa(invictus).reading


def test_the_root_user_of_a_real_account_is_told(shared: Path, tmp_path: Path) -> None:
    load([shared / "data" / "cloudtrail" / "tyvision_console_2020"], tmp_path / "archive")
    case = open_case(engine=f"local:{tmp_path / 'archive'}", start="", end="")

    reading = posture.root_use(case).reading

    assert "The root user made 143 calls of 33 names from 37.146.75.28" in reading
    assert "Calls that change something: CreateSubnet 1 and CreateTags 1." in reading
