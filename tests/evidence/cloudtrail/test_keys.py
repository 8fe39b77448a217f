"""CloudTrail's public keys out of a file: by fingerprint, and only what the file says they are."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from siemlib.errors import UsageError
from siemlib.evidence.cloudtrail.keys import read_keys
from tests.evidence.cloudtrail import made

if TYPE_CHECKING:
    from pathlib import Path

PUBLISHED = (
    "MIIBCgKCAQEAlSS3cl92HDycr/MTj0moOhas8habjrraXw+KzlWF0axSI2tcF+3iJ9BKQAVSKxGwxwu3m0wG3J+kUl1xboEcEPHYoIYMbgfSw7KG"
    "nuDKwkLzsQWhUJ0cIbOHASox1vv/5fNXkrHhGbDCHeVXm804c83nvHUEFYThr1PfyP/8HwrCtR3FX5OANtQCP61C1nJtSSkC8JSQUOrIP4CuwJjc"
    "+4WGDk+BGH5m9iuiAKkipEHWmUl8/P7XpfpWQuk4h8g3pXZOrNXr08lbh4d39svj7UqdhvOXoBISp9t/EXYuePGEtBdrKD9Dz+VHwyUPtBQvYr9B"
    "nkF88qBnaPNhS44rzwIDAQAB"
)
"""The key in Amazon's example of list-public-keys, and its fingerprint there."""
PUBLISHED_FINGERPRINT = "7f3f401420072e50a65a141430817ab3"


def written(path: Path, *entries: object) -> Path:
    """A file as the AWS CLI writes it."""
    path.write_text(json.dumps({"PublicKeyList": entries}), encoding="utf-8")
    return path


def test_the_fingerprint_is_the_one_that_amazon_publishes(tmp_path: Path) -> None:
    entry = {"Value": PUBLISHED, "ValidityStartTime": 1453076702.0, "ValidityEndTime": 1455668702.0}
    (key,) = read_keys(written(tmp_path / "keys.json", entry)).keys.values()
    assert key.fingerprint == PUBLISHED_FINGERPRINT
    assert key.start == datetime(2016, 1, 18, 0, 25, 2, tzinfo=UTC)


def test_a_key_that_is_not_what_the_file_says_is_refused(tmp_path: Path) -> None:
    swapped = {"Value": PUBLISHED, "Fingerprint": made.fingerprint("aws")}
    with pytest.raises(UsageError, match=PUBLISHED_FINGERPRINT):
        read_keys(written(tmp_path / "keys.json", swapped))


def test_answers_for_several_regions_may_stand_one_after_the_other(tmp_path: Path) -> None:
    first, second = (made.keys_file(tmp_path / f"{name}.json", name).read_text("utf-8") for name in ("aws", "us"))
    both = tmp_path / "both.json"
    both.write_text(f"{first}\n\n{second}\n", encoding="utf-8")
    assert set(read_keys(both).keys) == {made.fingerprint("aws"), made.fingerprint("us")}


def test_pem_is_a_file_of_keys_as_well(tmp_path: Path) -> None:
    key = made.private_key("aws").public_key()
    path = tmp_path / "keys.pem"
    path.write_bytes(
        key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        + made.private_key("us").public_key().public_bytes(Encoding.PEM, PublicFormat.PKCS1)
    )
    found = read_keys(path).keys
    assert set(found) == {made.fingerprint("aws"), made.fingerprint("us")}
    assert found[made.fingerprint("aws")].was_valid(datetime(1999, 1, 1, tzinfo=UTC))  # nothing says that it was not


def test_a_key_is_valid_in_its_time_give_or_take_an_hour(tmp_path: Path) -> None:
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    path = made.keys_file(tmp_path / "keys.json", "aws", start="2026-01-01T01:00:00+01:00", end=end.timestamp())
    (key,) = read_keys(path).keys.values()
    hour, second = timedelta(hours=1), timedelta(seconds=1)
    assert key.was_valid(start - hour)
    assert key.was_valid(end + hour)
    assert not key.was_valid(start - hour - second)
    assert not key.was_valid(end + hour + second)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "holds no public key"),
        (b"{}", "there is no PublicKeyList"),
        (b'{"PublicKeyList": []}', "holds no public key"),
        (b'{"PublicKeyList": [{}]}', "has no Value"),
        (b'{"PublicKeyList": [{"Value": "!"}]}', "no base64"),
        (b'{"PublicKeyList": [{"Value": "AAAA"}]}', "no file of public keys"),
        (b"[" * 100_000, "no file of public keys"),
        (b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "what it holds is no key$"),
        (b"[1,", "it is no JSON at line 1, column 4$"),
        (b"\xff\xfe", "no file of public keys"),
        (b'{"PublicKeyList": [{"Value": "%s", "ValidityStartTime": 1e300}]}' % PUBLISHED.encode(), "no file of"),
        (b'{"PublicKeyList": [{"Value": "%s", "ValidityEndTime": "soon"}]}' % PUBLISHED.encode(), "no file of"),
    ],
)
def test_what_is_no_file_of_keys_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "keys.json").write_bytes(content)
    with pytest.raises(UsageError, match=said):
        read_keys(tmp_path / "keys.json")


def test_weak_keys_and_keys_of_other_kinds_are_refused(tmp_path: Path) -> None:
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key()  # noqa: S505 - refused
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    for key in (short, other):
        der = base64.b64encode(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
        with pytest.raises(UsageError, match="not RSA of at least 2,048 bits"):
            read_keys(written(tmp_path / "keys.json", {"Value": der}))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_keys(tmp_path / "none.json")
