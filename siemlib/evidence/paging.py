"""The page of a report against its record: does it show the runs and exhibits that lie beside it, and no others?

And is the script that it draws charts with the one that it names? That script stands beside the folder, shared by all
reports of a date, and so in no manifest of the bag; its digest is in ``report.json`` and in the page, which are.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from siemlib.errors import EvidenceError
from siemlib.evidence.manifest import IDENTIFIER, INFO, MANIFEST, PAYLOAD, read_bounded, read_info, read_manifest
from siemlib.evidence.steps import Found, Outcome, verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from siemlib.evidence.sums import Sums

ASSETS = "assets"
"""The folder beside the folders of reports that holds what their pages share."""
SUMMARY = "report.json"
PAGE = "report.html"
_MOST_SUMMARY = 1 << 22
_MOST_PAGE = 1 << 28
_MOST_RECORD = 1 << 24
_RUN = re.compile(rf"{PAYLOAD}/runs/[^/.]+\.json")
_EXHIBIT = re.compile(rf"{PAYLOAD}/exhibits/(E\d+)-[^/.]+\.json")
_DATA = (f"{PAYLOAD}/exhibits/", f"{PAYLOAD}/runs/")
"""Where the files lie whose digests are written into the page."""
_ASSET = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_DIGITS_ALIKE = bytes(ord("0") if chr(byte) in "0123456789abcdef" else ord(" ") for byte in range(256))
_ROW = b"0" * 64


@dataclass(frozen=True, slots=True)
class Asset:
    """What a page needs that stands beside its folder."""

    name: str
    sha256: str

    def path(self, folder: Path) -> Path:
        """Where it is for the report in ``folder``."""
        return folder.parent / ASSETS / self.name


def asset_of(folder: Path) -> Asset | None:
    """What a report names as needed beside its folder; ``None``: nothing, or nothing that can be read."""
    try:
        return _asset(_summary(folder))
    except EvidenceError:
        return None


def check_page(folder: Path, present: Mapping[str, int], sums: Sums, *, packed: bool) -> Found:
    """Compare the page with what lies beside it. ``packed``: nothing else may stand beside the folder."""
    try:
        summary = _summary(folder)
        page = read_bounded(folder / PAYLOAD / PAGE, _MOST_PAGE)
        asset = _asset(summary)
        problems = [*_identity(folder, summary), *_unshown(folder, page, present)]
    except EvidenceError as error:
        return Outcome.FAILED, [error.message]
    problems += _strangers(folder, asset) if packed else []
    shown = "it shows each run and exhibit"
    if asset is None:
        return verdict(problems, f"{shown}; it needs nothing from outside the folder")
    if asset.sha256.encode() not in page:
        problems.append(f"the page does not name the digest of {asset.name}")
    if not os.path.lexists(asset.path(folder)) and not problems:
        name = f"{ASSETS}/{asset.name} (SHA-256 {asset.sha256})"
        return Outcome.ABSENT, [f"{shown}, but what draws its charts is not beside the folder: {name}"]
    return verdict(
        problems + _differs(folder, asset, sums), f"{shown}; what draws its charts is the {asset.name} that it names"
    )


def _summary(folder: Path) -> dict[str, Any]:
    return _object(folder / PAYLOAD / SUMMARY, _MOST_SUMMARY)


def _object(path: Path, most: int) -> dict[str, Any]:
    try:
        said = json.loads(read_bounded(path, most))
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise EvidenceError(f"{path.name} is no JSON object")
    return said


def _asset(summary: Mapping[str, Any]) -> Asset | None:
    said = summary.get("asset")
    if said is None:
        return None
    name, digest = (said.get("name"), said.get("sha256")) if isinstance(said, dict) else (None, None)
    if not (isinstance(name, str) and isinstance(digest, str) and _ASSET.fullmatch(name) and _DIGEST.fullmatch(digest)):
        raise EvidenceError(f"{SUMMARY} does not say what the page needs beside its folder")
    return Asset(name, digest)


def _identity(folder: Path, summary: Mapping[str, Any]) -> Iterator[str]:
    """The bag is called as the report is."""
    called = [value for name, value in read_info(folder) if name == IDENTIFIER]
    own = f"{summary.get('name')} {summary.get('date')}"
    if len(called) != 1 or not f"{called[0]} ".startswith(f"{own} "):
        yield f"{INFO} calls the report {' and '.join(called) or 'nothing'}, {SUMMARY} calls it {own}"


def _unshown(folder: Path, page: bytes, present: Mapping[str, int]) -> Iterator[str]:
    """Runs and exhibits beside the page that it does not show: one could be slipped in, or another's be put there."""
    digests = _digests(page)
    listed, _ = read_manifest(folder, MANIFEST)
    # A page names the digest of each of these files, or of none: then its reader cannot have it check them.
    named = not digests.isdisjoint(digest for name, digest in listed.items() if name.startswith(_DATA))
    for name in present:
        if named and name.startswith(_DATA) and listed.get(name) not in digests:
            yield f"the page does not name the digest of {name}"
        if _RUN.fullmatch(name) and _object(folder / name, _MOST_RECORD).get("rows_sha256") not in digests:
            yield f"the page does not show the digest of the rows of {name}"
        elif (exhibit := _EXHIBIT.fullmatch(name)) and f'id="{exhibit[1]}"'.encode() not in page:
            yield f"the page does not show the exhibit {exhibit[1]}"


def _digests(page: bytes) -> set[str]:
    """Every row of 64 hexadecimal digits. To look for them with a regular expression takes twenty times as long."""
    digits = page.translate(_DIGITS_ALIKE)
    found, at = set(), digits.find(_ROW)
    while at >= 0:
        found.add(page[at : at + len(_ROW)].decode())
        at = digits.find(_ROW, at + len(_ROW))
    return found


def _strangers(folder: Path, asset: Asset | None) -> list[str]:
    beside = folder.parent / ASSETS
    names = sorted(path.name for path in beside.iterdir()) if beside.is_dir() else []
    return [f"{ASSETS}/{name} is nothing that the page needs" for name in names if asset is None or name != asset.name]


def _differs(folder: Path, asset: Asset, sums: Sums) -> list[str]:
    path = asset.path(folder)
    if path.is_symlink() or path.parent.is_symlink() or not path.is_file():
        return [f"{ASSETS}/{asset.name} is no ordinary file"]
    return [] if sums.of(path) == asset.sha256 else [f"{ASSETS}/{asset.name} has changed"]
