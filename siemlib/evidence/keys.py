"""Keys that sign reports: Ed25519 and ECDSA over P-256, from a file; and the same two where a signature is checked.

The two kinds are those that AWS KMS knows too, and whose signatures one line of ``openssl`` checks.
A private key stays in the object that signs: nothing here writes, shows or compares one.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)

from siemlib.errors import EvidenceError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PASSPHRASE = "SIEM_SEAL_PASSPHRASE"  # noqa: S105 - the name of the variable that holds it
"""The variable of the environment with the passphrase of an encrypted key; an argument could be seen by others."""

ED25519: Literal["Ed25519"] = "Ed25519"
ECDSA: Literal["ECDSA-P256-SHA256"] = "ECDSA-P256-SHA256"

_LARGEST_FILE = 64 << 10
_LARGEST_PUBLIC = 8 << 10
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_PRIME = 2**255 - 19
_ORDER_8 = int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little")
_SMALL = frozenset({0, 1, _PRIME - 1, _ORDER_8, _PRIME - _ORDER_8})
"""The y of the eight points of Ed25519 whose order divides 8. OpenSSL takes them for keys, and anybody can make what
it then takes for signatures: nobody is named by one."""
_MAKE = "openssl genpkey -algorithm ed25519 -out key.pem makes one"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Signer(Protocol):
    """What signs. Times and files are none of its business."""

    @property
    def algorithm(self) -> str:
        """``Ed25519`` or ``ECDSA-P256-SHA256``."""

    @property
    def public_key(self) -> bytes:
        """PEM, SubjectPublicKeyInfo."""

    @property
    def held(self) -> Mapping[str, str]:
        """Where the private key is, as the seal tells it: no path and no secret."""

    def sign(self, message: bytes) -> bytes:
        """The signature over exactly these bytes: 64 of them (Ed25519, RFC 8032), or DER (ECDSA, RFC 3279 2.2.3)."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key of one of the two kinds."""

    key: ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey

    @property
    def algorithm(self) -> str:
        """As :attr:`Signer.algorithm`."""
        return ED25519 if isinstance(self.key, ed25519.Ed25519PublicKey) else ECDSA

    @property
    def pem(self) -> bytes:
        """SubjectPublicKeyInfo, PEM."""
        return self.key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the DER SubjectPublicKeyInfo, as 64 hexadecimal digits: ``openssl pkey`` writes the same DER."""
        return hashlib.sha256(self.key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()

    def holds(self, signature: bytes, message: bytes) -> bool:
        """Whether this key signed exactly these bytes."""
        try:
            if isinstance(self.key, ed25519.Ed25519PublicKey):
                self.key.verify(signature, message)
            else:
                self.key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        return True


def read_public_key(data: bytes, *, der: bool = False) -> PublicKey:
    """A public key in PEM, or DER. Raises EvidenceError, which says what it is instead."""
    if b"PRIVATE KEY" in data:
        raise EvidenceError("it is a private key, which nobody else may have", hint="openssl pkey -in KEY -pubout")
    if not der and data.count(b"-----BEGIN ") > 1:
        raise EvidenceError("it holds more than one key, of which only the first would count")
    try:
        if len(data) > _LARGEST_PUBLIC:
            raise ValueError  # noqa: TRY301 - the same answer as for what cannot be read
        key = load_der_public_key(data) if der else load_pem_public_key(data)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise EvidenceError(f"it is no public key in {'DER' if der else 'PEM'}") from None
    if isinstance(key, ed25519.Ed25519PublicKey) and _is_anybodys(key):
        raise EvidenceError("it is a key that anybody can sign with")
    if isinstance(key, ed25519.Ed25519PublicKey) or _is_p256(key):
        return PublicKey(key)  # type: ignore[arg-type]  # one of the two by now
    raise EvidenceError(f"it is a key of another kind ({_kind(key)}): neither Ed25519 nor ECDSA over P-256")


def read_trusted(data: bytes) -> str:
    """The fingerprint of the key that somebody trusts: of a public key in PEM, or its 64 hexadecimal digits as text.

    Raises UsageError.
    """
    text = data[:200].decode("ascii", "replace").strip().lower().replace(":", "")
    if _FINGERPRINT.fullmatch(text):
        return text
    try:
        return read_public_key(data).fingerprint
    except EvidenceError as error:
        hint = (
            error.hint or "it is a file with a public key in PEM, or with the 64 hexadecimal digits of its fingerprint"
        )
        raise UsageError(f"the key to trust cannot be used: {error.message}", hint=hint) from None


@dataclass(frozen=True, slots=True)
class FileSigner:
    """A key from a file, in memory."""

    _key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey

    def __repr__(self) -> str:
        return f"FileSigner({self.algorithm})"

    @property
    def algorithm(self) -> str:
        """As :attr:`Signer.algorithm`."""
        return PublicKey(self._key.public_key()).algorithm

    @property
    def public_key(self) -> bytes:
        """PEM, SubjectPublicKeyInfo."""
        return PublicKey(self._key.public_key()).pem

    @property
    def held(self) -> Mapping[str, str]:
        """A file: which one is nobody else's business."""
        return {"held": "file"}

    def sign(self, message: bytes) -> bytes:
        """As :meth:`Signer.sign`."""
        if isinstance(self._key, ed25519.Ed25519PrivateKey):
            return self._key.sign(message)
        return self._key.sign(message, ec.ECDSA(hashes.SHA256()))


def signer_from_file(path: Path, passphrase: bytes | None) -> FileSigner:
    """The key in ``path``: PKCS#8 in PEM, encrypted or not (the older form of ``openssl ec`` is read too).

    Raises UsageError for what is no such key; neither the passphrase nor anything of the file is in its words.
    """
    data = _read(path)
    try:
        key = _load(data, passphrase)
    except UnsupportedAlgorithm:
        raise UsageError(f"{path}: a key of a kind that is not known here", hint=_MAKE) from None
    except TypeError:
        raise UsageError(f"{path}: the key is encrypted", hint=f"set {PASSPHRASE} to its passphrase") from None
    except ValueError:
        raise _unreadable(path, data, passphrase) from None
    if isinstance(key, ed25519.Ed25519PrivateKey) or _is_p256(key):
        return FileSigner(key)  # type: ignore[arg-type]  # one of the two by now
    raise UsageError(f"{path}: {_kind(key)} is neither Ed25519 nor ECDSA over P-256", hint=_MAKE)


def make_key(path: Path) -> None:
    """Write a new Ed25519 key to ``path``, for its owner alone. Raises OSError, also where there is a file already."""
    pem = ed25519.Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)


def exposed(path: Path) -> str | None:
    """Why others may have read the key in ``path``; ``None`` where its mode says that they may not."""
    mode = path.stat().st_mode
    if not mode & _OTHERS:
        return None
    return f"the key {path.name} may be read or written by others (mode {stat.S_IMODE(mode):04o}): chmod 600 mends it"


def _read(path: Path) -> bytes:
    try:
        if not path.is_file():  # a pipe would be waited for
            raise UsageError(f"{path}: there is no such key file", hint=_MAKE)
        with path.open("rb") as file:
            data = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise UsageError(f"{path}: the key cannot be read: {error.strerror}") from None
    if len(data) > _LARGEST_FILE:
        raise UsageError(f"{path}: too large for a key", hint=_MAKE)
    return data


def _load(data: bytes, passphrase: bytes | None) -> object:
    try:
        return load_pem_private_key(data, None)
    except TypeError:  # it is encrypted
        if not passphrase:
            raise
        return load_pem_private_key(data, passphrase)


def _unreadable(path: Path, data: bytes, passphrase: bytes | None) -> UsageError:
    if b"OPENSSH PRIVATE KEY" in data:
        return UsageError(f"{path}: a key in the form of OpenSSH, not PKCS#8", hint=_MAKE)
    if b"PRIVATE KEY" not in data:
        what = "a public key, not a private one" if b"PUBLIC KEY" in data else "no private key in PEM"
        return UsageError(f"{path}: {what}", hint=_MAKE)
    if passphrase and b"ENCRYPTED" in data:
        return UsageError(f"{path}: the passphrase in {PASSPHRASE} is not that of the key")
    return UsageError(f"{path}: the private key in it cannot be read", hint=_MAKE)


def _is_anybodys(key: ed25519.Ed25519PublicKey) -> bool:
    """RFC 8032, 5.1.2: 255 bits of y, which may be written above the prime, and the sign of x."""
    y = int.from_bytes(key.public_bytes(Encoding.Raw, PublicFormat.Raw), "little") & ((1 << 255) - 1)
    return y % _PRIME in _SMALL


def _is_p256(key: object) -> bool:
    curve = getattr(key, "curve", None)
    return isinstance(curve, ec.SECP256R1)


def _kind(key: object) -> str:
    """What a key is, in words."""
    if isinstance(key, (rsa.RSAPublicKey, rsa.RSAPrivateKey)):
        return "RSA"
    if isinstance(key, (ed448.Ed448PublicKey, ed448.Ed448PrivateKey)):
        return "Ed448"
    if isinstance(key, (ec.EllipticCurvePublicKey, ec.EllipticCurvePrivateKey)):
        return f"ECDSA over {key.curve.name}"
    return type(key).__name__.lstrip("_").removesuffix("PrivateKey").removesuffix("PublicKey")
