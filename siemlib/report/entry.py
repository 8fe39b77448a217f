"""One report as a line of the index: what its folder says of itself.

Nothing is verified here; that is what ``siem evidence verify`` is for. Everything that a folder holds may have been
written by a stranger: what cannot be read is told as such, never as good.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict

from siemlib.errors import EvidenceError
from siemlib.evidence.chain import digest_of, read_link
from siemlib.evidence.manifest import MANIFEST, PAYLOAD, read_info, read_manifest
from siemlib.evidence.seal_files import is_sealed, read_note
from siemlib.model.certificate import many
from siemlib.report.summary import FILE, Status, Summary, read_summary

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_EXHIBIT = re.compile(rf"{PAYLOAD}/exhibits/E\d+-(.+)\.parquet")
_SIZE = re.compile(r"(\d{1,18})\.\d{1,9}")
_MOST_NAMED = 4
UNREADABLE = "unreadable"


class Entry(BaseModel):
    """One line of the index. ``digest`` is that of the tag manifest, or empty."""

    model_config = ConfigDict(frozen=True)

    date: str
    folder: str
    link: str
    title: str
    status: Status
    colour: str = "grey"
    period: str = ""
    parameters: dict[str, str] = {}
    answer: tuple[str, ...] = ()
    digest: str = ""
    findings: int | None = None
    completeness: str = ""
    """How many of its runs gave everything."""
    seal: str = ""
    bytes: int | None = None
    """Of the payload, as the bag states it."""
    change: str = ""
    """Against the report before it of the same name and parameters."""


def entry_of(folder: Path, before: Callable[[str], Path | None]) -> Entry:
    """The line of one folder; ``before`` gives the folder of a report by its digest."""
    day, summary = folder.parent.name, read_summary(folder / PAYLOAD / FILE)
    digest = digest_of(folder)
    link = f"{quote(day)}/{quote(folder.name)}/{PAYLOAD}/report.html"
    if summary is None:
        return Entry(
            date=day,
            folder=folder.name,
            link=link,
            title=folder.name,
            status=Status.UNKNOWN,
            answer=(UNREADABLE,),
            digest=digest,
        )
    return Entry(
        date=day,
        folder=folder.name,
        link=link,
        title=summary.title,
        status=summary.status,
        colour=summary.shown,
        period=f"{_day_or_time(summary.start)} to {_day_or_time(summary.end)}" if summary.start else "",
        parameters=summary.parameters,
        answer=summary.answer[:1],
        digest=digest,
        findings=summary.findings,
        completeness=_completeness(summary),
        seal=_seal(folder, planned=summary.seal is not None),
        bytes=_bytes(folder),
        change=_change(folder, summary, before),
    )


def _day_or_time(text: str) -> str:
    return text[:16].replace("T", " ").removesuffix(" 00:00")


def _completeness(summary: Summary) -> str:
    if not summary.runs:
        return "no run"
    if summary.complete_runs is None:
        return many(summary.runs, "run", "runs")
    return f"{summary.complete_runs:,} of {many(summary.runs, 'run', 'runs')} complete"


def _seal(folder: Path, *, planned: bool) -> str:
    """As the folder says it; whether it holds, only a check can say."""
    if not is_sealed(folder):
        return "NOT SEALED, though it was to be" if planned else "not signed"
    try:
        note = read_note(folder)
    except EvidenceError:
        note = None
    if note is None:
        return UNREADABLE
    signed = f"signed, key {note.plan.fingerprint[:12]}" if note.plan.fingerprint else "not signed"
    return f"{signed}, stamped {note.stamped[:16].replace('T', ' ')}" if note.stamped else signed


def _bytes(folder: Path) -> int | None:
    try:
        tags = dict(read_info(folder))
    except EvidenceError:
        return None
    found = _SIZE.fullmatch(tags.get("Payload-Oxum", ""))
    return int(found[1]) if found else None


def _change(folder: Path, summary: Summary, before: Callable[[str], Path | None]) -> str:
    try:
        link = read_link(folder)
    except EvidenceError:
        return UNREADABLE
    if link is None:
        return "the first of its name and subject"
    earlier = before(link.digest)
    was = read_summary(earlier / PAYLOAD / FILE) if earlier else None
    if earlier is None or was is None:
        return f"against {link.place}: not here"
    differ = _differing(_exhibits(folder), _exhibits(earlier))
    parts = [f"was {was.status}"] if was.status != summary.status else []
    parts.append(f"differ: {differ}" if differ else "the same exhibits")
    return f"against {earlier.parent.name}/{earlier.name}: {'; '.join(parts)}"


def _exhibits(folder: Path) -> dict[str, str]:
    """The digest of the exact data of each exhibit, by its name."""
    listed, _ = read_manifest(folder, MANIFEST)
    return {found[1]: digest for name, digest in listed.items() if (found := _EXHIBIT.fullmatch(name))}


def _differing(now: dict[str, str], was: dict[str, str]) -> str:
    names = [name for name in {**now, **was} if now.get(name) != was.get(name)]
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
