"""Archives of the real logs, each made once in a test run, by the name of an incident.

``from tests.fixtures_real import real_archive`` in a ``conftest.py`` makes the fixture known there;
``real_archive("insect")`` is then the folder of an archive. Mark the tests ``xdist_group("real")``, so that one
worker makes them all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.archive.load import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

REAL: dict[str, tuple[tuple[str, ...], int | None]] = {
    "insect": (("ossec_wazuh/ait_ldsv1_insect", "mixed/ait_insect_2020"), 2020),
    "flows": (("vpcflow/tyvision_cdl_2020",), None),
    "openssh": (("auth/loghub_openssh_2k/OpenSSH_2k.log.gz",), 2023),
    "invictus": (("cloudtrail/invictus_stratus_2023",), None),
    "wazuh": (("ossec_wazuh/wazuh4_kali_sample",), None),
    "postgres": (("rds/pgbadger_postgres",), None),
    "web": (("web/nielsbasjes_hackers_access",), None),
    "audit": (("auth/ait_audit_2k",), None),
}
"""The folders below ``data`` of each incident, and the year of lines that have none."""


@pytest.fixture(scope="session")
def real_archive(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Gives the archive of an incident of :data:`REAL`."""
    made: dict[str, Path] = {}

    def archive(name: str) -> Path:
        if name not in made:
            folders, year = REAL[name]
            made[name] = tmp_path_factory.mktemp(f"real-{name}") / "archive"
            load([shared / "data" / folder for folder in folders], made[name], year=year)
        return made[name]

    return archive
