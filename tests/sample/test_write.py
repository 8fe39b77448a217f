"""The whole sample: its size, its bytes, and that it names nobody who exists."""

from __future__ import annotations

import hashlib
import ipaddress
import os
import re
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from siemlib.model.timespan import render_millis
from siemlib.sample import LOG_GROUPS, day, write_sample

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.sample import Truth
    from tests.sample.conftest import Events

_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "0.0.0.0/32")
_DOCUMENTATION = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
_ALLOWED = [ipaddress.ip_network(network) for network in (*_PRIVATE, *_DOCUMENTATION)]
_VERSIONS = {"203.0.113.660", "1203.0.113.66", "144.0.0.0"}
"""Numbers with three dots that are versions and no addresses."""


def _digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_it_has_about_150_000_events_in_seven_log_groups(truth: Truth) -> None:
    assert 135_000 <= truth.events <= 165_000
    assert set(truth.log_groups) == set(LOG_GROUPS.values())
    assert all(group.all.events > 1000 for group in truth.log_groups.values())


def test_every_log_group_has_a_folder_of_its_own_and_nothing_else_is_written(sample: Path) -> None:
    assert {path.name for path in sample.iterdir()} == {*LOG_GROUPS, "truth.json"}


def test_the_same_seed_gives_the_same_bytes_whatever_the_hash_seed_zone_and_locale(
    sample: Path, tmp_path: Path
) -> None:
    code = "import sys, pathlib; from siemlib.sample import write_sample; write_sample(pathlib.Path(sys.argv[1]))"
    strange = os.environ | {"PYTHONHASHSEED": "4242", "TZ": "Asia/Kathmandu", "LC_ALL": "C", "PYTHONUTF8": "0"}
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, env=strange)
    assert _digests(tmp_path) == _digests(sample)


def test_another_seed_gives_another_sample_of_the_same_story(tmp_path: Path, truth: Truth) -> None:
    other = write_sample(tmp_path, seed=8)
    assert other.facts == truth.facts
    assert other.counts != truth.counts
    assert 135_000 <= other.events <= 165_000


def test_writing_it_again_over_itself_changes_nothing(tmp_path: Path) -> None:
    write_sample(tmp_path)
    before = _digests(tmp_path)
    write_sample(tmp_path)
    assert _digests(tmp_path) == before


def test_it_is_written_within_ten_seconds_of_processor(tmp_path: Path) -> None:
    started = time.process_time()
    write_sample(tmp_path)
    assert time.process_time() - started < 10


def test_the_files_say_when_they_were_delivered_so_that_syslog_has_a_year(sample: Path) -> None:
    times = {path.stat().st_mtime for path in sample.rglob("*") if path.is_file()}
    assert times == {day.START + day.SECONDS}


@pytest.mark.parametrize("folder", LOG_GROUPS)
def test_the_files_hold_as_many_events_as_the_truth_says_between_the_same_times(
    folder: str, written: dict[str, Events], truth: Truth
) -> None:
    group = truth.log_groups[LOG_GROUPS[folder]]
    events = written[folder]
    assert len(events) == group.all.events + group.duplicates
    assert render_millis(min(events)[0]) == group.all.first
    assert render_millis(max(events)[0]) == group.all.last


@pytest.mark.parametrize("folder", LOG_GROUPS)
def test_every_event_happens_on_the_day(folder: str, written: dict[str, Events]) -> None:
    span = day.timespan()
    assert all(span.start_ms <= time < span.end_ms for time, _ in written[folder])


@pytest.mark.parametrize("folder", LOG_GROUPS)
def test_every_address_is_of_a_private_or_a_documentation_network(folder: str, written: dict[str, Events]) -> None:
    found = {text for _, message in written[folder] for text in re.findall(r"\d+(?:\.\d+){3}", message)}
    found |= {text for _, message in written[folder] for text in re.findall(r"2001:[0-9a-f:]*[0-9a-f]", message)}
    addresses = [ipaddress.ip_address(text) for text in found - _VERSIONS]
    strange = [str(one) for one in addresses if not any(one in network for network in _ALLOWED)]
    assert strange == []


def test_every_key_id_says_that_it_is_an_example(written: dict[str, Events]) -> None:
    found = {key for _, message in written["cloudtrail"] for key in re.findall(r"\bA[A-Z]{2}A[A-Z0-9]{12,}\b", message)}
    assert {"AKIADEPLOY000EXAMPLE", "AKIABACKUP000EXAMPLE"} <= found
    assert [key for key in found if len(key) != 20 or not key.endswith("EXAMPLE")] == []


def test_nights_are_quieter_than_afternoons(written: dict[str, Events]) -> None:
    hours = [time // 3_600_000 % 24 for time, line in written["web-access"] if "203.0.113.66" not in line]
    assert hours.count(3) * 2 < hours.count(14)
