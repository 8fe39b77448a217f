"""The digest files that CloudTrail would deliver with the sample's log files, signed with a key of the sample.

The key is written here, and whoever has this file has it: it protects nothing, and vouches for the sample alone.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from siemlib.sample import day, world

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

TRAIL = "company-trail"
KEYS = "cloudtrail-public-keys.json"
"""The file of public keys beside the settings of the sample."""
_BUCKET = "example-company-trail"
_P = int(
    "cf707e4424f8c5833f35b2d79e894ee49c20e3ac4dac6e0c993b6f4faa5c0b5ed904737f62f8706842be9e312a9c75c8"
    "58936f125384fd06cb52058b52427be7e228bf1ba664c97ac1dee505da1756525bef1501edb8099f2f84e67bb4bd6707"
    "037e992bf7c4f20ea1b97f14e3aefb45cca996f9349dce42d28555c47b66235b",
    16,
)
_Q = int(
    "c4e8650ef298c97798fffa99b9dd93c1c93957d63fdde8f1488d8cc4e684040054d5b4bd7d01499d086692e6a1363a0c"
    "22bafbdb4c58c6e8737fb5a25871b05a8fe9cf9f5d55b5b64695a43cc0d70d49321da3fa232ba257289e5bd693a68533"
    "f47c869979030f542e90ceef015102ed371593394459431f1aeb0a3044cd609f",
    16,
)
_E = 65_537
_TIME = re.compile(r'"eventTime":"([0-9TZ:-]{20})"')
_HOUR = timedelta(hours=1)
_FIRST = datetime.fromtimestamp(day.START, UTC)


def files(logs: Iterable[tuple[str, int, str]]) -> Iterator[tuple[str, str]]:
    """Path and text of each digest file of the day, and last the signature that S3 keeps of the newest.

    ``logs`` are the log files: path, the second of the day of its delivery, text. The digest file before the first one
    is not among them, as where an archive begins in the middle of a year.
    """
    hours: dict[int, list[dict[str, Any]]] = {}
    for path, second, text in logs:
        hours.setdefault(second // 3600, []).append(_listed(path, text))
    key = _key()
    before = _digest(_FIRST, [], None)
    signature = _sign(key, before)
    for hour in range(24):
        digest = _digest(_FIRST + _HOUR * (hour + 1), hours.get(hour, []), (before, signature))
        signature = _sign(key, digest)
        yield digest["digestS3Object"], _text(digest)
        before = digest
    yield f"{before['digestS3Object']}.sig", f"{signature}\n"


def keys_text() -> str:
    """What ``aws cloudtrail list-public-keys`` would have given."""
    entry = {
        "Value": base64.b64encode(_public()).decode(),
        "ValidityStartTime": "2026-01-01T00:00:00+00:00",
        "ValidityEndTime": "2026-12-31T00:00:00+00:00",
        "Fingerprint": _fingerprint(),
    }
    return json.dumps({"PublicKeyList": [entry]}, indent=4) + "\n"


def _listed(path: str, text: str) -> dict[str, Any]:
    times = sorted(_TIME.findall(text))
    return {
        "s3Bucket": _BUCKET,
        "s3Object": path,
        "hashValue": hashlib.sha256(text.encode()).hexdigest(),
        "hashAlgorithm": "SHA-256",
        "newestEventTime": times[-1],
        "oldestEventTime": times[0],
    }


def _digest(end: datetime, logs: list[dict[str, Any]], before: tuple[dict[str, Any], str] | None) -> dict[str, Any]:
    folder = f"AWSLogs/{world.ACCOUNT}/CloudTrail-Digest/{world.REGION}/{end:%Y/%m/%d}"
    name = f"{world.ACCOUNT}_CloudTrail-Digest_{world.REGION}_{TRAIL}_{world.REGION}_{end:%Y%m%dT%H%M%SZ}.json.gz"
    previous, signature = before or ({}, None)
    return {
        "awsAccountId": world.ACCOUNT,
        "digestStartTime": f"{end - _HOUR:%Y-%m-%dT%H:%M:%SZ}",
        "digestEndTime": f"{end:%Y-%m-%dT%H:%M:%SZ}",
        "digestS3Bucket": _BUCKET,
        "digestS3Object": f"{folder}/{name}",
        "digestPublicKeyFingerprint": _fingerprint(),
        "digestSignatureAlgorithm": "SHA256withRSA",
        "newestEventTime": max((log["newestEventTime"] for log in logs), default=None),
        "oldestEventTime": min((log["oldestEventTime"] for log in logs), default=None),
        "previousDigestS3Bucket": _BUCKET if previous else None,
        "previousDigestS3Object": previous.get("digestS3Object"),
        "previousDigestHashValue": hashlib.sha256(_text(previous).encode()).hexdigest() if previous else None,
        "previousDigestHashAlgorithm": "SHA-256" if previous else None,
        "previousDigestSignature": signature,
        "logFiles": logs,
    }


def _text(digest: dict[str, Any]) -> str:
    return json.dumps(digest, separators=(",", ":"))


def _sign(key: RSAPrivateKey, digest: dict[str, Any]) -> str:
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15  # noqa: PLC0415 - the sample is rarely made
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - as above

    content = hashlib.sha256(_text(digest).encode()).hexdigest()
    place = f"{digest['digestS3Bucket']}/{digest['digestS3Object']}"
    signed = "\n".join((digest["digestEndTime"], place, content, digest["previousDigestSignature"] or "null"))
    return key.sign(signed.encode(), PKCS1v15(), SHA256()).hex()


def _key() -> RSAPrivateKey:
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415 - the sample is rarely made

    exponent = pow(_E, -1, (_P - 1) * (_Q - 1))
    public = rsa.RSAPublicNumbers(_E, _P * _Q)
    parts = (exponent % (_P - 1), exponent % (_Q - 1), pow(_Q, -1, _P))
    return rsa.RSAPrivateNumbers(_P, _Q, exponent, *parts, public).private_key()


def _public() -> bytes:
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - the sample is rarely made
        Encoding,
        PublicFormat,
    )

    return _key().public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)


@cache
def _fingerprint() -> str:
    return hashlib.md5(_public(), usedforsecurity=False).hexdigest()
