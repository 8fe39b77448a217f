"""The digest files of CloudTrail that vouch for its log files, brought from S3 with the signatures that S3 keeps.

They lie beside the log files, ``…/CloudTrail-Digest/<Region>/…`` for ``…/CloudTrail/<Region>/…``, of every trail of the
account. The signature of each is in the metadata of its object, which one GetObject gives with the content; it is kept
as ``aws s3api head-object`` would have given it, in a file beside it. What of them cannot be had takes nothing from the
acquisition: the log files are as complete without, only nothing vouches for them, and that is said.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from siemlib.archive.places import make_folder
from siemlib.archive.record import write_aside
from siemlib.evidence.cloudtrail.format import MOST_BYTES
from siemlib.evidence.cloudtrail.names import delivered_at, digests_of, ended_at, trail_of
from siemlib.evidence.visible import visible
from siemlib.live.acquire.keys import AFTER_MS, BEFORE_MS
from siemlib.live.errors import LiveError
from siemlib.live.running import together

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from siemlib.live.acquire.by_s3 import FromS3
    from siemlib.live.storage import StoredObject
    from siemlib.model.timespan import TimeSpan

_BEFORE = timedelta(milliseconds=BEFORE_MS)
_LATER = timedelta(milliseconds=AFTER_MS, hours=2)
"""A file of the last hour is listed in the digest file that ends within an hour of it; the one after that vouches for
it."""
_AT_ONCE = 8
_LACKING = "Nothing vouches for these log files of CloudTrail, as its digest files could not be had"


@dataclass(frozen=True, slots=True)
class Vouchers:
    """Digest files and their signatures, as files; and what is to be said of them."""

    files: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()


def vouchers(wanted: FromS3, listed: Sequence[StoredObject], logs: Sequence[StoredObject], folder: Path) -> Vouchers:
    """The digest files of the wanted span, into ``folder``.

    ``listed`` are those below the prefix, ``logs`` the log files that were chosen there. Nothing where none of these is
    one of CloudTrail.
    """
    delivered = [at for each in logs if (at := delivered_at(_name(each)))]
    if not delivered:
        return Vouchers()
    below = digests_of(wanted.prefix)
    try:
        there = listed if below is None else list(wanted.storage.objects(wanted.bucket, below))
    except LiveError as error:
        return Vouchers((), (f"{_LACKING}: {visible(error.message, keep='')}.",))
    chosen = [each for each in there if each.bytes and _is_wanted(_name(each), wanted.span)]
    run = _Run(wanted, folder)
    brought = together([partial(run.bring, each) for each in chosen], most=_AT_ONCE)
    last = max((end for each in chosen if (end := ended_at(_name(each)))), default=None)
    later = sum(last is None or at > last for at in delivered)
    regions = sorted({trail.region for each in chosen if (trail := trail_of(each.key))})
    return Vouchers(tuple(chain.from_iterable(brought)), tuple(run.notes(len(chosen), later, regions)))


@dataclass
class _Run:
    """The digest files of one acquisition; brought side by side."""

    wanted: FromS3
    folder: Path
    errors: list[LiveError] = field(default_factory=list)
    unsigned: list[str] = field(default_factory=list)

    def bring(self, found: StoredObject) -> tuple[Path, ...]:
        """A digest file and its signature, as files; what is there is not asked for again. Nothing: it did not come."""
        name = _name(found)
        # A bucket may hold copies, with other metadata.
        place = hashlib.sha256(f"{found.etag} {found.key}".encode()).hexdigest()[:16]
        path = self.folder / place / name
        signature = path.with_name(f"{name}.metadata.json")
        if not (path.is_file() and path.stat().st_size == found.bytes):
            try:
                self._read(found, path, signature)
            except LiveError as error:
                self.errors.append(error)
                return ()
        if signature.is_file():
            return path, signature
        self.unsigned.append(name)
        return (path,)

    def _read(self, found: StoredObject, path: Path, signature: Path) -> None:
        if found.bytes > MOST_BYTES:
            raise LiveError(f"{path.name} is larger than a digest file can be")
        request = partial(self.wanted.storage.whole, self.wanted.bucket, found)
        content, metadata = self.wanted.governor.call("GetObject", request, until=self.wanted.until)
        make_folder(path.parent)
        if "signature" in metadata:  # first: where the digest file is, nothing is asked again
            kept = {"ETag": found.etag, "ContentLength": found.bytes, "Metadata": dict(metadata)}
            write_aside(signature, json.dumps(kept, sort_keys=True).encode() + b"\n")
        write_aside(path, content)

    def notes(self, chosen: int, later: int, regions: Sequence[str]) -> Iterator[str]:
        """What came and what did not, and what a check needs besides."""
        span = self.wanted.span
        if not chosen:
            yield (
                f"{_LACKING}: there are none of that time. A trail delivers them where the validation of its log files"
                " is switched on."
            )
            return
        yield (
            f"{chosen - len(self.errors):,} of CloudTrail's {chosen:,} digest files of that time were taken as well. To"
            " check the log files with siem evidence cloudtrail, keep the public keys of each Region"
            f" ({', '.join(regions)}): aws cloudtrail list-public-keys --start-time {span.start:%Y-%m-%dT%H:%MZ}"
            f" --end-time {span.end + _LATER:%Y-%m-%dT%H:%MZ} --region REGION."
        )
        if self.errors:
            yield f"{len(self.errors):,} digest files did not come: {visible(self.errors[0].message, keep='')}."
        if self.unsigned:
            yield (
                f"S3 keeps no signature of {len(self.unsigned):,} digest files: the newest without one is not vouched"
                " for."
            )
        if later:
            yield (
                f"{later:,} of the log files were delivered after the time of the newest digest file: acquire the same"
                " two hours later, and what vouches for them is there."
            )


def _name(stored: StoredObject) -> str:
    return stored.key.rpartition("/")[2]


def _is_wanted(name: str, span: TimeSpan) -> bool:
    """Whether a digest file may list a log file of the span, or vouch for one that does."""
    end = ended_at(name)
    return end is not None and span.start - _BEFORE <= end <= span.end + _LATER
