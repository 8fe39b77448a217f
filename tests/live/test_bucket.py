"""Objects of S3, from moto."""

from __future__ import annotations

import pytest

from siemlib.errors import UsageError
from siemlib.live.bucket import ChangedError, FrozenError, parse_place
from siemlib.live.errors import GoneError
from tests.live.acquire.buckets import BUCKET, bucket_of, nobody


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody(monkeypatch)


def test_objects_are_listed_by_prefix_page_after_page() -> None:
    with bucket_of({f"p/{n:04d}": b"x" * n for n in range(1, 1003)} | {"q/1": b"y"}) as (bucket, _):
        first = bucket.objects("p/")
        second = bucket.objects("p/", first.token)
        assert (len(first.objects), len(second.objects), second.token) == (1000, 2, None)
        last = second.objects[-1]
        assert (last.key, last.size, last.storage_class) == ("p/1002", 1002, "STANDARD")


def test_an_object_is_read_by_ranges() -> None:
    with bucket_of({"k ü\n": b"0123456789"}) as (bucket, _):
        (found,) = bucket.objects("k").objects
        assert found.key == "k ü\n"
        assert bucket.read(found, 0, 4) + bucket.read(found, 4, 6) == b"0123456789"


def test_an_object_that_changed_is_not_read_for_the_one_that_was_listed() -> None:
    with bucket_of({"k": b"0123456789"}) as (bucket, client):
        (found,) = bucket.objects("k").objects
        client.put_object(Bucket=BUCKET, Key="k", Body=b"abcdefghij")
        with pytest.raises(ChangedError):
            bucket.read(found, 0, 4)
        client.delete_object(Bucket=BUCKET, Key="k")
        with pytest.raises(GoneError, match="the object is gone"):
            bucket.read(found, 0, 4)


def test_an_object_in_glacier_is_named_as_that() -> None:
    with bucket_of({"k": b"0123456789"}, StorageClass="GLACIER") as (bucket, _):
        (found,) = bucket.objects("k").objects
        assert found.storage_class == "GLACIER"
        with pytest.raises(FrozenError) as told:
            bucket.read(found, 0, 4)
        assert told.value.hint is not None
        assert "restore-object" in told.value.hint


def test_a_bucket_that_there_is_not_is_named() -> None:
    with bucket_of({}) as (bucket, client):
        client.delete_bucket(Bucket=BUCKET)
        with pytest.raises(GoneError, match="there is no bucket 'evidence'"):
            bucket.objects("")


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("s3://bucket/a/b", ("bucket", "a/b")),
        ("s3://bucket", ("bucket", "")),
        ("s3://my.bucket-1/", ("my.bucket-1", "")),
    ],
)
def test_a_place_is_a_bucket_and_a_prefix(url: str, found: tuple[str, str]) -> None:
    assert parse_place(url) == found


@pytest.mark.parametrize("url", ["bucket/a", "s3:/bucket", "s3://", "s3://Bad_Bucket/a", "https://bucket/a", ""])
def test_anything_else_is_no_place(url: str) -> None:
    with pytest.raises(UsageError, match="not a place in S3"):
        parse_place(url)
