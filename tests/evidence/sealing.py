"""Bags to be sealed, and openssl to check them with: exactly the lines that a page prints."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from siemlib.evidence.manifest import write_bag
from siemlib.evidence.seal import plan_seal, write_seal

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.evidence.keys import Signer
    from siemlib.evidence.seal import Seal
    from siemlib.evidence.timestamp import Stamper

Private = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey
KINDS = ("Ed25519", "ECDSA-P256-SHA256")


def private_key(kind: str) -> Private:
    """A new key of a kind that signs reports."""
    if kind == "Ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key(ec.SECP256R1())


def write_key(path: Path, key: object, passphrase: bytes | None = None, mode: int = 0o600) -> Path:
    """A private key as PKCS#8 in PEM."""
    encryption = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))  # type: ignore[attr-defined]
    path.chmod(mode)
    return path


def bag(folder: Path, signer: Signer | None, stamper: Stamper | None) -> Path:
    """A bag whose report says that it is sealed with these, and is not sealed yet."""
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "report.html").write_text("<p>something</p>")
    plan = plan_seal(signer, stamper)
    (folder / "data" / "report.json").write_text(json.dumps({"name": "x", "seal": plan.as_json() if plan else None}))
    write_bag(folder, day=datetime(2026, 3, 4, tzinfo=UTC).date(), info={})
    return folder


def sealed(folder: Path, signer: Signer | None, stamper: Stamper | None = None) -> Seal:
    """Such a bag, sealed."""
    return write_seal(bag(folder, signer, stamper), signer, stamper)


def run_line(line: str, folder: Path) -> tuple[int, str]:
    """What a shell makes of a line in a folder: its exit code, and all that it prints."""
    done = subprocess.run(["sh", "-c", line], cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr
