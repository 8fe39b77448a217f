"""The settings file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from siemlib.errors import UsageError
from siemlib.settings import Settings, inventory_origin, read_settings, settings_files, settings_of


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
        ('[seal]\nkey = "a.pem"\nkms = "alias/a"\n', "seal: key and kms are both given; one signs"),
    ],
)
def test_a_faulty_file_is_told_by_its_name_and_the_key(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "siem.toml").write_text(text)
    with pytest.raises(UsageError) as error:
        read_settings(tmp_path / "siem.toml")
    assert reason in error.value.message
    assert "siem.toml" in error.value.message


def _entry(address: str, rest: str = "") -> str:
    return f'[[inventory]]\naddress = {address}\nname = "web-1"\n{rest}\n'


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (_entry('"10.0.1.0/33"'), "inventory.1.address: no address and no network: '10.0.1.0/33'"),
        (_entry('"010.0.0.1"'), "no address and no network"),
        (_entry('"web-1"'), "no address and no network: 'web-1'"),
        (_entry("167772161"), "no address and no network: 167772161"),
        (
            _entry('"10.0.1.10/24"'),
            "10.0.1.10/24 has bits set behind its mask: write 10.0.1.0/24 for the network, or 10.0.1.10 for the host",
        ),
        (_entry('"10.0.0.1"') + _entry('"::ffff:10.0.0.1"'), "entries 1 (web-1) and 2 (web-1) are both of 10.0.0.1"),
        (_entry('"10.0.0.0/8"') * 2, "are both of 10.0.0.0/8"),
        (_entry('"10.0.0.1"', 'ports = ["65536/tcp"]'), "inventory.1.ports.1: no port: '65536/tcp'"),
        (_entry('"10.0.0.1"', 'ports = ["0/udp"]'), "no port"),
        (_entry('"10.0.0.1"', 'ports = ["22"]'), 'write "22/tcp" or "53/udp"'),
        (_entry('"10.0.0.1"', "ports = [22]"), "inventory.1.ports.1"),
        (_entry('"10.0.0.1"', 'rol = "x"'), "inventory.1.rol: Extra inputs are not permitted"),
        ('[[inventory]]\naddress = "10.0.0.1"\n', "inventory.1.name: Field required"),
        ('[[inventory]]\naddress = "10.0.0.1"\nname = " "\n', "inventory.1.name"),
        ('[inventory]\naddress = "10.0.0.1"\nname = "x"\n', "write [[inventory]], in two brackets"),
    ],
)
def test_a_fault_of_an_entry_is_told_by_its_place_and_with_what_to_write(
    tmp_path: Path, text: str, reason: str
) -> None:
    (tmp_path / "siem.toml").write_text(text)
    with pytest.raises(UsageError) as error:
        read_settings(tmp_path / "siem.toml")
    assert reason in error.value.message
    assert "Value error" not in error.value.message


def test_an_entry_is_read_in_its_canonical_form(tmp_path: Path) -> None:
    (tmp_path / "siem.toml").write_text(_entry('" ::ffff:10.0.0.0/104 "', 'ports = ["022/tcp"]'))
    entry = read_settings(tmp_path / "siem.toml").inventory[0]
    assert (str(entry.address), entry.ports) == ("10.0.0.0/8", ("22/tcp",))


def test_what_a_file_names_is_below_its_own_folder(tmp_path: Path) -> None:
    text = '[lookup_tables]\nusers = "users.csv"\nall = "/srv/all.csv"\n[saved_queries]\nfolder = "mine"\n'
    (tmp_path / "siem.toml").write_text(text)
    settings = read_settings(tmp_path / "siem.toml")
    assert settings.lookup_tables == {"users": str(tmp_path / "users.csv"), "all": "/srv/all.csv"}
    assert settings.saved_queries.folder == str(tmp_path / "mine")


@pytest.fixture
def project_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with notebooks and an archive that has settings of its own; the notebooks are worked on."""
    for folder in ("notebooks", "demo/archive", "other/archive"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "siem.toml").write_text(_entry('"10.0.0.1"') + "[archive]\nmax_message_bytes = 2048\n")
    (tmp_path / "demo" / "siem.toml").write_text(_entry('"10.0.0.2"'))
    monkeypatch.chdir(tmp_path / "notebooks")
    return tmp_path


def test_each_table_is_that_of_the_archive_or_else_of_the_working_folder(project_folder: Path) -> None:
    archive = project_folder / "demo" / "archive"
    settings = settings_of(archive)
    assert [str(entry.address) for entry in settings.inventory] == ["10.0.0.2/32"]
    assert settings.archive.max_message_bytes == 2048
    assert inventory_origin(archive) == "siem.toml beside the archive"


def test_without_a_file_beside_the_archive_the_nearest_above_the_working_folder_counts(project_folder: Path) -> None:
    archive = project_folder / "other" / "archive"
    assert settings_files(archive) == (project_folder / "siem.toml",)
    assert [str(entry.address) for entry in settings_of(archive).inventory] == ["10.0.0.1/32"]
    assert inventory_origin(archive) == "siem.toml of the working folder or of one above it"


def test_an_archive_is_found_by_the_way_a_notebook_names_it(project_folder: Path) -> None:
    assert [str(entry.address) for entry in settings_of(Path("../demo/archive")).inventory] == ["10.0.0.2/32"]
    (project_folder / "link").mkdir()
    (project_folder / "link" / "archive").symlink_to(project_folder / "demo" / "archive")
    (project_folder / "link" / "siem.toml").write_text(_entry('"10.0.0.3"'))
    assert [str(entry.address) for entry in settings_of(Path("../link/archive")).inventory] == ["10.0.0.3/32"]


def test_one_file_that_is_both_is_read_once(project_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project_folder / "demo")
    assert settings_files(Path("archive")) == (Path("siem.toml"),)


def test_a_file_above_where_anybody_may_write_is_passed_over(
    project_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project_folder / "demo" / "siem.toml").unlink()
    monkeypatch.chdir(project_folder / "demo" / "archive")
    project_folder.chmod(0o777)
    assert settings_of(Path()) == Settings()
    assert inventory_origin(Path()) == ""


@pytest.mark.parametrize("working", ["demo", "notebooks"], ids=["in the working folder", "beside the archive"])
def test_a_file_that_another_user_laid_where_anybody_may_write_is_refused(
    project_folder: Path, monkeypatch: pytest.MonkeyPatch, working: str
) -> None:
    monkeypatch.chdir(project_folder / working)
    archive = project_folder / "demo" / "archive"
    (project_folder / "demo").chmod(0o777)
    assert settings_of(archive).inventory  # it is our own
    if os.geteuid() == 0:
        os.chown(project_folder / "demo" / "siem.toml", 12_345, -1)
    else:
        other = os.geteuid() + 1
        monkeypatch.setattr(os, "geteuid", lambda: other)
    with pytest.raises(UsageError, match=r"siem.toml is another user's, in a folder where anybody may write"):
        settings_of(archive)
    (project_folder / "demo").chmod(0o755)
    assert settings_of(archive).inventory
