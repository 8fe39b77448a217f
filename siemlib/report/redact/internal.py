"""Which addresses are internal: those of the private ranges, and of the inventory that the report was built with."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from siemlib.errors import UsageError
from siemlib.evidence.manifest import PAYLOAD
from siemlib.evidence.redact import Redactor
from siemlib.investigate.traffic.inside import condition, fitting
from siemlib.model.inventory import AddressKind, Inventory, Known
from siemlib.settings import read_settings, settings_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from siemlib.model.observable import Address

_SAME_EVERYWHERE = re.compile(r"127\.|169\.254\.|::1\Z|0\.0\.0\.0\Z")
"""Addresses that each machine has: of itself, of its link."""


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


def networks_digest(key: bytes, inventory: Inventory) -> str:
    """What tells whether two inventories name the same internal networks; nothing to those without the key."""
    named = (f"{each.network}{' scanner' if each.scanner else ''}" for each in inventory.entries)
    return Redactor(key, (), lambda _address: False).digest("networks", " ".join(sorted(named)))


def internal(inventory: Inventory) -> Callable[[Address], bool]:
    """Whether an address is internal: private, or of a network of the organisation, whatever scanner it belongs to."""
    inside = (AddressKind.OURS, AddressKind.INTERNAL, AddressKind.PRIVATE)
    own = Inventory([each for each in inventory.entries if not each.scanner])

    def is_internal(address: Address) -> bool:
        if _SAME_EVERYWHERE.match(address.text):
            return False
        label = own.label(address)
        return label is not None and label.kind in inside

    return is_internal


def conditions(inventory: Inventory) -> tuple[str, ...]:
    """The regular expression by which queries tell internal addresses, if there are others than the private ranges."""
    own, private = (_regular(each) for each in (inventory, Inventory()))
    return (own,) if own != private else ()


def _regular(inventory: Inventory) -> str:
    return condition("", fitting(inventory.networks_inside)).partition("/^")[2].partition("/")[0]
