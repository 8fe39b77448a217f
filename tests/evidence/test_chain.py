"""Each report names the one before it, and a chain that was cut or changed is told, wherever its parts were moved."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from siemlib.errors import EvidenceError
from siemlib.evidence.chain import Link, check_link, digest_of, read_link, report_before
from siemlib.evidence.digest import sha256_file
from siemlib.evidence.steps import Outcome
from tests.evidence.tampering import flip
from tests.evidence.whole import PARAMETERS, rebag

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Make = Callable[..., Path]


def check(folder: Path, *, chain: bool = False, previous: Path | None = None) -> tuple[Outcome, str]:
    """What comes of the link of a report below its ``reports/``."""
    outcome, details = check_link(folder, previous=previous, root=folder.parent.parent, chain=chain)
    return outcome, " ".join(details)


@pytest.fixture
def chained(make_report: Make, tmp_path: Path) -> list[Path]:
    """Reports of three days, each but the first naming the one before."""
    made: list[Path] = []
    for day in ("2026-03-02", "2026-03-03", "2026-03-04"):
        before = {} if not made else Link(f"{made[-1].parent.name}/pivot-ip", digest_of(made[-1])).tags
        made.append(make_report(tmp_path, day, info=before))
    return made


def test_the_last_report_of_the_same_name_and_parameters_comes_before(make_report: Make, tmp_path: Path) -> None:
    make_report(tmp_path, "2026-03-01")
    wanted = make_report(tmp_path, "2026-03-02", "pivot-ip-192.0.2.7")
    make_report(tmp_path, "2026-03-02", "pivot-ip", parameters={"ip": "192.0.2.8"})
    make_report(tmp_path, "2026-03-03", name="pivot-ipv6")
    make_report(tmp_path, "2026-03-05")
    digest = sha256_file(wanted / "tagmanifest-sha256.txt")
    assert report_before(tmp_path, "pivot-ip", PARAMETERS, "2026-03-04") == (wanted, digest)
    assert report_before(tmp_path, "pivot-ip", {"ip": "192.0.2.9"}, "2026-03-04") is None


@pytest.mark.parametrize(
    ("folder", "said"),
    [
        ("pivot-ip", {"status": "failed"}),
        ("pivot-ip-FAILED", {"status": "failed"}),
        ("pivot-ip-FAILED", {}),
        ("pivot-ip-FAILED.1", {"status": "failed"}),
        ("pivot-ip-REFUSED", {}),
        ("pivot-ip-REFUSED.2", {}),
    ],
)
def test_a_report_that_failed_or_was_refused_does_not_count(
    make_report: Make, tmp_path: Path, folder: str, said: dict[str, str]
) -> None:
    wanted = make_report(tmp_path, "2026-03-01")
    make_report(tmp_path, "2026-03-02", folder, **said)
    found = report_before(tmp_path, "pivot-ip", PARAMETERS, "2026-03-04")
    assert found
    assert found[0] == wanted


def test_of_one_day_the_latest_built_comes_before_whatever_its_folder_is_called(
    make_report: Make, tmp_path: Path
) -> None:
    make_report(tmp_path, folder="pivot-ip", built="2026-03-05T06:00:00+00:00")
    wanted = make_report(tmp_path, folder="pivot-ip-192.0.2.7", built="2026-03-05T07:00:00+00:00")
    found = report_before(tmp_path, "pivot-ip", PARAMETERS, "2026-03-04")
    assert found
    assert found[0] == wanted


def test_one_that_was_begun_first_and_ended_last_is_the_one_that_comes_before(
    make_report: Make, tmp_path: Path
) -> None:
    wanted = make_report(tmp_path, folder="pivot-ip", built="2026-03-05T06:00:00+00:00")
    make_report(tmp_path, folder="pivot-ip.1", built="2026-03-05T07:00:00+00:00")
    found = report_before(tmp_path, "pivot-ip", PARAMETERS, "2026-03-04")
    assert found
    assert found[0] == wanted


def test_of_two_that_were_built_in_one_second_the_one_that_was_not_displaced_is_the_later(
    make_report: Make, tmp_path: Path
) -> None:
    folders = [make_report(tmp_path, folder=name) for name in ("pivot-ip.1", "pivot-ip.10", "pivot-ip.2", "pivot-ip")]
    for wanted in (folders[3], folders[1], folders[2], folders[0]):
        found = report_before(tmp_path, "pivot-ip", PARAMETERS, "2026-03-04")
        assert found
        assert found[0] == wanted
        shutil.rmtree(wanted)
    assert report_before(tmp_path, "pivot-ip", PARAMETERS, "2026-03-04") is None


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000, '{"name": "pivot-ip"}', "\xff"])
def test_a_report_whose_summary_cannot_be_read_does_not_count(make_report: Make, tmp_path: Path, text: str) -> None:
    made = make_report(tmp_path, "2026-03-03")
    (made / "data" / "report.json").write_text(text, "latin-1")
    assert report_before(tmp_path, "pivot-ip", PARAMETERS, "2026-03-04") is None


def test_a_report_without_a_seal_does_not_count(make_report: Make, tmp_path: Path) -> None:
    made = make_report(tmp_path, "2026-03-03")
    (made / "tagmanifest-sha256.txt").unlink()
    assert report_before(tmp_path, "pivot-ip", PARAMETERS, "2026-03-04") is None


def test_what_is_written_of_the_report_before_is_read_again(chained: list[Path]) -> None:
    assert read_link(chained[2]) == Link("2026-03-03/pivot-ip", sha256_file(chained[1] / "tagmanifest-sha256.txt"))
    assert read_link(chained[0]) is None


def test_the_first_of_its_chain_is_not_called_passed(chained: list[Path]) -> None:
    outcome, words = check(chained[0])
    assert outcome is Outcome.ABSENT
    assert "no report before it" in words


def test_a_chain_is_walked_back_to_its_first_report(chained: list[Path]) -> None:
    assert check(chained[2]) == (Outcome.PASSED, "it follows 2026-03-03/pivot-ip")
    outcome, words = check(chained[2], chain=True)
    assert outcome is Outcome.PASSED
    assert "the chain is whole: 2 before it, the first 2026-03-02/pivot-ip; their files are as they were" in words


def test_a_report_before_that_was_displaced_is_found_by_its_digest(chained: list[Path], make_report: Make) -> None:
    chained[1].rename(chained[1].with_name("pivot-ip.1"))
    make_report(chained[1].parent.parent, "2026-03-03", built="2026-03-06T06:00:00+00:00")
    outcome, words = check(chained[2])
    assert outcome is Outcome.PASSED
    assert "now at 2026-03-03/pivot-ip.1" in words
    assert check(chained[2], chain=True)[0] is Outcome.PASSED


def test_a_report_before_that_is_not_there_is_absent_and_in_a_whole_chain_missing(chained: list[Path]) -> None:
    shutil.rmtree(chained[1].parent)
    outcome, words = check(chained[2])
    assert outcome is Outcome.ABSENT
    assert "2026-03-03/pivot-ip, is not here" in words
    assert check(chained[2], chain=True)[0] is Outcome.FAILED


def test_another_report_in_the_place_of_the_one_before_is_told(chained: list[Path], make_report: Make) -> None:
    shutil.rmtree(chained[1])
    make_report(chained[1].parent.parent, "2026-03-03", built="2026-03-06T06:00:00+00:00")
    outcome, words = check(chained[2])
    assert outcome is Outcome.FAILED
    assert "what stands at 2026-03-03/pivot-ip is not the report before it, or was changed" in words


def test_a_report_before_that_was_changed_and_listed_anew_is_told(chained: list[Path]) -> None:
    (chained[1] / "data" / "report.html").write_text("all is well")
    rebag(chained[1])
    assert check(chained[2])[0] is Outcome.FAILED


def test_the_digest_of_the_report_before_is_compared_to_its_last_digit(chained: list[Path]) -> None:
    info, digest = chained[2] / "bag-info.txt", digest_of(chained[1])
    other = digest[:-1] + format(int(digest[-1], 16) ^ 1, "x")
    info.write_text(info.read_text().replace(digest, other))
    assert check(chained[2])[0] is Outcome.FAILED
    assert check(chained[2], previous=chained[1])[0] is Outcome.FAILED


def test_a_report_may_be_told_which_one_came_before(chained: list[Path], tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere" / "2026-03-03" / "pivot-ip"
    shutil.move(chained[1], elsewhere)
    assert check(chained[2])[0] is Outcome.ABSENT
    assert check(chained[2], previous=elsewhere)[0] is Outcome.PASSED
    assert check(chained[2], previous=chained[0])[0] is Outcome.FAILED
    assert check(chained[0], previous=elsewhere)[0] is Outcome.FAILED


def test_a_chain_that_is_cut_further_back_is_told(chained: list[Path]) -> None:
    shutil.rmtree(chained[0])
    outcome, words = check(chained[2], chain=True)
    assert outcome is Outcome.FAILED
    assert "2026-03-02/pivot-ip, which came before 2026-03-03/pivot-ip, is not here" in words
    assert check(chained[2])[0] is Outcome.PASSED


def test_an_earlier_report_that_hides_what_came_before_it_is_told(chained: list[Path]) -> None:
    info = chained[1] / "bag-info.txt"
    info.write_text("".join(line for line in info.read_text().splitlines(keepends=True) if "Previous" not in line))
    outcome, words = check(chained[2], chain=True)
    assert outcome is Outcome.FAILED
    assert "bag-info.txt of 2026-03-03/pivot-ip was changed" in words


@pytest.mark.parametrize(
    "tags",
    [
        "Previous-Report: 2026-03-03/pivot-ip\n",
        f"Previous-Tagmanifest-SHA256: {'0' * 64}\n",
        f"Previous-Report: ../../etc\nPrevious-Tagmanifest-SHA256: {'0' * 64}\n",
        f"Previous-Report: 2026-03-03/..\nPrevious-Tagmanifest-SHA256: {'0' * 64}\n",
        f"Previous-Report: 2026-03-03/a/b\nPrevious-Tagmanifest-SHA256: {'0' * 64}\n",
        "Previous-Report: 2026-03-03/a\nPrevious-Tagmanifest-SHA256: none\n",
        f"Previous-Report: 2026-03-03/a\nPrevious-Report: 2026-03-03/b\nPrevious-Tagmanifest-SHA256: {'0' * 64}\n",
    ],
)
def test_half_a_link_and_a_place_elsewhere_are_no_link(tmp_path: Path, tags: str) -> None:
    (tmp_path / "bag-info.txt").write_text(tags)
    with pytest.raises(EvidenceError, match="does not say which report came before"):
        read_link(tmp_path)


def test_the_page_links_to_the_page_of_the_report_before(tmp_path: Path) -> None:
    own, before = (tmp_path / day / "pivot-ip" / "data" for day in ("2026-03-04", "2026-03-03"))
    own.mkdir(parents=True)
    before.mkdir(parents=True)
    (before / "report.html").write_text("before")
    assert (own / Link("2026-03-03/pivot-ip", "0" * 64).href).read_text() == "before"


def test_a_pipe_in_an_earlier_report_is_not_waited_for(chained: list[Path]) -> None:
    info = chained[0] / "bag-info.txt"
    info.unlink()
    os.mkfifo(info)
    outcome, words = check(chained[2], chain=True)
    assert outcome is Outcome.FAILED
    assert (
        "it follows 2026-03-03/pivot-ip the chain is cut: bag-info.txt of 2026-03-02/pivot-ip cannot be read" in words
    )
    assert "2026-03-02/pivot-ip, an earlier report: bag-info.txt is neither a file nor a folder" in words


@pytest.mark.parametrize("place", [0, 1])
def test_a_changed_byte_in_an_earlier_report_is_told_where_the_chain_is_walked(chained: list[Path], place: int) -> None:
    exhibit = next((chained[place] / "data" / "exhibits").glob("*.parquet"))
    flip(exhibit)
    assert check(chained[2])[0] is Outcome.PASSED
    outcome, words = check(chained[2], chain=True)
    assert outcome is Outcome.FAILED
    day = chained[place].parent.name
    assert f"{day}/pivot-ip, an earlier report: data/exhibits/{exhibit.name} has changed" in words
    assert words.count("an earlier report") == 1


def test_a_file_that_is_gone_from_an_earlier_report_or_came_to_it_is_told(chained: list[Path]) -> None:
    (chained[0] / "data" / "report.html").unlink()
    (chained[1] / "data" / "more.txt").write_text("x")
    outcome, words = check(chained[2], chain=True)
    assert outcome is Outcome.FAILED
    assert "2026-03-02/pivot-ip, an earlier report: data/report.html is listed but missing" in words
    assert "2026-03-03/pivot-ip, an earlier report: data/more.txt is not listed in manifest-sha256.txt" in words
