"""Small databases of countries in MaxMind's format, as the real ones are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mmdb_writer import MMDBWriter
from netaddr import IPSet

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

COUNTRIES = {
    "203.0.113.0/24": ("Utopia", "UT"),
    "198.51.100.0/24": ("Ruritania", "RU"),
    "2001:db8::/32": ("Laputa", "LP"),
}


def write_countries(path: Path, networks: Mapping[str, tuple[str, str]] | None = None) -> Path:
    """Write a database that knows these networks, each with the name and the code of its country."""
    writer = MMDBWriter(ip_version=6, ipv4_compatible=True, database_type="Test-Country")
    for network, (name, code) in (COUNTRIES if networks is None else networks).items():
        writer.insert_network(IPSet([network]), {"country": {"iso_code": code, "names": {"en": name}}})
    writer.to_db_file(str(path))
    return path
