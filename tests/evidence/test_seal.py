"""A seal holds as long as nothing changes, and openssl says the same by the lines that the page prints."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemlib.errors import EvidenceError, UsageError
from siemlib.evidence.keys import FileSigner, read_public_key, signer_from_file
from siemlib.evidence.manifest import SEAL_FILES, TAG_MANIFEST, write_bag
from siemlib.evidence.seal import FINGERPRINT_LINE, read_seal, signature_line, write_seal
from siemlib.evidence.seal_files import NOTE, PUBLIC_KEY, SIGNATURE, Note, SealPlan, read_member
from siemlib.evidence.sealed import check_signature
from siemlib.evidence.steps import Outcome
from siemlib.model.clock import now
from tests.evidence.sealing import KINDS, bag, private_key, run_line, sealed, write_key

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def signers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, FileSigner]:
    folder = tmp_path_factory.mktemp("keys")
    return {kind: signer_from_file(write_key(folder / f"{kind}.pem", private_key(kind)), None) for kind in KINDS}


@pytest.fixture(scope="module")
def whole(signers: dict[str, FileSigner], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sealed bag, never changed."""
    folder = tmp_path_factory.mktemp("whole") / "bag"
    sealed(folder, signers["Ed25519"])
    return folder


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    return shutil.copytree(whole, tmp_path / "bag")


def by_openssl(folder: Path) -> bool:
    """What the printed line says."""
    note = read_seal(folder)
    assert note is not None
    return run_line(signature_line(note.plan.algorithm), folder)[0] == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_seal_holds_and_openssl_says_so_by_the_line_of_the_page(
    signers: dict[str, FileSigner], tmp_path: Path, kind: str
) -> None:
    signer = signers[kind]
    seal = sealed(tmp_path / "bag", signer)
    fingerprint = read_public_key(signer.public_key).fingerprint
    assert (seal.plan.algorithm, seal.plan.fingerprint, seal.plan.held) == (kind, fingerprint, {"held": "file"})
    code, said = run_line(signature_line(kind), tmp_path / "bag")
    assert (code, said.strip()) == (0, {KINDS[0]: "Signature Verified Successfully", KINDS[1]: "Verified OK"}[kind])
    assert run_line(FINGERPRINT_LINE, tmp_path / "bag")[1].split()[0] == fingerprint
    outcome, details = check_signature(tmp_path / "bag", signer.public_key)
    assert outcome is Outcome.PASSED, details
    assert any("the key that you trust" in each for each in details)
    assert check_signature(tmp_path / "bag", fingerprint.encode())[0] is Outcome.PASSED
    assert run_line(f"sha256sum --quiet -c {TAG_MANIFEST}", tmp_path / "bag") == (0, "")


def test_without_a_key_to_trust_it_says_that_nobody_knows_whose_it_is(whole: Path) -> None:
    outcome, details = check_signature(whole, None)
    assert outcome is Outcome.PASSED
    assert any("is not known here" in each for each in details)


@given(data=st.data())
def test_any_changed_byte_of_the_tag_manifest_breaks_the_signature(whole: Path, data: st.DataObject) -> None:
    path = whole / TAG_MANIFEST
    content = path.read_bytes()
    place = data.draw(st.integers(0, len(content) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != content[place]))
    try:
        path.write_bytes(content[:place] + bytes([byte]) + content[place + 1 :])
        assert check_signature(whole, None)[0] is Outcome.FAILED
    finally:
        path.write_bytes(content)


@given(data=st.data())
def test_any_changed_byte_of_the_seal_is_found(whole: Path, data: st.DataObject) -> None:
    path = whole / "seal" / data.draw(st.sampled_from([SIGNATURE, PUBLIC_KEY, NOTE]))
    content = path.read_bytes()
    place = data.draw(st.integers(0, len(content) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != content[place]))
    try:
        path.write_bytes(content[:place] + bytes([byte]) + content[place + 1 :])
        outcome, details = check_signature(whole, None)
        assert outcome is Outcome.FAILED, (path.name, place, byte, details)
    finally:
        path.write_bytes(content)


def test_what_is_cut_or_appended_breaks_it_here_and_for_openssl(copy: Path) -> None:
    for name, change in (
        (f"seal/{SIGNATURE}", lambda data: data[:-1]),
        (f"seal/{SIGNATURE}", lambda data: data + b"\n"),
        (f"seal/{SIGNATURE}", lambda _: b""),
        (TAG_MANIFEST, lambda data: data + b"\n"),
        (TAG_MANIFEST, lambda data: data[:-1]),
    ):
        before = (copy / name).read_bytes()
        (copy / name).write_bytes(change(before))
        assert check_signature(copy, None)[0] is Outcome.FAILED, name
        assert not by_openssl(copy), name
        (copy / name).write_bytes(before)
    assert check_signature(copy, None)[0] is Outcome.PASSED


def test_a_bag_signed_again_with_another_key_is_found_also_by_who_trusts_none(
    copy: Path, signers: dict[str, FileSigner]
) -> None:
    other = signers["ECDSA-P256-SHA256"]
    (copy / "seal" / SIGNATURE).write_bytes(other.sign((copy / TAG_MANIFEST).read_bytes()))
    (copy / "seal" / PUBLIC_KEY).write_bytes(other.public_key)
    outcome, details = check_signature(copy, None)
    assert outcome is Outcome.FAILED
    assert any("another key" in each for each in details)


def test_a_forged_report_that_is_sealed_anew_is_found_by_the_key_that_one_trusts(
    whole: Path, signers: dict[str, FileSigner], tmp_path: Path
) -> None:
    forger = signers["ECDSA-P256-SHA256"]
    sealed(tmp_path / "forged", forger)
    assert check_signature(tmp_path / "forged", None)[0] is Outcome.PASSED
    outcome, details = check_signature(tmp_path / "forged", signers["Ed25519"].public_key)
    assert outcome is Outcome.FAILED
    assert any("not by the key that you trust" in each for each in details)
    assert check_signature(whole, forger.public_key)[0] is Outcome.FAILED


def test_a_public_key_that_is_written_another_way_is_not_the_file_that_was_sealed(copy: Path) -> None:
    path = copy / "seal" / PUBLIC_KEY
    for other in (path.read_bytes().replace(b"\n", b"\r\n"), b"# a comment\n" + path.read_bytes()):
        path.write_bytes(other)
        assert check_signature(copy, None)[0] is Outcome.FAILED


@pytest.mark.parametrize("name", [SIGNATURE, PUBLIC_KEY, NOTE])
def test_a_part_that_is_gone_is_missed(copy: Path, name: str) -> None:
    (copy / "seal" / name).unlink()
    outcome, details = check_signature(copy, None)
    assert outcome is Outcome.FAILED
    assert any(name in each for each in details)


def test_a_seal_that_is_gone_altogether_is_missed_because_the_report_says_that_there_is_one(copy: Path) -> None:
    shutil.rmtree(copy / "seal")
    assert check_signature(copy, None)[0] is Outcome.FAILED


def test_a_signature_that_somebody_added_to_an_unsigned_report_is_no_seal_of_it(
    signers: dict[str, FileSigner], tmp_path: Path, copy: Path
) -> None:
    folder = bag(tmp_path / "unsigned", None, None)
    assert check_signature(folder, None) == (Outcome.ABSENT, ["the report is not signed: nothing shows who built it"])
    signer = signers["Ed25519"]
    shutil.copytree(copy / "seal", folder / "seal")
    (folder / "seal" / SIGNATURE).write_bytes(signer.sign((folder / TAG_MANIFEST).read_bytes()))
    assert check_signature(folder, None)[0] is Outcome.FAILED
    assert check_signature(folder, signer.public_key)[0] is Outcome.FAILED
    (folder / "seal" / SIGNATURE).unlink()
    assert check_signature(folder, None)[0] is Outcome.FAILED


@pytest.mark.parametrize("kind", KINDS)
def test_a_signature_by_another_key_than_the_one_that_the_report_names_is_none(copy: Path, kind: str) -> None:
    """Of the same kind, and of the other one; whoever reads has no key to compare with."""
    other = FileSigner(private_key(kind))
    (copy / "seal" / PUBLIC_KEY).write_bytes(other.public_key)
    (copy / "seal" / SIGNATURE).write_bytes(other.sign((copy / TAG_MANIFEST).read_bytes()))
    outcome, details = check_signature(copy, None)
    assert outcome is Outcome.FAILED
    assert details[0].startswith("the report says that it is signed with another key, ")


def test_a_seal_that_names_another_algorithm_than_that_of_its_key_is_told(tmp_path: Path) -> None:
    signer = FileSigner(private_key("Ed25519"))
    folder = tmp_path / "bag"
    sealed(folder, signer)
    for place in (folder / "data" / "report.json", folder / "seal" / NOTE):
        place.write_text(place.read_text().replace('"Ed25519"', '"ECDSA-P256-SHA256"'))
    write_bag(folder, day=now().date(), info={})
    (folder / "seal" / SIGNATURE).write_bytes(signer.sign((folder / TAG_MANIFEST).read_bytes()))
    assert check_signature(folder, None)[0] is Outcome.FAILED


def test_the_key_that_is_trusted_is_compared_to_its_last_digit(whole: Path, signers: dict[str, FileSigner]) -> None:
    fingerprint = read_public_key(signers["Ed25519"].public_key).fingerprint
    other = fingerprint[:-1] + format(int(fingerprint[-1], 16) ^ 1, "x")
    assert check_signature(whole, fingerprint.encode())[0] is Outcome.PASSED
    outcome, details = check_signature(whole, other.encode())
    assert (outcome, details[0]) == (Outcome.FAILED, f"it is not by the key that you trust, {other}")


def test_a_report_that_was_only_to_be_stamped_says_so_in_its_seal_too(tmp_path: Path) -> None:
    folder = bag(tmp_path / "bag", None, None)
    plan = SealPlan("", "", "2026-03-05T06:00:00+00:00", {}, "tsa.example")
    summary = folder / "data" / "report.json"
    summary.write_text(json.dumps({**json.loads(summary.read_text()), "seal": plan.as_json()}))
    told = ["what the report says of its seal, and what lies there, are not the same"]
    assert check_signature(folder, None) == (Outcome.FAILED, told)
    (folder / "seal").mkdir()
    (folder / "seal" / NOTE).write_bytes(Note(plan).render())
    assert check_signature(folder, None)[0] is Outcome.ABSENT
    (folder / "seal" / NOTE).write_bytes(Note(replace(plan, authority="another.example")).render())
    assert check_signature(folder, None) == (Outcome.FAILED, told)


def test_what_lies_there_without_the_report_knowing_of_it_is_no_seal_either(tmp_path: Path, copy: Path) -> None:
    for number, name in enumerate(("", NOTE)):
        folder = bag(tmp_path / str(number), None, None)
        (folder / "seal").mkdir()
        if name:
            shutil.copy(copy / "seal" / name, folder / "seal" / name)
        assert check_signature(folder, None)[0] is Outcome.FAILED


def test_who_demands_a_key_is_not_content_with_an_unsigned_report(
    signers: dict[str, FileSigner], tmp_path: Path
) -> None:
    folder = bag(tmp_path / "unsigned", None, None)
    assert check_signature(folder, signers["Ed25519"].public_key)[0] is Outcome.FAILED
    with pytest.raises(UsageError, match="to trust"):
        check_signature(folder, b"nonsense")


HOSTILE = {
    "a link": lambda path: (path.unlink(), path.symlink_to("/etc/hostname")),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "enormous": lambda path: path.write_bytes(b"x" * (2 << 20)),
    "deep": lambda path: path.write_bytes(b"[" * 500_000),
    "of another form": lambda path: path.write_bytes(b'{"held": {"a": 1}}'),
    "half a character": lambda path: path.write_bytes(b"\xff\xfe"),
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize(
    "name", ["seal/seal.json", "seal/signature", "seal/public-key.pem", "data/report.json", TAG_MANIFEST]
)
def test_hostile_files_fail_and_break_nothing(copy: Path, name: str, kind: str) -> None:
    HOSTILE[kind](copy / name)
    outcome, details = check_signature(copy, None)
    assert outcome is Outcome.FAILED
    assert details


@pytest.mark.parametrize("name", [NOTE, SIGNATURE, PUBLIC_KEY])
def test_a_part_of_a_seal_is_no_link_even_to_the_same_bytes_and_of_no_size(copy: Path, name: str) -> None:
    path = copy / "seal" / name
    path.rename(copy.parent / name)
    path.symlink_to(copy.parent / name)
    outcome, details = check_signature(copy, None)
    assert (outcome, details) == (Outcome.FAILED, [f"seal/{name} is no plain file"])
    path.unlink()
    path.write_bytes(b"x" * ((1 << 20) + 1))
    with pytest.raises(EvidenceError, match="is larger than any that is written"):
        read_member(copy, name)


def test_a_report_may_be_named_by_a_link_to_it(whole: Path, tmp_path: Path) -> None:
    (tmp_path / "latest").symlink_to(whole)
    assert check_signature(tmp_path / "latest", None)[0] is Outcome.PASSED


def test_a_seal_that_is_a_link_is_not_followed(copy: Path, whole: Path) -> None:
    shutil.rmtree(copy / "seal")
    (copy / "seal").symlink_to(whole / "seal")
    outcome, details = check_signature(copy, None)
    assert outcome is Outcome.FAILED
    assert "link" in details[0]


def test_only_what_the_report_announces_is_sealed(signers: dict[str, FileSigner], tmp_path: Path) -> None:
    folder = bag(tmp_path / "bag", signers["Ed25519"], None)
    keys = [read_public_key(signers[kind].public_key).fingerprint for kind in ("Ed25519", "ECDSA-P256-SHA256")]
    with pytest.raises(EvidenceError, match=f"to be signed with the key {keys[0]}, and here is the key {keys[1]}"):
        write_seal(folder, signers["ECDSA-P256-SHA256"], None)
    with pytest.raises(EvidenceError, match=r"and here is none\Z"):
        write_seal(folder, None, None)
    with pytest.raises(EvidenceError, match="does not say"):
        write_seal(bag(tmp_path / "none", None, None), signers["Ed25519"], None)
    assert not (folder / "seal").exists()


class Broken(FileSigner):
    """A key whose signatures do not hold, as that of a failing module."""

    def sign(self, message: bytes) -> bytes:
        """Of something else."""
        return FileSigner.sign(self, message + b"?")


def test_a_signature_that_does_not_hold_is_never_written(tmp_path: Path) -> None:
    folder = bag(tmp_path / "bag", signer := Broken(private_key("Ed25519")), None)
    with pytest.raises(EvidenceError, match="does not hold"):
        write_seal(folder, signer, None)
    assert not (folder / "seal" / SIGNATURE).exists()


def test_the_seal_holds_nothing_but_its_own_files_and_no_part_of_the_key(tmp_path: Path) -> None:
    key = write_key(tmp_path / "the-key.pem", private_key("Ed25519"))
    sealed(tmp_path / "bag", signer_from_file(key, None))
    assert {path.name for path in (tmp_path / "bag" / "seal").iterdir()} < set(SEAL_FILES)
    secret = [line.encode() for line in key.read_text().splitlines() if not line.startswith("-")]
    for path in (path for path in (tmp_path / "bag").rglob("*") if path.is_file()):
        assert not [each for each in (*secret, b"the-key", str(tmp_path).encode()) if each in path.read_bytes()]


def test_the_note_says_what_the_report_says(whole: Path) -> None:
    note = json.loads((whole / "seal" / NOTE).read_bytes())
    plan = json.loads((whole / "data" / "report.json").read_bytes())["seal"]
    assert {name: note[name] for name in plan} == plan
    assert (note["signed"], note["time_stamp"], note["no_time_stamp"]) == (TAG_MANIFEST, "", "")
