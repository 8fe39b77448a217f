"""The sample's digest files vouch for its log files of CloudTrail, as openssl finds as well."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import subprocess
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from siemlib.evidence.cloudtrail.check import check
from siemlib.evidence.cloudtrail.collect import collect
from siemlib.evidence.cloudtrail.keys import read_keys
from siemlib.evidence.cloudtrail.verdict import Verdict
from siemlib.sample.digests import KEYS, keys_text
from siemlib.sample.inventory import write_settings
from siemlib.settings import read_settings

if TYPE_CHECKING:
    from pathlib import Path


def test_every_log_file_of_cloudtrail_is_vouched_for(sample: Path, tmp_path: Path) -> None:
    (tmp_path / KEYS).write_text(keys_text(), encoding="utf-8")
    found = check(collect([sample / "cloudtrail"]), read_keys(tmp_path / KEYS))
    (trail,) = found.trails
    assert (found.verdict, len(trail.digests), found.unlisted) == (Verdict.VALID, 24, ())
    delivered = [path.name for path in (sample / "cloudtrail").rglob("*_CloudTrail_*.gz")]
    assert sorted(f"{log.name}.gz" for log in trail.logs) == sorted(delivered)


def test_openssl_verifies_the_newest_signature(sample: Path, tmp_path: Path) -> None:
    (signature,) = (sample / "cloudtrail").rglob("*.sig")
    content = gzip.decompress(signature.with_suffix("").read_bytes())
    data = json.loads(content)
    signed = (
        f"{data['digestEndTime']}\n{data['digestS3Bucket']}/{data['digestS3Object']}\n"
        f"{hashlib.sha256(content).hexdigest()}\n{data['previousDigestSignature']}"
    )
    (tmp_path / "signed").write_bytes(signed.encode())
    (tmp_path / "signature").write_bytes(bytes.fromhex(signature.read_text("utf-8")))
    key = load_der_public_key(base64.b64decode(json.loads(keys_text())["PublicKeyList"][0]["Value"]))
    (tmp_path / "key.pem").write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    verify = ["openssl", "dgst", "-sha256", "-verify", "key.pem", "-signature", "signature", "signed"]
    done = subprocess.run(verify, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout == "Verified OK\n"


def test_the_settings_of_the_sample_name_its_keys(tmp_path: Path) -> None:
    write_settings(tmp_path)
    named = read_settings(tmp_path / "siem.toml").cloudtrail.public_keys
    assert named == str(tmp_path / KEYS)
    assert read_keys(tmp_path / KEYS).name == KEYS
