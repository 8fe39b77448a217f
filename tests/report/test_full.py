"""A disk that is full leaves the reports as they were, whatever was just being written."""

from __future__ import annotations

import errno
from datetime import date
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from siemlib.errors import SiemError
from siemlib.evidence.keys import FileSigner
from siemlib.evidence.verify import verify_report
from siemlib.report import build as build_module
from siemlib.report.build import Request, build_report
from siemlib.report.definition import read_definition
from siemlib.report.sealing import Sealing
from tests.report.killing import PHASES, executed
from tests.report.notebook import WHOLE, write_notebook

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.report.build import Built

pytestmark = pytest.mark.xdist_group("report")


def full(*_arguments: object, **_named: object) -> None:
    """What a disk says that has no room left."""
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def request_of(built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Request:
    """A report that is executed by copying the record of another, and signed."""
    definition = read_definition(write_notebook(tmp_path / "notebooks" / "pivot-test.ipynb", *WHOLE))
    monkeypatch.setattr(build_module, "execute", executed(built.folder / "data", halfway=False))
    signer = FileSigner(ed25519.Ed25519PrivateKey.generate())
    return Request(
        definition,
        definition.values({"ip": "192.0.2.7"}),
        f"local:{tmp_path}",
        "",
        "",
        date(2026, 3, 4),
        sealing=Sealing(signer, None),
    )


@pytest.mark.parametrize("phase", ["page", "bag", "sealing"])
def test_a_disk_that_is_full_while_a_report_is_made_leaves_nothing_of_it(
    request_of: Request, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, phase: str
) -> None:
    earlier = tmp_path / "reports" / "2026-03-04" / "pivot-test" / "kept"
    earlier.parent.mkdir(parents=True)
    earlier.write_text("as it was")
    owner, name = PHASES[phase]
    monkeypatch.setattr(owner, name, full)

    with pytest.raises(SiemError, match=r"could not be kept in .*: No space left on device"):
        build_report(request_of, tmp_path / "reports", lambda _done, _total: None)

    assert [path.name for path in (tmp_path / "reports").iterdir()] == ["2026-03-04"]
    here = {path.name for path in earlier.parent.parent.iterdir()}
    assert here - {"assets"} == {"pivot-test"}, "but for the script that all reports of a date share"
    assert earlier.read_text() == "as it was"


def test_a_report_whose_index_cannot_be_written_is_there_and_said_to_be(
    request_of: Request, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build_module, "write_index", full)

    with pytest.raises(SiemError, match="pivot-test, but the index is not written: No space left on device"):
        build_report(request_of, tmp_path / "reports", lambda _done, _total: None)

    folder = tmp_path / "reports" / "2026-03-04" / "pivot-test"
    assert verify_report(folder).holds
    assert folder.stat().st_mode & 0o777 == 0o755, "a report is there to be read by others"
    assert not list((tmp_path / "reports").glob(".building-*"))
