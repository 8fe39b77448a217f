"""Whether a report folder is what it says it is: numbered steps, each carried out whatever came of the others.

Only where the folder holds what may not even be opened (a link, a pipe) nothing else of it is. Everything in the folder
is taken for an attacker's: names, sizes, JSON.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from siemlib.errors import EvidenceError
from siemlib.evidence import custody
from siemlib.evidence.chain import check_link, digest_of
from siemlib.evidence.manifest import (
    MANIFEST,
    PAYLOAD,
    TAG_MANIFEST,
    check_declaration,
    check_digests,
    check_listing,
    check_size,
    contents,
    read_manifest,
)
from siemlib.evidence.paging import check_page
from siemlib.evidence.records import check_records
from siemlib.evidence.seal_files import why_no_stamp
from siemlib.evidence.sealed import check_signature
from siemlib.evidence.steps import Found, Outcome, Step, Verification, verdict
from siemlib.evidence.sums import Sums

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Check = Callable[["Bag"], Found]

CUSTODY = "custody.jsonl"
_UNPROVEN = "by whoever may write here it could have been changed, and its lists made anew"


@dataclass(frozen=True)
class Bag:
    """A folder to be verified, and what it is to be verified against."""

    folder: Path
    trusted_key: bytes | None = None
    """A public key (PEM) that must have signed it; without one a signature by anybody passes, and says by whom."""
    timestamp_roots: Path | None = None
    """Certificates (PEM) that the authority of its time stamp must descend from."""
    previous: Path | None = None
    """The folder of the report before it; without one it is looked for beside it."""
    chain: bool = False
    """Whether every report before it is to be walked back to."""
    packed: bool = False
    """Whether it came out of a zip: nothing stands beside it but what belongs to it."""
    sums: Sums = field(default_factory=Sums)
    """What was summed up already."""

    @property
    def data(self) -> Path:
        """The payload."""
        return self.folder / PAYLOAD

    @cached_property
    def present(self) -> dict[str, int]:
        """Every file and its size. Raises EvidenceError for what may not be opened."""
        return contents(self.folder)

    @cached_property
    def listed(self) -> dict[str, int]:
        """Those that a manifest lists. What nobody lists may be anything, of any size."""
        names = {name for manifest in (MANIFEST, TAG_MANIFEST) for name in read_manifest(self.folder, manifest)[0]}
        return {name: size for name, size in self.present.items() if name in names}


def verify_report(  # noqa: PLR0913 - all but the first are named
    folder: Path,
    *,
    trusted_key: bytes | None = None,
    timestamp_roots: Path | None = None,
    previous: Path | None = None,
    chain: bool = False,
    packed: bool = False,
    sums: Sums | None = None,
) -> Verification:
    """Carry out every step. Raises nothing for evidence that does not verify: the steps say it.

    ``sums`` may know files already, of a report that was verified just before.
    """
    # What stands beside "." is beside the folder that it is.
    bag = Bag(folder.resolve(), trusted_key, timestamp_roots, previous, chain, packed, sums or Sums())
    if unsafe := _unsafe(bag):
        return Verification(_numbered(lambda _: (Outcome.FAILED, [unsafe])), bag.folder.name, "")
    # Beside the payload stand small files, or what is refused unread: a list larger than any memory.
    payload = {bag.folder / name: size for name, size in bag.listed.items() if name.startswith(f"{PAYLOAD}/")}
    with bag.sums.ahead(payload):
        if any(name.endswith(".parquet") for name in bag.present):
            # Takes longer than all the rest, and threads sum files up meanwhile.
            import siemlib.evidence.exhibits  # noqa: F401, PLC0415
        # The step that waits for every digest is carried out last: the others need but a few of them.
        found = {check: _carried_out(bag, check) for _, check in sorted(STEPS, key=lambda step: step[1] is _digests)}
    return Verification(_numbered(found.__getitem__), bag.folder.name, digest_of(bag.folder))


def _numbered(found: Callable[[Check], Found]) -> tuple[Step, ...]:
    steps = ((number, title, *found(check)) for number, (title, check) in enumerate(STEPS, start=1))
    return tuple(Step(number, title, outcome, tuple(details)) for number, title, outcome, details in steps)


def _carried_out(bag: Bag, check: Check) -> Found:
    try:
        return check(bag)
    except EvidenceError as error:
        return Outcome.FAILED, [error.message]
    except OSError as error:
        return Outcome.FAILED, [f"{_named(bag, error)} cannot be read: {error.strerror or error}"]


def _named(bag: Bag, error: OSError) -> str:
    """The file that an error of the system is about, as it is called in the report or beside it."""
    path = str(error.filename or "a file")
    return os.path.relpath(path, bag.folder) if path.startswith("/") else path


def _unsafe(bag: Bag) -> str:
    try:
        _ = bag.present
    except EvidenceError as error:
        return f"not checked: {error.message}"
    return ""


def _declaration(bag: Bag) -> Found:
    return verdict(check_declaration(bag.folder), "a BagIt bag, version 1.0 (RFC 8493)")


def _listing(bag: Bag) -> Found:
    return verdict(check_listing(bag.folder, bag.present), f"{len(bag.present):,} files, as listed")


def _digests(bag: Bag) -> Found:
    problems = check_digests(bag.folder, bag.present, bag.sums)
    return verdict(problems, f"{sum(bag.listed.values()):,} bytes, as they were")


def _size(bag: Bag) -> Found:
    return verdict(check_size(bag.folder, bag.present), "as many files and bytes as it states")


def _custody(bag: Bag) -> Found:
    log = bag.data / CUSTODY
    size = bag.present.get(f"{PAYLOAD}/{CUSTODY}")
    if size is None:
        return Outcome.FAILED, [f"{PAYLOAD}/{CUSTODY} is missing"]
    if size > custody.MOST_LOG:
        return Outcome.FAILED, [f"{PAYLOAD}/{CUSTODY} is larger than {custody.MOST_LOG:,} bytes"]
    if problems := custody.verify(log):
        return Outcome.FAILED, problems
    return Outcome.PASSED, [f"{len(custody.readable(log)):,} entries, each following from the one before"]


def _records(bag: Bag) -> Found:
    return verdict(check_records(bag.data, bag.sums), "runs, rows, exhibits and findings agree with each other")


def _page(bag: Bag) -> Found:
    return check_page(bag.folder, bag.present, bag.sums, packed=bag.packed)


def _signature(bag: Bag) -> Found:
    outcome, details = check_signature(bag.folder, bag.trusted_key)
    return outcome, [*details, _UNPROVEN] if outcome is Outcome.ABSENT else details


def _timestamp(bag: Bag) -> Found:
    if bag.timestamp_roots is None and (absent := why_no_stamp(bag.folder)):
        return Outcome.ABSENT, [absent]
    from siemlib.evidence.timestamp import check_timestamp, read_roots_file  # noqa: PLC0415 - its parsers take long

    return check_timestamp(bag.folder, read_roots_file(bag.timestamp_roots))


def _link(bag: Bag) -> Found:
    root = None if bag.packed else bag.folder.parent.parent
    return check_link(bag.folder, previous=bag.previous, root=root, chain=bag.chain, sums=bag.sums)


STEPS: tuple[tuple[str, Check], ...] = (
    ("the bag's declaration", _declaration),
    ("every file is listed, and no file is unlisted", _listing),
    ("the digest of every file", _digests),
    ("the size that the bag states", _size),
    ("the custody log", _custody),
    ("the run records, against rows and exhibits", _records),
    ("the page, against the record", _page),
    ("the signature", _signature),
    ("the time stamp", _timestamp),
    ("the link to the report before", _link),
)
"""In the order in which each rests on the ones before: digests on the list, the rest on digests, the link on all."""
