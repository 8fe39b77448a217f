"""What CloudTrail signs of a digest file, and whether a signature is of it.

Four lines: the end of its time, its bucket and object, the SHA-256 of its uncompressed content, and the signature of
the digest file before it, or ``null``. So the signature is of the place where the file was delivered, wherever it is
now. RSA with SHA-256 and the padding of PKCS #1 v1.5.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-custom-validation.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

if TYPE_CHECKING:
    from siemlib.evidence.cloudtrail.format import Digest
    from siemlib.evidence.cloudtrail.keys import PublicKey


def signed_text(digest: Digest) -> bytes:
    """The exact bytes that are signed."""
    before = digest.previous.signature if digest.previous else "null"
    return "\n".join((digest.end_text, f"{digest.bucket}/{digest.object}", digest.sha256, before)).encode()


def holds(key: PublicKey, signature: str, digest: Digest) -> bool:
    """Whether this hexadecimal signature was made with the private half of ``key``, of ``digest``."""
    try:
        key.key.verify(bytes.fromhex(signature), signed_text(digest), PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True
