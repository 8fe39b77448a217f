"""Countries come from a local file alone, and a file that is none says so in words."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from siemlib.errors import UsageError
from siemlib.investigate.countries import countries_of, open_countries
from tests.investigate.incident import QUIET, case_over
from tests.investigate.mmdb import write_countries

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("address", "country"),
    [
        ("203.0.113.66", "Utopia (UT)"),
        ("198.51.100.9", "Ruritania (RU)"),
        ("2001:db8::1", "Laputa (LP)"),
        ("192.0.2.1", None),
        ("10.0.0.5", None),
        ("no address", None),
        ("", None),
    ],
)
def test_an_address_has_the_country_that_the_file_says(tmp_path: Path, address: str, country: str | None) -> None:
    assert open_countries(write_countries(tmp_path / "small.mmdb")).of(address) == country


def test_the_file_is_named_with_the_day_it_was_built_and_its_digest(tmp_path: Path) -> None:
    path = write_countries(tmp_path / "small.mmdb")
    known = open_countries(path)

    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert known.sentence == f"Countries by small.mmdb, built {known.built:%Y-%m-%d}, SHA-256 {digest}."
    assert str(tmp_path) not in known.sentence


def test_a_flat_record_is_read_and_one_without_a_country_is_not(tmp_path: Path) -> None:
    writer = MMDBWriter(database_type="Flat")
    writer.insert_network(IPSet(["192.0.2.0/25"]), {"country": "Utopia", "country_code": "UT"})
    writer.insert_network(IPSet(["192.0.2.128/25"]), {"autonomous_system_number": 64500, "country": {"names": 7}})
    writer.to_db_file(str(tmp_path / "flat.mmdb"))
    known = open_countries(tmp_path / "flat.mmdb")

    assert known.of("192.0.2.1") == "Utopia (UT)"
    assert known.of("192.0.2.129") is None


def test_a_hostile_name_stays_one_short_line(tmp_path: Path) -> None:
    name = "<b>\n\x1b[31m" + "x" * 500
    known = open_countries(write_countries(tmp_path / "small.mmdb", {"192.0.2.0/24": (name, "UT")}))

    told = known.of("192.0.2.1") or ""
    assert "\n" not in told
    assert "\x1b" not in told
    assert len(told) < 100


@pytest.mark.parametrize(
    "content", [b"", b"not a database", b"\xab\xcd\xefMaxMind.com", b"\xab\xcd\xefMaxMind.com\xe0"]
)
def test_what_is_no_database_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.mmdb"
    path.write_bytes(content)

    with pytest.raises(UsageError, match=r"^the GeoIP file bad\.mmdb "):
        open_countries(path)


def test_a_damaged_database_is_refused_in_words_or_gives_one_plain_line(tmp_path: Path) -> None:
    good = write_countries(tmp_path / "good.mmdb").read_bytes()
    refusals, answers = [], []
    for place in range(0, len(good), 7):
        path = tmp_path / "bad.mmdb"
        path.write_bytes(good[:place] + bytes([good[place] ^ 0xFF]) + good[place + 1 :])
        try:
            answers.append(open_countries(path).of("203.0.113.66"))
        except UsageError as refused:  # any other error ends the test
            refusals.append(refused.message)

    assert refusals
    assert answers
    assert [said for said in refusals if not said.startswith("the GeoIP file bad.mmdb ")] == []
    assert [told for told in answers if told is not None and not told.isprintable()] == []


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"the GeoIP file none\.mmdb cannot be read: No such file"):
        open_countries(tmp_path / "none.mmdb")


def test_the_settings_beside_an_archive_name_the_file(tmp_path: Path) -> None:
    case = case_over(tmp_path / "quiet", QUIET)
    assert countries_of(case) is None

    write_countries(tmp_path / "quiet" / "small.mmdb")
    (tmp_path / "quiet" / "siem.toml").write_text('[geoip]\nfile = "small.mmdb"\n')
    known = countries_of(case)
    assert known is not None
    assert known.name == "small.mmdb"
