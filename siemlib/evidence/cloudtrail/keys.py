"""The public keys of CloudTrail, as they were kept in a file while the account could be asked.

``aws cloudtrail list-public-keys --start-time T --end-time T --region R > keys.json`` gives them; each Region has its
own, and the answers of several may stand in one file one after the other. PEM is taken as well. A key is known by its
fingerprint, the MD5 of its PKCS #1 DER form: that is how digest files name it, and it protects nothing; what does is
that the key itself comes from a file that its owner trusts. So the SHA-256 of that file is told with every result.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PublicKey.html
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_public_key,
)

from siemlib.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MOST_BYTES = 16 << 20
_SHORTEST = 2048
"""Bits of a key; CloudTrail's are so long, and a shorter one could be broken."""
_SLACK = timedelta(hours=1)
"""A digest file is signed a little after the time that it is about."""
_PEM = re.compile(rb"-----BEGIN (?:RSA )?PUBLIC KEY-----.*?-----END (?:RSA )?PUBLIC KEY-----", re.DOTALL)
HINT = "aws cloudtrail list-public-keys --start-time T --end-time T writes one"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """One key, and when CloudTrail signed with it; ``None`` where the file does not say."""

    fingerprint: str
    key: RSAPublicKey
    start: datetime | None = None
    end: datetime | None = None

    def was_valid(self, time: datetime) -> bool:
        """Whether nothing says that it was not in use then, give or take an hour."""
        after = self.start is None or time >= self.start - _SLACK
        return after and (self.end is None or time <= self.end + _SLACK)


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """The keys of one file, by fingerprint."""

    keys: Mapping[str, PublicKey] = field(default_factory=dict)
    name: str = ""
    """Of the file, without folders."""
    sha256: str = ""
    """Of the file."""

    @property
    def sentence(self) -> str:
        """Where they come from, for people."""
        number = f"{len(self.keys):,} public key{'' if len(self.keys) == 1 else 's'}"
        return f"Checked with the {number} of {self.name}, SHA-256 {self.sha256}."


def fingerprint_of(key: RSAPublicKey) -> str:
    """As CloudTrail names a key: the MD5 of its PKCS #1 DER form, in hex."""
    return hashlib.md5(key.public_bytes(Encoding.DER, PublicFormat.PKCS1), usedforsecurity=False).hexdigest()


def read_keys(path: Path) -> PublicKeys:
    """The keys in a file. Raises UsageError for a file that holds none, or one that is not what the file says."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path}: the public keys cannot be read: {error.strerror}", hint=HINT) from None
    if len(data) > MOST_BYTES:
        raise UsageError(f"{path}: larger than a file of public keys can be")
    try:
        found = list(_from_pem(data) if b"-----BEGIN" in data else _from_json(data))
    except json.JSONDecodeError as error:
        where = f"it is no JSON at line {error.lineno}, column {error.colno}"
        raise UsageError(f"{path}: no file of public keys: {where}", hint=HINT) from None
    except (ValueError, TypeError, RecursionError, OverflowError, UnsupportedAlgorithm) as error:
        raise UsageError(f"{path}: no file of public keys: {str(error)[:200]}", hint=HINT) from None
    if not found:
        raise UsageError(f"{path}: holds no public key", hint=HINT)
    return PublicKeys({key.fingerprint: key for key in found}, path.name, hashlib.sha256(data).hexdigest())


def _from_pem(data: bytes) -> Iterator[PublicKey]:
    for block in _PEM.findall(data):
        try:
            loaded = load_pem_public_key(block)
        except ValueError:
            message = "what it holds is no key"
            raise ValueError(message) from None
        key = _rsa(loaded)
        yield PublicKey(fingerprint_of(key), key)


def _from_json(data: bytes) -> Iterator[PublicKey]:
    decoder, text, at = json.JSONDecoder(), data.decode("utf-8-sig"), 0
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        document, at = decoder.raw_decode(text, at)
        listed = document.get("PublicKeyList") if isinstance(document, dict) else document
        if not isinstance(listed, list):
            message = "there is no PublicKeyList"
            raise TypeError(message)
        yield from map(_key, listed)


def _key(entry: Any) -> PublicKey:  # noqa: ANN401 - whatever the JSON holds
    if not isinstance(entry, dict) or not isinstance(entry.get("Value"), str):
        message = "an entry of PublicKeyList has no Value"
        raise TypeError(message)
    try:
        der = base64.b64decode(entry["Value"], validate=True)
    except binascii.Error:
        message = "a Value is no base64"
        raise ValueError(message) from None
    key = _rsa(load_der_public_key(der))
    fingerprint = fingerprint_of(key)
    if entry.get("Fingerprint", fingerprint) != fingerprint:
        message = f"the key that is called {str(entry['Fingerprint'])[:40]!r} has the fingerprint {fingerprint}"
        raise ValueError(message)
    return PublicKey(fingerprint, key, _time(entry.get("ValidityStartTime")), _time(entry.get("ValidityEndTime")))


def _rsa(key: object) -> RSAPublicKey:
    if not isinstance(key, RSAPublicKey) or key.key_size < _SHORTEST:
        message = f"a key is not RSA of at least {_SHORTEST:,} bits"
        raise ValueError(message)
    return key


def _time(value: object) -> datetime | None:
    """Seconds since 1970, as the AWS CLI 1 writes a time, or ISO 8601, as version 2 does."""
    if value is None:
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return datetime.fromtimestamp(value, UTC)
    if not isinstance(value, str):
        message = "a time of validity is neither a number nor a text"
        raise TypeError(message)
    time = datetime.fromisoformat(value)
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
