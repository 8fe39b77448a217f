"""The events of a subject, each read by the source that it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.investigate import sightings as module
from siemlib.investigate.pivot import address, user
from siemlib.investigate.sightings import sightings
from tests.investigate.incident import APP, ATTACKER, FLOWS, SSHD, Log, case_over

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from siemlib.case import Case


def test_every_event_of_the_address_is_read_and_none_of_its_neighbours(case: Case) -> None:
    seen = sightings(case, address(ATTACKER))

    assert len(seen.frame) == seen.total == 41
    assert seen.unread == ()
    assert not seen.frame["summary"].str.contains("203.0.113.6 |203.0.113.166", regex=True).any()


def test_a_log_of_no_known_kind_is_read_as_plain_lines() -> None:
    name, entry = module.read_entry(f"client {ATTACKER}: request refused", ())

    assert (name, entry.action, entry.summary) == ("other", "line", f"client {ATTACKER}: request refused")


def test_in_a_log_group_of_two_kinds_each_event_is_read_by_its_own(tmp_path: Path) -> None:
    case = case_over(tmp_path, SSHD, Log("auth", "vpc_flow", FLOWS.lines))

    frame = sightings(case, address(ATTACKER)).frame

    assert frame["source"].value_counts().to_dict() == {"vpc_flow": 26, "sshd": 5}


def test_events_that_were_not_read_are_counted_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_READ", 3)
    case = case_over(tmp_path, SSHD, APP)

    seen = sightings(case, address(ATTACKER))

    assert seen.total == 6
    assert len(seen.frame) == 5
    assert seen.unread == (
        "Of 5 events in auth the oldest 3 were read, and of the later ones those alone that tell of a login.",
    )


def test_they_are_read_once_for_each_subject(case: Case) -> None:
    assert sightings(case, user("maria")) is sightings(case, user("maria"))
    assert sightings(case, user("maria")) is not sightings(case, user("deploy"))


def test_a_line_of_another_kind_in_a_log_of_anything_is_read_as_what_it_is() -> None:
    line = f"Mar  4 02:00:00 web sshd[1]: Accepted password for root from {ATTACKER} port 22 ssh2"

    for group in ("json_events", "plain", "cloudtrail"):
        assert module.read_entry(line, (group,))[0] == "sshd"
    assert module.read_entry("no time, no kind", ("plain",))[0] == "plain"
