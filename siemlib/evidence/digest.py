"""SHA-256 of files and of rows.

The canonical form of rows, so that anyone can compute the same digest: each row is a JSON object of strings, written as
RFC 8785 (JSON Canonicalization Scheme) says (UTF-8, no white space, members sorted by the UTF-16 code units of their
names, shortest escapes), followed by one line feed; rows in the order of the result; a missing value has no member.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

ROWS_FORM = "one RFC 8785 JSON object of strings per row, each followed by a line feed, in the order of the result"
"""How the rows are written before they are digested; kept in every run record."""


def sha256_file(path: Path) -> str:
    """The SHA-256 of the exact bytes of a file, as 64 lower-case hexadecimal digits; reads it in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_text(text: str) -> str:
    """The SHA-256 of the UTF-8 bytes of ``text``."""
    return hashlib.sha256(text.encode()).hexdigest()


def canonical_row(row: Mapping[str, str]) -> bytes:
    """One row in canonical form, with its line feed."""
    members = {name: row[name] for name in sorted(row, key=_utf16)}
    text = json.dumps(members, ensure_ascii=False, separators=(",", ":"))
    # A lone surrogate cannot come from UTF-8 logs, but must not stop a record from being written.
    return text.encode("utf-8", errors="surrogatepass") + b"\n"


def sha256_rows(rows: Iterable[Mapping[str, str]]) -> str:
    """The SHA-256 of rows in canonical form (see the top of this file)."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(canonical_row(row))
    return digest.hexdigest()


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-be", errors="surrogatepass")
