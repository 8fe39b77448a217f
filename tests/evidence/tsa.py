"""A time stamp authority of our own: certificates by ``cryptography``, stamps by ``openssl ts``, over HTTP."""

from __future__ import annotations

import subprocess
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Private = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
CONFIGURATION = """\
[tsa]
serial = {folder}/serial
signer_cert = {folder}/own.pem
signer_key = {folder}/own.key
{certs}
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256, sha384
signer_digest = sha256
ess_cert_id_alg = {alg}
"""


@dataclass(frozen=True)
class Tsa:
    """An authority in a folder, with the certificate of its root."""

    folder: Path
    root: bytes

    def reply(self, query: bytes) -> bytes:
        """The answer of ``openssl ts``."""
        (self.folder / "query").write_bytes(query)
        line = [
            "openssl",
            "ts",
            "-reply",
            "-config",
            "tsa.cnf",
            "-section",
            "tsa",
            "-queryfile",
            "query",
            "-out",
            "out",
        ]
        subprocess.run(line, cwd=self.folder, check=True, capture_output=True)
        return (self.folder / "out").read_bytes()


@dataclass(frozen=True)
class Certified:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: Private

    @property
    def pem(self) -> bytes:
        """The certificate."""
        return self.certificate.public_bytes(Encoding.PEM)

    def issue(  # noqa: PLR0913 - all named
        self,
        name: str,
        *,
        authority: bool = False,
        purposes: tuple[x509.ObjectIdentifier, ...] = (),
        critical: bool = True,
        days: tuple[int, int] = (-1, 30),
        key: Private | None = None,
        serial: int | None = None,
    ) -> Certified:
        """A certificate that this one signs, valid from and to so many days from now."""
        given = {"authority": authority, "purposes": purposes, "critical": critical, "days": days, "key": key}
        return certify(name, self, serial=serial, **given)  # type: ignore[arg-type]


def certify(  # noqa: PLR0913 - all named
    name: str,
    issuer: Certified | None = None,
    *,
    authority: bool = True,
    purposes: tuple[x509.ObjectIdentifier, ...] = (),
    critical: bool = True,
    days: tuple[int, int] = (-2, 60),
    key: Private | None = None,
    serial: int | None = None,
) -> Certified:
    """A certificate; without an issuer it is a root."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=critical)
    return Certified(builder.sign((issuer or Certified(None, key)).key, hashes.SHA256()), key)  # type: ignore[arg-type]


STAMPING = (ExtendedKeyUsageOID.TIME_STAMPING,)


def write_tsa(folder: Path, root: Certified, own: Certified, *others: Certified, alg: str = "sha256") -> Tsa:
    """An authority that signs with ``own`` and sends ``others`` along."""
    folder.mkdir(parents=True, exist_ok=True)
    pem = own.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "own.key").write_bytes(pem)
    (folder / "own.pem").write_bytes(own.pem)
    (folder / "others.pem").write_bytes(b"".join(each.pem for each in others))
    (folder / "serial").write_text("01")
    certs = f"certs = {folder}/others.pem" if others else ""
    (folder / "tsa.cnf").write_text(CONFIGURATION.format(folder=folder, certs=certs, alg=alg))
    return Tsa(folder, root.pem)


def make_tsa(folder: Path, *, rooted: bool = False, key: Private | None = None, alg: str = "sha256") -> Tsa:
    """A sound authority below an intermediate one; with ``rooted`` it sends its root along."""
    root = certify("Test Root")
    between = root.issue("Test Intermediate", authority=True)
    own = between.issue("Test Time", purposes=STAMPING, key=key)
    return write_tsa(folder, root, own, between, *([root] if rooted else []), alg=alg)


@contextmanager
def listening(answer: Callable[[BaseHTTPRequestHandler, bytes], None]) -> Iterator[str]:
    """An HTTP server whose answers ``answer`` writes; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer(self, self.rfile.read(int(self.headers["Content-Length"])))

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/tsr"
        finally:
            server.shutdown()


def send(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    """One whole answer."""
    handler.send_response(status)
    for name, value in {"Content-Type": "application/timestamp-reply", **headers}.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


@contextmanager
def stamping(tsa: Tsa) -> Iterator[str]:
    """The address of an authority at work."""

    def answer(handler: BaseHTTPRequestHandler, query: bytes) -> None:
        assert handler.headers["Content-Type"] == "application/timestamp-query"
        send(handler, 200, tsa.reply(query))

    with listening(answer) as url:
        yield url
