"""A verification is its written steps, each with its outcome; a bag is what RFC 8493 says that it is."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import re
from typing import TYPE_CHECKING

import pytest

from siemlib.evidence.manifest import read_info, write_bag
from siemlib.evidence.steps import Outcome, Step, Verification
from siemlib.evidence.sums import Sums
from siemlib.evidence.verify import STEPS, verify_report
from siemlib.model.clock import now
from tests.evidence.whole import rebag

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Make = Callable[..., Path]

DECLARED = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


@pytest.fixture
def report(make_report: Make, tmp_path: Path) -> Path:
    """A report that verifies."""
    return make_report(tmp_path)


def failed(found: Verification) -> list[int]:
    """The numbers of the steps that failed."""
    return [step.number for step in found.failed]


def listed_anew(folder: Path, name: str = "manifest-sha256.txt") -> None:
    """Give the tag manifest the digest of a file that was changed, so that only what is in it can be wrong."""
    digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    lines = (folder / "tagmanifest-sha256.txt").read_text().splitlines()
    kept = [line for line in lines if not line.endswith(f"  {name}")]
    (folder / "tagmanifest-sha256.txt").write_text("\n".join([*kept, f"{digest}  {name}"]) + "\n")


def test_the_steps_of_a_report_that_is_as_it_was_made(report: Path) -> None:
    found = verify_report(report)
    assert [(step.number, step.outcome) for step in found.failed] == []
    assert found.holds
    assert [step.number for step in found.steps] == list(range(1, len(STEPS) + 1))
    assert [step.title for step in found.steps] == [title for title, _ in STEPS]
    passed = [step.number for step in found.steps if step.outcome is Outcome.PASSED]
    assert passed[:5] == [1, 2, 3, 4, 5]
    assert (found.name, found.digest) == (
        "pivot-ip",
        hashlib.sha256((report / "tagmanifest-sha256.txt").read_bytes()).hexdigest(),
    )
    assert all(step.details and all(step.details) for step in found.steps)


def test_what_is_absent_is_not_called_passed(report: Path) -> None:
    found = verify_report(report)
    assert [step.title for step in found.absent][-3:] == [
        "the signature",
        "the time stamp",
        "the link to the report before",
    ]


def test_a_report_that_nobody_signed_says_that_its_lists_prove_nothing(report: Path) -> None:
    (report / "data" / "report.html").write_bytes((report / "data" / "report.html").read_bytes() + b"<p>x</p>")
    assert failed(verify_report(report)) == [3, 4]
    rebag(report)
    found = verify_report(report)
    assert found.holds
    signature = next(step for step in found.steps if step.title == "the signature")
    assert signature.outcome is Outcome.ABSENT
    assert "could have been changed, and its lists made anew" in " ".join(signature.details)


def test_one_failure_or_none_decides() -> None:
    steps = [Step(1, "a", Outcome.PASSED, ()), Step(2, "b", Outcome.ABSENT, ())]
    assert Verification(tuple(steps)).holds
    assert not Verification((*steps, Step(3, "c", Outcome.FAILED, ()))).holds


@pytest.mark.parametrize("kind", ["link", "link to a folder", "pipe", "linked seal"])
def test_where_something_may_not_be_opened_nothing_is(report: Path, tmp_path: Path, kind: str) -> None:
    match kind:
        case "link":
            (report / "data" / "more").symlink_to("/dev/zero")
        case "link to a folder":
            (report / "data" / "more").symlink_to(tmp_path)
        case "pipe":
            (report / "data" / "report.json").unlink()
            os.mkfifo(report / "data" / "report.json")
        case _:
            (report / "seal").symlink_to(tmp_path)
    found = verify_report(report)
    assert failed(found) == list(range(1, len(STEPS) + 1))
    assert {step.details[0].partition(":")[0] for step in found.steps} == {"not checked"}


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("notes.txt", "seal/notes.txt is no part of a seal"),
        ("old/signature", "seal/old/signature is no part of a seal"),
        ("Signature", "seal/Signature is no part of a seal"),
    ],
)
def test_a_seal_holds_nothing_but_its_parts(report: Path, name: str, problem: str) -> None:
    path = report / "seal" / name
    path.parent.mkdir(parents=True)
    path.write_text("x")
    found = verify_report(report)
    assert 2 in failed(found)
    assert problem in " ".join(found.steps[1].details)


def test_a_part_of_a_seal_may_not_be_of_any_size(report: Path) -> None:
    (report / "seal").mkdir()
    with (report / "seal" / "signature").open("wb") as file:
        file.truncate(2 << 20)
    assert "seal/signature is too large" in verify_report(report).steps[1].details


@pytest.mark.parametrize(
    ("declared", "holds"),
    [
        (DECLARED, True),
        (DECLARED.replace(b"\n", b"\r\n"), True),
        (DECLARED.rstrip(), True),
        (DECLARED.replace(b"1.0", b"0.97"), False),
        (DECLARED.replace(b"UTF-8", b"ISO-8859-1"), False),
        (b"\xef\xbb\xbf" + DECLARED, False),
        (DECLARED.decode().encode("utf-16"), False),
        (DECLARED + b"More: 1\n", False),
        (DECLARED.splitlines(keepends=True)[0], False),
        (DECLARED + b" " * 2000, False),
        (b"", False),
    ],
)
def test_the_declaration_is_two_lines_without_a_byte_order_mark(report: Path, declared: bytes, *, holds: bool) -> None:
    """RFC 8493, 2.1.1."""
    (report / "bagit.txt").write_bytes(declared)
    listed_anew(report, "bagit.txt")
    assert failed(verify_report(report)) == ([] if holds else [1])


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda text: text, ""),
        (lambda text: text.replace("  ", "\t"), ""),
        (lambda text: text.replace("  ", "    "), ""),
        (lambda text: text.replace("  ", " *"), ""),
        (lambda text: "".join(f"{line[:64].upper()}{line[64:]}" for line in text.splitlines(keepends=True)), ""),
        (lambda text: text.replace("\n", "\r\n"), ""),
        (lambda text: text.replace("\n", "\r"), ""),
        (lambda text: text + "\n", ""),
        (lambda text: text.rstrip("\n"), ""),
        (lambda text: text + text.splitlines()[0], "is listed twice"),
        (lambda text: text.replace("data/custody", "DATA/custody"), "DATA/custody.jsonl is listed but missing"),
        (lambda text: text.replace("data/custody", "data/%63ustody"), "data/%63ustody.jsonl is listed but missing"),
        (lambda text: text + f"{'0' * 64}  bagit.txt\n", "bagit.txt does not belong in manifest-sha256.txt"),
        (lambda text: text + f"{'0' * 64}  data/../bagit.txt\n", "not a digest and a path inside the bag"),
        (lambda text: text + f"{'0' * 64}  /etc/hostname\n", "not a digest and a path inside the bag"),
        (lambda text: text + f"{'0' * 63}  data/x\n", "not a digest and a path inside the bag"),
        (lambda text: "\ufeff" + text, "manifest-sha256.txt, line 1: not a digest and a path inside the bag"),
        (lambda text: text.replace("data/custody", "data/./custody"), "data/./custody.jsonl is listed but missing"),
        (lambda text: text.replace("\n", "\u2028"), "data/case.json is not listed in manifest-sha256.txt"),
        (lambda text: text + "data/x\n", "not a digest and a path inside the bag"),
        (lambda text: text + f"{'0' * 64}  data/x\n", "data/x is listed but missing"),
        (lambda text: text.partition("\n")[2], "data/case.json is not listed in manifest-sha256.txt"),
        (lambda _: "", "data/report.html is not listed in manifest-sha256.txt"),
    ],
)
def test_a_manifest_is_read_as_the_rfc_writes_it(report: Path, change: Callable[[str], str], problem: str) -> None:
    """RFC 8493, 2.1.3: white space between, an asterisk that older programs wrote, any case of digits, any line end."""
    path = report / "manifest-sha256.txt"
    path.write_bytes(change(path.read_text()).encode())
    listed_anew(report)
    found = verify_report(report)
    assert (2 in failed(found), found.holds) == ((True, False) if problem else (False, True))
    assert problem in " ".join(found.steps[1].details)


@pytest.mark.parametrize("place", [0, 31, 62])
def test_a_digest_is_compared_to_its_last_digit(report: Path, place: int) -> None:
    path = report / "manifest-sha256.txt"
    text = path.read_text()
    path.write_text(text[:place] + format(int(text[place], 16) ^ 1, "x") + text[place + 1 :])
    listed_anew(report)
    found = verify_report(report)
    assert failed(found) == [3]
    assert "has changed: its digest is not the one in manifest-sha256.txt" in found.steps[2].details[0]


def test_a_file_that_cannot_be_read_is_not_taken_for_unchanged(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = Sums._sum

    def broken(self: Sums, path: Path) -> str:
        if path.name == "custody.jsonl":
            raise OSError(errno.EIO, "a bad block")
        return own(self, path)

    monkeypatch.setattr(Sums, "_sum", broken)
    assert verify_report(report).steps[2].details == ("data/custody.jsonl cannot be read: a bad block",)
    assert not verify_report(report).holds


@pytest.mark.parametrize("name", ["data/custody.jsonl", "../assets/plotly-1.min.js"])
def test_a_file_that_may_not_be_read_fails_its_step_and_breaks_nothing(
    report: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Root may read everything, and so the system is made to refuse it."""
    path = os.path.normpath(report / name)
    own_os, own_io = os.open, io.open

    def refused(file: object, opener: Callable[..., object], *arguments: object, **options: object) -> object:
        if isinstance(file, (str, os.PathLike)) and os.path.normpath(os.fspath(file)) == path:
            raise PermissionError(errno.EACCES, "Permission denied", os.fspath(file))
        return opener(file, *arguments, **options)

    monkeypatch.setattr(os, "open", lambda file, *more, **options: refused(file, own_os, *more, **options))
    monkeypatch.setattr(io, "open", lambda file, *more, **options: refused(file, own_io, *more, **options))
    found = verify_report(report)
    assert found.failed
    assert f"{name} cannot be read: Permission denied" in [each for step in found.failed for each in step.details]


@pytest.mark.parametrize("name", ["manifest-md5.txt", "fetch.txt", "notes/more.txt", "tagmanifest-sha512.txt"])
def test_no_file_beside_the_payload_is_unlisted(report: Path, name: str) -> None:
    (report / name).parent.mkdir(exist_ok=True)
    (report / name).write_text("")
    found = verify_report(report)
    assert failed(found) == [2]
    assert f"{name} is not listed in tagmanifest-sha256.txt" in found.steps[1].details


def test_a_tag_manifest_does_not_list_itself(report: Path) -> None:
    """RFC 8493, 2.2.1."""
    with (report / "tagmanifest-sha256.txt").open("a") as file:
        file.write(f"{'0' * 64}  tagmanifest-sha256.txt\n")
    found = verify_report(report)
    assert "tagmanifest-sha256.txt does not belong in tagmanifest-sha256.txt" in found.steps[1].details


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda text: text.replace("Payload-Oxum: ", "Payload-Oxum:\t"), ""),
        (lambda text: text.replace("Payload-Oxum: ", "payload-oxum: "), ""),
        (lambda text: text.replace("Payload-Oxum: ", "Payload-Oxum: 1"), "but bag-info.txt states 1"),
        (lambda text: text.replace("Payload-Oxum: ", "Payload-Size: "), "bag-info.txt states no Payload-Oxum"),
        (lambda text: text + "Payload-Oxum: 1.1\n", "states Payload-Oxum 2 times, not once"),
        (lambda text: text + "nothing\n", "not a name and a value"),
        (lambda text: re.sub("Payload-Oxum: ([0-9]+)", r"Payload-Oxum: \1\n 1", text), "but bag-info.txt states"),
    ],
)
def test_the_payload_is_of_the_size_that_is_stated(report: Path, change: Callable[[str], str], problem: str) -> None:
    """RFC 8493, 2.2.2."""
    path = report / "bag-info.txt"
    path.write_text(change(path.read_text()))
    listed_anew(report, "bag-info.txt")
    found = verify_report(report)
    assert (4 in failed(found)) is bool(problem)
    assert problem in " ".join(found.steps[3].details)


def test_long_tags_are_folded_and_read_again_as_they_were(tmp_path: Path) -> None:
    """RFC 8493, 2.2.2: lines of at most 79 characters, the next ones beginning with white space."""
    (tmp_path / "data").mkdir()
    value = " ".join(["name=pivot-ip", "x" * 100, *(f"p{number}=v:{number}" for number in range(30))])
    write_bag(tmp_path, day=now().date(), info={"External-Identifier": value})
    lines = (tmp_path / "bag-info.txt").read_text().splitlines()
    assert len([line for line in lines if line.startswith(" ")]) > 3
    assert [line for line in lines if len(line) > 79] == [f" {'x' * 100}"]
    assert dict(read_info(tmp_path))["External-Identifier"] == value


def test_a_manifest_that_fills_the_memory_is_not_read(report: Path) -> None:
    with (report / "manifest-sha256.txt").open("wb") as file:
        file.truncate(1 << 33)  # sparse: it takes no room on the disk
    (report / "tagmanifest-sha256.txt").write_text("")
    assert "manifest-sha256.txt is larger than" in verify_report(report).steps[1].details[0]


def test_a_custody_log_that_fills_the_memory_is_not_read(report: Path) -> None:
    with (report / "data" / "custody.jsonl").open("wb") as file:
        file.truncate((8 << 20) + 1)  # sparse
    rebag(report)
    assert verify_report(report).steps[4].details == ("data/custody.jsonl is larger than 8,388,608 bytes",)


@pytest.mark.parametrize("name", ["manifest-sha256.txt", "data/custody.jsonl"])
def test_faults_without_end_are_not_told_without_end(report: Path, name: str) -> None:
    (report / name).write_text("x\n" * 5_000)
    found = verify_report(report)
    assert not found.holds
    assert max(len(step.details) for step in found.steps) < 1_200


def test_a_document_of_more_values_than_the_memory_should_hold_is_not_read(report: Path) -> None:
    record = min((report / "data" / "runs").glob("*.json"))
    record.write_text("[" + "{}," * 2_000_000 + "0]")
    details = verify_report(report).steps[5].details
    assert f"runs/{record.name} holds more than 2,000,000 values, and is not read" in details


@pytest.mark.parametrize("name", ["bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"])
def test_files_that_are_no_text_are_told(report: Path, name: str) -> None:
    (report / name).write_bytes(b"\xff\xfe\x00")
    found = verify_report(report)
    assert any(f"{name} is not UTF-8 text" in detail for step in found.steps for detail in step.details)
    assert not found.holds
