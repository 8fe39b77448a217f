"""Files are taken for what they are by name and content; nothing in them leads anywhere, and no size is trusted."""

from __future__ import annotations

import gzip
import hashlib
from typing import TYPE_CHECKING

import pytest

from siemlib.errors import UsageError
from siemlib.evidence.cloudtrail import inflate
from siemlib.evidence.cloudtrail.check import check
from siemlib.evidence.cloudtrail.collect import collect
from siemlib.evidence.cloudtrail.inflate import InflateError, content, digests
from siemlib.evidence.cloudtrail.keys import read_keys
from siemlib.evidence.cloudtrail.verdict import Verdict
from tests.evidence.cloudtrail import made

if TYPE_CHECKING:
    from pathlib import Path


def test_files_are_told_by_name_and_by_content(tmp_path: Path) -> None:
    trail = made.Trail(tmp_path / "bucket").hours(2)
    trail.keep_signature()
    trail.digests[0].rename(tmp_path / "bucket" / "renamed.bin")
    trail.logs[0].rename(tmp_path / "bucket" / "log.bin")
    (tmp_path / "bucket" / "other.txt").write_text("nothing of CloudTrail", encoding="utf-8")
    found = collect([tmp_path / "bucket"])
    assert (len(found.digests), len(found.signatures), len(found.logs)) == (2, 1, 4)
    assert (found.broken, found.notes) == ([], [])


def test_a_file_named_twice_is_taken_once(tmp_path: Path) -> None:
    trail = made.Trail(tmp_path / "bucket").hours(1)
    assert len(collect([trail.folder, trail.logs[0], trail.folder]).logs) == 2


def test_names_in_a_digest_file_lead_nowhere(tmp_path: Path) -> None:
    secret = tmp_path / "secret.json"
    secret.write_text('{"Records":[]}', encoding="utf-8")
    trail = made.Trail(tmp_path / "bucket")
    entry = {
        "s3Bucket": made.BUCKET,
        "s3Object": "../../../../../../../../secret.json",
        "hashValue": hashlib.sha256(secret.read_bytes()).hexdigest(),
        "hashAlgorithm": "SHA-256",
    }
    trail.hour(0, logFiles=[entry, entry | {"s3Object": f"{secret}"}])
    trail.keep_signature()
    found = check(collect([tmp_path / "bucket"]), read_keys(made.keys_file(tmp_path / "keys.json", "aws")))
    assert [str(each.state) for each in found.trails[0].logs] == ["missing", "missing"]
    assert [each.name for each in found.trails[0].logs] == ["secret.json", "secret.json"]


def test_a_link_in_a_folder_is_not_followed(tmp_path: Path) -> None:
    trail = made.Trail(tmp_path / "elsewhere").hours(1)
    (tmp_path / "bucket").mkdir()
    (tmp_path / "bucket" / trail.logs[0].name).symlink_to(trail.logs[0])
    assert collect([tmp_path / "bucket"]).logs == []


def test_a_gzip_bomb_among_the_digest_files_is_a_broken_one(tmp_path: Path) -> None:
    trail = made.Trail(tmp_path / "bucket").hours(1)
    trail.digests[0].write_bytes(gzip.compress(b" " * (80 << 20), compresslevel=9))
    found = collect([tmp_path / "bucket"])
    assert [name for name, _ in found.broken] == [trail.digests[0].name]
    assert check(found, None).verdict is Verdict.WRONG


def test_a_gzip_bomb_among_the_log_files_is_a_changed_one(tmp_path: Path) -> None:
    trail = made.Trail(tmp_path / "bucket").hours(1)
    trail.logs[0].write_bytes(gzip.compress(b'{"Records":[' + b" " * (90 << 20), compresslevel=9))
    (first, second) = sorted(collect([tmp_path / "bucket"]).logs, key=lambda log: log.sha256 is None)
    assert first.sha256
    assert "as a gzip bomb does" in second.problem


def test_no_more_is_decompressed_than_the_limit(tmp_path: Path) -> None:
    (tmp_path / "x.gz").write_bytes(gzip.compress(b"x" * 5000))
    assert len(content(tmp_path / "x.gz", 5000)) == 5000
    with pytest.raises(InflateError, match="more than 4,999 bytes"):
        content(tmp_path / "x.gz", 4999)


@pytest.mark.parametrize("layers", [0, 1, 2])
def test_the_digest_is_of_what_was_compressed(tmp_path: Path, layers: int) -> None:
    text = b'{"Records":[]}' * 100_000
    data = text
    for _ in range(layers):
        data = gzip.compress(data[: len(data) // 2]) + gzip.compress(data[len(data) // 2 :]) + b"\0" * 7
    (tmp_path / "x").write_bytes(data)
    assert digests(tmp_path / "x") == (hashlib.sha256(data).hexdigest(), hashlib.sha256(text).hexdigest())


@pytest.mark.parametrize("kept", [11, 40, -9, -1])
def test_gzip_that_is_cut_off_or_damaged_is_no_content(tmp_path: Path, kept: int) -> None:
    (tmp_path / "x").write_bytes(gzip.compress(b"some text that is long enough to be cut")[:kept])
    with pytest.raises(InflateError):
        content(tmp_path / "x", inflate.PIECE)
    (tmp_path / "x").write_bytes(gzip.compress(b"one member") + b"and then none")
    with pytest.raises(InflateError, match="damaged"):
        content(tmp_path / "x", inflate.PIECE)


def test_a_signature_file_without_a_signature_is_told(tmp_path: Path) -> None:
    trail = made.Trail(tmp_path / "bucket").hours(1)
    for text in ("", "zz", "[]", '{"Metadata": {"signature": "00"}}', '{"Metadata": 7}', "[" * 50_000):
        trail.keep_signature().write_text(text, encoding="utf-8")
        found = collect([tmp_path / "bucket"])
        assert (len(found.signatures), len(found.notes)) == (0, 1)
    other = f'{{"Metadata": {{"signature": "{trail.signatures[0]}", "signature-algorithm": "SHA1withRSA"}}}}'
    trail.keep_signature().write_text(other, encoding="utf-8")
    assert collect([tmp_path / "bucket"]).signatures == []


def test_the_time_of_a_backfill_digest_file_is_read_beside_its_signature(tmp_path: Path) -> None:
    trail = made.Trail(tmp_path / "bucket")
    trail.hour(1, suffix="_backfill")
    path = trail.keep_signature(head_object=True)
    metadata = f'"signature": "{trail.signatures[0]}", "backfill-generation-timestamp": "2027-01-01T00:00:00Z"'
    path.write_text(f'{{"Metadata": {{{metadata}}}}}', encoding="utf-8")
    keys = made.keys_file(tmp_path / "keys.json", "aws", start="2025-01-01T00:00:00Z", end="2026-12-01T00:00:00Z")
    # The key was in use at the time that the file is about, and not any more when it was signed.
    assert check(collect([tmp_path / "bucket"]), read_keys(keys)).verdict is Verdict.UNPROVEN
    later = made.keys_file(tmp_path / "keys.json", "aws", start="2026-12-01T00:00:00Z", end="2027-02-01T00:00:00Z")
    assert check(collect([tmp_path / "bucket"]), read_keys(later)).verdict is Verdict.VALID


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="none"):
        collect([tmp_path / "none"])
