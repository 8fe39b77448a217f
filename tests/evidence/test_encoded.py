"""Texts that are encoded within a text."""

from __future__ import annotations

import base64

import pytest

from siemlib.evidence.encoded import Encoded


def replaced(text: str) -> str:
    """With ``anna`` made to ``NAME`` wherever it is encoded."""
    encoded = Encoded(lambda told: told.replace("anna", "NAME"))
    found = encoded.text(text)
    assert encoded.text(text) == found
    return found


def packed(text: str, encoding: str = "utf-8") -> str:
    return base64.b64encode(text.encode(encoding)).decode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (packed("anna:secret"), packed("NAME:secret")),
        (f"Basic {packed('anna:s')}, next", f"Basic {packed('NAME:s')}, next"),
        (packed("as anna", "utf-16-le"), packed("as NAME", "utf-16-le")),
        ("/api/" + packed("anna-of-us"), "/api/" + packed("NAME-of-us")),
        ("acct=" + b"anna".hex(), "acct=" + b"NAME".hex()),
        ("acct=" + b"anna l".hex().upper(), "acct=" + b"NAME l".hex().upper()),
        ("0x" + b"anna".hex(), "0x" + b"NAME".hex()),
        ("u=%61nna&x=%20", "u=NAME&x= "),
        ("&#97;nna &#x61;nna; &lt;", "NAME NAME; &lt;"),
        (r"\u0061nna", "NAME"),
        (r"\u{61}nna", "NAME"),
        (r"\x61nna \x22", r"NAME \x22"),
        (r"\ud83d\ude00 \u0061nna &#xd800;&#97;nna", r"\ud83d\ude00 NAME &#xd800;NAME"),
    ],
)
def test_a_name_in_it_is_replaced(text: str, expected: str) -> None:
    assert replaced(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "%62en &#98; " + r"\u0062 \x62",
        packed("ben:secret"),
        "&#99999999999; &#1114112; " + r"\u{110000} \xzz \xff",
        "deadbeef" * 8,
        "%%% %zz &# \\u \\x",
    ],
)
def test_what_names_nobody_stays_as_it_is_written(text: str) -> None:
    assert replaced(text) == text


def test_a_word_that_was_looked_into_says_nothing_of_its_beginning() -> None:
    assert replaced(f"{packed('anna:s')}X {packed('anna:s')}") == f"{packed('anna:s')}X {packed('NAME:s')}"
