"""What is acquired of CloudTrail's files can be verified afterwards: digest files and signatures come with them."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from siemlib.archive.digests import material_of
from siemlib.archive.record import read_records
from siemlib.evidence.cloudtrail.check import check
from siemlib.evidence.cloudtrail.collect import collect
from siemlib.evidence.cloudtrail.keys import read_keys
from siemlib.evidence.cloudtrail.names import digests_of
from siemlib.live.acquire.account import Stored
from siemlib.live.acquire.by_s3 import FromS3, by_s3
from siemlib.live.acquire.run import Watching, Wish, acquire_stored
from siemlib.live.address import Address
from siemlib.live.client import connect_storage
from siemlib.live.errors import DeniedError
from siemlib.live.governor import Governor
from siemlib.model.run import Completeness
from siemlib.model.timespan import TimeSpan
from siemlib.settings import Settings
from tests.evidence.cloudtrail import made
from tests.live.acquire.buckets import BUCKET, REGION, bucket_of, nobody

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from siemlib.archive.acquired import Acquired
    from siemlib.live.acquire.fetched import Fetched
    from siemlib.live.storage import Storage

SPAN = TimeSpan(made.START, made.START + timedelta(hours=3))
BASE = "AWSLogs/111122223333"


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody(monkeypatch)


@contextmanager
def delivered(*trails: made.Trail, signed: bool = True) -> Iterator[tuple[Any, Any]]:
    """A bucket as CloudTrail fills it, signatures in the metadata."""
    with mock_aws():
        client = boto3.client("s3", region_name=REGION)
        client.create_bucket(Bucket=made.BUCKET)
        for trail in trails:
            signatures = dict(zip(trail.digests, trail.signatures, strict=True)) if signed else {}
            for path in [*trail.logs, *trail.digests]:
                kept = (
                    {"signature": signatures[path], "signature-algorithm": "SHA256withRSA"}
                    if path in signatures
                    else {}
                )
                key = path.relative_to(trail.folder).as_posix()
                client.put_object(Bucket=made.BUCKET, Key=key, Body=path.read_bytes(), Metadata=kept)
        yield connect_storage(Address(REGION)), client


def acquired(storage: Storage, archive: Path, prefix: str = f"{BASE}/CloudTrail/", span: TimeSpan = SPAN) -> Acquired:
    stored = Stored(storage, Governor(Settings().live), Settings(), REGION, f"live:{REGION}")
    wish = Wish(("cloudtrail",), span, "s3", place=f"s3://{made.BUCKET}/{prefix}")
    return acquire_stored(stored, wish, archive, Watching()).record


def brought(storage: Storage, archive: Path, prefix: str = f"{BASE}/CloudTrail/", span: TimeSpan = SPAN) -> Fetched:
    """The same without loading it."""
    governor = Governor(Settings().live)
    usual = FromS3(storage, made.BUCKET, prefix, "cloudtrail", span, governor, governor.now() + 60, lambda _: None)
    return by_s3(usual, archive)


def said(found: Acquired | Fetched) -> str:
    return " ".join(found.notes)


def digests(found: Fetched) -> list[str]:
    return sorted(path.name for path in found.beside if path.name.endswith(".gz"))


def test_what_was_acquired_is_verified_offline_afterwards_and_what_was_taken_out_is_missed(tmp_path: Path) -> None:
    trail = made.Trail(tmp_path / "bucket").hours(5)
    gone = trail.logs.pop(1)
    keys = made.keys_file(tmp_path / "keys.json", "aws")
    with delivered(trail) as (storage, _):
        record = acquired(storage, tmp_path / "a")
    assert record.completeness is Completeness.COMPLETE
    # Files of 01:00 to 03:00 and, delivered within an hour after the span, of 04:00 but for its end.
    assert record.received == 5
    assert "5 of CloudTrail's 5 digest files of that time were taken as well" in said(record)
    assert "aws cloudtrail list-public-keys" in said(record)
    assert "(eu-central-1)" in said(record)
    found = check(material_of(tmp_path / "a", read_records(tmp_path / "a")), read_keys(keys))
    # The newest, too: its signature came with it.
    assert Counter(each.verdict.value for each in found.trails[0].digests) == {"valid": 5}
    states = {each.name: each.state.value for each in found.trails[0].logs}
    taken = {path.name.removesuffix(".gz") for path in trail.logs[:5]}
    assert states[gone.name.removesuffix(".gz")] == "missing"
    assert {name for name, state in states.items() if state == "valid"} == taken
    # Without the archive too, from the files as they came.
    moved = check(collect([tmp_path / "a" / "acquired"]), read_keys(keys))
    assert Counter(each.verdict.value for each in moved.trails[0].digests) == {"valid": 5}


def test_the_digest_files_of_the_regions_below_a_day_of_another_and_of_all(tmp_path: Path) -> None:
    here = made.Trail(tmp_path / "bucket", _hours=21).hours(5, logs=1)
    there = made.Trail(tmp_path / "bucket", region="us-east-1", _hours=21).hours(5, logs=1)
    day = TimeSpan(made.START, made.START + timedelta(days=1))
    with delivered(here, there) as (storage, _):
        one = brought(storage, tmp_path / "one", f"{BASE}/CloudTrail/eu-central-1/2026/03/04/", day)
        both = brought(storage, tmp_path / "both", f"{BASE}/", day)
    # Those of the next morning as well, which lie below another day.
    assert "5 of CloudTrail's 5 digest files" in said(one)
    assert "10 of CloudTrail's 10 digest files" in said(both)
    assert "(eu-central-1, us-east-1)" in said(both)


def test_copies_of_digest_files_without_their_metadata_take_no_signature_away(tmp_path: Path) -> None:
    trail = made.Trail(tmp_path / "bucket").hours(2, logs=1)
    with delivered(trail) as (storage, client):
        for path in [*trail.logs, *trail.digests]:
            key = f"copy/{path.relative_to(trail.folder).as_posix()}"
            client.put_object(Bucket=made.BUCKET, Key=key, Body=path.read_bytes())
        found = brought(storage, tmp_path / "a", "")
    assert set(digests(found)) == {path.name for path in trail.digests}
    assert len([path for path in found.beside if path.name.endswith(".metadata.json")]) == 2


def test_digest_files_of_other_times_are_not_taken_and_none_is_asked_for_twice(tmp_path: Path) -> None:
    trail = made.Trail(tmp_path / "bucket").hours(12)
    with delivered(trail) as (storage, _):
        first = brought(storage, tmp_path / "a")
        asked: list[str] = []
        whole = storage.whole
        storage.whole = lambda bucket, stored: (asked.append(stored.key), whole(bucket, stored))[1]
        second = brought(storage, tmp_path / "a")
    # Those that end at 01:00 to 06:00: an hour after the span, in the two hours after it.
    assert digests(first) == digests(second) == sorted(path.name for path in trail.digests[:6])
    assert len(first.beside) == 12
    assert asked == []


def test_where_none_vouches_for_the_newest_log_files_yet_it_is_said(tmp_path: Path) -> None:
    trail = made.Trail(tmp_path / "bucket").hours(3)
    trail.digests.pop(), trail.signatures.pop()
    with delivered(trail) as (storage, _):
        record = brought(storage, tmp_path / "a")
    assert "2 of the log files were delivered after the time of the newest digest file" in said(record)
    assert (record.incomplete, len(record.files)) == ((), 6)


def test_without_validation_and_without_permission_nothing_vouches_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trail = made.Trail(tmp_path / "bucket").hours(3)
    with delivered(trail) as (storage, client):
        objects = storage.objects

        def denied(bucket: str, prefix: str) -> Any:  # noqa: ANN401 - as storage gives it
            if "Digest" in prefix:
                raise DeniedError("s3:ListBucket is not allowed")
            return objects(bucket, prefix)

        with monkeypatch.context() as patch:
            patch.setattr(storage, "objects", denied)
            without = brought(storage, tmp_path / "a")
        for path in trail.digests:
            client.delete_object(Bucket=made.BUCKET, Key=path.relative_to(trail.folder).as_posix())
        none = brought(storage, tmp_path / "b")
    for record, why in ((without, "s3:ListBucket is not allowed"), (none, "there are none of that time")):
        assert "Nothing vouches for these log files" in said(record)
        assert why in said(record)
        assert (record.incomplete, len(record.files), record.beside) == ((), 6, ())


def test_digest_files_that_lost_their_metadata_are_kept_and_that_is_said(tmp_path: Path) -> None:
    trail = made.Trail(tmp_path / "bucket").hours(3)
    with delivered(trail, signed=False) as (storage, _):
        record = brought(storage, tmp_path / "a")
    assert "S3 keeps no signature of 3 digest files" in said(record)
    assert digests(record) == sorted(path.name for path in trail.digests)


def test_what_is_named_as_a_digest_file_and_is_none_harms_nothing(tmp_path: Path) -> None:
    trail = made.Trail(tmp_path / "bucket").hours(3)
    name = "111122223333_CloudTrail-Digest_eu-central-1_main_trail_eu-west-1_20260304T020001Z.json.gz"
    key = f"{BASE}/CloudTrail-Digest/eu-central-1/2026/03/04/{name}"
    with delivered(trail) as (storage, client):
        client.put_object(Bucket=made.BUCKET, Key=key, Body=b"\x1f\x8bno gzip", Metadata={"signature": "x" * 1500})
        # Longer than a name can be on any disk: S3 takes 1,024 bytes.
        client.put_object(Bucket=made.BUCKET, Key=key.replace("main_trail", "t" * 600), Body=b"x")
        record = acquired(storage, tmp_path / "a")
    assert record.completeness is Completeness.COMPLETE
    assert f"{name} could not be kept" in said(record)
    assert f"{name}.metadata.json could not be kept" in said(record)
    assert "4 of CloudTrail's 4 digest files" in said(record)


def test_other_logs_in_s3_have_no_digest_files_and_none_are_looked_for(tmp_path: Path) -> None:
    with bucket_of({"AWSLogs/1/CloudTrail/export/s/000000.gz": b"x"}) as (storage, _):
        governor = Governor(Settings().live)
        place = (BUCKET, "AWSLogs/1/CloudTrail/", "g", SPAN)
        fetched = by_s3(FromS3(storage, *place, governor, governor.now() + 60, lambda _: None), tmp_path / "a")
    assert "igest" not in said(fetched)


@pytest.mark.parametrize(
    ("prefix", "beside"),
    [
        (f"{BASE}/CloudTrail/", f"{BASE}/CloudTrail-Digest/"),
        (f"p/{BASE}/CloudTrail/eu-west-1/2026/", f"p/{BASE}/CloudTrail-Digest/eu-west-1/"),
        (f"{BASE}/CloudTrail/eu", f"{BASE}/CloudTrail-Digest/eu"),
        ("CloudTrail/AWSLogs/o-1/1/CloudTrail/eu-west-1/", "CloudTrail/AWSLogs/o-1/1/CloudTrail-Digest/eu-west-1/"),
        ("CloudTrail/eu-west-1/", "CloudTrail-Digest/eu-west-1/"),
        # Those that hold both.
        (f"{BASE}/", None),
        (f"{BASE}/CloudTrail", None),
        ("my-CloudTrail/x", None),
    ],
)
def test_digest_files_lie_beside_the_log_files(prefix: str, beside: str | None) -> None:
    assert digests_of(prefix) == beside
