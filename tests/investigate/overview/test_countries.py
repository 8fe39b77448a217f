"""Which countries got through, and which of them are new; without a file no country is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.case import open_case
from siemlib.investigate.overview import countries
from tests.investigate.incident import ALERTS, CALLS, FLOWS, Log, case_over
from tests.investigate.mmdb import COUNTRIES, write_countries
from tests.investigate.overview.conftest import BEFORE, merged

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case


def with_countries(folder: Path, *logs: Log, file: str = "small.mmdb") -> Case:
    """The hour of the incident, with settings that name a file of countries."""
    case_over(folder, *logs)
    write_countries(folder / "small.mmdb")
    (folder / "siem.toml").write_text(f'[geoip]\nfile = "{file}"\n')
    return open_case(engine=f"local:{folder / 'archive'}", start="2026-03-04T02:00Z", end="2026-03-04T03:00Z")


def test_addresses_are_counted_by_country_and_source(tmp_path: Path) -> None:
    frame = countries(with_countries(tmp_path, FLOWS, CALLS)).frame
    rows = {(row["country"], row["source"]): (row["addresses"], row["events"]) for _, row in frame.iterrows()}

    assert rows == {
        # The attacker's two flows (one is the answer, to it) and the neighbour's; what was rejected does not count.
        ("Utopia (UT)", "VPC flow logs"): (2, 3),
        # One of the attacker's five calls was denied.
        ("Utopia (UT)", "CloudTrail"): (1, 4),
        ("Ruritania (RU)", "CloudTrail"): (1, 1),
    }


def test_a_country_is_new_by_the_log_that_was_there_before(tmp_path: Path) -> None:
    answer = countries(with_countries(tmp_path, *merged(*BEFORE, FLOWS, CALLS)))

    # The neighbour had come in before; of the calls, those of maria were from Ruritania.
    assert "New since the window before: Utopia (UT) (CloudTrail)." in answer.reading
    before = answer.frame.set_index(["country", "source"])["events before"]
    assert before["Utopia (UT)", "VPC flow logs"] == 1
    assert before["Ruritania (RU)", "CloudTrail"] == 1


def test_without_a_window_before_no_country_is_called_new(tmp_path: Path) -> None:
    answer = countries(with_countries(tmp_path, FLOWS))

    assert "New since" not in answer.reading
    assert "No comparison: nothing is held before" in answer.reading
    assert answer.frame["events before"].isna().all()


def test_the_answer_names_the_file_and_its_digest(tmp_path: Path) -> None:
    answer = countries(with_countries(tmp_path, FLOWS))

    assert "Countries by small.mmdb, built " in answer.reading
    assert ", SHA-256 " in answer.searched
    ((told, _),) = answer.given
    assert told in answer.reading
    assert ", SHA-256 " in told


def test_without_a_file_no_country_is_told(case: Case) -> None:
    answer = countries(case)

    assert answer.reading.startswith("Not examined: no GeoIP file is configured")
    assert not answer.runs
    assert not any(name in answer.reading for name, _ in COUNTRIES.values())


def test_a_file_that_is_not_there_fails_no_report(tmp_path: Path) -> None:
    answer = countries(with_countries(tmp_path, FLOWS, file="gone.mmdb"))

    assert answer.reading.startswith("Not examined: the GeoIP file gone.mmdb cannot be read")
    assert not answer.runs


def test_without_a_log_that_tells_of_addresses_nothing_is_examined(tmp_path: Path) -> None:
    assert countries(with_countries(tmp_path, ALERTS)).reading.startswith("Not examined: no log group holds")
