"""The settings file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.errors import UsageError
from siemlib.settings import Settings, read_settings

if TYPE_CHECKING:
    from pathlib import Path


def test_without_a_file_everything_is_as_documented(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "siem.toml") == Settings()


def test_a_value_in_the_file_is_used(tmp_path: Path) -> None:
    (tmp_path / "siem.toml").write_text("[archive]\nmax_message_bytes = 2048\n")
    assert read_settings(tmp_path / "siem.toml").archive.max_message_bytes == 2048


def test_the_example_in_the_project_is_valid(project: Path) -> None:
    assert isinstance(read_settings(project / "siem.toml"), Settings)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[archive\n", "not TOML"),
        ("[archive]\nmax_mesage_bytes = 1\n", "archive.max_mesage_bytes: Extra inputs are not permitted"),
        ("[archive]\nmax_message_bytes = 'many'\n", "archive.max_message_bytes"),
        ("[archive]\nmax_message_bytes = 0\n", "greater than or equal to 1024"),
    ],
)
def test_a_faulty_file_is_told_by_its_name_and_the_key(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "siem.toml").write_text(text)
    with pytest.raises(UsageError) as error:
        read_settings(tmp_path / "siem.toml")
    assert reason in error.value.message
    assert "siem.toml" in error.value.message
