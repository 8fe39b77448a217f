"""The inventory of the sample's company."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from siemlib.sample import inventory, story, world, write_settings
from siemlib.settings import read_settings

if TYPE_CHECKING:
    from pathlib import Path

HOSTS = (*world.EXPOSED, *world.INSIDE, world.SCANNER, world.QUIET)


def test_every_host_of_the_company_is_an_entry_by_its_name(tmp_path: Path) -> None:
    write_settings(tmp_path)
    entries = {str(each.address.network_address): each for each in read_settings(tmp_path / "siem.toml").inventory}

    assert {host.address: host.name for host in HOSTS}.items() <= {k: v.name for k, v in entries.items()}.items()
    assert story.RUNNER in entries


def test_the_scanner_is_known_and_nobody_of_outside_is() -> None:
    entries = tomllib.loads(inventory.settings_text())["inventory"]
    known = {entry["address"] for entry in entries}

    assert [entry["address"] for entry in entries if entry.get("scanner")] == [story.EXPECTED_SCANNER]
    assert not known & {story.ATTACKER, *story.NEIGHBOURS, *world.CUSTOMERS, *world.NOISE, *world.SERVICES}


def test_the_port_that_the_attacker_opens_is_not_declared() -> None:
    bastion = next(entry for entry in inventory.ENTRIES if entry.address == story.BASTION)

    assert bastion.ports == ("22/tcp", "25/tcp", "323/udp")


def test_settings_that_are_there_already_stay(tmp_path: Path) -> None:
    (tmp_path / "siem.toml").write_text("# mine\n", encoding="utf-8")
    write_settings(tmp_path)

    assert (tmp_path / "siem.toml").read_text("utf-8") == "# mine\n"
