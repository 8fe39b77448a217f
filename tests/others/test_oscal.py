"""Our assessment results are read by the models that are made of NIST's published schema."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.report.build import Built

pytestmark = pytest.mark.xdist_group("report")
_READ = """
import pathlib, sys
from trestle.oscal.assessment_results import AssessmentResults
found = AssessmentResults.oscal_read(pathlib.Path(sys.argv[1]))
(result,) = found.results
print(len(result.observations), len(found.back_matter.resources))
"""


def read(project: Path, path: Path) -> subprocess.CompletedProcess[str]:
    command = [project / ".others" / "bin" / "python", "-W", "ignore", "-c", _READ, path]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def document(built: Built) -> Any:  # noqa: ANN401 - a JSON document
    path = built.folder / "data" / "oscal-assessment-results.json"
    return json.loads(path.read_text("utf-8"))["assessment-results"]


def test_the_assessment_results_of_a_report_are_valid(project: Path, built: Built) -> None:
    done = read(project, built.folder / "data" / "oscal-assessment-results.json")
    assert done.returncode == 0, done.stderr
    files = sum(len(exhibit.files) for exhibit in built.page.record.exhibits)
    assert done.stdout.split() == ["21", str(files + 1)]


def test_a_document_without_a_result_is_refused_by_the_same_models(project: Path, built: Built, tmp_path: Path) -> None:
    spoiled = document(built)
    del spoiled["results"]
    (tmp_path / "spoiled.json").write_text(json.dumps({"assessment-results": spoiled}), encoding="utf-8")
    assert read(project, tmp_path / "spoiled.json").returncode != 0


def test_every_resource_has_the_digest_that_the_manifest_lists(built: Built) -> None:
    manifest = (built.folder / "manifest-sha256.txt").read_text("utf-8")
    links = [link for resource in document(built)["back-matter"]["resources"] for link in resource["rlinks"]]
    hashed = [link for link in links if "hashes" in link]
    assert hashed
    for link in hashed:
        assert f"{link['hashes'][0]['value']}  data/{link['href']}\n" in manifest


def test_it_makes_no_claim_that_a_control_is_met(built: Built) -> None:
    (result,) = document(built)["results"]
    assert "findings" not in result
    assert "attestations" not in result
