"""The controls of a date: which of its reports bear on each, and which controls none of them does."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, ValidationError

from siemlib.errors import EvidenceError
from siemlib.evidence.manifest import PAYLOAD, read_bounded
from siemlib.report.controls.catalogue import CATALOGUE, catalogue
from siemlib.report.controls.evidenced import FILE, State
from siemlib.report.render import render_controls

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

PAGE = "controls.html"
_MOST_BYTES = 1 << 22


class _Said(BaseModel):
    """One control, as a report keeps it."""

    model_config = ConfigDict(frozen=True)

    id: str
    state: State


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True)

    controls: tuple[_Said, ...]


@dataclass(frozen=True, slots=True)
class FromReport:
    """What one report of the date says of a control."""

    folder: str
    link: str
    state: State


@dataclass(frozen=True, slots=True)
class DayControl:
    """One control over all reports of a date."""

    id: str
    title: str
    asks: str
    state: State
    reports: tuple[FromReport, ...]


def write_day(day: Path, folders: Iterable[Path]) -> None:
    """Write ``controls.html`` and ``controls.json`` of a date; whoever reads them meanwhile sees old or new ones whole.

    ``folders`` are those of its reports that count: not what failed, was refused or was displaced.
    """
    controls = day_controls(list(folders))
    document = {
        "catalogue": CATALOGUE,
        "date": day.name,
        "controls": [
            {
                "id": control.id,
                "title": control.title,
                "state": control.state.value,
                "reports": {each.folder: each.state.value for each in control.reports},
            }
            for control in controls
        ],
    }
    _put(day / FILE, json.dumps(document, indent=1, ensure_ascii=False) + "\n")
    _put(day / PAGE, render_controls(day.name, controls))


def day_controls(folders: Sequence[Path]) -> list[DayControl]:
    """Every control of the catalogue, with what each report says of it; reports that cannot be read say nothing."""
    said = {folder.name: _said(folder) for folder in sorted(folders)}
    found = []
    for control in catalogue():
        reports = tuple(
            FromReport(name, f"{quote(name)}/{PAYLOAD}/report.html#controls", states[control.id])
            for name, states in said.items()
            if states.get(control.id, State.NOT_HERE) is not State.NOT_HERE
        )
        state = State.best(each.state for each in reports)
        found.append(DayControl(control.id, control.title, control.asks, state, reports))
    return found


def _said(folder: Path) -> dict[str, State]:
    try:
        text = read_bounded(folder / PAYLOAD / FILE, _MOST_BYTES)
        kept = _Kept.model_validate_json(text)
    except (OSError, EvidenceError, ValidationError):
        return {}
    return {each.id: each.state for each in kept.controls}


def _put(path: Path, text: str) -> None:
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        aside.write_text(text, encoding="utf-8", newline="\n")
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
