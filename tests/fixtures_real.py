"""Archives of the real logs, each made once in a test run, by the name of an incident.

``from tests.fixtures_real import real_archive`` in a ``conftest.py`` makes the fixture known there;
``real_archive("insect")`` is then the folder of an archive. Mark the tests ``xdist_group("real")``, so that one
worker makes them all; see :mod:`tests.fixtures_sample` for what is kept. ``real_report("logins")`` is the report of a
notebook over the set that suits it, likewise.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import pytest

from siemlib.archive.load import load
from siemlib.report.build import Request, build_report
from siemlib.report.definition import find

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from siemlib.report.build import Built

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


SUITABLE: dict[str, tuple[str, dict[str, str]]] = {
    "overview": ("insect", {}),
    "triage-alert": ("insect", {"alert": "1588001006.9628221"}),
    "pivot-ip": ("insect", {"ip": "192.168.10.18"}),
    "pivot-user": ("invictus", {"user": "bert-jan"}),
    "traffic": ("flows", {}),
    "logins": ("openssh", {}),
    "open-ports": ("wazuh", {}),
    "retention": ("postgres", {}),
    "timeline": ("insect", {"addresses": "192.168.10.18", "users": "violet"}),
    "posture": ("invictus", {}),
}
"""For each notebook a real set that answers it, by its name in ``tests.fixtures_real``, and its parameters."""


@pytest.fixture(scope="session")
def real_archive(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Gives the archive of an incident of :data:`REAL`."""
    return lambda name: _made(name, shared / "data", tmp_path_factory.getbasetemp() / f"real-{name}" / "archive")


@cache
def _made(name: str, data: Path, archive: Path) -> Path:
    folders, year = REAL[name]
    load([data / folder for folder in folders], archive, year=year)
    return archive


@pytest.fixture(scope="session")
def real_report(
    real_archive: Callable[[str], Path], project: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Built]]:
    """Gives the report of a notebook over its set of :data:`SUITABLE`; all of them stand in one ``reports/``."""
    made: dict[str, Built] = {}
    root = tmp_path_factory.mktemp("real-reports") / "reports"

    def report(name: str) -> Built:
        if name not in made:
            archive, given = SUITABLE[name]
            definition = find(name, [project / "notebooks"])
            engine = f"local:{real_archive(archive)}"
            request = Request(definition, definition.values(given), engine, "", "", date(2026, 3, 4))
            made[name] = build_report(request, root, lambda _done, _total: None)
        return made[name]

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(project))
        yield report
