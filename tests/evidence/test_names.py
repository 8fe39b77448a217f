"""Names that other systems take for one are told before the second file takes the place of the first."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from siemlib.evidence.bundle import export
from siemlib.evidence.names import clashes
from siemlib.evidence.unpack import verify_packed
from siemlib.evidence.verify import verify_report
from tests.evidence.whole import rebag

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Make = Callable[..., Path]

COMPOSED, APART = "data/\u00e9.txt", "data/e\u0301.txt"
"""An e with an accent as one character, and as two: macOS writes the second for both."""


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["a/b", "a/c", "a", "b"], []),
        (["data/A.txt", "data/a.txt"], [("data/A.txt", "data/a.txt")]),
        ([COMPOSED, APART], [(COMPOSED, APART)]),
        (["data/\u00c9.txt", APART], [("data/\u00c9.txt", APART)]),
        (["data/stra\u00dfe", "data/STRASSE"], [("data/stra\u00dfe", "data/STRASSE")]),
        (["data/runs/1", "Data/runs/2"], [("data/runs", "Data/runs")]),
        (["data/runs/1", "data/Runs/2", "data/runs/3"], [("data/runs", "data/Runs")]),
        (["data/a/b", "data/A"], [("data/a", "data/A")]),
    ],
)
def test_paths_are_compared_as_other_systems_do(names: list[str], found: list[tuple[str, str]]) -> None:
    assert list(clashes(names)) == found


@pytest.mark.parametrize("names", [("data/notes.txt", "data/NOTES.txt"), (COMPOSED, APART)])
def test_a_bag_that_cannot_be_unpacked_elsewhere_does_not_verify(
    make_report: Make, tmp_path: Path, names: tuple[str, str]
) -> None:
    report = make_report(tmp_path)
    for name in names:
        (report / name).write_text(name)
    rebag(report)
    (step,) = verify_report(report).failed
    assert (step.number, step.details) == (2, (f"{' and '.join(sorted(names))} are one name on some systems",))


@pytest.mark.parametrize("names", [("more.txt", "MORE.txt"), ("\u00e9", "e\u0301"), ("sub/a", "SUB/b")])
def test_a_zip_with_two_names_for_one_is_refused_before_a_byte_is_written(
    make_report: Make, tmp_path: Path, names: tuple[str, str]
) -> None:
    packed = tmp_path / "a.zip"
    export(make_report(tmp_path), packed)
    with zipfile.ZipFile(packed, "a") as zipped:
        for name in names:
            zipped.writestr(f"pivot-ip/data/{name}", name)
    (step,) = verify_packed(packed).failed
    assert step.title == "the zip file"
    assert "are one name on some systems" in step.details[0]
