"""``reports/index.html``: every report, the newest first."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from siemlib.evidence.digest import sha256_file
from siemlib.evidence.manifest import TAG_MANIFEST
from siemlib.evidence.paging import ASSETS
from siemlib.report.place import INDEX
from siemlib.report.render import render_index
from siemlib.report.summary import FILE, Status, read_summary

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the index. ``digest`` is that of the tag manifest, or empty."""

    date: str
    folder: str
    link: str
    title: str
    status: Status
    period: str
    parameters: dict[str, str]
    answer: tuple[str, ...]
    digest: str


def write_index(root: Path) -> Path:
    """Write the index of the reports below ``root``; whoever reads it meanwhile sees the old or the new one whole."""
    aside = root / f".{INDEX}.{os.getpid()}"
    try:
        aside.write_text(render_index(entries(root)), encoding="utf-8")
        return aside.replace(root / INDEX)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def entries(root: Path) -> list[Entry]:
    """Every report below ``root``. One that cannot be read is listed, as unknown."""
    folders = [
        folder
        for day in root.iterdir()
        if day.is_dir() and not day.name.startswith(".")
        for folder in day.iterdir()
        if folder.is_dir() and not folder.name.startswith(".") and folder.name != ASSETS
    ]
    # Newest day first; within a day by name, so that a report keeps its place.
    return [_entry(folder) for folder in sorted(folders, key=lambda f: (_descending(f.parent.name), f.name))]


def _descending(day: str) -> list[int]:
    return [-ord(character) for character in day]


def _entry(folder: Path) -> Entry:
    day = folder.parent.name
    summary = read_summary(folder / "data" / FILE)
    seal = folder / TAG_MANIFEST
    digest = sha256_file(seal) if seal.is_file() else ""
    link = f"{quote(day)}/{quote(folder.name)}/data/report.html"
    if summary is None:
        return Entry(day, folder.name, link, folder.name, Status.UNKNOWN, "", {}, ("unreadable",), digest)
    period = f"{_day_or_time(summary.start)} to {_day_or_time(summary.end)}" if summary.start else ""
    return Entry(
        day, folder.name, link, summary.title, summary.status, period, summary.parameters, summary.answer[:1], digest
    )


def _day_or_time(text: str) -> str:
    return text[:16].replace("T", " ").removesuffix(" 00:00")
