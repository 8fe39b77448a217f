"""What S3 takes and gives, as plain values. ``siemlib.live.client.connect_storage`` gives the one over the network."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from siemlib.live.answers import other_form
from siemlib.live.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object of a bucket."""

    key: str
    bytes: int
    etag: str
    """Changes when the object does; in the quotation marks in which S3 gives it."""


class Storage(Protocol):
    """The calls that we make: one request each, no retry, no waiting. Errors are those of ``siemlib.live.errors``."""

    def objects(self, bucket: str, prefix: str) -> Iterator[StoredObject]:
        """ListObjectsV2, every page; sorted by key, as S3 does."""

    def read(self, bucket: str, stored: StoredObject, *, start: int = 0, length: int | None = None) -> bytes:
        """GetObject of ``[start, start + length)``, or to the end; so many bytes and no fewer.

        Raises GoneError where the object is not there any more, ChangedError where it is another by now.
        """

    def whole(self, bucket: str, stored: StoredObject) -> tuple[bytes, Mapping[str, str]]:
        """GetObject of all of a small object: its content, and the metadata that S3 keeps with it. Raises as above."""


class AwsStorage:
    """:class:`Storage` through the client of boto3 that makes ``call``."""

    def __init__(
        self, call: Callable[..., dict[str, Any]], pace: Callable[[str, Callable[[], Any]], dict[str, Any]]
    ) -> None:
        self._call = call
        self._pace = pace

    def objects(self, bucket: str, prefix: str) -> Iterator[StoredObject]:
        """ListObjectsV2, every page."""
        given = {"Bucket": bucket, "Prefix": prefix}
        while True:
            found = self._pace("ListObjectsV2", partial(self._call, "ListObjectsV2", **given))
            if "IsTruncated" not in found:  # botocore takes no body at all for a bucket without files
                raise UnavailableError(f"the list of s3://{bucket}/{prefix} broke off")
            yield from map(_stored, found.get("Contents", []))
            if not found["IsTruncated"]:
                return
            token = found.get("NextContinuationToken")
            # A list that says it goes on, and not where, must neither end here nor begin again for ever.
            if not token or token == given.get("ContinuationToken"):
                raise other_form("NextContinuationToken")
            given["ContinuationToken"] = token

    def read(self, bucket: str, stored: StoredObject, *, start: int = 0, length: int | None = None) -> bytes:
        """GetObject of a range, of the object that was listed and no other."""
        end = stored.bytes if length is None else min(start + length, stored.bytes)
        if start >= end:
            return b""
        span = f"bytes={start}-{end - 1}"
        return self._got(bucket, stored, end - start, Range=span)[0]

    def whole(self, bucket: str, stored: StoredObject) -> tuple[bytes, Mapping[str, str]]:
        """GetObject without a range, of the object that was listed and no other."""
        return self._got(bucket, stored, stored.bytes)

    def _got(self, bucket: str, stored: StoredObject, length: int, **given: str) -> tuple[bytes, Mapping[str, str]]:
        answer = self._call("GetObject", Bucket=bucket, Key=stored.key, IfMatch=stored.etag, **given)
        body: bytes = answer["Body"]
        if len(body) != length:
            raise UnavailableError(f"s3://{bucket}/{stored.key} broke off")
        return body, answer.get("Metadata", {})


def _stored(found: dict[str, Any]) -> StoredObject:
    if not {"Key", "Size", "ETag"} <= found.keys():
        raise other_form("Contents")
    return StoredObject(found["Key"], int(found["Size"]), found["ETag"])
