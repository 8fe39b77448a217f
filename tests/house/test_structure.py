"""The house is as CONTRIBUTING.md says: tests mirror the package, verbs are documented, dependencies stated once."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest

from siemlib.cli.app import GROUPS, VERBS
from siemlib.settings import CostSettings, LiveSettings, SealSettings, Settings
from tests.house.files import project_files

if TYPE_CHECKING:
    from pathlib import Path

NOT_MIRRORED = {"house", "cases", "notebooks", "others", "hostile"}
"""Folders of tests about the whole: rules of the house, language cases, notebooks, others' programs, hostile logs."""


def test_every_test_file_stands_where_the_module_it_tests_does(project: Path) -> None:
    strays = []
    for test in (project / "tests").rglob("test_*.py"):
        folder = test.relative_to(project / "tests").parent
        if folder.parts and folder.parts[0] in NOT_MIRRORED:
            continue
        if not (project / "siemlib" / folder).is_dir():
            strays.append(str(test.relative_to(project)))
    assert strays == []


def test_every_package_of_siemlib_has_tests(project: Path) -> None:
    packages = [p.parent for p in (project / "siemlib").rglob("__init__.py") if p.parent != project / "siemlib"]
    untested = [
        str(p.relative_to(project))
        for p in packages
        if not list((project / "tests" / p.relative_to(project / "siemlib")).rglob("test_*.py"))
    ]
    assert untested == []


@pytest.mark.parametrize("verb", [*VERBS, *GROUPS])
def test_every_verb_of_the_command_line_is_in_the_readme(project: Path, verb: str) -> None:
    assert re.search(rf"\bsiem {verb}\b", (project / "README.md").read_text("utf-8"))


def test_the_readmes_first_screen_holds_the_two_commands(project: Path) -> None:
    first_screen = (project / "README.md").read_text("utf-8").splitlines()[:40]
    assert "make demo" in first_screen
    assert "make test" in first_screen


def test_conda_users_get_the_dependencies_of_pyproject(project: Path) -> None:
    declared = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*declared["dependencies"], *declared["optional-dependencies"]["dev"]]
    text = (project / "environment.yml").read_text("utf-8")
    given = re.findall(r"^ {6}- (\S+)$", text, flags=re.MULTILINE)
    assert sorted(given) == sorted(wanted)
    assert f"python{declared['requires-python']}" in text


def test_every_direct_dependency_is_locked_with_hashes(project: Path) -> None:
    declared = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))["project"]
    lock = (project / "requirements.lock").read_text("utf-8")
    for requirement in [*declared["dependencies"], *declared["optional-dependencies"]["dev"]]:
        name = re.split(r"[<>=!~\[ ]", requirement, maxsplit=1)[0]
        assert re.search(rf"^{re.escape(name)}==\S+.*\\\n\s+--hash=sha256:", lock, flags=re.MULTILINE), name


def test_every_target_that_contributing_names_is_in_the_makefile(project: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (project / "Makefile").read_text("utf-8"), flags=re.MULTILINE))
    for document in ("README.md", "CONTRIBUTING.md"):
        named = set(re.findall(r"\bmake ([a-z]+)\b`?", (project / document).read_text("utf-8")))
        assert named <= targets, document


def test_the_changelog_keeps_the_form_of_keep_a_changelog(project: Path) -> None:
    text = (project / "CHANGELOG.md").read_text("utf-8")
    assert text.startswith("# Changelog\n")
    assert "keepachangelog.com" in text
    assert re.search(r"^## \[Unreleased\]$", text, flags=re.MULTILINE)
    headings = re.findall(r"^### (.+)$", text, flags=re.MULTILINE)
    assert set(headings) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert headings


def test_the_help_loads_nothing_heavy() -> None:
    script = (
        "import sys\n"
        "from siemlib.cli.app import run\n"
        "assert run(['--help']) == 0\n"
        "heavy = {'pandas', 'duckdb', 'pyarrow', 'plotly', 'papermill', 'numpy', 'boto3'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "load" in done.stdout


def test_files_that_should_run_are_executable(project: Path) -> None:
    scripts = [p for p in project_files(project) if p.read_bytes()[:2] == b"#!"]
    assert project / ".ci" / "run" in scripts
    assert [str(p) for p in scripts if not p.stat().st_mode & 0o100] == []


def test_the_example_settings_show_every_setting_with_its_default(project: Path) -> None:
    text = (project / "siem.toml").read_text("utf-8")
    shown = tomllib.loads(re.sub(r"^# (\w+ = |\[\[)", r"\1", text, flags=re.MULTILINE))
    # Files that need not be there, an inventory and routes have no default to show, but an example to be read.
    assert shown.pop("saved_queries") == {"folder": "queries"}
    assert [entry.name for entry in Settings(inventory=shown.pop("inventory")).inventory] == ["bastion-1"]
    assert sorted(Settings(alerts=shown.pop("alerts")).alerts.routes) == [3, 7, 12]
    assert shown.pop("cloudtrail") == {"public_keys": "cloudtrail-public-keys.json"}
    assert shown.pop("geoip") == {"file": "GeoLite2-Country.mmdb"}
    examples = {name: shown["live"].pop(name) for name in ("log_groups", "sources", "delays", "spool")}
    assert LiveSettings.model_validate(examples).spool == "spool"
    assert CostSettings.model_validate(shown.pop("cost")).per_report == 50
    one_of_two = shown.pop("seal")
    assert one_of_two.pop("key") == "report-key.pem"
    assert SealSettings.model_validate(one_of_two).kms == "alias/reports"
    assert shown.pop("live") == LiveSettings().model_dump(exclude=set(examples))
    without = {"saved_queries", "inventory", "alerts", "cloudtrail", "geoip", "live", "cost", "seal"}
    assert shown == Settings().model_dump(exclude=without)
    tables = {"archive", "lookup_tables", "saved_queries", "alerts", "cloudtrail", "geoip", "live", "cost", "seal"}
    tables |= {"reports"}
    assert tomllib.loads(text) == {name: {} for name in tables}
