"""Keys are read from files of several forms, and what is no key for reports is refused by its name."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa, x25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from siemlib.errors import EvidenceError, SiemError, UsageError
from siemlib.evidence.keys import (
    PASSPHRASE,
    PublicKey,
    exposed,
    make_key,
    read_public_key,
    read_trusted,
    signer_from_file,
)
from tests.evidence.sealing import KINDS, private_key, write_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MESSAGE = b"a tag manifest\n"
SECRET = b"correct horse battery staple"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("passphrase", [None, SECRET])
def test_a_key_from_a_file_signs_and_its_public_half_tells_true_from_false(
    tmp_path: Path, kind: str, passphrase: bytes | None
) -> None:
    signer = signer_from_file(write_key(tmp_path / "key.pem", private_key(kind), passphrase), passphrase)
    signature, public = signer.sign(MESSAGE), read_public_key(signer.public_key)
    assert (signer.algorithm, public.algorithm, signer.held) == (kind, kind, {"held": "file"})
    assert public.holds(signature, MESSAGE)
    assert not public.holds(signature, MESSAGE + b"\n")
    assert not public.holds(signature[:-1], MESSAGE)
    assert not public.holds(b"", MESSAGE)
    assert len(signature) == 64 or kind != "Ed25519"


MADE = {
    "Ed25519": ("openssl genpkey -algorithm ed25519 -out key.pem",),
    "encrypted": ("openssl genpkey -algorithm ed25519 -aes-256-cbc -pass pass:swordfish -out key.pem",),
    "P-256": ("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem",),
    "the older form": ("openssl ecparam -name prime256v1 -genkey -out key.pem",),
}


@pytest.mark.parametrize("line", [line for (line,) in MADE.values()], ids=list(MADE))
def test_keys_that_openssl_makes_are_read_and_have_the_fingerprint_that_openssl_prints(
    tmp_path: Path, line: str
) -> None:
    subprocess.run(line.split(), cwd=tmp_path, check=True, capture_output=True)
    signer = signer_from_file(tmp_path / "key.pem", b"swordfish")
    (tmp_path / "public.pem").write_bytes(signer.public_key)
    theirs = ["openssl", "pkey", "-in", "key.pem", "-passin", "pass:swordfish", "-pubout", "-outform", "DER"]
    der = subprocess.run(theirs, cwd=tmp_path, check=True, capture_output=True).stdout
    digest = subprocess.run(["sha256sum"], input=der, check=True, capture_output=True).stdout.split()[0].decode()
    assert read_public_key(signer.public_key).fingerprint == digest
    assert read_trusted(signer.public_key) == digest
    assert read_trusted(f"{digest.upper()}\n".encode()) == digest


OTHERS: dict[str, Callable[[], object]] = {
    "RSA": lambda: rsa.generate_private_key(65537, 1024),  # noqa: S505 - small, because it is refused
    "ECDSA over secp384r1": lambda: ec.generate_private_key(ec.SECP384R1()),
    "ECDSA over secp256k1": lambda: ec.generate_private_key(ec.SECP256K1()),
    "Ed448": ed448.Ed448PrivateKey.generate,
    "X25519": x25519.X25519PrivateKey.generate,
}


@pytest.mark.parametrize("kind", OTHERS)
def test_keys_of_other_kinds_are_refused_by_name(tmp_path: Path, kind: str) -> None:
    key = OTHERS[kind]()
    with pytest.raises(UsageError, match=kind):
        signer_from_file(write_key(tmp_path / "key.pem", key), None)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined]
    with pytest.raises(EvidenceError, match=kind):
        read_public_key(public)


@pytest.mark.parametrize(
    ("passphrase", "words"), [(None, PASSPHRASE), (b"wrong", "not that of the key"), (b"", PASSPHRASE)]
)
def test_an_encrypted_key_needs_its_passphrase_and_neither_is_told(
    tmp_path: Path, passphrase: bytes | None, words: str
) -> None:
    path = write_key(tmp_path / "key.pem", private_key("Ed25519"), SECRET)
    with pytest.raises(UsageError) as caught:
        signer_from_file(path, passphrase)
    said = f"{caught.value.message} {caught.value.hint}"
    assert words in said
    check_nothing_secret(said, path)
    assert "wrong" not in said


def check_nothing_secret(said: str, key: Path) -> None:
    """No line of the key stands in what was said, and no passphrase."""
    lines = [line for line in key.read_text().splitlines() if line and not line.startswith("-")]
    assert lines
    assert not [line for line in lines if line in said]
    assert SECRET.decode() not in said


def test_what_is_no_private_key_is_refused_with_what_it_is(tmp_path: Path) -> None:
    key, path = private_key("Ed25519"), tmp_path / "key.pem"
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    openssh = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    cases = {
        public: "a public key, not a private one",
        openssh: "form of OpenSSH",
        b"": "no private key",
        b"\x00" * 100: "no private key",
        b"x" * 100_000: "too large",
        write_key(path, key).read_bytes()[:90] + b"\n-----END PRIVATE KEY-----\n": "cannot be read",
    }
    for content, words in cases.items():
        path.write_bytes(content)
        with pytest.raises(UsageError, match=words):
            signer_from_file(path, None)
    for missing in (tmp_path / "none.pem", tmp_path):
        with pytest.raises(UsageError, match="no such key file"):
            signer_from_file(missing, None)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "key.pem")
    with pytest.raises(UsageError, match="no such key file"):
        signer_from_file(tmp_path / "key.pem", None)


@pytest.mark.parametrize(
    ("mode", "open_"), [(0o600, False), (0o400, False), (0o640, True), (0o604, True), (0o620, True)]
)
def test_a_key_that_others_may_read_or_write_is_told_of(tmp_path: Path, mode: int, open_: bool) -> None:  # noqa: FBT001 - a case
    path = write_key(tmp_path / "key.pem", private_key("Ed25519"), mode=mode)
    assert (f"{mode:04o}" in (exposed(path) or "")) is open_


def test_a_key_that_is_made_is_its_owners_alone_and_replaces_none(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    make_key(path)
    before = path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert signer_from_file(path, None).algorithm == "Ed25519"
    with pytest.raises(FileExistsError):
        make_key(path)
    assert path.read_bytes() == before


def test_what_is_no_key_to_trust_is_refused(tmp_path: Path) -> None:
    private = write_key(tmp_path / "key.pem", private_key("Ed25519"))
    for data in (b"", b"abc", b"0" * 63, b"z" * 64, private.read_bytes(), b"-----BEGIN PUBLIC KEY-----\nAAAA\n"):
        with pytest.raises(UsageError) as caught:
            read_trusted(data)
        check_nothing_secret(f"{caught.value.message} {caught.value.hint}", private)


def test_a_private_key_is_not_taken_for_the_public_one_of_a_report(tmp_path: Path) -> None:
    private = write_key(tmp_path / "key.pem", private_key("Ed25519"))
    with pytest.raises(UsageError, match="it is a private key, which nobody else may have"):
        read_trusted(private.read_bytes())


def test_no_key_shows_itself(tmp_path: Path) -> None:
    path = write_key(tmp_path / "key.pem", private_key("Ed25519"))
    check_nothing_secret(f"{signer_from_file(path, None)!r} {signer_from_file(path, None)}", path)
    assert issubclass(EvidenceError, SiemError)


SMALL = {
    "0100000000000000000000000000000000000000000000000000000000000000": "order 1",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f": "order 2",
    "0000000000000000000000000000000000000000000000000000000000000000": "order 4",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05": "order 8",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a": "order 8, the other",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f": "order 4, above the prime",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f": "order 1, above the prime",
}
"""Table 4 of Chalkias, Garillot and Nikolaenko, "Taming the many EdDSAs" (2020), without the signs."""


@pytest.mark.parametrize("sign", [0x00, 0x80])
@pytest.mark.parametrize("point", SMALL, ids=SMALL.get)
def test_a_key_that_anybody_can_sign_with_is_none(point: str, sign: int) -> None:
    raw = bytearray.fromhex(point)
    raw[-1] |= sign
    key = ed25519.Ed25519PublicKey.from_public_bytes(bytes(raw))
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    forged = bytes.fromhex("01".ljust(64, "0") + "0" * 64)
    signed = [PublicKey(key).holds(forged, bytes([each])) for each in range(200)]
    assert any(signed), "nobody holds its private half, and a signature that was made of nothing holds"
    with pytest.raises(EvidenceError, match="anybody can sign with"):
        read_public_key(pem)
    with pytest.raises(UsageError, match="anybody can sign with"):
        read_trusted(pem)


def test_of_two_keys_in_one_file_none_is_taken_for_the_one_that_is_trusted() -> None:
    first, second = (
        private_key(kind).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo) for kind in KINDS
    )
    for both in (first + second, second + first, first + b"\n" + first):
        with pytest.raises(UsageError, match="more than one key"):
            read_trusted(both)
    assert read_trusted(b"a comment\n" + first) == read_public_key(first).fingerprint


def test_a_signature_of_p256_in_its_other_form_is_by_the_same_key_and_in_no_third_form() -> None:
    """Of (r, s) and (r, n - s) AWS KMS gives either, so that both must hold: neither can be made without the key."""
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # FIPS 186-4, D.1.2.3
    key = ec.generate_private_key(ec.SECP256R1())
    public = PublicKey(key.public_key())
    made = key.sign(MESSAGE, ec.ECDSA(hashes.SHA256()))
    r, s = decode_dss_signature(made)
    other = encode_dss_signature(r, order - s)
    assert public.holds(made, MESSAGE)
    assert public.holds(other, MESSAGE)
    for signature in (made + b"\0", encode_dss_signature(r, s + order), encode_dss_signature(0, 0), b"\x30\x00"):
        assert not public.holds(signature, MESSAGE)


def test_a_signature_of_ed25519_has_no_other_form() -> None:
    """RFC 8032, 5.1.7: the second half is below the order of the group."""
    order = 2**252 + 27742317777372353535851937790883648493
    key = ed25519.Ed25519PrivateKey.generate()
    made = key.sign(MESSAGE)
    larger = (int.from_bytes(made[32:], "little") + order).to_bytes(32, "little")
    assert PublicKey(key.public_key()).holds(made, MESSAGE)
    assert not PublicKey(key.public_key()).holds(made[:32] + larger, MESSAGE)
    assert not PublicKey(key.public_key()).holds(made + b"\0", MESSAGE)
