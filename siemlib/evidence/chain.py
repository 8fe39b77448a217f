"""Each report names the one before it of the same name and parameters, by the digest of its tag manifest: a chain.

The two tags stand in ``bag-info.txt``, and so under the tag manifest and its signature. Whoever takes an earlier report
away, or puts another in its place, cannot do so without the later ones telling. A report that is built again moves the
earlier one of that day to another folder, so that a link is followed by its digest, and the place only says where to
begin.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from siemlib.errors import EvidenceError
from siemlib.evidence.manifest import (
    INFO,
    PAYLOAD,
    TAG_MANIFEST,
    check_digests,
    check_listing,
    contents,
    read_bounded,
    read_info,
    read_manifest,
)
from siemlib.evidence.steps import Found, Outcome, verdict
from siemlib.evidence.sums import Sums

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

PREVIOUS = "Previous-Report"
PREVIOUS_DIGEST = "Previous-Tagmanifest-SHA256"
REDACTED = "Redacted-From-Tagmanifest-SHA256"
"""The tag of a redacted copy with the digest of its original's tag manifest."""
SUMMARY = "report.json"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PLACE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}/[A-Za-z0-9_-][A-Za-z0-9._-]*")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"[1-9][0-9]{0,5}")
_SUMMARY_BYTES = 1 << 22
_SEAL_BYTES = 1 << 20
_UNCOUNTED = re.compile(r"-(FAILED|REFUSED)(\.\d+)?\Z")
"""How the folder of a report ends that says nothing anybody may rely on."""


@dataclass(frozen=True, slots=True)
class Link:
    """The report before: ``place`` is its date and folder, ``digest`` the SHA-256 of its tag manifest."""

    place: str
    digest: str

    @property
    def tags(self) -> dict[str, str]:
        """What ``bag-info.txt`` says of it."""
        return {PREVIOUS: self.place, PREVIOUS_DIGEST: self.digest}

    @property
    def href(self) -> str:
        """Where its page is, seen from the page of the report that names it."""
        return f"../../../{quote(self.place)}/{PAYLOAD}/report.html"


def report_before(root: Path, name: str, parameters: Mapping[str, str], day: str) -> tuple[Path, str] | None:
    """The folder of the last report of ``name`` with ``parameters`` up to ``day``, and its digest; ``None`` without.

    ``root`` holds ``<date>/<folder>``. The latest date counts, and on one date the one that stands in its place: it was
    put there last, also if others were begun later. One that failed, was refused or cannot be read does not count:
    nobody relies on it, and the one before it stays the one to compare with.
    """
    days = (path for path in root.iterdir() if _DAY.fullmatch(path.name) and path.name <= day and path.is_dir())
    for place in sorted(days, key=lambda path: path.name, reverse=True):
        found = list(_reports(place, name, parameters))
        if found:
            return max(found)[3:]
    return None


def _reports(place: Path, name: str, parameters: Mapping[str, str]) -> Iterator[tuple[bool, str, int, Path, str]]:
    """Whether each such report stands in its place, when it was begun, its number, its folder and its digest."""
    for folder in place.glob(f"{name}*"):
        said = _summary(folder)
        if _UNCOUNTED.search(folder.name) or said is None or said.get("status") == "failed":
            continue
        if (said.get("name"), said.get("parameters")) == (name, dict(parameters)) and (digest := digest_of(folder)):
            yield not is_displaced(folder), str(said.get("built")), _number(folder), folder, digest


def is_displaced(folder: Path) -> bool:
    """Whether the folder has the name of one that a later report has moved: a name that is there, and a number."""
    return _number(folder) > 0 and os.path.lexists(folder.with_name(folder.name.rpartition(".")[0]))


def _number(folder: Path) -> int:
    stem, _, number = folder.name.rpartition(".")
    return int(number) if stem and _NUMBER.fullmatch(number) else 0


def _summary(folder: Path) -> dict[str, Any] | None:
    try:
        said = json.loads(read_bounded(folder / PAYLOAD / SUMMARY, _SUMMARY_BYTES))
    except (EvidenceError, ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def digest_of(folder: Path) -> str:
    """The SHA-256 of a folder's tag manifest; empty without one that can be read."""
    try:
        return hashlib.sha256(read_bounded(folder / TAG_MANIFEST, _SEAL_BYTES)).hexdigest()
    except EvidenceError:
        return ""


def read_link(folder: Path) -> Link | None:
    """What a report says of the one before it; ``None`` for the first. Raises EvidenceError for half a link."""
    tags = [(name, value) for name, value in read_info(folder) if name in (PREVIOUS, PREVIOUS_DIGEST)]
    if not tags:
        return None
    said = dict(tags)
    place, digest = said.get(PREVIOUS, ""), said.get(PREVIOUS_DIGEST, "")
    if len(tags) != 2 or not _PLACE.fullmatch(place) or not _DIGEST.fullmatch(digest):  # noqa: PLR2004 - the two tags
        raise EvidenceError(
            f"{INFO} does not say which report came before: {PREVIOUS} and {PREVIOUS_DIGEST} do not fit"
        )
    return Link(place, digest)


def check_link(
    folder: Path, *, previous: Path | None, root: Path | None, chain: bool, sums: Sums | None = None
) -> Found:
    """Whether the report before is the one that is named, in ``previous`` or below ``root``.

    With ``chain``, whether it and each before it name theirs too, back to the first, and whether every file of each is
    as it was listed. Raises EvidenceError.
    """
    link = read_link(folder)
    if link is None:
        if previous:
            return Outcome.FAILED, [f"it names no report before it, and so not {previous.name}"]
        if REDACTED in dict(read_info(folder)):
            return Outcome.ABSENT, ["it is a redacted copy: the chain is that of the report which it was made of"]
        return Outcome.ABSENT, ["it names no report before it: the first of its name and parameters where it was built"]
    found = previous or _find(root, link)
    outcome, sentence = _met(link, found, root, given=previous is not None)
    if found is None or outcome is not Outcome.PASSED or not chain:
        return (Outcome.FAILED if chain and outcome is Outcome.ABSENT else outcome), [sentence]
    outcome, walked = _walk(found, root or found.resolve().parent.parent, sums or Sums())
    return outcome, [sentence, *walked]


def _met(link: Link, found: Path | None, root: Path | None, *, given: bool) -> tuple[Outcome, str]:
    if found is not None and digest_of(found) == link.digest:
        here = f"{found.parent.name}/{found.name}"
        moved = f", which is now at {here}" if here != link.place and not given else ""
        return Outcome.PASSED, f"it follows {link.place}{moved}"
    if given:
        return Outcome.FAILED, f"{found.name if found else ''} is not the report before it, or was changed"
    if root is not None and (root / link.place).exists():
        return Outcome.FAILED, f"what stands at {link.place} is not the report before it, or was changed"
    return Outcome.ABSENT, f"the report before it, {link.place}, is not here: only its digest is known, {link.digest}"


def _find(root: Path | None, link: Link) -> Path | None:
    """The folder with that digest, at its place or beside it."""
    if root is None:
        return None
    place = root / link.place
    beside = sorted(place.parent.iterdir()) if place.parent.is_dir() else []
    return next((path for path in _first(place, beside) if digest_of(path) == link.digest), None)


def _first(place: Path, others: Iterable[Path]) -> Iterator[Path]:
    yield place
    yield from (other for other in others if other != place and other.is_dir() and not other.name.startswith("."))


def _walk(folder: Path, root: Path, sums: Sums) -> Found:
    """Follow the links from ``folder``, whose digest is right, as far as they go; look at the files of each on the way.

    No circle can come of it: a report would have to hold the digest of one that holds its own.
    """
    count, changed = 1, list[str]()
    while True:
        here = f"{folder.parent.name}/{folder.name}"
        changed += _changed(folder, here, sums)
        listed, _ = read_manifest(folder, TAG_MANIFEST)
        try:
            if listed.get(INFO) != hashlib.sha256(read_bounded(folder / INFO, _SEAL_BYTES)).hexdigest():
                return Outcome.FAILED, [f"the chain is cut: {INFO} of {here} was changed", *changed]
            link = read_link(folder)
        except EvidenceError:
            return Outcome.FAILED, [f"the chain is cut: {INFO} of {here} cannot be read", *changed]
        if link is None:
            whole = f"the chain is whole: {count:,} before it, the first {here}"
            return verdict(changed, f"{whole}; their files are as they were listed")
        found = _find(root, link)
        if found is None:
            gone = f"the chain is cut: {link.place}, which came before {here}, is not here"
            return Outcome.FAILED, [gone, *changed]
        folder = found
        count += 1


def _changed(folder: Path, here: str, sums: Sums) -> list[str]:
    """What of the files of an earlier report, which ``here`` names, is not as its manifests list them."""
    try:
        present = contents(folder)
        found = list(dict.fromkeys((*check_listing(folder, present), *check_digests(folder, present, sums))))
    except EvidenceError as error:
        found = [error.message]
    return [f"{here}, an earlier report: {problem}" for problem in found]
