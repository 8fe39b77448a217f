"""Digest files and log files as CloudTrail delivers them, signed with keys made here.

Written from Amazon's description of the format, apart from what is tested: what is signed, and how, is told twice.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

if TYPE_CHECKING:
    from pathlib import Path

START = datetime(2026, 3, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
BUCKET = "amzn-s3-demo-bucket"


@cache
def private_key(name: str) -> rsa.RSAPrivateKey:
    """A key for each name, made once in a test run."""
    del name
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pkcs1(name: str) -> bytes:
    """The public half as CloudTrail gives it."""
    return private_key(name).public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)


def fingerprint(name: str) -> str:
    """As CloudTrail names it."""
    return hashlib.md5(pkcs1(name), usedforsecurity=False).hexdigest()


def keys_file(path: Path, *names: str, start: object = 1700000000.0, end: object = 1900000000.0) -> Path:
    """What ``aws cloudtrail list-public-keys`` writes."""
    entries = [
        {
            "Value": base64.b64encode(pkcs1(name)).decode(),
            "ValidityStartTime": start,
            "ValidityEndTime": end,
            "Fingerprint": fingerprint(name),
        }
        for name in names
    ]
    path.write_text(json.dumps({"PublicKeyList": entries}), encoding="utf-8")
    return path


@dataclass
class Trail:
    """A trail that delivers into ``folder``; what it has delivered so far, the oldest first."""

    folder: Path
    key: str = "aws"
    account: str = "111122223333"
    region: str = "eu-central-1"
    name: str = "main_trail"
    digests: list[Path] = field(default_factory=list)
    logs: list[Path] = field(default_factory=list)
    signatures: list[str] = field(default_factory=list)
    _last: tuple[str, bytes, str] | None = None
    _hours: int = 0

    def hour(self, logs: int = 2, *, sign_with: str = "", **changed: Any) -> Path:  # noqa: ANN401 - members of a digest file
        """Deliver the log files of the next hour and their digest file; ``changed`` is put over its members."""
        end = START + HOUR * (self._hours + 1)
        listed = [self._log(end, number) for number in range(logs)]
        name = f"{self.account}_CloudTrail-Digest_{self.region}_{self.name}_eu-west-1_{end:%Y%m%dT%H%M%SZ}"
        return self._digest(f"{name}{changed.pop('suffix', '')}.json.gz", end, listed, sign_with or self.key, changed)

    def hours(self, number: int, logs: int = 2) -> Trail:
        """Deliver several hours."""
        for _ in range(number):
            self.hour(logs)
        return self

    def start_anew(self) -> None:
        """The next digest file is the first of a chain, an hour later."""
        self._last, self._hours = None, self._hours + 1

    def keep_signature(self, number: int = -1, *, head_object: bool = False) -> Path:
        """Save the signature that S3 keeps of a digest file beside it."""
        metadata = {"signature": self.signatures[number], "signature-algorithm": "SHA256withRSA"}
        digest = self.digests[number]
        path = digest.with_name(f"{digest.name}.{'json' if head_object else 'sig'}")
        text = json.dumps({"ETag": '"x"', "Metadata": metadata}) if head_object else self.signatures[number] + "\n"
        path.write_text(text, encoding="utf-8")
        return path

    def _log(self, end: datetime, number: int) -> dict[str, Any]:
        time = end - timedelta(minutes=50 - number)
        content = json.dumps({"Records": [event(time, self.account, self.region)]}).encode()
        unique = hashlib.sha256(f"{self.name}{time}{number}".encode()).hexdigest()[:16]
        name = f"{self.account}_CloudTrail_{self.region}_{end:%Y%m%dT%H%MZ}_{unique}.json.gz"
        place = f"AWSLogs/{self.account}/CloudTrail/{self.region}/{end:%Y/%m/%d}/{name}"
        self.logs.append(_write(self.folder / place, content))
        stamp = f"{time:%Y-%m-%dT%H:%M:%SZ}"
        return {
            "s3Bucket": BUCKET,
            "s3Object": place,
            "hashValue": hashlib.sha256(content).hexdigest(),
            "hashAlgorithm": "SHA-256",
            "newestEventTime": stamp,
            "oldestEventTime": stamp,
        }

    def _digest(
        self, name: str, end: datetime, listed: list[dict[str, Any]], signer: str, changed: dict[str, Any]
    ) -> Path:
        place = f"AWSLogs/{self.account}/CloudTrail-Digest/{self.region}/{end:%Y/%m/%d}/{name}"
        before, content, signature = self._last or (None, b"", None)
        data = {
            "awsAccountId": self.account,
            "digestStartTime": f"{end - HOUR:%Y-%m-%dT%H:%M:%SZ}",
            "digestEndTime": f"{end:%Y-%m-%dT%H:%M:%SZ}",
            "digestS3Bucket": BUCKET,
            "digestS3Object": place,
            "digestPublicKeyFingerprint": fingerprint(self.key),
            "digestSignatureAlgorithm": "SHA256withRSA",
            "newestEventTime": listed[-1]["newestEventTime"] if listed else None,
            "oldestEventTime": listed[0]["oldestEventTime"] if listed else None,
            "previousDigestS3Bucket": BUCKET if before else None,
            "previousDigestS3Object": before,
            "previousDigestHashValue": hashlib.sha256(content).hexdigest() if before else None,
            "previousDigestHashAlgorithm": "SHA-256" if before else None,
            "previousDigestSignature": signature,
            "logFiles": listed,
        } | changed
        content = json.dumps(data).encode()
        self.digests.append(_write(self.folder / place, content))
        self.signatures.append(sign(signer, data, content))
        self._last, self._hours = (place, content, self.signatures[-1]), self._hours + 1
        return self.digests[-1]


def sign(key: str, data: dict[str, Any], content: bytes) -> str:
    """The signature of a digest file, as S3 keeps it."""
    text = (
        f"{data['digestEndTime']}\n{data['digestS3Bucket']}/{data['digestS3Object']}\n"
        f"{hashlib.sha256(content).hexdigest()}\n{data['previousDigestSignature'] or 'null'}"
    )
    return private_key(key).sign(text.encode(), padding.PKCS1v15(), SHA256()).hex()


def event(time: datetime, account: str, region: str) -> dict[str, Any]:
    """A record of CloudTrail."""
    return {
        "eventVersion": "1.11",
        "userIdentity": {"type": "IAMUser", "userName": "ann"},
        "eventTime": f"{time:%Y-%m-%dT%H:%M:%SZ}",
        "eventSource": "s3.amazonaws.com",
        "eventName": "ListBuckets",
        "awsRegion": region,
        "sourceIPAddress": "192.0.2.1",
        "eventID": f"{account}-{region}-{time:%H%M}",
        "recipientAccountId": account,
    }


def read(path: Path) -> dict[str, Any]:
    """What a delivered file holds."""
    return dict(json.loads(gzip.decompress(path.read_bytes())))


def rewrite(path: Path, **changed: Any) -> None:  # noqa: ANN401 - members of a document
    """Change members of a delivered file, as somebody would who may write to the bucket."""
    _write(path, json.dumps(read(path) | changed).encode())


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content, mtime=0))
    return path
