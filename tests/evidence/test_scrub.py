"""Records name no path of the machine that made them."""

from __future__ import annotations

from pathlib import Path

import pytest

from siemlib.evidence.scrub import path_words, recorded_url, scrub


@pytest.mark.parametrize(
    ("url", "recorded"),
    [
        ("local:/var/cases/2026/archive", "local:archive"),
        ("local:/var/cases/archive/", "local:archive"),
        ("local:archive", "local:archive"),
        ("local:../x/archive", "local:archive"),
        ("live:eu-central-1?profile=audit&endpoint=http://user:pw@host", "live:eu-central-1"),
    ],
)
def test_an_engine_is_recorded_by_its_name_alone(url: str, recorded: str) -> None:
    assert recorded_url(url) == recorded


def test_every_spelling_of_the_archive_is_replaced(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    real = tmp_path / "real" / "archive"
    real.mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    monkeypatch.chdir(tmp_path)
    words = path_words("local:link/archive")
    text = f"from {real}/x.parquet and {tmp_path / 'link' / 'archive'}/y.parquet, in the archive"
    assert scrub(text, words) == "from archive/x.parquet and archive/y.parquet, in the archive"
    assert path_words("live:eu-central-1") == {}


def test_the_longest_path_is_replaced_and_its_longer_neighbour_is_not() -> None:
    words = {"/srv": "home", "/srv/a": "archive"}
    assert scrub("/srv/a/b /srv/ab /srvx /srv.", words) == "archive/b home/ab /srvx home."


def test_the_root_of_the_file_system_replaces_nothing() -> None:
    assert scrub("/etc/passwd", {str(Path("/")): "home"}) == "/etc/passwd"
