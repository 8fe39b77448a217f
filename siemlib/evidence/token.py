"""The token in an answer of a time stamp authority: a CMS SignedData (RFC 5652) over a TSTInfo (RFC 3161).

``rfc3161-client`` checks it against roots that somebody trusts; this is for what it does not do. It refuses
certificates that are not in the order of DER, which ``openssl ts`` and many authorities send as they like; it checks no
signature without a root, and not that the token names the certificate it was signed with (RFC 5816).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from siemlib.evidence.der import CONTEXT_0, INTEGER, OCTETS, OID, SEQUENCE, SET, root

if TYPE_CHECKING:
    from cryptography import x509

    from siemlib.evidence.der import Element

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")  # 1.2.840.113549.1.7.2
_TST_INFO = bytes.fromhex("2a864886f70d0109100104")  # 1.2.840.113549.1.9.16.1.4
_CONTENT_TYPE = bytes.fromhex("2a864886f70d010903")  # 1.2.840.113549.1.9.3
_MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010904")  # 1.2.840.113549.1.9.4
_SIGNING_CERTIFICATE = bytes.fromhex("2a864886f70d010910020c")  # 1.2.840.113549.1.9.16.2.12, which means SHA-1
_SIGNING_CERTIFICATE_2 = bytes.fromhex("2a864886f70d010910022f")  # 1.2.840.113549.1.9.16.2.47
_PSS = bytes.fromhex("2a864886f70d01010a")  # 1.2.840.113549.1.1.10
_HASHES: dict[bytes, hashes.HashAlgorithm] = {
    bytes.fromhex("608648016503040201"): hashes.SHA256(),
    bytes.fromhex("608648016503040202"): hashes.SHA384(),
    bytes.fromhex("608648016503040203"): hashes.SHA512(),
}


@dataclass(frozen=True, slots=True)
class Token:
    """The parts of a token; all raise ValueError or LookupError where they are none."""

    signed: Element
    """SignedData."""

    @property
    def certificates(self) -> tuple[bytes, ...]:
        """In the order in which they came, DER."""
        held = self._certificates
        return tuple(each.whole for each in held.members()) if held else ()

    def in_order(self) -> bytes:
        """The bytes of the answer with the certificates in the order of DER; nothing signed is changed by that."""
        data, held = self.signed.data, self._certificates
        if held is None:
            return data
        return data[: held.inside] + b"".join(sorted(self.certificates)) + data[held.end :]

    def names(self, certificate: x509.Certificate) -> bool:
        """Whether the signed part names ``certificate`` as the one that it is signed with (ESSCertID, ESSCertIDv2)."""
        attributes, found = self._attributes, False
        der = certificate.public_bytes(Encoding.DER)
        if _SIGNING_CERTIFICATE in attributes:
            first = _first(attributes[_SIGNING_CERTIFICATE])
            found = first[0].expect(OCTETS).content == hashlib.sha1(der, usedforsecurity=False).digest()
            if not found:
                return False
        if _SIGNING_CERTIFICATE_2 in attributes:
            first = _first(attributes[_SIGNING_CERTIFICATE_2])
            algorithm: hashes.HashAlgorithm = hashes.SHA256()
            if first[0].tag == SEQUENCE:
                algorithm = _hash(first.pop(0))
            found = first[0].expect(OCTETS).content == hashlib.new(algorithm.name, der).digest()
        return found

    def check_digest(self) -> None:
        """Raise ValueError where what is signed is a digest that can be forged, which OpenSSL lets pass."""
        _hash(self._signer[2])

    def check_signature(self, certificate: x509.Certificate) -> None:
        """Raise ValueError unless the key of ``certificate`` signed it."""
        _, _, algorithm, attributes, kind, signature = self._signer
        named = self._attributes
        digest = _hash(algorithm)
        content = self._content
        if named[_CONTENT_TYPE].expect(OID).content != _TST_INFO:
            raise _fault("what is signed is no time")
        if named[_MESSAGE_DIGEST].expect(OCTETS).content != hashlib.new(digest.name, content).digest():
            raise _fault("its content is another than what is signed")
        # RFC 5652, 5.4: what is signed has the tag of a set.
        message = bytes([SET]) + attributes.whole[1:]
        key = certificate.public_key()
        try:
            if isinstance(key, rsa.RSAPublicKey) and kind.members()[0].content != _PSS:
                key.verify(signature.content, message, padding.PKCS1v15(), digest)
            elif isinstance(key, ec.EllipticCurvePublicKey):
                key.verify(signature.content, message, ec.ECDSA(digest))
            else:
                raise _fault("it is signed in a way that can be checked only with --timestamp-roots")
        except InvalidSignature:
            raise _fault("its signature does not hold") from None

    @property
    def _certificates(self) -> Element | None:
        return next((each for each in self.signed.members() if each.tag == CONTEXT_0), None)

    @property
    def _content(self) -> bytes:
        kind, held = self.signed.members()[2].expect(SEQUENCE).members()
        if kind.content != _TST_INFO:
            raise _fault("it holds no time")
        return held.expect(CONTEXT_0).only().expect(OCTETS).content

    @property
    def _signer(self) -> list[Element]:
        """Version, signer's certificate, digest algorithm, signed attributes, signature algorithm, signature."""
        members = self.signed.members()[-1].expect(SET).only().expect(SEQUENCE).members()[:6]
        for member, tag in zip(members, (INTEGER, None, SEQUENCE, CONTEXT_0, SEQUENCE, OCTETS), strict=True):
            if tag is not None:
                member.expect(tag)
        return members

    @property
    def _attributes(self) -> dict[bytes, Element]:
        """The value of each signed attribute, by its type."""
        found: dict[bytes, Element] = {}
        for attribute in self._signer[3].members():
            kind, values = attribute.expect(SEQUENCE).members()
            if kind.content in found:
                raise _fault("it says something twice")
            found[kind.expect(OID).content] = values.expect(SET).members()[0]
        return found


def read_status(response: bytes) -> tuple[int, str]:
    """The PKIStatus of a TimeStampResp, and what the authority says of it. Raises as :class:`Token`."""
    status, *rest = root(response).members()[0].expect(SEQUENCE).members()
    said = [each.content for each in rest[0].members()] if rest and rest[0].tag == SEQUENCE else []
    return int.from_bytes(status.expect(INTEGER).content, "big"), b" ".join(said).decode("utf-8", "replace")


def read_query(query: bytes) -> tuple[bytes, int | None]:
    """The digest that a TimeStampReq asks a stamp for, and its nonce. Raises as :class:`Token`."""
    _version, imprint, *rest = root(query).members()
    numbers = (int.from_bytes(each.content, "big") for each in rest if each.tag == INTEGER)
    return imprint.expect(SEQUENCE).members()[1].expect(OCTETS).content, next(numbers, None)


def read_token(response: bytes) -> Token:
    """The token in a TimeStampResp. Raises as :class:`Token` where there is none, as in a refusal."""
    members = root(response).members()
    if len(members) != 2:  # noqa: PLR2004 - status, token
        raise _fault("it holds no time stamp")
    kind, held = members[1].expect(SEQUENCE).members()
    if kind.expect(OID).content != _SIGNED_DATA:
        raise _fault("it holds no signed data")
    return Token(held.expect(CONTEXT_0).only().expect(SEQUENCE))


def _first(attribute: Element) -> list[Element]:
    """The members of the first certificate that a signing-certificate attribute names."""
    return attribute.expect(SEQUENCE).members()[0].expect(SEQUENCE).members()[0].expect(SEQUENCE).members()


def _hash(algorithm: Element) -> hashes.HashAlgorithm:
    found = _HASHES.get(algorithm.members()[0].expect(OID).content)
    if found is None:
        raise _fault("it uses a digest that is not relied upon any more")
    return found


def _fault(text: str) -> ValueError:
    return ValueError(text)
