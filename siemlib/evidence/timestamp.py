"""Time stamps after RFC 3161: that something existed at a time, in the words of an authority that signs them.

What is checked: the answer is a stamp, over the SHA-256 of what was sent, to the very query that is kept (nonce); the
certificate it was signed with is named in it, may sign times and nothing else, and was valid at that time, as were
those above it. With roots to trust, the chain ends at one of them; without, it is the one that came with the stamp.
"""

from __future__ import annotations

import hashlib
import warnings
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

from siemlib.errors import EvidenceError, SiemError, UsageError
from siemlib.evidence.manifest import SEAL, TAG_MANIFEST
from siemlib.evidence.seal_files import (
    CHAIN,
    NOTE,
    QUERY,
    RESPONSE,
    SIGNATURE,
    read_member,
    read_note,
    read_signed,
    why_no_stamp,
)
from siemlib.evidence.steps import Outcome
from siemlib.evidence.token import read_query, read_status, read_token
from siemlib.evidence.visible import visible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from rfc3161_client import TimeStampResponse

    from siemlib.evidence.token import Token

_GRANTED = 0
_SHA256 = "2.16.840.1.101.3.4.2.1"
_LONGEST_CHAIN = 10
_LONGEST_TEXT = 200


class NoStampError(SiemError):
    """No time stamp could be had, or the one that there is does not hold; the message names no more than a host."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an authority gave."""

    query: bytes
    """TimeStampReq, DER."""
    response: bytes
    """TimeStampResp, DER, as it came."""
    chain: bytes
    """Certificates in PEM, the authority's own first, then the one that issued it, and so on."""
    time: datetime


class Stamper(Protocol):
    """An authority."""

    @property
    def authority(self) -> str:
        """Its host."""

    def stamp(self, message: bytes) -> Stamp:
        """A time stamp over the SHA-256 of ``message``, checked. Raises NoStampError."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a stamp that holds tells."""

    time: datetime
    chain: tuple[x509.Certificate, ...]
    """From the authority's own upward, as far as they came with the stamp."""
    policy: str
    """The object identifier of the rules that the authority follows."""


def read_roots(data: bytes) -> tuple[x509.Certificate, ...]:
    """Certificates in PEM. Raises UsageError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # some roots of authorities are older than the rules of today
            return tuple(x509.load_pem_x509_certificates(data))
    except (ValueError, x509.InvalidVersion):
        raise UsageError("the certificates of authorities to trust cannot be read: they are no PEM") from None


def read_roots_file(path: Path | None) -> bytes | None:
    """What :func:`read_roots` reads, of a file; ``None`` for none. Raises UsageError."""
    try:
        return None if path is None else path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: the certificates to trust cannot be read: {error.strerror}") from None


def render_chain(chain: Sequence[x509.Certificate]) -> bytes:
    """PEM, nothing between."""
    return b"".join(each.public_bytes(Encoding.PEM) for each in chain)


def judge(query: bytes, response: bytes, message: bytes, roots: Sequence[x509.Certificate]) -> Told:
    """What a stamp over ``message`` tells. Raises NoStampError, which says why it does not hold."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of certificates that are odd, and whose parser says so
            _check_status(response)
            token = read_token(response)
            return _judge(query, token, decode_timestamp_response(token.in_order()), message, roots)
    except NoStampError:
        raise
    except Exception as error:  # noqa: BLE001 - the parsers raise a dozen kinds for what strangers write
        raise NoStampError(f"it is no time stamp that can be read: {_short(error)}") from None


def _check_status(response: bytes) -> None:
    status, said = read_status(response)
    if status != _GRANTED:
        text = visible(said, keep="")[:_LONGEST_TEXT]
        raise NoStampError(f"the authority gave no time stamp (status {status}){f': {text}' if text else ''}")


def _judge(
    query: bytes, token: Token, answer: TimeStampResponse, message: bytes, roots: Sequence[x509.Certificate]
) -> Told:
    imprint, nonce = read_query(query)
    stamped, time = answer.tst_info.message_imprint, answer.tst_info.gen_time
    digest = hashlib.sha256(message).digest()
    if stamped.hash_algorithm.dotted_string != _SHA256 or stamped.message != digest or imprint != digest:
        raise NoStampError("it is a time stamp of something else")
    if nonce is None or answer.tst_info.nonce != nonce:
        raise NoStampError("it is the answer to another query: the nonce is not the one that was sent")
    chain = _chain_of(token, answer)
    _check_purpose(chain[0])
    if not token.names(chain[0]):
        raise NoStampError("it does not name the certificate that it is signed with")
    token.check_digest()
    if roots:
        _check_against(roots, answer, digest)
    else:
        _check_signature(token, chain[0])
    for each in chain:
        if not each.not_valid_before_utc <= time <= each.not_valid_after_utc:
            until = each.not_valid_after_utc.date()
            raise NoStampError(f"the certificate of {_name(each)} was not valid at that time (it ends on {until})")
    return Told(time, chain, answer.tst_info.policy.dotted_string)


def _check_signature(token: Token, own: x509.Certificate) -> None:
    try:
        token.check_signature(own)
    except ValueError as error:
        raise NoStampError(_short(error)) from None


def _chain_of(token: Token, answer: TimeStampResponse) -> tuple[x509.Certificate, ...]:
    held = [x509.load_der_x509_certificate(each) for each in token.certificates]
    (signer,) = answer.signed_data.signer_infos
    own = (each for each in held if (each.issuer, each.serial_number) == (signer.issuer, signer.serial_number))
    if (last := next(own, None)) is None:
        raise NoStampError("the certificate of the authority did not come with it")
    chain = [last]
    while len(chain) < _LONGEST_CHAIN and last.issuer != last.subject:
        above = next((each for each in held if each not in chain and issued(each, last)), None)
        if above is None:
            break
        chain.append(last := above)
    return tuple(chain)


def issued(above: x509.Certificate, below: x509.Certificate) -> bool:
    """Whether the key of ``above`` signed ``below``."""
    if above.subject != below.issuer:
        return False
    try:
        below.verify_directly_issued_by(above)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):  # also a key that cannot be read
        return False
    return True


def _check_purpose(own: x509.Certificate) -> None:
    """RFC 3161, 2.3: the extension is critical, and the one purpose is to stamp times."""
    try:
        use = own.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (x509.ExtensionNotFound, x509.DuplicateExtension):
        use = None
    if use is None or not use.critical or list(use.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise NoStampError(f"the certificate of {_name(own)} is not one for time stamps alone")


def _check_against(roots: Sequence[x509.Certificate], answer: TimeStampResponse, digest: bytes) -> None:
    try:
        VerifierBuilder(roots=list(roots)).build().verify(answer, digest)
    except VerificationError as error:
        raise NoStampError(f"its chain does not end at a root that you trust, or is broken: {_short(error)}") from None


def _name(certificate: x509.Certificate) -> str:
    return visible(certificate.subject.rfc4514_string(), keep="")[:_LONGEST_TEXT] or "an authority without a name"


def _short(error: Exception) -> str:
    """What the parsers and OpenSSL say, without the places in their sources."""
    text = str(error)
    if "Verify error:" in text:
        text = text.rpartition("Verify error:")[2].partition('"')[0]
    return visible(" ".join(text.split()), keep="")[:_LONGEST_TEXT] or type(error).__name__


# ── of a report ──────────────────────────────────────────────────────────────────────────────────────────────────────


def check_timestamp(folder: Path, roots: bytes | None) -> tuple[Outcome, list[str]]:
    """Whether the time stamp holds, and what time it tells; ``roots``: certificates in PEM of authorities to trust.

    Without them the stamp is checked against the chain that came with it, and the details say that nobody vouches for
    the authority; with them, a report without a stamp fails. Raises UsageError for roots that cannot be read.
    """
    trusted = () if roots is None else read_roots(roots)
    try:
        return _check(folder, trusted)
    except (EvidenceError, NoStampError) as error:
        return Outcome.FAILED, [error.message]


def _check(folder: Path, roots: tuple[x509.Certificate, ...]) -> tuple[Outcome, list[str]]:
    query, response, chain = (read_member(folder, name) for name in (QUERY, RESPONSE, CHAIN))
    note = read_note(folder)
    if absent := why_no_stamp(folder):
        # Whoever may write here can take a stamp away: who names roots is told where there is nothing by them.
        return (
            (Outcome.FAILED, [f"{absent}, and so none by an authority that you trust"])
            if roots
            else (Outcome.ABSENT, [absent])
        )
    for name, data in ((QUERY, query), (RESPONSE, response), (CHAIN, chain)):
        if data is None:
            raise EvidenceError(f"{SEAL}/{name} is missing")
        if note is None or note.files.get(name) != hashlib.sha256(data).hexdigest():
            raise EvidenceError(f"{SEAL}/{NOTE} is missing, or has another digest of {name}")
    signature = read_member(folder, SIGNATURE)
    message, over = (signature, f"{SEAL}/{SIGNATURE}") if signature is not None else (read_signed(folder), TAG_MANIFEST)
    told = judge(query or b"", response or b"", message, roots)
    _check_chain(chain or b"", told)
    if note is None or note.stamped != told.time.isoformat(timespec="seconds") or note.unstamped:
        raise EvidenceError(f"{SEAL}/{NOTE} tells another time than the stamp")
    when = told.time.strftime("%Y-%m-%d %H:%M:%S")
    details = [f"{over} existed at {when} UTC, says {_name(told.chain[0])} (policy {told.policy})"]
    if roots:
        details.append("its chain ends at a root that you trust")
    else:
        details.append("nobody vouches for that authority here: name the roots that you trust with --timestamp-roots")
    return Outcome.PASSED, details


def _check_chain(data: bytes, told: Told) -> None:
    """The kept chain is the one in the stamp, and above it perhaps the root that the settings named."""
    try:
        kept = read_roots(data)
    except UsageError:
        kept = ()
    own, above = kept[: len(told.chain)], kept[len(told.chain) :]
    links = pairwise(kept)
    whole = own == told.chain and len(above) <= 1 and all(issued(upper, lower) for lower, upper in links)
    if not whole or render_chain(kept) != data:
        raise EvidenceError(f"{SEAL}/{CHAIN} is not the chain of the time stamp")
