"""A time stamp holds for what was stamped, by an authority that may stamp, at a time when it might."""

from __future__ import annotations

import hashlib
import shutil
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from siemlib.errors import UsageError
from siemlib.evidence.authority import Authority
from siemlib.evidence.keys import FileSigner
from siemlib.evidence.manifest import TAG_MANIFEST
from siemlib.evidence.seal import stamp_line
from siemlib.evidence.seal_files import CHAIN, NOTE, QUERY, RESPONSE, SIGNATURE, read_note
from siemlib.evidence.sealed import check_signature
from siemlib.evidence.steps import Outcome
from siemlib.evidence.timestamp import NoStampError, _check_purpose, check_timestamp, issued, judge, read_roots
from tests.evidence.sealing import bag, private_key, run_line, sealed
from tests.evidence.tsa import STAMPING, Tsa, certify, make_tsa, stamping, write_tsa

if TYPE_CHECKING:
    from pathlib import Path


MESSAGE = b"what is stamped"


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Tsa:
    """An authority that sends its intermediate certificate and not its root, as most do."""
    return make_tsa(tmp_path_factory.mktemp("tsa"))


@pytest.fixture(scope="module")
def signer() -> FileSigner:
    return FileSigner(private_key("Ed25519"))


@pytest.fixture(scope="module")
def stamped(tsa: Tsa, signer: FileSigner, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bag that is signed and stamped, never changed."""
    folder = tmp_path_factory.mktemp("stamped") / "bag"
    with stamping(tsa) as url:
        seal = sealed(folder, signer, Authority(url))
    assert seal.unstamped == ""
    return folder


@pytest.fixture
def copy(stamped: Path, tmp_path: Path) -> Path:
    return shutil.copytree(stamped, tmp_path / "bag")


def query_for(message: bytes, **options: bool) -> bytes:
    builder = TimestampRequestBuilder().data(message).hash_algorithm(HashAlgorithm.SHA256)
    return builder.nonce(nonce=options.get("nonce", True)).cert_request(cert_request=True).build().as_bytes()


def line(*, signed: bool = True, time: datetime | None = None) -> str:
    return stamp_line(signed=signed, time=int((time or datetime.now(UTC)).timestamp()))


@pytest.mark.parametrize("rooted", [False, True], ids=["without its root", "with its root"])
@pytest.mark.parametrize("named", [False, True], ids=["no roots in the settings", "roots in the settings"])
def test_a_stamped_seal_holds_and_openssl_says_so_by_the_line_of_the_page(
    tmp_path: Path, signer: FileSigner, *, rooted: bool, named: bool
) -> None:
    tsa = make_tsa(tmp_path / "tsa", rooted=rooted)
    before = datetime.now(UTC)
    with stamping(tsa) as url:
        seal = sealed(tmp_path / "bag", signer, Authority(url, read_roots(tsa.root) if named else ()))
    assert seal.unstamped == ""
    assert before - timedelta(seconds=2) <= datetime.fromisoformat(seal.stamped) <= datetime.now(UTC)
    code, said = run_line(line(), tmp_path / "bag")
    assert code == 0, said
    assert "Verification: OK" in said
    outcome, details = check_timestamp(tmp_path / "bag", tsa.root)
    assert outcome is Outcome.PASSED, details
    assert any("a root that you trust" in each for each in details)
    assert len(read_roots((tmp_path / "bag" / "seal" / CHAIN).read_bytes())) == (3 if rooted or named else 2)


def test_who_trusts_the_root_checks_the_stamp_with_openssl_without_the_chain_in_the_folder(
    stamped: Path, tsa: Tsa, tmp_path: Path
) -> None:
    (tmp_path / "root.pem").write_bytes(tsa.root)
    own = line().replace("-CAfile seal/timestamp-chain.pem", f"-CAfile {tmp_path}/root.pem")
    assert run_line(f"{own} -untrusted seal/timestamp-chain.pem", stamped)[0] == 0
    (tmp_path / "root.pem").write_bytes(make_tsa(tmp_path / "other").root)
    assert run_line(f"{own} -untrusted seal/timestamp-chain.pem", stamped)[0] != 0


def test_without_roots_it_says_that_nobody_vouches_for_the_authority(stamped: Path) -> None:
    outcome, details = check_timestamp(stamped, None)
    assert outcome is Outcome.PASSED
    assert "CN=Test Time" in details[0]
    assert any("nobody vouches" in each for each in details)


def test_roots_of_others_do_not_vouch_for_it(stamped: Path, tmp_path: Path) -> None:
    outcome, details = check_timestamp(stamped, make_tsa(tmp_path / "other").root)
    assert outcome is Outcome.FAILED
    assert any("does not end at a root that you trust" in each for each in details)
    with pytest.raises(UsageError, match="no PEM"):
        check_timestamp(stamped, b"nonsense")


@pytest.mark.parametrize("alg", ["sha1", "sha256"])
def test_authorities_with_rsa_and_either_way_of_naming_their_certificate_are_understood(
    tmp_path: Path, alg: str
) -> None:
    tsa = make_tsa(tmp_path / "tsa", key=rsa.generate_private_key(65537, 2048), alg=alg)
    query = query_for(MESSAGE)
    response = tsa.reply(query)
    for roots in ((), read_roots(tsa.root)):
        assert len(judge(query, response, MESSAGE, roots).chain) == 2


def test_an_unsigned_report_is_stamped_over_its_tag_manifest(tsa: Tsa, tmp_path: Path) -> None:
    with stamping(tsa) as url:
        seal = sealed(tmp_path / "bag", None, Authority(url))
    assert (seal.plan.algorithm, seal.unstamped) == ("", "")
    assert not (tmp_path / "bag" / "seal" / SIGNATURE).exists()
    assert check_timestamp(tmp_path / "bag", tsa.root)[0] is Outcome.PASSED
    assert run_line(line(signed=False), tmp_path / "bag")[0] == 0
    assert check_signature(tmp_path / "bag", None)[0] is Outcome.ABSENT
    note = tmp_path / "bag" / "seal" / NOTE
    text = note.read_text()
    note.write_text(text.replace(seal.plan.time, "2020-01-01T00:00:00+00:00"))
    assert check_signature(tmp_path / "bag", None)[0] is Outcome.FAILED
    note.write_text(text)
    path = tmp_path / "bag" / TAG_MANIFEST
    path.write_bytes(path.read_bytes().replace(b"0", b"1", 1))
    assert check_timestamp(tmp_path / "bag", tsa.root)[0] is Outcome.FAILED
    assert run_line(line(signed=False), tmp_path / "bag")[0] != 0


@pytest.mark.parametrize("roots", [True, False])
def test_a_stamp_of_something_else_is_none_of_this(stamped: Path, tsa: Tsa, *, roots: bool) -> None:
    trusted = read_roots(tsa.root) if roots else ()
    query = query_for(MESSAGE)
    response = tsa.reply(query)
    assert judge(query, response, MESSAGE, trusted).time
    with pytest.raises(NoStampError, match="something else"):
        judge(query, response, MESSAGE + b".", trusted)
    with pytest.raises(NoStampError, match="another query"):
        judge(query_for(MESSAGE), response, MESSAGE, trusted)
    with pytest.raises(NoStampError, match="another query"):
        judge(query_for(MESSAGE, nonce=False), tsa.reply(query_for(MESSAGE, nonce=False)), MESSAGE, trusted)
    assert stamped.is_dir()


@pytest.mark.parametrize("name", [QUERY, RESPONSE, CHAIN, NOTE])
@given(data=st.data())
def test_any_changed_byte_of_the_stamp_is_found(stamped: Path, name: str, data: st.DataObject) -> None:
    path = stamped / "seal" / name
    content = path.read_bytes()
    place = data.draw(st.integers(0, len(content) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != content[place]))
    try:
        path.write_bytes(content[:place] + bytes([byte]) + content[place + 1 :])
        found = [check_signature(stamped, None), check_timestamp(stamped, None)]
        assert Outcome.FAILED in {outcome for outcome, _ in found}, (place, byte, found)
    finally:
        path.write_bytes(content)


@pytest.mark.parametrize("name", [QUERY, RESPONSE, CHAIN, NOTE])
def test_a_part_that_is_gone_is_missed(copy: Path, name: str) -> None:
    (copy / "seal" / name).unlink()
    outcome, details = check_timestamp(copy, None)
    assert outcome is Outcome.FAILED
    assert any(name in each for each in details)


def test_a_stamp_that_is_gone_but_told_of_is_missed(copy: Path) -> None:
    for name in (QUERY, RESPONSE, CHAIN):
        (copy / "seal" / name).unlink()
    assert check_timestamp(copy, None)[0] is Outcome.FAILED


def test_the_stamp_of_another_report_does_not_do(copy: Path, tsa: Tsa, signer: FileSigner, tmp_path: Path) -> None:
    with stamping(tsa) as url:
        sealed(tmp_path / "other", signer, Authority(url))
    for name in (QUERY, RESPONSE, CHAIN):
        shutil.copy(tmp_path / "other" / "seal" / name, copy / "seal" / name)
    # The reports are alike but for the time of their plans, and so their signatures differ.
    (copy / "seal" / SIGNATURE).write_bytes(signer.sign(b"another"))
    assert check_timestamp(copy, None)[0] is Outcome.FAILED


def test_with_roots_to_trust_a_stamp_that_was_taken_away_is_missed(copy: Path, tsa: Tsa) -> None:
    for name in (QUERY, RESPONSE, CHAIN):
        (copy / "seal" / name).unlink()
    note = read_note(copy)
    assert note
    (copy / "seal" / NOTE).write_bytes(replace(note, stamped="", unstamped="gone", files={}).render())
    assert check_timestamp(copy, None)[0] is Outcome.ABSENT
    outcome, details = check_timestamp(copy, tsa.root)
    assert outcome is Outcome.FAILED
    assert details[0].endswith("gone, and so none by an authority that you trust")


def test_without_a_stamp_it_says_what_tells_the_time(signer: FileSigner, tmp_path: Path) -> None:
    sealed(tmp_path / "bag", signer)
    outcome, details = check_timestamp(tmp_path / "bag", None)
    assert (outcome, len(details)) == (Outcome.ABSENT, 1)
    assert "clock of the machine" in details[0]
    assert check_timestamp(bag(tmp_path / "unsealed", None, None), None)[0] is Outcome.ABSENT


@pytest.mark.parametrize("trusting", [True, False], ids=["with roots", "without"])
@pytest.mark.parametrize("days", [(-30, -1), (1, 30)], ids=["expired", "not yet valid"])
def test_a_certificate_that_was_not_valid_at_that_time_stamps_nothing(
    tmp_path: Path, days: tuple[int, int], *, trusting: bool
) -> None:
    root = certify("Root")
    tsa = write_tsa(tmp_path / "tsa", root, root.issue("Own", purposes=STAMPING, days=days))
    query = query_for(MESSAGE)
    with pytest.raises(NoStampError, match=r"expired|not yet valid|not valid at that time"):
        judge(query, tsa.reply(query), MESSAGE, read_roots(tsa.root) if trusting else ())


@pytest.mark.parametrize("trusting", [True, False], ids=["with roots", "without"])
def test_nor_does_one_whose_issuer_was_not(tmp_path: Path, *, trusting: bool) -> None:
    root = certify("Root")
    between = root.issue("Between", authority=True, days=(-30, -1))
    tsa = write_tsa(tmp_path / "tsa", root, between.issue("Own", purposes=STAMPING), between)
    query = query_for(MESSAGE)
    with pytest.raises(NoStampError, match=r"expired|not valid at that time"):
        judge(query, tsa.reply(query), MESSAGE, read_roots(tsa.root) if trusting else ())


def test_a_stamp_outlives_the_certificate_that_made_it(tmp_path: Path, signer: FileSigner) -> None:
    """Years later the certificate has expired: the line of the page takes it as of the day of the report."""
    root = certify("Root", days=(-800, 3000))
    own = root.issue("Own", purposes=STAMPING, days=(-1, 2))
    with stamping(write_tsa(tmp_path / "tsa", root, own)) as url:
        sealed(tmp_path / "bag", signer, Authority(url))
    assert run_line(line(), tmp_path / "bag")[0] == 0
    code, said = run_line(line(time=datetime.now(UTC) + timedelta(days=400)), tmp_path / "bag")
    assert code != 0
    assert "expired" in said


EMAIL, STAMPS = ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.TIME_STAMPING


@pytest.mark.parametrize(
    "use",
    [{"purposes": (EMAIL,)}, {"purposes": (STAMPS, EMAIL)}, {"purposes": STAMPING, "critical": False}, {}],
    ids=["another purpose", "two purposes", "not critical", "no purpose"],
)
def test_a_certificate_for_anything_else_stamps_nothing(use: dict[str, Any]) -> None:
    root = certify("Root")
    _check_purpose(root.issue("Own", purposes=STAMPING).certificate)
    with pytest.raises(NoStampError, match="not one for time stamps alone"):
        _check_purpose(root.issue("Own", **use).certificate)


def test_a_certificate_that_the_stamp_does_not_name_is_not_taken_for_its_own(tmp_path: Path) -> None:
    """The same key, issuer and number, another certificate: only what is signed tells them apart (RFC 5816)."""
    root = certify("Root")
    own = root.issue("Own", purposes=STAMPING, serial=7)
    tsa, query = write_tsa(tmp_path / "tsa", root, own), query_for(MESSAGE)
    response, der = tsa.reply(query), own.certificate.public_bytes(Encoding.DER)
    assert judge(query, response, MESSAGE, ())
    twins = (root.issue("Own", purposes=STAMPING, serial=7, key=own.key, days=(-1, n)) for n in range(31, 200))
    other = next(each for twin in twins if len(each := twin.certificate.public_bytes(Encoding.DER)) == len(der))
    swapped = response.replace(der, other)
    assert swapped != response
    for roots in ((), read_roots(tsa.root)):
        with pytest.raises(NoStampError, match="does not name the certificate"):
            judge(query, swapped, MESSAGE, roots)


@pytest.mark.parametrize("trusting", [True, False], ids=["with roots", "without"])
def test_bytes_after_a_stamp_and_digests_that_can_be_forged_are_none_of_it(tsa: Tsa, *, trusting: bool) -> None:
    query, roots = query_for(MESSAGE), read_roots(tsa.root) if trusting else ()
    response = tsa.reply(query)
    assert judge(query, response, MESSAGE, roots)
    with pytest.raises(NoStampError):
        judge(query, response + b"\0", MESSAGE, roots)
    configuration = tsa.folder / "tsa.cnf"
    text = configuration.read_text()
    configuration.write_text(text.replace("signer_digest = sha256", "signer_digest = sha1"))
    weak = tsa.reply(query)
    configuration.write_text(text)
    with pytest.raises(NoStampError, match="a digest that is not relied upon any more"):
        judge(query, weak, MESSAGE, roots)


def test_what_is_granted_with_changes_is_not_what_was_asked_for(tsa: Tsa) -> None:
    """RFC 3161, 2.4.2: status 1 is a stamp with modifications."""
    query = query_for(MESSAGE)
    changed = tsa.reply(query).replace(b"\x02\x01\x00", b"\x02\x01\x01", 1)
    with pytest.raises(NoStampError, match=r"gave no time stamp \(status 1\)"):
        judge(query, changed, MESSAGE, ())


def test_a_seal_cannot_tell_a_time_and_that_there_is_none(copy: Path) -> None:
    note = read_note(copy)
    assert note is not None
    (copy / "seal" / NOTE).write_bytes(replace(note, unstamped="it did not answer").render())
    outcome, details = check_timestamp(copy, None)
    assert (outcome, details) == (Outcome.FAILED, [f"seal/{NOTE} tells another time than the stamp"])


def test_a_refusal_is_told_in_the_words_of_the_authority(tsa: Tsa) -> None:
    query = TimestampRequestBuilder().data(MESSAGE).hash_algorithm(HashAlgorithm.SHA512).build().as_bytes()
    with pytest.raises(NoStampError, match=r"gave no time stamp \(status 2\): .*algorithm"):
        judge(query, tsa.reply(query), MESSAGE, ())


@given(data=st.data())
def test_no_answer_breaks_the_check(stamped: Path, tsa: Tsa, data: st.DataObject) -> None:
    """Bytes of a stamp, changed in several places, cut and repeated: it holds or it does not, and nothing else."""
    query, whole = ((stamped / "seal" / name).read_bytes() for name in (QUERY, RESPONSE))
    response = bytearray(whole)
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=4)):
        response[place] = data.draw(st.integers(0, 255))
    part = bytes(response[: data.draw(st.integers(0, len(whole)))]) if data.draw(st.booleans()) else bytes(response)
    message = (stamped / "seal" / SIGNATURE).read_bytes()
    for roots in ((), read_roots(tsa.root)):
        with suppress(NoStampError):
            assert judge(query, part, message, roots).time == judge(query, whole, message, roots).time


@pytest.mark.parametrize("answer", [b"", b"0", b"\x30\x84\xff\xff\xff\xff", b"\x30\x80" * 100_000, b"<html>"])
def test_what_is_no_answer_at_all_is_told(answer: bytes) -> None:
    with pytest.raises(NoStampError, match="no time stamp that can be read"):
        judge(query_for(MESSAGE), answer, MESSAGE, ())


@pytest.mark.parametrize("trusting", [True, False], ids=["with roots", "without"])
def test_a_stamp_that_was_forged_does_not_hold(tsa: Tsa, *, trusting: bool) -> None:
    roots = read_roots(tsa.root) if trusting else ()
    query = query_for(MESSAGE)
    response = tsa.reply(query)
    year = datetime.now(UTC).strftime("%Y").encode()
    at = response.index(year, response.index(hashlib.sha256(MESSAGE).digest()))  # of genTime, behind the imprint
    at = response.index(b"Z", at) - 1
    other = response[:at] + bytes([response[at] ^ 1]) + response[at + 1 :]  # a second earlier or later
    with pytest.raises(NoStampError, match=r"content is another|digest failure"):
        judge(query, other, MESSAGE, roots)
    with pytest.raises(NoStampError, match=r"signature does not hold|signature failure|does not end at a root"):
        judge(query, response[:-1] + bytes([response[-1] ^ 1]), MESSAGE, roots)
    with pytest.raises(NoStampError, match="something else"):
        judge(query.replace(hashlib.sha256(MESSAGE).digest(), bytes(32)), response, MESSAGE, roots)


def test_a_chain_of_others_is_not_taken_for_that_of_the_stamp(copy: Path, tmp_path: Path) -> None:
    """By somebody who writes its digest into the note as well."""
    other = tmp_path / "other"
    make_tsa(other)
    chain = (other / "own.pem").read_bytes() + (other / "others.pem").read_bytes()
    note = (copy / "seal" / NOTE).read_text()
    kept = (copy / "seal" / CHAIN).read_bytes()
    for forged in (chain, kept + chain, kept + kept, kept.replace(b"\n", b"\r\n"), b"", b"nonsense"):
        (copy / "seal" / CHAIN).write_bytes(forged)
        digests = (hashlib.sha256(each).hexdigest() for each in (kept, forged))
        (copy / "seal" / NOTE).write_text(note.replace(*digests))
        outcome, details = check_timestamp(copy, None)
        assert outcome is Outcome.FAILED
        assert "is not the chain" in details[0]


def test_a_certificate_that_issued_nothing_is_no_part_of_the_chain(copy: Path) -> None:
    note = read_note(copy)
    assert note is not None
    chain = (copy / "seal" / CHAIN).read_bytes() + certify("Another Root").pem
    (copy / "seal" / CHAIN).write_bytes(chain)
    files = {**note.files, CHAIN: hashlib.sha256(chain).hexdigest()}
    (copy / "seal" / NOTE).write_bytes(replace(note, files=files).render())
    outcome, details = check_timestamp(copy, None)
    assert (outcome, details) == (Outcome.FAILED, [f"seal/{CHAIN} is not the chain of the time stamp"])


def test_a_certificate_of_the_same_name_issued_nothing() -> None:
    root, twin = certify("Root"), certify("Root")
    own = root.issue("Own", purposes=STAMPING)
    assert issued(root.certificate, own.certificate)
    assert not issued(twin.certificate, own.certificate)
    assert not issued(own.certificate, root.certificate)
