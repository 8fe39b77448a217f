"""A bucket of S3: which objects it holds, and their bytes by ranges. A request for each call, no retry, no waiting."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from siemlib.errors import UsageError
from siemlib.live.errors import DeniedError, GoneError, LiveError, UnavailableError
from siemlib.model.timespan import to_millis

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_FORM = "write s3://BUCKET/PREFIX"
_REGION = "name its Region: live:REGION"


class ChangedError(LiveError):
    """The object is not the one any more that was begun to be read."""


class FrozenError(LiveError):
    """The object is in an archive of S3 and must be restored before it can be read."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as ListObjectsV2 tells of it."""

    key: str
    size: int
    etag: str
    modified: int
    """Epoch milliseconds."""
    storage_class: str


@dataclass(frozen=True, slots=True)
class ObjectPage:
    """One answer of ListObjectsV2."""

    objects: tuple[StoredObject, ...]
    token: str | None


class Bucket:
    """The objects of one bucket. Errors are those of ``siemlib.live.errors`` and the two above."""

    def __init__(self, name: str, call: Callable[..., Mapping[str, Any]]) -> None:
        """``call`` sends one request, given the operation and its parameters; a ``Body`` is read to its end."""
        self.name = name
        self._call = call

    def objects(self, prefix: str, token: str | None = None) -> ObjectPage:
        """ListObjectsV2: up to 1,000 objects whose keys begin with ``prefix``, in the order of keys."""
        given = {"ContinuationToken": token} if token is not None else {}
        answer = self._call("ListObjectsV2", Bucket=self.name, Prefix=prefix, **given)
        found = tuple(_object(each) for each in answer.get("Contents") or ())
        return ObjectPage(found, answer.get("NextContinuationToken") if answer.get("IsTruncated") else None)

    def read(self, found: StoredObject, start: int, length: int) -> bytes:
        """GetObject: bytes ``[start, start + length)`` of just this object, not of one that came into its place.

        Raises ChangedError, FrozenError, and UnavailableError where fewer bytes came.
        """
        span = f"bytes={start}-{start + length - 1}"
        answer = self._call("GetObject", Bucket=self.name, Key=found.key, Range=span, IfMatch=found.etag)
        body: bytes = answer["Body"]
        if len(body) != length:
            raise UnavailableError(f"s3://{self.name}: {len(body):,} bytes of an object came, not {length:,}")
        return body


def refused_object(code: str, bucket: str) -> LiveError | None:
    """The error that a refusal of S3 is; ``None`` for those that S3 has in common with other services."""
    if code in {"PreconditionFailed", "412", "InvalidRange", "416"}:
        return ChangedError("the object changed while it was read")
    if code == "InvalidObjectState":
        return FrozenError(
            "the object is in an archive of S3 (GLACIER, DEEP_ARCHIVE or an archive tier) and not restored",
            hint="restore it first: aws s3api restore-object",
        )
    if code in {"NoSuchKey", "NoSuchBucket", "404"}:
        return GoneError(f"there is no bucket {bucket!r}" if code == "NoSuchBucket" else "the object is gone")
    if code in {"AccessDenied", "403", "AllAccessDisabled"}:
        return DeniedError(
            f"the credentials may not read s3://{bucket}",
            hint="siem policy acquire prints what they need; objects under a key of KMS need kms:Decrypt as well",
        )
    elsewhere = {"PermanentRedirect", "301", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"}
    return LiveError(f"the bucket {bucket!r} is in another Region", hint=_REGION) if code in elsewhere else None


def parse_place(url: str) -> tuple[str, str]:
    """The bucket and the prefix of ``s3://bucket/prefix``. Raises UsageError."""
    scheme, separator, rest = url.partition("://")
    bucket, _, prefix = rest.partition("/")
    if scheme != "s3" or not separator or not _NAME.fullmatch(bucket):
        raise UsageError(f"not a place in S3: {url!r}", hint=_FORM)
    return bucket, prefix


def _object(found: Mapping[str, Any]) -> StoredObject:
    try:
        return StoredObject(
            key=found["Key"],
            size=int(found["Size"]),
            etag=found["ETag"],
            modified=to_millis(found["LastModified"]),
            storage_class=found.get("StorageClass") or "STANDARD",
        )
    except (KeyError, TypeError, ValueError):
        raise LiveError("the answer to ListObjectsV2 is not of the form that is documented") from None
