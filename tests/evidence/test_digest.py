"""Digests are those that anyone else would compute."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from siemlib.evidence.digest import canonical_row, sha256_file, sha256_rows, sha256_text

if TYPE_CHECKING:
    from pathlib import Path

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_digest_of_a_file_is_that_of_its_bytes_however_long_it_is(tmp_path: Path) -> None:
    path = tmp_path / "abc"
    path.write_bytes(b"abc")
    assert sha256_file(path) == ABC == sha256_text("abc")
    path.write_bytes(b"ab" * (1 << 20) + b"c")
    assert sha256_file(path) == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_row_is_written_as_rfc_8785_says() -> None:
    # The example of RFC 8785, 3.2.3, whose order is that of UTF-16 code units, with values made strings.
    row = {
        "\u20ac": "Euro",
        "\r": "CR",
        "\ufb33": "Dalet",
        "1": "One",
        "\U0001f600": "Smile",
        "\x80": "Control",
        "ö": "O",
    }
    assert canonical_row(row).decode() == (
        '{"\\r":"CR","1":"One","\x80":"Control","ö":"O","\u20ac":"Euro","\U0001f600":"Smile","\ufb33":"Dalet"}\n'
    )
    assert canonical_row({"a": 'q"\\/\b\f\n\t\x0f\x7f'}) == b'{"a":"q\\"\\\\/\\b\\f\\n\\t\\u000f\x7f"}\n'


def test_rows_differ_in_digest_when_their_order_or_any_value_differs() -> None:
    rows = [{"a": "1", "b": "2"}, {"a": "3"}]
    assert sha256_rows([]) == NOTHING
    assert sha256_rows(rows) == sha256_rows([{"b": "2", "a": "1"}, {"a": "3"}])
    assert sha256_rows(rows) != sha256_rows(rows[::-1])
    assert sha256_rows(rows) != sha256_rows([{"a": "1", "b": "2"}, {"a": "3", "b": ""}])
