"""Everything that a copy holds, with what is packed in it unpacked; and who is still in it."""

from __future__ import annotations

import base64
import gzip
import io
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

PRIVATE = re.compile(
    rb"(?<![\d.])(10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))"
    rb"(?:\.\d{1,3}){2}(?<!\.0\.0)(?!\d|/\d)"
)
"""An address of a private range; networks, which end in zeros or have a mask, are looked for apart from it."""


def files_of(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each file."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def contents(files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each file but for plotly.js, its name before them; and what is packed in it."""
    for name, data in files:
        if name.startswith("assets/"):
            continue
        yield name, name.encode() + b"\n" + data
        if name.endswith(".gz"):
            yield name, gzip.decompress(data)
        if name.endswith(".parquet"):
            table = pq.read_table(io.BytesIO(data))
            yield name, json.dumps(table.to_pydict(), default=str, ensure_ascii=False).encode("utf-8", "surrogatepass")


def spelled(name: str) -> Iterator[bytes]:
    """A name as it is, percent-encoded, in hexadecimal, in UTF-16, and what base64 makes of it wherever it begins."""
    yield name.encode()
    yield quote(name, safe="").encode()
    yield "".join(f"%{byte:02x}" for byte in name.encode()).encode()
    yield name.encode().hex().encode()
    yield name.encode("utf-16-le")
    yield name.encode("utf-16-be")
    for shift in range(3):
        packed = base64.b64encode(b"\0" * shift + name.encode())
        whole = packed[[0, 2, 3][shift] : -4] if len(packed) > 8 else b""
        if len(whole) >= 6:
            yield whole


def who_is_in(files: Iterable[tuple[str, bytes]], users: Iterable[str]) -> set[tuple[str, bytes]]:
    """File and spelling of each user, as a whole word, and of each private address."""
    words = b"|".join(re.escape(each) for user in sorted(users) for each in spelled(user))
    named = re.compile(rb"(?<![A-Za-z0-9])(?:" + words + rb")(?![A-Za-z0-9])", re.IGNORECASE) if words else None
    found = set()
    for name, data in contents(files):
        found |= {(name, match[0]) for match in named.finditer(data)} if named else set()
        found |= {(name, match[0]) for match in PRIVATE.finditer(data)}
    return found
