"""Pseudonyms: the same for the same value, in whatever way a text writes it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import unicodedata
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

import pytest

from siemlib.errors import EvidenceError
from siemlib.evidence.redact import Redactor
from siemlib.evidence.spellings import folded, pattern_of

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = b"k" * 32
USERS = ("deploy", "svc-backup", "o'neil <x>", "müller")


def redactor(*users: str, key: bytes = KEY) -> Redactor:
    """Takes the addresses of 10.0.0.0/8 and fd00::/8 for internal."""
    return Redactor(key, users, lambda address: address.text.startswith(("10.", "fd")))


def of(user: str) -> str:
    """The pseudonym, computed as the documentation says."""
    digits = hmac.new(KEY, f"user:{user}".encode(), hashlib.sha256).hexdigest()[:12]
    return "user-" + digits.translate(str.maketrans("0123456789abcdef", "bcdfghjkmnpqrtwx"))


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "arn:aws:iam::111122223333:user/{}",
        "{}@example.com logged in",
        'query = "{}" and /\\/{}$/',
        '{{"msg": "a\\n{}"}}',
        "GET /?u=a%2F{} HTTP/1.1",
        "_{}_{}-x.{}",
        "'{}'",
    ],
)
def test_a_name_is_replaced_wherever_it_is_a_word(text: str) -> None:
    assert redactor(*USERS).text(text.replace("{}", "deploy")) == text.replace("{}", of("deploy"))


def test_a_part_of_a_longer_word_is_none_of_it() -> None:
    assert redactor(*USERS).text("redeployed deployment deploy2") == "redeployed deployment deploy2"


def test_the_longest_name_at_a_place_counts() -> None:
    assert redactor("svc", "svc-backup").text("svc-backup svc") == f"{of('svc-backup')} {of('svc')}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("session role/anna.exam… made", "session role/{anna.example}… made"),
        ("for Anna.Exa…, and svc-b…", "for {anna.example}…, and {svc-backup}…"),
        ("by müll…", "by {müller}…"),
        ("joanna.ex… an… success… a few more …", "joanna.ex… an… success… a few more …"),
        ("anna.example…", "{anna.example}…"),
    ],
)
def test_the_beginning_of_a_name_that_was_cut_is_replaced(text: str, expected: str) -> None:
    pseudonyms = re.sub(r"\{(.*?)\}", lambda match: of(match[1]), expected)
    assert redactor("anna.example", *USERS).text(text) == pseudonyms


def test_where_several_names_begin_so_it_is_said_of_none() -> None:
    found = redactor("anna.one", "anna.two").text("by anna.… and anna.t…")
    assert re.fullmatch(rf"by text-[a-z]{{12}}… and {of('anna.two')}…", found)


def test_letters_of_another_case_do_not_hide_a_name() -> None:
    assert redactor("deploy").text("Deploy DEPLOY") == f"{of('deploy')} {of('deploy')}"


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize(
    "write",
    [
        lambda name: quote(name, safe=""),
        lambda name: "".join(f"%{byte:02x}" for byte in name.encode()),
        lambda name: "".join(
            letter if place % 2 else "".join(f"%{byte:02X}" for byte in letter.encode())
            for place, letter in enumerate(name)
        ),
        lambda name: base64.b64encode(f"{name}:secret".encode()).decode(),
        lambda name: base64.urlsafe_b64encode(f"{name}:secret".encode()).decode().rstrip("="),
        lambda name: base64.b64encode(f"run as {name}".encode("utf-16-le")).decode(),
        lambda name: json.dumps(name)[1:-1],
        lambda name: json.dumps(json.dumps(name)),
        lambda name: "".join(f"\\u{ord(letter):04x}" for letter in name),
    ],
    ids=["url", "url-whole", "url-half", "base64", "base64-url", "base64-utf16", "json", "json-json", "escapes"],
)
def test_a_name_that_is_written_otherwise_is_found(user: str, write: object) -> None:
    assert callable(write)
    written = write(user)
    found = redactor(*USERS).text(f"before {written} behind")
    assert written not in found
    assert found.startswith("before ")
    assert found.endswith(" behind")
    assert of(user) in found or of(user) in _decoded(found)


def _decoded(text: str) -> str:
    token = text.split()[1]
    data = base64.b64decode(token + "=" * (-len(token) % 4), b"-_" if "-" in token or "_" in token else b"+/")
    return data.decode("utf-16-le") if b"\0" in data else data.decode()


@pytest.mark.parametrize(
    "written",
    [
        "10.0.1.10",
        r"10\.0\.1\.10",
        r"10\\.0\\.1\\.10",
        "10[.]0[.]1[.]10",
        "ip-10-0-1-10",
        "%2010.0.1.10",
        "::ffff:10.0.1.10",
    ],
)
def test_an_internal_address_is_replaced_however_it_is_written(written: str) -> None:
    one = redactor()
    token = one.text("10.0.1.10")
    assert token.startswith("host-")
    assert not any(letter.isdigit() for letter in token)
    assert token in one.text(f"from {written}: port 22")
    assert "10" not in one.text(f"from {written}: port 22").replace("%20", "")


def test_an_address_of_the_sixth_version_has_one_pseudonym_for_its_spellings() -> None:
    one = redactor()
    assert one.text("[fd00::1]:22 fd00:0:0::1") == "[{0}]:22 {0}".format(one.text("fd00::1"))


def test_others_stay() -> None:
    text = "203.0.113.66 2001:db8::1 10.0.0.0/8 12:34:56 02:42:ac:11:00:02 1.2.3 AKIA abcdefgh"
    assert redactor(*USERS).text(text) == text


def test_an_access_key_is_replaced() -> None:
    assert redactor().text("key AKIADEPLOY000EXAMPLE.").startswith("key key-")


def test_another_key_gives_other_pseudonyms() -> None:
    assert redactor("deploy").users != redactor("deploy", key=b"x" * 32).users


def test_two_values_with_one_pseudonym_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def alike(_self: Redactor, _kind: str, _value: str) -> str:
        return "0" * 64

    monkeypatch.setattr(Redactor, "digest", alike)
    with pytest.raises(EvidenceError, match="take another"):
        redactor("one", "two")
    with pytest.raises(EvidenceError, match="take another"):
        redactor().text("10.0.0.1 10.0.0.2")


def test_a_pseudonym_is_the_same_beside_others_and_in_any_order() -> None:
    many = [f"user{number}" for number in range(50)]
    alone, among = redactor("deploy"), redactor(*many, "deploy", "Deploy")
    for text in ("10.9.9.9", "10.0.1.10"):
        among.text(text)
    assert among.text("deploy 10.0.1.10") == alone.text("deploy 10.0.1.10")


def test_what_looks_like_a_pseudonym_in_a_log_is_none_in_the_copy() -> None:
    one = redactor("deploy")
    forged = one.text("deploy")
    for text in (forged, forged.upper(), "host-bcdfghjk", "x_key-bcdfghjkmnpq", "text-bcdfghjkmnpq"):
        found = one.text(f"as {text}")
        assert re.fullmatch(r"as (x_)?text-[bcdfghjkmnpqrtwx]{12}", found)
        assert text not in found


@pytest.mark.parametrize("written", ["m\u0130ke", "m\u0131ke", "MIKE", "mi\u212ae", "mi\u212aE"])
def test_letters_that_have_no_case_of_their_own_hide_no_name(written: str) -> None:
    assert redactor("mike").text(f"for {written}") == f"for {of('mike')}"


def test_every_pair_that_a_pattern_takes_for_one_letter_is_one() -> None:
    for lower, others in re._casefix._EXTRA_CASES.items():  # type: ignore[attr-defined]
        for other in others:
            assert folded(chr(lower)) == folded(chr(other))


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("user", ["m\u00fcller", "mu\u0308ller"])
def test_a_letter_with_a_mark_is_one_letter(form: Literal["NFC", "NFD"], user: str) -> None:
    assert redactor(user).text(unicodedata.normalize(form, f"({user})")) == f"({of(user)})"


@pytest.mark.parametrize(
    "write",
    [
        lambda name: quote(quote("/" + name, safe=""), safe="").replace("deploy", "%2564eploy"),
        lambda name: base64.b64encode(quote(f"/{name}/x", safe="").encode()).decode(),
        lambda name: base64.b64encode(
            json.dumps({"u": base64.b64encode(f"{name}:x".encode()).decode()}).encode()
        ).decode(),
    ],
    ids=["url-url", "url-base64", "base64-base64"],
)
def test_a_name_that_is_encoded_twice_is_found(write: Callable[[str], str]) -> None:
    written = write("deploy")
    found = redactor("deploy").text(written)
    assert found != written
    assert len(found) > 12


def test_another_length_is_no_access_key() -> None:
    text = "AKIA1234 xAKIADEPLOY000EXAMPLE"
    assert redactor().text(text) == text


def test_many_names_make_one_pattern() -> None:
    names = [f"user{number}" for number in range(3000)]
    found = pattern_of(names)
    assert found is not None
    assert [match[0] for match in found.finditer("user2999 user1 user10 user30000")] == ["user2999", "user1", "user10"]
