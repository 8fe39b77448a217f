"""A sealed report says how to check it, and the lines that it prints do; one that is not says what that means."""

from __future__ import annotations

import os
from base64 import b64decode
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from siemlib.errors import ExitCode, UsageError
from siemlib.evidence.authority import Authority
from siemlib.evidence.keys import PASSPHRASE, FileSigner, signer_from_file
from siemlib.evidence.seal import Seal, read_seal
from siemlib.evidence.seal_files import read_plan
from siemlib.evidence.steps import Outcome
from siemlib.evidence.timestamp import read_roots
from siemlib.evidence.unpack import unpacked
from siemlib.evidence.verify import verify_report
from siemlib.model.inventory import Inventory
from siemlib.report.execute import _environment
from siemlib.report.redact.check import check_copy
from siemlib.report.redact.pack import export_redacted
from siemlib.report.render import render_report
from siemlib.report.sealing import Sealing, open_sealing
from siemlib.report.summary import Status, read_summary
from siemlib.settings import LiveSettings, SealSettings
from tests.evidence.sealing import private_key, write_key
from tests.evidence.tsa import make_tsa, stamping
from tests.report.checking import printed_lines, run_printed_lines

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from siemlib.report.build import Built

pytestmark = pytest.mark.xdist_group("report")

SECRET = "a passphrase of nobody"  # noqa: S105 - looked for in the report
ASK = (("code", "result = case.run('fields user, events', ['OSSEC'])\nimport os; print(sorted(os.environ.items()))"),)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_key(tmp_path_factory.mktemp("keys") / "the-key.pem", private_key("Ed25519"), SECRET.encode())


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certificate of the root of an authority that is not there any more when the report is read."""
    return tmp_path_factory.mktemp("roots") / "root.pem"


@pytest.fixture(scope="module")
def sealed(build: Callable[..., Built], key: Path, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A report of a notebook that prints its whole environment, signed and stamped."""
    folder = tmp_path_factory.mktemp("sealed")
    tsa = make_tsa(folder / "tsa")
    root.write_bytes(tsa.root)
    with stamping(tsa) as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv(PASSPHRASE, SECRET)
        settings = SealSettings(key=str(key), timestamp=url, timestamp_roots=str(root))
        sealing = open_sealing(settings, LiveSettings(), folder / "reports")
        return build(ASK, folder / "reports", sealing=sealing)


def test_every_line_that_the_page_prints_succeeds_in_the_folder(sealed: Built) -> None:
    said = run_printed_lines(sealed.folder)
    seal = read_seal(sealed.folder)
    assert seal is not None
    assert [line.split()[:2] for line in said] == [
        ["sha256sum", "--quiet"],
        ["sha256sum", "--quiet"],
        ["openssl", "pkeyutl"],
        ["openssl", "pkey"],
        ["openssl", "ts"],
    ]
    _, _, signature, fingerprint, stamp = said.values()
    assert signature.strip() == "Signature Verified Successfully"
    assert fingerprint.split()[0] == seal.plan.fingerprint
    assert "Verification: OK" in stamp
    page = sealed.html.read_text("utf-8")
    assert f"and must be <code>{seal.plan.fingerprint}</code>" in page
    assert "not signed" not in page
    assert "was to be asked for a time stamp" in page


def test_the_same_holds_for_siem_itself_with_the_key_and_the_roots_that_one_trusts(
    sealed: Built, key: Path, root: Path
) -> None:
    public = signer_from_file(key, SECRET.encode()).public_key
    found = verify_report(sealed.folder, trusted_key=public, timestamp_roots=root)
    assert found.holds, found.failed
    assert [step.outcome for step in found.steps if "signature" in step.title or "stamp" in step.title] == [
        Outcome.PASSED,
        Outcome.PASSED,
    ]
    other = FileSigner(private_key("Ed25519")).public_key
    assert [step.title for step in verify_report(sealed.folder, trusted_key=other).failed] == ["the signature"]


def test_neither_the_key_nor_its_passphrase_nor_where_it_lies_is_in_any_byte_of_the_report(
    sealed: Built, key: Path
) -> None:
    lines = [line for line in key.read_text().splitlines() if not line.startswith("-")]
    raw = signer_from_file(key, SECRET.encode())._key.private_bytes_raw()  # type: ignore[union-attr]
    secrets = [SECRET.encode(), raw, raw.hex().encode(), b64decode("".join(lines)), *(line.encode() for line in lines)]
    files = [path for path in sealed.folder.rglob("*") if path.is_file()]
    assert len(files) > 10
    for path in files:
        content = path.read_bytes()
        assert not [secret for secret in (*secrets, b"the-key.pem", str(key.parent).encode()) if secret in content], (
            path
        )


def test_the_kernel_of_a_notebook_does_not_get_the_passphrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSPHRASE, SECRET)
    assert SECRET not in str(_environment(tmp_path, tmp_path))
    assert os.environ[PASSPHRASE] == SECRET


def test_the_summary_says_how_the_report_is_sealed(sealed: Built) -> None:
    summary = read_summary(sealed.folder / "data" / "report.json")
    seal = read_seal(sealed.folder)
    assert summary is not None
    assert seal is not None
    assert summary.seal == seal.plan.as_json()
    assert seal.plan.authority == "127.0.0.1"


def test_a_redacted_copy_has_no_seal_of_its_original_and_may_get_its_own(
    sealed: Built, key: Path, tmp_path: Path
) -> None:
    """Signature and stamp are over files of the original: they would not hold, and so none of them is in the copy."""
    public = signer_from_file(key, SECRET.encode()).public_key
    other = FileSigner(private_key("Ed25519"))
    inventory, secret, plan = Inventory([]), b"k" * 32, read_plan(sealed.folder)
    assert plan is not None
    for sealing in (None, Sealing(other, None)):
        name = "signed.zip" if sealing else "plain.zip"
        seal = export_redacted(sealed.folder, tmp_path / name, secret, inventory, sealing=sealing, force=False).seal
        with unpacked(tmp_path / name) as copy:
            page = (copy / "data" / "report.html").read_text("utf-8")
            outcomes = {step.title: step.outcome for step in verify_report(copy).steps}
            assert check_copy(copy, sealed.folder, secret, inventory)[0] is Outcome.PASSED
            assert not verify_report(copy, trusted_key=public).holds
            assert not list(copy.rglob("timestamp*"))
        assert Outcome.FAILED not in outcomes.values()
        assert outcomes["the signature"] is (Outcome.PASSED if sealing else Outcome.ABSENT)
        assert f"signed with the key whose public half has the SHA-256 <code>{plan.fingerprint}</code>" in page
        assert ("This report is not signed" in page) == (sealing is None)
        assert (seal is None) == (sealing is None)
        if seal:
            assert f"and must be <code>{seal.plan.fingerprint}</code>" in page
            assert seal.plan.fingerprint != plan.fingerprint


def test_a_report_that_is_not_signed_says_what_that_means(built: Built) -> None:
    page = built.html.read_text("utf-8")
    assert "This report is not signed" in page
    assert "There is no time stamp" in page
    assert not [line for line in printed_lines(page) if "openssl" in line]
    assert list(run_printed_lines(built.folder)) == [
        "sha256sum --quiet -c manifest-sha256.txt",
        "sha256sum --quiet -c tagmanifest-sha256.txt",
        "sha256sum tagmanifest-sha256.txt",
    ]
    assert not (built.folder / "seal").exists()


def test_the_page_of_each_kind_of_seal_has_the_lines_for_it(built: Built) -> None:
    signer = FileSigner(ec.generate_private_key(ec.SECP256R1()))
    for sealing, words, absent in (
        (Sealing(signer, None), ["openssl dgst -sha256", "Verified OK", "There is no time stamp"], ["openssl ts"]),
        (
            Sealing(signer, Authority("http://a.example/")),
            ["openssl dgst", "-data seal/signature"],
            ["There is no time"],
        ),
        (
            Sealing(None, Authority("http://a.example/")),
            ["This report is not signed", "-data tagmanifest-sha256.txt", "a.example was to be asked"],
            ["openssl dgst", "openssl pkey"],
        ),
    ):
        page = render_report(replace(built.page, seal=sealing.plan()))
        assert [word for word in words if word not in page] == []
        assert [word for word in absent if word in page] == []


def test_a_report_without_the_time_stamp_that_was_asked_for_is_not_all_that_was_asked_for(built: Built) -> None:
    plan = Sealing(FileSigner(private_key("Ed25519")), Authority("http://a.example/")).plan()
    assert plan is not None
    whole = replace(built, status=Status.COMPLETE)
    assert replace(whole, seal=Seal(plan, "2026-03-04T00:00:00+00:00", "")).exit_code is ExitCode.DONE
    assert replace(whole, seal=Seal(plan, "", "nobody answered")).exit_code is ExitCode.INCOMPLETE
    failed = replace(built, status=Status.FAILED, seal=Seal(plan, "", "nobody answered"))
    assert failed.exit_code is ExitCode.FAILED


def test_what_is_wrong_with_the_settings_is_told_before_anything_is_built(tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()
    write_key(reports / "key.pem", private_key("Ed25519"))
    (tmp_path / "link.pem").symlink_to(reports / "key.pem")
    for given, words in (
        ({"key": str(reports / "key.pem")}, "lies among the reports"),
        ({"key": str(tmp_path / "link.pem")}, "lies among the reports"),
        ({"key": str(tmp_path / "none.pem")}, "no such key file"),
        ({"kms": "s3://bucket"}, "not a key of KMS"),
        ({"timestamp": "ftp://a.example/"}, "http or https"),
        ({"timestamp": "http://a.example/", "timestamp_roots": str(tmp_path / "none")}, "cannot be read"),
        ({"timestamp": "http://a.example/", "timestamp_roots": str(reports / "key.pem")}, "no PEM"),
    ):
        with pytest.raises(UsageError, match=words):
            open_sealing(SealSettings.model_validate(given), LiveSettings(), reports)


def test_settings_that_ask_for_nothing_seal_nothing_and_others_what_they_say(tmp_path: Path) -> None:
    assert open_sealing(SealSettings(), LiveSettings(), tmp_path / "reports") is None
    path = write_key(tmp_path / "key.pem", private_key("Ed25519"), mode=0o644)
    sealing = open_sealing(SealSettings(key=str(path)), LiveSettings(), tmp_path / "reports")
    assert sealing is not None
    assert sealing.stamper is None
    assert "chmod 600" in sealing.warnings[0]
    (tmp_path / "roots.pem").write_bytes(make_tsa(tmp_path / "tsa").root)
    asked = SealSettings(timestamp="http://a.example/", timestamp_roots=str(tmp_path / "roots.pem"))
    stamped = open_sealing(asked, LiveSettings(), tmp_path / "reports")
    assert stamped is not None
    assert stamped.signer is None
    assert stamped.stamper == Authority("http://a.example/", read_roots((tmp_path / "roots.pem").read_bytes()))
