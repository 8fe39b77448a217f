"""One asking in the spool, read back: how it ended, and its pages; none is trusted before its digest agrees."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from dataclasses import asdict, dataclass
from datetime import datetime  # noqa: TC003 - pydantic reads the annotations
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from siemlib.evidence.digest import sha256_file
from siemlib.live.decode import page_of
from siemlib.live.errors import LiveError
from siemlib.live.running import Outcome
from siemlib.live.service import Counts, Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from siemlib.live.service import Ask, Page


VERSION = 1
"""Of the form of what is kept; what another one wrote is not found."""


class DamagedError(LiveError):
    """What the spool holds of an asking is not what was written there."""


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PageFile(_Kept):
    """A page on disk: the digest and the length of the service's bytes, and of the file that holds them packed."""

    file: str = Field(pattern=r"^page-\d{5,}\.json\.gz$")
    rows: int
    bytes: int
    sha256: str
    file_bytes: int
    file_sha256: str


class KeptCounts(_Kept):
    """:class:`~siemlib.live.service.Counts` in a file."""

    matched: int
    scanned: int
    bytes: int
    skipped_events: int
    skipped_bytes: int
    log_groups: int
    rows: int | None


class End(_Kept):
    """``end.json``: how the asking ended."""

    version: int
    query_id: str
    status: Status
    counts: KeptCounts
    rows: int
    started: datetime
    finished: datetime
    restarts: int
    closed: bool
    """Whether no event of its time could still come when it was asked."""
    pages: tuple[PageFile, ...]

    @classmethod
    def of(cls, outcome: Outcome, pages: tuple[PageFile, ...], *, closed: bool) -> End:
        """What is written of an outcome."""
        return cls(
            version=VERSION,
            query_id=outcome.query_id,
            status=outcome.status,
            counts=KeptCounts(**asdict(outcome.counts)),
            rows=outcome.rows,
            started=outcome.started,
            finished=outcome.finished,
            restarts=outcome.restarts,
            closed=closed,
            pages=pages,
        )

    @classmethod
    def read(cls, folder: Path) -> End:
        """What is written in ``folder``. Raises DamagedError, also for the form of another version."""
        try:
            end = cls.model_validate_json((folder / "end.json").read_bytes())
        except (OSError, ValidationError):
            raise _damaged(folder, "how it ended cannot be read") from None
        if end.version != VERSION or sum(page.rows for page in end.pages) != end.rows:
            raise _damaged(folder, "its pages do not hold the rows that it tells of")
        return end

    @property
    def final(self) -> bool:
        """Whether asking again could give nothing else: it is complete, all of it came, and its time was closed."""
        return self.closed and self.status is Status.COMPLETE and self.counts.rows in {None, self.rows}

    @property
    def gave_up(self) -> bool:
        """Whether the service ended it after its longest time, and what it would have found is all there."""
        return self.closed and self.status is Status.TIMEOUT


@dataclass(frozen=True, slots=True)
class Spooled:
    """An asking that ended, on disk."""

    folder: Path
    outcome: Outcome
    end: End

    @property
    def name(self) -> str:
        """``<key>/<asking>``: where it is in every spool, and in a report that keeps it."""
        return f"{self.folder.parent.name}/{self.folder.name}"

    @property
    def final(self) -> bool:
        """Whether asking again could give nothing else."""
        return self.end.final

    @property
    def digests(self) -> tuple[str, ...]:
        """The SHA-256 of the body of every page, in order."""
        return tuple(page.sha256 for page in self.end.pages)

    def check(self) -> None:
        """Compare every file with its digest. Raises DamagedError."""
        for page in self.end.pages:
            try:
                held = sha256_file(self.folder / page.file)
            except OSError:
                raise _damaged(self.folder, f"{page.file} is missing") from None
            if held != page.file_sha256:
                raise _damaged(self.folder, f"{page.file} has changed")

    def bodies(self) -> Iterator[bytes]:
        """The body of each page as the service gave it, one at a time. Raises DamagedError."""
        for page in self.end.pages:
            try:
                body = gzip.decompress((self.folder / page.file).read_bytes())
            except (OSError, EOFError, zlib.error):
                raise _damaged(self.folder, f"{page.file} cannot be read") from None
            if hashlib.sha256(body).hexdigest() != page.sha256:
                raise _damaged(self.folder, f"{page.file} has changed")
            yield body

    def pages(self) -> Iterator[Page]:
        """The pages, read one at a time. Raises DamagedError."""
        return map(page_of, self.bodies())


def read_spooled(folder: Path, ask: Ask) -> Spooled:
    """The asking in ``folder``, which was of ``ask``; its pages are not looked at yet. Raises DamagedError."""
    end = End.read(folder)
    outcome = Outcome(
        ask=ask,
        query_id=end.query_id,
        status=end.status,
        counts=Counts(**end.counts.model_dump()),
        rows=end.rows,
        pages=len(end.pages),
        started=end.started,
        finished=end.finished,
        restarts=end.restarts,
    )
    return Spooled(folder, outcome, end)


def _damaged(folder: Path, what: str) -> DamagedError:
    # Messages are kept in records, which name no path: key and time find the folder.
    asked = f"{folder.parent.name[:12]}…/{folder.name}"
    return DamagedError(f"the spool's answer {asked} is damaged: {what}", hint="ask again with --fresh")
