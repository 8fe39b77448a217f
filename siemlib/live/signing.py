"""Signing reports with a key of AWS KMS, which never leaves it.

``MessageType`` is ``RAW``: KMS then digests the message itself for ECDSA (SHA-256), and signs it as it is for Ed25519.
That is what ``openssl`` checks. It takes 4,096 bytes; a tag manifest has some 300.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from siemlib.errors import EvidenceError, UsageError
from siemlib.evidence.keys import ECDSA, ED25519, read_public_key
from siemlib.evidence.visible import visible
from siemlib.live.address import REGION, parse_address
from siemlib.live.answers import other_form
from siemlib.live.errors import DeniedError, LiveError
from siemlib.live.governor import Governor
from siemlib.live.key_faults import DENIED, KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from siemlib.settings import LiveSettings

LARGEST = 4096
"""Bytes of a message that KMS signs as it is (API reference, Sign)."""
_SECONDS = 60.0
_TRIAL = b"siem: may this key sign?\n"
_ALGORITHMS = {"ECC_NIST_P256": ("ECDSA_SHA_256", ECDSA), "ECC_NIST_EDWARDS25519": ("ED25519_SHA_512", ED25519)}
"""Of KMS and of the seal, by KeySpec. ED25519_SHA_512 is the Ed25519 of RFC 8032; ED25519_PH_SHA_512 is another."""
_ARN = re.compile(r"arn:aws[a-z-]*:kms:([a-z0-9-]+):\d{12}:(?:key/[A-Za-z0-9-]{1,64}|alias/[\w/-]{1,250})", re.ASCII)
_NAME = re.compile(r"alias/[\w/-]{1,250}|[A-Za-z0-9-]{8,64}", re.ASCII)


class Keys(Protocol):
    """The two calls of KMS that we make: one request each, no retry. Errors are those of ``siemlib.live.errors``."""

    def public_key(self, key: str) -> Mapping[str, Any]:
        """GetPublicKey."""

    def sign(self, key: str, message: bytes, algorithm: str) -> Mapping[str, Any]:
        """Sign."""


class AwsKeys:
    """:class:`Keys` through the client of boto3 that makes ``call``."""

    def __init__(
        self, call: Callable[..., dict[str, Any]], pace: Callable[[str, Callable[[], Any]], dict[str, Any]]
    ) -> None:
        self._call = call
        self._pace = pace

    def public_key(self, key: str) -> Mapping[str, Any]:
        """GetPublicKey."""
        return self._pace("GetPublicKey", partial(self._call, "GetPublicKey", KeyId=key))

    def sign(self, key: str, message: bytes, algorithm: str) -> Mapping[str, Any]:
        """Sign."""
        given = {"KeyId": key, "Message": message, "MessageType": "RAW", "SigningAlgorithm": algorithm}
        return self._pace("Sign", partial(self._call, "Sign", **given))


@dataclass(frozen=True, slots=True)
class KmsSigner:
    """A key of KMS."""

    _keys: Keys
    algorithm: str
    public_key: bytes
    arn: str
    """Of the key itself, also where an alias was named, which may come to mean another."""
    _algorithm: str

    @property
    def held(self) -> Mapping[str, str]:
        """KMS, and the ARN."""
        return {"held": "kms", "arn": self.arn}

    def sign(self, message: bytes) -> bytes:
        """As :meth:`siemlib.evidence.keys.Signer.sign`; one request. Raises LiveError."""
        if len(message) > LARGEST:
            raise LiveError(f"KMS signs no more than {LARGEST} bytes, and these are {len(message)}")
        return _bytes(_asked(partial(self._keys.sign, self.arn, message, self._algorithm)), "Signature")


def kms_signer(address: str, key: str, settings: LiveSettings) -> KmsSigner:
    """The key ``key`` (ARN, ``alias/NAME`` or id) as the one whom ``address`` (``live:REGION?profile=…``) names.

    Asks KMS for the public key, and to sign a few bytes, so that what is wrong is told before a report is built.
    Raises UsageError for a key of another kind or no name of one, LiveError where KMS cannot be asked, or refuses.
    """
    from siemlib.live.client import connect_keys  # noqa: PLC0415 - the client imports this module

    where = parse_address(address)
    named = _ARN.fullmatch(key)
    if not (named or _NAME.fullmatch(key)):
        hint = "write its ARN, alias/NAME, or its id"
        raise UsageError(f"not a key of KMS: {visible(key[:100], keep='')!r}", hint=hint)
    if named and REGION.fullmatch(named[1]):
        where = replace(where, region=named[1])
    governor = Governor(settings)

    def paced(operation: str, request: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the request gives
        return governor.call(operation, request, until=governor.now() + _SECONDS)

    return signer_of(connect_keys(where, pace=paced), key)


def signer_of(keys: Keys, key: str) -> KmsSigner:
    """As :func:`kms_signer`, through ``keys``."""
    found = _asked(partial(keys.public_key, key))
    spec, usage = str(found.get("KeySpec") or found.get("CustomerMasterKeySpec")), found.get("KeyUsage")
    if usage != "SIGN_VERIFY" or spec not in _ALGORITHMS:
        raise UsageError(f"the key {key} is another ({visible(spec[:50], keep='')}, {usage})", hint=KINDS)
    theirs, ours = _ALGORITHMS[spec]
    try:
        public = read_public_key(_bytes(found, "PublicKey"), der=True)
    except EvidenceError as error:
        raise LiveError(f"what KMS gives as the public key of {key} cannot be used: {error.message}") from None
    trial = _asked(partial(keys.sign, key, _TRIAL, theirs))
    if public.algorithm != ours or not public.holds(_bytes(trial, "Signature"), _TRIAL):
        raise LiveError(f"what KMS signs with {key} does not hold with the public key that it gives")
    arn = str(trial.get("KeyId"))
    if not _ARN.fullmatch(arn):
        raise other_form("KeyId")
    return KmsSigner(keys, ours, public.pem, arn, theirs)


def _asked(request: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
    try:
        return request()
    except DeniedError as error:
        error.hint = DENIED
        raise


def _bytes(answer: Mapping[str, Any], member: str) -> bytes:
    found = answer.get(member)
    if not isinstance(found, bytes):
        raise other_form(member)
    return found
