"""A report whose key or authority did not answer at the end is kept, never looks sealed, and is sealed later."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import boto3
import nbformat
import pytest
from moto import mock_aws
from moto.core.exceptions import JsonRESTError
from moto.kms.models import KmsBackend

from siemlib.errors import EvidenceError, ExitCode
from siemlib.evidence.authority import Authority
from siemlib.evidence.keys import FileSigner
from siemlib.evidence.manifest import TAG_MANIFEST
from siemlib.evidence.seal import signature_line, stamp_line
from siemlib.evidence.steps import Outcome
from siemlib.evidence.timestamp import NoStampError
from siemlib.evidence.verify import verify_report
from siemlib.live.errors import LiveError, UnavailableError
from siemlib.report import later as module
from siemlib.report.build import Built, Request, _Executed, _publish
from siemlib.report.definition import read_definition
from siemlib.report.later import seal_later, stamp_later
from siemlib.report.sealing import Sealing, open_sealing
from siemlib.report.summary import Status
from siemlib.settings import LiveSettings, SealSettings
from tests.evidence.sealing import private_key, run_line
from tests.evidence.tsa import Tsa, make_tsa, stamping
from tests.report.conftest import DAY
from tests.report.notebook import WHOLE, write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from siemlib.evidence.timestamp import Stamp

pytestmark = pytest.mark.xdist_group("report")

SIGNER = FileSigner(private_key("Ed25519"))


@dataclass(frozen=True)
class Failing:
    """A key that could be used when the report was begun, and an authority; neither answers at the end."""

    signer: FileSigner = SIGNER
    authority: str = "tsa.example"

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the key has
        return getattr(self.signer, name)

    def sign(self, message: bytes) -> bytes:
        """As KMS does where it cannot be reached."""
        raise UnavailableError(f"KMS could not be asked to sign {len(message)} bytes")

    def stamp(self, message: bytes) -> Stamp:
        """As an authority that is away."""
        raise NoStampError(f"tsa.example did not stamp {len(message)} bytes")


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Tsa:
    return make_tsa(tmp_path_factory.mktemp("tsa"))


@pytest.fixture(scope="module")
def publish(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Sealing | None], Built]:
    """The last part of building, over what the notebook of ``built`` recorded."""

    def call(sealing: Sealing | None) -> Built:
        root = tmp_path_factory.mktemp("reports")
        definition = read_definition(write_notebook(root / "source" / "pivot-test.ipynb", *WHOLE))
        values = definition.values({"ip": "192.0.2.7"})
        request = Request(definition, values, "local:archive", "", "", DAY, sealing=sealing)
        aside = root / ".building-x"
        shutil.copytree(built.folder / "data", aside / "data")
        (aside / "data" / "report.html").unlink()
        notebook = nbformat.read(aside / "data" / "notebook.ipynb", 4)  # type: ignore[no-untyped-call]
        return _publish(_Executed(notebook, None, built.page.about), request, aside, root)

    return call


@pytest.fixture(scope="module")
def unsealed(publish: Callable[..., Built]) -> Built:
    return publish(Sealing(Failing(), Failing()))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def unstamped(publish: Callable[..., Built]) -> Built:
    return publish(Sealing(SIGNER, Failing()))  # type: ignore[arg-type]


@pytest.fixture
def copy(tmp_path: Path) -> Callable[[Built], Path]:
    """A copy of a report with all that stands beside it."""

    def call(of: Built) -> Path:
        shutil.copytree(of.folder.parent.parent, tmp_path / "reports")
        return tmp_path / "reports" / of.folder.parent.name / of.folder.name

    return call


def outcomes(folder: Path) -> dict[str, Outcome]:
    return {step.title: step.outcome for step in verify_report(folder).steps}


def without_seal(folder: Path) -> dict[str, bytes]:
    """All that is signed, and the lists."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.parent.name != "seal")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def index(folder: Path) -> str:
    return (folder.parent.parent / "index.html").read_text("utf-8")


def test_a_report_that_could_not_be_signed_is_kept_and_nothing_takes_it_for_signed(unsealed: Built) -> None:
    assert (unsealed.seal, unsealed.unsealed[:24]) == (None, "KMS could not be asked t")
    assert replace(unsealed, status=Status.COMPLETE).exit_code is ExitCode.INCOMPLETE
    assert unsealed.html.is_file()
    assert not (unsealed.folder / "seal").exists()
    steps = {step.title: step for step in verify_report(unsealed.folder).failed}
    assert list(steps) == ["the signature"]
    assert "siem evidence seal" in steps["the signature"].details[0]
    assert "NOT SEALED, though it was to be" in index(unsealed.folder)
    page = unsealed.html.read_text("utf-8")
    assert "The second list is signed" not in page
    assert "Where there is no <code>seal/signature</code>, nothing shows who made this report" in page


def test_it_is_signed_and_stamped_later_with_the_same_key_and_nothing_else_changes(
    unsealed: Built, copy: Callable[[Built], Path], tsa: Tsa
) -> None:
    folder = copy(unsealed)
    before = without_seal(folder)
    with stamping(tsa) as url:
        seal, new = seal_later(folder, Sealing(SIGNER, Authority(url)))
    assert (new, bool(seal.stamped)) == (True, True)
    assert without_seal(folder) == before
    found = outcomes(folder)
    assert (found["the signature"], found["the time stamp"]) == (Outcome.PASSED, Outcome.PASSED)
    assert verify_report(folder, trusted_key=SIGNER.public_key).holds
    assert "signed, key" in index(folder)
    assert "NOT SEALED" not in index(folder)
    assert seal_later(folder, Sealing(FileSigner(private_key("Ed25519")), None)) == (seal, False)
    assert [path.name for path in folder.parent.iterdir() if path.name.startswith(".")] == []


def test_a_seal_that_was_made_later_says_so_and_one_of_the_building_does_not(
    unsealed: Built, unstamped: Built, copy: Callable[[Built], Path]
) -> None:
    folder = copy(unsealed)
    seal_later(folder, Sealing(SIGNER, None))
    note = json.loads((folder / "seal" / "seal.json").read_text())
    built = json.loads((folder / "data" / "report.json").read_text())["seal"]["time"]
    assert note["time"] == built <= note["sealed_later"]
    told = (
        f"signed after the report was built, at {note['sealed_later']}, says seal/seal.json; no signature covers that"
    )
    signature = next(step for step in verify_report(folder).steps if step.title == "the signature")
    assert told in signature.details
    assert "sealed_later" not in json.loads((unstamped.folder / "seal" / "seal.json").read_text())


@dataclass(frozen=True)
class Watching(FileSigner):
    """A key that tries, while it signs, to build another report in the place of this one."""

    root: Path = field(kw_only=True)
    free: list[bool] = field(default_factory=list, kw_only=True)

    def sign(self, message: bytes) -> bytes:
        """As the key in a file does."""
        folder = os.open(self.root, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.free.append(True)
        except BlockingIOError:
            self.free.append(False)
        finally:
            os.close(folder)
        return SIGNER.sign(message)


def test_no_build_takes_the_place_of_a_report_that_is_being_sealed(
    unsealed: Built, copy: Callable[[Built], Path]
) -> None:
    """The seal of one would come to lie in the other."""
    folder = copy(unsealed)
    signer = Watching(SIGNER._key, root=folder.parent.parent)
    seal_later(folder, Sealing(signer, None))
    assert signer.free == [False]


def test_no_signature_is_lost_where_two_folders_cannot_be_exchanged(
    unstamped: Built, copy: Callable[[Built], Path], tsa: Tsa, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copy(unstamped)
    before = {path.name: path.read_bytes() for path in (folder / "seal").iterdir()}
    monkeypatch.setattr(module, "exchange", lambda *_: False)
    own = type(folder).rename

    def stopped(self: Path, target: Path) -> Path:
        if target == folder / "seal" and self.parent.name.startswith(".") and self.name == "seal":
            raise KeyboardInterrupt
        return own(self, target)

    with stamping(tsa) as url:
        with monkeypatch.context() as patch:
            patch.setattr(type(folder), "rename", stopped)
            with pytest.raises(KeyboardInterrupt):
                stamp_later(folder, Authority(url))
        assert {path.name: path.read_bytes() for path in (folder / "seal").iterdir()} == before
        assert stamp_later(folder, Authority(url))[1]
    assert outcomes(folder)["the time stamp"] is Outcome.PASSED


def test_no_other_key_seals_it_and_none_that_still_fails(unsealed: Built, copy: Callable[[Built], Path]) -> None:
    folder = copy(unsealed)
    with pytest.raises(EvidenceError, match="says that it is to be signed with the key"):
        seal_later(folder, Sealing(FileSigner(private_key("Ed25519")), None))
    with pytest.raises(UnavailableError):
        seal_later(folder, Sealing(Failing(), None))  # type: ignore[arg-type]
    assert not (folder / "seal").exists()
    assert [path.name for path in folder.parent.iterdir() if path.name.startswith(".")] == []


REGION = "eu-central-1"
UNUSABLE = {
    "disabled": ("DisabledException", "it is disabled"),
    "deleted": ("KMSInvalidStateException", "it is pending deletion"),
}
"""What KMS says to Sign in these states (API reference of Sign, errors; *Key states of AWS KMS keys*)."""


@pytest.fixture
def kms(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """KMS by moto, which lets any key sign: this one refuses keys that are not enabled, as KMS does."""
    sign = KmsBackend.sign

    def refusing(self: KmsBackend, key_id: str, message: bytes, signing_algorithm: str) -> tuple[str, bytes, str]:
        state = self.describe_key(key_id).key_state
        if state != "Enabled":
            raise JsonRESTError(*UNUSABLE["disabled" if state == "Disabled" else "deleted"])
        return sign(self, key_id, message, signing_algorithm)

    monkeypatch.setattr(KmsBackend, "sign", refusing)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATESTTESTTESTTEST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-a-secret")
    with mock_aws():
        yield boto3.client("kms", region_name=REGION)


@pytest.mark.parametrize("state", UNUSABLE)
def test_a_key_of_kms_that_is_taken_away_while_a_report_is_built_seals_it_once_it_is_back(
    kms: Any,  # noqa: ANN401 - boto3 ships no types
    publish: Callable[[Sealing | None], Built],
    state: str,
    tmp_path: Path,
) -> None:
    key = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]
    settings = SealSettings(kms=key["Arn"], kms_address=f"live:{REGION}")
    sealing = open_sealing(settings, LiveSettings(), tmp_path)
    assert sealing is not None
    if state == "disabled":
        kms.disable_key(KeyId=key["KeyId"])
    else:
        kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=7)

    made = publish(sealing)
    assert (made.seal, "cannot be used now" in made.unsealed, UNUSABLE[state][1] in made.unsealed) == (None, True, True)
    assert replace(made, status=Status.COMPLETE).exit_code is ExitCode.INCOMPLETE
    assert [step.title for step in verify_report(made.folder).failed] == ["the signature"]
    with pytest.raises(LiveError, match="cannot be used now"):
        seal_later(made.folder, sealing)
    assert not (made.folder / "seal").exists()

    if state == "deleted":
        kms.cancel_key_deletion(KeyId=key["KeyId"])
    kms.enable_key(KeyId=key["KeyId"])
    again = open_sealing(settings, LiveSettings(), tmp_path)
    assert again is not None
    seal, new = seal_later(made.folder, again)
    assert (new, seal.plan.held) == (True, {"held": "kms", "arn": key["Arn"]})
    assert verify_report(made.folder).holds
    code, said = run_line(signature_line(seal.plan.algorithm), made.folder)
    assert (code, said.strip()) == (0, "Verified OK")


def test_what_was_changed_since_or_says_that_it_is_not_signed_is_not_signed(
    unsealed: Built, built: Built, copy: Callable[[Built], Path], tmp_path: Path
) -> None:
    folder = copy(unsealed)
    (folder / "data" / "report.html").write_bytes((folder / "data" / "report.html").read_bytes() + b" ")
    with pytest.raises(EvidenceError, match="does not verify: step 3"):
        seal_later(folder, Sealing(SIGNER, None))
    plain = shutil.copytree(built.folder.parent.parent, tmp_path / "plain") / built.folder.parent.name
    with pytest.raises(EvidenceError, match="cannot be changed any more"):
        seal_later(plain / built.folder.name, Sealing(SIGNER, None))
    with pytest.raises(EvidenceError, match="not sealed, so there is nothing to stamp"):
        stamp_later(plain / built.folder.name, Failing())


def test_a_stamp_that_could_not_be_had_is_had_later_and_once(
    unstamped: Built, copy: Callable[[Built], Path], tsa: Tsa, tmp_path: Path
) -> None:
    folder = copy(unstamped)
    assert outcomes(folder)["the time stamp"] is Outcome.ABSENT
    before, signed = without_seal(folder), (folder / "seal" / "signature").read_bytes()
    with pytest.raises(NoStampError):
        stamp_later(folder, Failing())
    with stamping(tsa) as url:
        seal, new = stamp_later(folder, Authority(url))
    assert new
    assert (without_seal(folder), (folder / "seal" / "signature").read_bytes()) == (before, signed)
    (tmp_path / "root.pem").write_bytes(tsa.root)
    assert verify_report(folder, timestamp_roots=tmp_path / "root.pem").holds
    assert f"stamped {seal.stamped[:10]}" in index(folder)
    code, said = run_line(stamp_line(signed=True, time=int(datetime.fromisoformat(seal.stamped).timestamp())), folder)
    assert (code, "Verification: OK" in said) == (0, True)
    # The authority is gone: it is not asked again.
    assert stamp_later(folder, Failing()) == (seal, False)


@pytest.mark.parametrize("harm", ["seal/signature", TAG_MANIFEST, "seal/public-key.pem", "data/report.json"])
def test_nothing_is_stamped_whose_seal_does_not_hold(
    unstamped: Built, copy: Callable[[Built], Path], harm: str
) -> None:
    folder = copy(unstamped)
    (folder / harm).write_bytes((folder / harm).read_bytes()[:-1] + b"x")
    with pytest.raises(EvidenceError, match="does not verify"):  # and not that nobody answered: nobody was asked
        stamp_later(folder, Failing())
