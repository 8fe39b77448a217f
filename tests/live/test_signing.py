"""KMS signs what openssl then checks, and a key that cannot sign reports is refused before one is built."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from moto import mock_aws

from siemlib.errors import SiemError, UsageError
from siemlib.evidence.seal import signature_line
from siemlib.evidence.seal_files import read_note
from siemlib.evidence.sealed import check_signature
from siemlib.evidence.steps import Outcome
from siemlib.live.errors import DeniedError, GoneError, LiveError
from siemlib.live.faults import Asked, Refusal, refused
from siemlib.live.signing import LARGEST, kms_signer, signer_of
from siemlib.settings import LiveSettings
from tests.evidence.sealing import run_line, sealed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REGION = "eu-central-1"


@pytest.fixture
def kms(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATESTTESTTESTTEST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-a-secret")
    with mock_aws():
        yield boto3.client("kms", region_name=REGION)


def make(kms: Any, spec: str = "ECC_NIST_P256", usage: str = "SIGN_VERIFY") -> tuple[str, str]:  # noqa: ANN401 - boto3 ships no types
    """The id and the ARN of a new key."""
    made = kms.create_key(KeySpec=spec, KeyUsage=usage)["KeyMetadata"]
    return made["KeyId"], made["Arn"]


@pytest.mark.parametrize("named", ["arn", "alias"])
def test_a_key_of_kms_seals_a_report_and_openssl_says_so_by_the_line_of_the_page(
    kms: Any,  # noqa: ANN401 - boto3 ships no types
    tmp_path: Path,
    named: str,
) -> None:
    key, arn = make(kms)
    kms.create_alias(AliasName="alias/reports", TargetKeyId=key)
    address = "live:" if named == "arn" else f"live:{REGION}"  # an ARN says its Region itself
    signer = kms_signer(address, {"arn": arn, "alias": "alias/reports"}[named], LiveSettings())
    sealed(tmp_path / "bag", signer)
    note = read_note(tmp_path / "bag")
    assert note is not None
    assert (note.plan.algorithm, note.plan.held) == ("ECDSA-P256-SHA256", {"held": "kms", "arn": arn})
    code, said = run_line(signature_line(note.plan.algorithm), tmp_path / "bag")
    assert (code, said.strip()) == (0, "Verified OK")
    outcome, details = check_signature(tmp_path / "bag", signer.public_key)
    assert outcome is Outcome.PASSED
    assert any(arn in each for each in details)


OTHERS = (
    ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT"),
    ("RSA_2048", "SIGN_VERIFY"),
    ("RSA_2048", "ENCRYPT_DECRYPT"),
    ("ECC_NIST_P384", "SIGN_VERIFY"),
    ("ECC_SECG_P256K1", "SIGN_VERIFY"),
)


def test_a_key_for_anything_else_and_one_that_there_is_not_are_refused(
    kms: Any,  # noqa: ANN401 - boto3 ships no types
) -> None:
    for spec, usage in OTHERS:
        key, _ = make(kms, spec, usage)
        with pytest.raises(SiemError) as caught:
            kms_signer(f"live:{REGION}", key, LiveSettings())
        assert "ECC_NIST_P256" in (caught.value.hint or ""), (spec, caught.value.message)
    with pytest.raises(GoneError, match="alias/nobody"):
        kms_signer(f"live:{REGION}", "alias/nobody", LiveSettings())


@pytest.mark.parametrize("key", ["", "reports", "alias/", "arn:aws:s3:::bucket", "alias/a b", "alias/x\n", "*" * 3000])
def test_what_names_no_key_is_refused_without_asking(key: str) -> None:
    with pytest.raises(UsageError, match="not a key of KMS"):
        kms_signer("live:eu-central-1", key, LiveSettings())


ASKED = Asked("Sign", REGION, "kms.eu-central-1.amazonaws.com", about="the key alias/reports")


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        ("NotFoundException", GoneError, "is not there"),
        ("DisabledException", LiveError, "cannot be used now"),
        ("KMSInvalidStateException", LiveError, "cannot be used now"),
        ("InvalidKeyUsageException", UsageError, "signs nothing"),
        ("UnsupportedOperationException", UsageError, "signs nothing"),
        ("KeyUnavailableException", LiveError, "just now"),
        ("ThrottlingException", LiveError, "no more requests"),
    ],
)
def test_what_kms_refuses_is_told_in_words(code: str, kind: type[SiemError], words: str) -> None:
    error = refused(Refusal("Sign", code, "said", 400), ASKED)
    assert isinstance(error, kind)
    assert words in error.message
    assert getattr(error, "again", False) is (code in {"KeyUnavailableException", "ThrottlingException"})


class Keys:
    """KMS as its documentation describes it for Ed25519, which moto does not know."""

    def __init__(self, spec: str = "ECC_NIST_EDWARDS25519") -> None:
        self.key = ed25519.Ed25519PrivateKey.generate()
        self.public: Any = self.key.public_key()
        self.spec = spec
        self.arn: Any = f"arn:aws:kms:{REGION}:123456789012:key/12345678-ab"
        self.asked: list[tuple[str, bytes, str]] = []

    def public_key(self, _: str) -> dict[str, Any]:
        """GetPublicKey."""
        der = self.public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return {"KeySpec": self.spec, "KeyUsage": "SIGN_VERIFY", "PublicKey": der}

    def sign(self, key: str, message: bytes, algorithm: str) -> dict[str, Any]:
        """Sign."""
        self.asked.append((key, message, algorithm))
        return {"KeyId": self.arn, "Signature": self.key.sign(message)}


def test_an_ed25519_key_of_kms_is_asked_for_pure_ed25519_by_its_own_arn(tmp_path: Path) -> None:
    keys = Keys()
    signer = signer_of(keys, "alias/reports")
    sealed(tmp_path / "bag", signer)
    assert run_line(signature_line(signer.algorithm), tmp_path / "bag")[0] == 0
    assert [(key, algorithm) for key, _, algorithm in keys.asked] == [
        ("alias/reports", "ED25519_SHA_512"),
        (keys.arn, "ED25519_SHA_512"),
    ]


def test_a_kms_whose_answers_do_not_fit_together_is_not_trusted_with_reports() -> None:
    other, curve, lost, mute = Keys(), Keys("ECC_NIST_P256"), Keys(), Keys()
    other.public = ed25519.Ed25519PrivateKey.generate().public_key()
    lost.arn = None
    mute.sign = lambda *_: {"KeyId": mute.arn}  # type: ignore[method-assign]
    for keys, words in ((other, "does not hold"), (curve, "does not hold"), (lost, "KeyId"), (mute, "Signature")):
        with pytest.raises(LiveError, match=words):
            signer_of(keys, "alias/reports")
    foreign = Keys()
    foreign.public = ec.generate_private_key(ec.SECP384R1()).public_key()
    with pytest.raises(LiveError, match="secp384r1"):
        signer_of(foreign, "alias/reports")


def test_more_than_kms_signs_is_refused_before_it_is_sent() -> None:
    keys = Keys()
    signer = signer_of(keys, "alias/reports")
    assert signer.sign(b"x" * LARGEST)
    with pytest.raises(LiveError, match=str(LARGEST)):
        signer.sign(b"x" * (LARGEST + 1))


def test_who_may_not_sign_is_told_which_policy_allows_it() -> None:
    keys = Keys()

    def denied(*_: object) -> dict[str, Any]:
        raise refused(Refusal("Sign", "AccessDeniedException", "not authorized to perform: kms:Sign", 400), ASKED)

    keys.sign = denied  # type: ignore[method-assign]
    with pytest.raises(DeniedError, match="kms:Sign") as caught:
        signer_of(keys, "alias/reports")
    assert "--seal-key" in (caught.value.hint or "")
