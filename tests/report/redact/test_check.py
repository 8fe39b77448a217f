"""A copy is made again and compared: by its owner, with the same key and inventory and the same version."""

from __future__ import annotations

import json
import shutil
from ipaddress import ip_network
from typing import TYPE_CHECKING

import pytest

from siemlib.errors import EvidenceError
from siemlib.evidence.chain import digest_of
from siemlib.evidence.steps import Outcome
from siemlib.evidence.verify import verify_report
from siemlib.model.inventory import Inventory, Known
from siemlib.report.redact.check import check_copy
from siemlib.report.redact.make import redacted_copy
from tests.report.redact.leaks import files_of

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.report.build import Built

pytestmark = pytest.mark.xdist_group("report")
KEY, INVENTORY = b"k" * 32, Inventory()


@pytest.fixture(scope="module")
def copy(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return redacted_copy(built.folder, tmp_path_factory.mktemp("copies"), KEY, INVENTORY, None)


def test_it_is_the_same_in_every_byte_and_verifies_alone(copy: Path, built: Built) -> None:
    outcome, details = check_copy(copy, built.folder, KEY, INVENTORY)
    assert outcome is Outcome.PASSED, details
    assert verify_report(copy).holds


def test_its_folder_has_nothing_that_is_made_of_the_subject_without_the_key(built: Built, tmp_path: Path) -> None:
    for number, name in enumerate(("pivot-test-anna-b-9b3d0970", "pivot-test-a-name-of-many-letters-that-was-c")):
        other = tmp_path / name
        shutil.copytree(built.folder, other)
        copy = redacted_copy(other, tmp_path / f"copy{number}", KEY, INVENTORY, None)
        assert copy.name == f"pivot-test-{digest_of(built.folder)[:8]}"


def test_with_another_key_or_inventory_it_is_another(copy: Path, built: Built) -> None:
    known = Inventory([Known(ip_network("192.0.2.0/24"), "office")])
    for key, inventory in ((b"x" * 32, INVENTORY), (KEY, known)):
        outcome, (said,) = check_copy(copy, built.folder, key, inventory)
        assert outcome is Outcome.FAILED
        assert "another key, or with another inventory" in said


def test_neither_an_original_nor_a_copy_of_a_copy_is_one(copy: Path, built: Built, tmp_path: Path) -> None:
    outcome, (said,) = check_copy(built.folder, built.folder, KEY, INVENTORY)
    assert (outcome, said) == (Outcome.FAILED, "it does not say that it is a redacted copy")
    with pytest.raises(EvidenceError, match="redacted copy itself"):
        redacted_copy(copy, tmp_path, KEY, INVENTORY, None)
    assert check_copy(copy, copy, KEY, INVENTORY)[0] is Outcome.FAILED


def test_the_page_says_of_what_it_is_a_copy_and_links_to_the_proof(copy: Path) -> None:
    page = (copy / "data" / "report.html").read_text("utf-8")
    assert "<title>Redacted copy: " in page
    assert '@top-left { content: "redacted\\20 copy\\3a ' in page
    assert "· redacted copy</p>" in page
    assert '<a href="#prove">' in page
    assert '<p id="prove">' in page
    assert "A redacted copy names no report before it" in page
    assert "Left out: the SQL of queries." in page


def test_the_custody_log_has_one_line_more_and_names_nobody(copy: Path, built: Built) -> None:
    def entries(folder: Path) -> list[dict[str, object]]:
        return [json.loads(line) for line in (folder / "data" / "custody.jsonl").read_text("utf-8").splitlines()]

    *first, last = entries(copy)
    assert [entry["time"] for entry in first] == [entry["time"] for entry in entries(built.folder)]
    assert str(last["what"]).startswith("made a redacted copy of the report with the tag manifest ")


def test_a_copy_that_another_version_made_is_told(copy: Path, built: Built, tmp_path: Path) -> None:
    other = tmp_path / copy.name
    for name, data in files_of(copy):
        (other / name).parent.mkdir(parents=True, exist_ok=True)
        (other / name).write_bytes(data.replace(b"Bag-Software-Agent: siemlib ", b"Bag-Software-Agent: siemlib 0."))
    page = other / "data" / "report.html"
    page.write_bytes(page.read_bytes() + b"\n")
    outcome, details = check_copy(other, built.folder, KEY, INVENTORY)
    assert outcome is Outcome.FAILED
    assert "data/report.html is not what is made of the original" in details
    assert "only the same version makes it again" in details[-1]
