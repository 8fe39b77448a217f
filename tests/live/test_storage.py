"""Files of an export are read from S3 in parts, only as they were listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from siemlib.live.address import Address
from siemlib.live.client import connect_storage
from siemlib.live.errors import ChangedError, GoneError, LiveError, UnavailableError
from siemlib.live.storage import AwsStorage, StoredObject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CONTENT = bytes(range(256)) * 4


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="exports")
        for name in ("logs/b.gz", "logs/a.gz", "other/c.gz"):
            s3.put_object(Bucket="exports", Key=name, Body=CONTENT)
        yield "exports"


def test_files_are_listed_below_their_prefix(bucket: str) -> None:
    found = list(connect_storage(Address("us-east-1")).objects(bucket, "logs/"))
    assert [(each.key, each.bytes) for each in found] == [("logs/a.gz", 1024), ("logs/b.gz", 1024)]


def test_more_files_than_a_page_are_listed_all_and_each_page_is_paced() -> None:
    pages = [
        {"Contents": [{"Key": "a", "Size": 1, "ETag": "x"}], "IsTruncated": True, "NextContinuationToken": "t"},
        {"IsTruncated": True, "NextContinuationToken": "u"},
        {"Contents": [{"Key": "b", "Size": 2, "ETag": "y"}], "IsTruncated": False},
    ]
    asked: list[dict[str, object]] = []
    paced = []

    def call(operation: str, **parameters: object) -> dict[str, object]:
        assert operation == "ListObjectsV2"
        asked.append(parameters)
        return pages[len(asked) - 1]

    def pace(operation: str, request: Callable[[], dict[str, object]]) -> dict[str, object]:
        paced.append(operation)
        return request()

    assert [each.key for each in AwsStorage(call, pace).objects("exports", "many/")] == ["a", "b"]
    assert [each.get("ContinuationToken") for each in asked] == [None, "t", "u"]
    assert paced == ["ListObjectsV2"] * 3


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        ({}, UnavailableError),
        ({"IsTruncated": True}, LiveError),
        ({"IsTruncated": True, "NextContinuationToken": "always the same"}, LiveError),
        ({"IsTruncated": False, "Contents": [{"Key": "a"}]}, LiveError),
    ],
)
def test_a_list_that_is_not_whole_neither_ends_well_nor_begins_again_for_ever(
    page: dict[str, object], kind: type[LiveError]
) -> None:
    storage = AwsStorage(lambda _, **__: page, lambda _, request: request())
    with pytest.raises(kind):
        list(storage.objects("exports", ""))


def test_parts_make_up_the_whole(bucket: str) -> None:
    storage = connect_storage(Address("us-east-1"))
    stored = next(storage.objects(bucket, "logs/"))
    parts = [storage.read(bucket, stored, start=start, length=300) for start in range(0, 1200, 300)]
    assert [len(part) for part in parts] == [300, 300, 300, 124]
    assert b"".join(parts) == storage.read(bucket, stored) == CONTENT
    assert storage.read(bucket, stored, start=1024) == b""


def test_a_file_that_was_changed_or_taken_away_is_not_read_as_the_one_that_was_listed(bucket: str) -> None:
    storage = connect_storage(Address("us-east-1"))
    stored = next(storage.objects(bucket, "logs/"))
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.put_object(Bucket=bucket, Key=stored.key, Body=b"x" * 1024)
    with pytest.raises(ChangedError, match=r"s3://exports/logs/a\.gz"):
        storage.read(bucket, stored)
    s3.delete_object(Bucket=bucket, Key=stored.key)
    with pytest.raises(GoneError, match=r"s3://exports/logs/a\.gz"):
        storage.read(bucket, stored)
    with pytest.raises(GoneError, match="s3://nobodys"):
        list(storage.objects("nobodys", ""))
    with pytest.raises(GoneError):
        storage.read(bucket, StoredObject("none", 1, '"x"'))
