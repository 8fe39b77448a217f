"""What one report evidences of each control."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from siemlib.report.controls.catalogue import CATALOGUE, PARTS, catalogue
from siemlib.report.summary import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from siemlib.report.controls.catalogue import Bearing, Control
    from siemlib.report.page import Page
    from siemlib.report.record import ExhibitView

FILE = "controls.json"
_DOUBTFUL = (Status.EMPTY, Status.UNKNOWN, Status.REFUSED)
"""Of reports over a time without events, that nobody vouches for, or that were refused, nothing is evidenced whole."""


class State(StrEnum):
    """How far a report bears on a control; best first. None of them says that the control is met."""

    EVIDENCED = "evidence here"
    IN_PART = "evidence here, not complete"
    NOT_EXAMINED = "not examined"
    NOT_HERE = "not evidenced here"

    @classmethod
    def best(cls, states: Iterable[State]) -> State:
        """Of several pieces of evidence the best counts; of none at all: not here."""
        order = list(cls)
        return min(states, key=order.index, default=cls.NOT_HERE)


@dataclass(frozen=True, slots=True)
class Piece:
    """One exhibit, or one part of the report, that bears on a control."""

    code: str
    """``E03``, or empty for a part of the report."""
    anchor: str
    title: str
    state: State
    completeness: str
    shows: str
    no: str


@dataclass(frozen=True, slots=True)
class Evidenced:
    """One control, and what of the report bears on it."""

    id: str
    oscal_id: str
    title: str
    asks: str
    state: State
    pieces: tuple[Piece, ...]

    @property
    def bearings(self) -> tuple[tuple[str, str, tuple[Piece, ...]], ...]:
        """The pieces by what they show and do not show, in order."""
        said = dict.fromkeys((piece.shows, piece.no) for piece in self.pieces)
        return tuple(
            (shows, no, tuple(piece for piece in self.pieces if (piece.shows, piece.no) == (shows, no)))
            for shows, no in said
        )


def controls_of(page: Page) -> tuple[Evidenced, ...]:
    """Every control of the catalogue, those included of which this report evidences nothing."""
    return tuple(_evidenced(control, page) for control in catalogue())


def write_controls(controls: Iterable[Evidenced], data: Path) -> None:
    """Keep them as ``controls.json``."""
    document = {
        "catalogue": CATALOGUE,
        "about": "What this report evidences of each control, and what not. Whether one is met it does not say.",
        "controls": [asdict(control) for control in controls],
    }
    text = json.dumps(document, indent=1, ensure_ascii=False)
    (data / FILE).write_text(text + "\n", encoding="utf-8", errors="surrogatepass", newline="\n")


def _evidenced(control: Control, page: Page) -> Evidenced:
    # What failed before its end evidences nothing: nobody knows what its remaining steps would have said.
    found = () if page.failure else tuple(piece for each in control.evidence for piece in _pieces(each, page))
    state = State.best(piece.state for piece in found)
    if state is State.EVIDENCED and page.status in _DOUBTFUL:
        state = State.IN_PART
    return Evidenced(control.id, control.oscal_id, control.title, control.asks, state, found)


def _pieces(bearing: Bearing, page: Page) -> Iterator[Piece]:
    for exhibit in page.record.exhibits:
        if bearing.holds(page.about.name, str(exhibit.data["name"])):
            title = str(exhibit.data["title"])
            yield Piece(
                exhibit.code,
                exhibit.code,
                title,
                _state(exhibit, compares=bearing.compares),
                exhibit.completeness.value,
                bearing.shows,
                bearing.no,
            )
    for part in bearing.of:
        if part in PARTS and (state := _state_of_part(part, page)):
            title, anchor = PARTS[part]
            yield Piece("", anchor, title, state, "", bearing.shows, bearing.no)


def _state(exhibit: ExhibitView, *, compares: bool) -> State:
    """A complete run over logs without a single event looked at nothing, and what it counted as none nobody knows."""
    looked_at: Counter[str] = Counter()
    for run in exhibit.runs:
        looked_at[str(run.data["timespan"])] += int(run.data["statistics"]["records_scanned"])
    blind = bool(looked_at) and not (all(looked_at.values()) if compares else any(looked_at.values()))
    if blind or not exhibit.examined:
        return State.NOT_EXAMINED
    return State.EVIDENCED if exhibit.complete else State.IN_PART


def _state_of_part(part: str, page: Page) -> State | None:
    """``None`` where the report has no such part. Whether a time stamp was had is not known before it is asked for."""
    match part:
        case "@cloudtrail":
            return _of_cloudtrail(page.record.sections.get("cloudtrail"))
        case "@runs":
            runs = page.record.runs
            return (State.EVIDENCED if all(run.complete for run in runs) else State.IN_PART) if runs else None
        case "@seal":
            there = page.seal is not None and bool(page.seal.fingerprint)
        case "@timestamp":
            return State.IN_PART if page.seal is not None and page.seal.authority else None
        case "@chain":
            there = page.previous is not None
        case "@findings":
            there = bool(page.record.findings)
        case _:
            there = True
    return State.EVIDENCED if there else None


def _of_cloudtrail(section: dict[str, Any] | None) -> State | None:
    if section is None:
        return None
    match section.get("state"):
        case "valid" | "wrong":  # either is proven
            return State.EVIDENCED
        case "not examined":
            return State.NOT_EXAMINED
        case _:
            return State.IN_PART
