"""The timeline over the real attack on a mail server: what its publishers say of it, and what its lines say."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from siemlib import open_case
from siemlib.investigate import chronology
from siemlib.investigate.chronology.order import NOT_PROVABLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from siemlib import Case

pytestmark = pytest.mark.xdist_group("real")
ATTACKER, ACCOUNT = "192.168.10.18", "violet"
SUBJECTS = chronology.subjects(ATTACKER, ACCOUNT)
ROOT = "id check returned root"


@pytest.fixture(scope="module")
def case(real_archive: Callable[[str], Path]) -> Case:
    """A case over all of the set."""
    return open_case(engine=f"local:{real_archive('insect')}")


@pytest.fixture(scope="module")
def frame(case: Case) -> pd.DataFrame:
    """The timeline."""
    return chronology.timeline(case, SUBJECTS).frame


def at(clock: str) -> pd.Timestamp:
    return pd.Timestamp(f"2020-03-04 {clock}", tz="UTC")


def lines_that_name(folder: Path) -> int:
    """Lines of all the files of the set that name the address or the account, counted without any code of ours."""
    named = re.compile(rf"(?<![0-9.]){re.escape(ATTACKER)}(?![0-9])|(?<![\w.@-]){ACCOUNT}(?![\w.@-])")
    data = [gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw for raw in map(Path.read_bytes, folder.iterdir())]
    return sum(named.search(line) is not None for text in data for line in text.decode().splitlines())


def test_the_attack_is_seen_in_suricata_the_mail_server_and_the_alerts(frame: pd.DataFrame) -> None:
    attacker = frame[frame["subjects"].str.contains(ATTACKER)]

    assert set(attacker["source"]) == {"suricata", "suricata_fast", "syslog", "ossec"}
    assert attacker["summary"].str.contains("HORDE").any()


def test_its_phases_lie_in_those_of_the_publishers(case: Case) -> None:
    phases = chronology.phases(case, SUBJECTS).frame
    known = [(at("13:54"), at("14:11")), (at("14:14"), at("14:17")), (at("14:24"), at("14:29"))]
    lone = phases[[not any(a <= row.first <= row.last <= b for a, b in known) for row in phases.itertuples()]]

    assert {
        next(n for n, (a, b) in enumerate(known) if a <= row.first <= b) for row in phases.drop(lone.index).itertuples()
    } == {
        0,
        1,
        2,
    }
    # One late request of the guessing tool, which two sensors saw, is of none of them.
    assert set(lone["first"].dt.floor("s")) == {at("14:19:02")}
    assert set(phases.loc[phases["subject"] == ACCOUNT, "at"]) == {ATTACKER, "127.0.0.1"}
    guessing = phases[phases["source"] == "syslog"]
    assert (guessing["failures"] == guessing["events"]).all()


def test_the_two_root_events_are_in_order_and_provably_so(frame: pd.DataFrame) -> None:
    root = frame[frame["summary"].str.contains(ROOT) & (frame["source"] == "suricata")]

    assert list(root["time"].dt.floor("s")) == [at("14:25:40"), at("14:26:18")]
    first, second = (row for _, row in root.iterrows())
    assert second["earliest"] > first["latest"] + pd.Timedelta(seconds=1)
    assert second["order"] != NOT_PROVABLE
    assert first["row"] < second["row"]


def test_the_sensors_two_logs_of_one_packet_are_in_no_proven_order(frame: pd.DataFrame) -> None:
    root = frame[frame["summary"].str.contains(ROOT) & (frame["source"] != "ossec")]
    pair = root[root["time"] == root["time"].iloc[0]]

    assert list(pair["source"]) == ["suricata", "suricata_fast"]
    assert pair["order"].iloc[1] == NOT_PROVABLE


def test_every_alert_quotes_the_line_that_raised_it(frame: pd.DataFrame) -> None:
    alerts = frame[frame["source"] == "ossec"]
    lines = frame.set_index("row").loc[alerts["quotes row"].astype(int)]

    assert len(alerts) == 495
    assert set(lines["source"]) == {"suricata", "suricata_fast", "syslog"}
    assert (alerts["time"].to_numpy() >= lines["time"].to_numpy()).all()


def test_nobody_is_said_to_have_got_in(case: Case) -> None:
    assert chronology.together(case, SUBJECTS).reading.endswith("(276 failed, no success).")
    assert set(chronology.about(case, SUBJECTS).frame["successes"]) == {0}


def test_the_timeline_holds_every_line_that_names_them(frame: pd.DataFrame, shared: Path) -> None:
    folders = ("ossec_wazuh/ait_ldsv1_insect", "mixed/ait_insect_2020")

    assert len(frame) == sum(lines_that_name(shared / "data" / folder) for folder in folders)
