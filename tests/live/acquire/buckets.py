"""A bucket of moto's S3, as boto3 finds it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3
from moto import mock_aws

from siemlib.live.address import Address
from siemlib.live.client import connect_storage

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from siemlib.live.storage import AwsStorage

BUCKET = "evidence"
REGION = "us-east-1"


def nobody(patch: pytest.MonkeyPatch) -> None:
    """Credentials of nobody, and no endpoint but those of AWS, which moto stands for."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        patch.delenv(name, raising=False)
    patch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    patch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    patch.setenv("AWS_CONFIG_FILE", "/dev/null")
    patch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")


@contextmanager
def bucket_of(objects: dict[str, bytes], storage_class: str = "STANDARD") -> Iterator[tuple[AwsStorage, Any]]:
    """The bucket ``BUCKET`` with these objects: our way to it, and boto3's client to change it."""
    with mock_aws():
        client = boto3.client("s3", region_name=REGION)
        client.create_bucket(Bucket=BUCKET)
        for key, body in objects.items():
            client.put_object(Bucket=BUCKET, Key=key, Body=body, StorageClass=storage_class)
        yield connect_storage(Address(REGION)), client
