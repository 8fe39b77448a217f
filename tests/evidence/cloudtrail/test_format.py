"""A digest file is read strictly: whatever stands in it may have been written by somebody else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from siemlib.evidence.cloudtrail import format as digest_format
from siemlib.evidence.cloudtrail.format import DigestFormatError, read_digest
from siemlib.evidence.cloudtrail.names import Trail
from siemlib.evidence.cloudtrail.signature import signed_text

PLACE = "AWSLogs/111122223333/CloudTrail-Digest/us-east-2/2015/08/17/"
NAME = "111122223333_CloudTrail-Digest_us-east-2_your-trail-name_us-east-2_20150817T"
SIGNATURE = "50887ccffad4c002" * 32
SAMPLE: dict[str, Any] = {
    "awsAccountId": "111122223333",
    "digestStartTime": "2015-08-17T14:01:31Z",
    "digestEndTime": "2015-08-17T15:01:31Z",
    "digestS3Bucket": "amzn-s3-demo-bucket",
    "digestS3Object": f"{PLACE}{NAME}150131Z.json.gz",
    "digestPublicKeyFingerprint": "31e8b5433410dfb61a9dc45cc65b22ff",
    "digestSignatureAlgorithm": "SHA256withRSA",
    "newestEventTime": "2015-08-17T14:52:27Z",
    "oldestEventTime": "2015-08-17T14:42:27Z",
    "previousDigestS3Bucket": "amzn-s3-demo-bucket",
    "previousDigestS3Object": f"{PLACE}{NAME}140131Z.json.gz",
    "previousDigestHashValue": "97fb791cf91ffc440d274f8190dbdd9aa09c34432aba82739df18b6d3c13df2d",
    "previousDigestHashAlgorithm": "SHA-256",
    "previousDigestSignature": SIGNATURE,
    "logFiles": [
        {
            "s3Bucket": "amzn-s3-demo-bucket",
            "s3Object": "AWSLogs/111122223333/CloudTrail/us-east-2/2015/08/17/"
            "111122223333_CloudTrail_us-east-2_20150817T1445Z_9nYN7gp2eWAJHIfT.json.gz",
            "hashValue": "9bb6196fc6b84d6f075a56548feca262bd99ba3c2de41b618e5b6e22c1fc71f6",
            "hashAlgorithm": "SHA-256",
            "newestEventTime": "2015-08-17T14:52:27Z",
            "oldestEventTime": "2015-08-17T14:42:27Z",
        }
    ],
}
"""Amazon's description of the format, filled in as it is there."""


def content(**changed: Any) -> bytes:  # noqa: ANN401 - members of a digest file
    """The sample, with some members changed; ``None`` is null."""
    return json.dumps(SAMPLE | changed).encode()


def log(**changed: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - members of an entry
    """The list of log files, its one entry changed."""
    return [SAMPLE["logFiles"][0] | changed]


def test_amazons_sample_is_read() -> None:
    digest = read_digest(content())
    assert digest.trail == Trail("111122223333", "us-east-2", "your-trail-name", "us-east-2")
    assert f"{digest.start:%H:%M:%S} {digest.end:%H:%M:%S}" == "14:01:31 15:01:31"
    assert digest.previous is not None
    assert digest.previous.name == f"{NAME}140131Z.json"
    (listed,) = digest.logs
    assert listed.name == "111122223333_CloudTrail_us-east-2_20150817T1445Z_9nYN7gp2eWAJHIfT.json"


def test_what_is_signed_is_four_lines() -> None:
    digest = read_digest(content())
    assert signed_text(digest).decode().split("\n") == [
        "2015-08-17T15:01:31Z",
        f"amzn-s3-demo-bucket/{PLACE}{NAME}150131Z.json.gz",
        digest.sha256,
        SIGNATURE,
    ]
    first = read_digest(content(**{name: None for name in SAMPLE if name.startswith("previous")}))
    assert first.previous is None
    assert signed_text(first).decode().endswith("\nnull")


def test_a_digest_file_of_an_hour_without_events_lists_nothing() -> None:
    assert read_digest(content(logFiles=[], newestEventTime=None, oldestEventTime=None)).logs == ()


@pytest.mark.parametrize(
    "changed",
    [
        {"digestS3Object": "../../etc/passwd"},
        {"digestS3Object": f"{PLACE}{NAME}150131Z.json.gz\nx"},
        {"digestS3Object": 7},
        {"awsAccountId": "444455556666"},
        {"digestSignatureAlgorithm": "SHA1withRSA"},
        {"digestPublicKeyFingerprint": "31E8"},
        {"digestEndTime": "2015-08-17T15:01:31Z\n"},
        {"digestEndTime": "2015-02-30T15:01:31Z"},
        {"digestEndTime": "2015-08-17T13:01:31Z"},
        {"digestS3Bucket": ""},
        {"digestS3Bucket": "b" * 3000},
        {"previousDigestSignature": None},
        {"previousDigestSignature": "zz" * 128},
        {"previousDigestHashAlgorithm": "MD5"},
        {"previousDigestHashValue": "97"},
        {"logFiles": None},
        {"logFiles": {}},
        {"logFiles": ["x"]},
        {"logFiles": log(hashAlgorithm="SHA-1")},
        {"logFiles": log(hashValue="9B" * 32)},
        {"logFiles": log(s3Object=None)},
        {"logFiles": log(newestEventTime="now")},
    ],
)
def test_what_is_not_of_the_form_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(DigestFormatError):
        read_digest(content(**changed))


@pytest.mark.parametrize(
    "text",
    [b"", b"null", b"[]", b"{", b"\xff", b"[" * 200_000, b'{"a":' * 100_000, b'{"awsAccountId": NaN}', b"1" * 10_000],
)
def test_what_is_no_json_object_is_refused(text: bytes) -> None:
    with pytest.raises(DigestFormatError):
        read_digest(text)


def test_a_name_that_is_given_twice_is_refused() -> None:
    twice = content().replace(b'"awsAccountId"', b'"logFiles": [], "awsAccountId"', 1)
    with pytest.raises(DigestFormatError, match="twice"):
        read_digest(twice)


def test_no_more_is_read_than_a_digest_file_can_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest_format, "MOST_LOG_FILES", 1)
    with pytest.raises(DigestFormatError, match="longer than 1"):
        read_digest(content(logFiles=log() * 2))
    monkeypatch.setattr(digest_format, "MOST_BYTES", 100)
    with pytest.raises(DigestFormatError, match="more than 100 bytes"):
        read_digest(content())
