"""plotly.js for the pages of reports: one file for every report of a date, or inside a page that stands alone.

The file is a script of one line that holds plotly.js, as it comes with the Python package, as gzip in base64. The page
computes the SHA-256 of that line before it runs what is in it: a page that was opened as a file cannot have the browser
do that. Chromium 156 was tried: it refuses ``<script src="…" integrity="…">`` with a file URL whether the digest is
right or wrong, since the request is not CORS enabled; with ``crossorigin`` as well, since files have no origin; and a
digest in the policy (``script-src 'sha256-…'``) needs that attribute.
"""

from __future__ import annotations

import base64
import gzip
import io
import os
import re
import zlib
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

from siemlib.evidence.digest import sha256_file, sha256_text
from siemlib.evidence.paging import ASSETS, Asset

if TYPE_CHECKING:
    from pathlib import Path

HEAD = '/* plotly.js (MIT licence, https://plotly.com), gzip in base64 */ var siemPlotly = "'
TAIL = '";\n'
_HELD = re.compile(rb'/\*[^*]*\*/ var siemPlotly = "([A-Za-z0-9+/=]+)";\n')
_LARGEST = 64 << 20
"""No plotly.js is larger, so that whatever somebody laid there in its place is not unpacked without end."""


@cache
def plotly_source() -> str:
    """plotly.js."""
    from plotly.offline import get_plotlyjs  # noqa: PLC0415 - reads five megabytes, for reports with charts only

    return str(get_plotlyjs())


@cache
def style_ids() -> tuple[str, ...]:
    """The ids of the style elements that plotly.js adds to a page, unless they are there.

    The page has them before, each with its nonce: so plotly.js writes its rules where the policy allows them, and the
    style of its maps, which no chart of ours is, stays empty.
    """
    return ("plotly.js-style-global", *re.findall(r'getElementById\("([0-9a-f]{64})"\)', plotly_source()))


@cache
def packed() -> str:
    """plotly.js as gzip in base64; the same each time."""
    return base64.b64encode(gzip.compress(plotly_source().encode(), compresslevel=6, mtime=0)).decode()


def plotly_asset(day: Path | None = None) -> Asset:
    """The asset that reports in the folder ``day`` share: the one there, if it is sound, else the one to be written."""
    from plotly.offline import get_plotlyjs_version  # noqa: PLC0415 - as above

    name = f"plotly-{get_plotlyjs_version()}.min.js"
    text = _kept(day / ASSETS / name) if day else None
    return Asset(name, sha256_text(f"{HEAD}{packed()}{TAIL}" if text is None else text))


def payload_digests(data: Path) -> dict[str, str]:
    """SHA-256 of every file beside a page yet to be written; not of the custody log, which is still written to."""
    files = (path for path in sorted(data.rglob("*")) if path.is_file() and path.name != "custody.jsonl")
    return {path.relative_to(data).as_posix(): sha256_file(path) for path in files}


def keep_asset(asset: Asset, day: Path, aside: Path) -> None:
    """Write the asset, unless it is there: first into ``aside``, which is on the same file system, then by a rename.

    A file of its name that holds something else would draw whatever it liked; it is replaced.
    """
    place = day / ASSETS / asset.name
    if _kept(place) is not None:
        return
    made = aside / f".{asset.name}.{os.getpid()}"
    made.write_text(f"{HEAD}{packed()}{TAIL}", encoding="ascii", newline="")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        made.replace(place)
    except OSError:  # a disk that is full leaves no empty folders
        with suppress(OSError):
            place.parent.rmdir()
            day.rmdir()
        raise


def _kept(path: Path) -> str | None:
    """The text of a file that holds plotly.js as ours is; another zlib may have packed it into other bytes."""
    try:
        if path.is_symlink() or path.stat().st_size > _LARGEST:
            return None
        data = path.read_bytes()
    except OSError:
        return None
    found = _HELD.fullmatch(data)
    return data.decode("ascii") if found and _unpacked(found[1]) == plotly_source().encode() else None


def _unpacked(text: bytes) -> bytes | None:
    wanted = len(plotly_source().encode())
    try:
        with gzip.open(io.BytesIO(base64.b64decode(text, validate=True))) as file:
            return file.read(wanted + 1)  # no more than that, whatever would come out
    except (OSError, EOFError, ValueError, zlib.error):
        return None
