"""Which addresses are internal: those of the private ranges, and of the inventory that the report was built with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from siemlib.errors import UsageError
from siemlib.evidence.manifest import PAYLOAD
from siemlib.model.inventory import Inventory, Known
from siemlib.settings import read_settings, settings_of

if TYPE_CHECKING:
    from pathlib import Path


def read_inventory(settings: Path | None, original: Path) -> Inventory:
    """The inventory of a settings file, or of the working folder.

    Raises UsageError for one with another number of entries than the report was built with: addresses that are known to
    be the organisation's would stay in the copy.
    """
    if settings is not None and not settings.is_file():
        raise UsageError(f"there is no file {settings}")
    found = read_settings(settings) if settings else settings_of()
    entries = found.inventory
    inventory = Inventory(
        [
            Known(each.address, each.name, each.role, each.owner, scanner=each.scanner, ports=each.ports)
            for each in entries
        ]
    )
    if (told := _told(original)) and told.partition(", from ")[0].rstrip(".") != inventory.sentence.rstrip("."):
        raise UsageError(
            f"it was built with another inventory ({told.rstrip('.')}) than that of {len(entries):,} entries here",
            hint="name the siem.toml that it was built with: --inventory FILE",
        )
    return inventory


def _told(original: Path) -> str:
    case = original / PAYLOAD / "case.json"
    return str(json.loads(case.read_bytes()).get("inventory", "")) if case.is_file() else ""
