"""What the parts of a page beside its exhibits repeat: *Limitations*, *Controls*, what vouches for live runs, sections.

Each sentence and number of theirs is looked for as it is recorded, in the part where it belongs; and what a section of
the notebook says of runs and log groups is compared with their records. A section was made by a cell, and so before
the runs of later cells: what it counts are the first of them.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from siemlib.model.certificate import COUNT
from siemlib.model.run import Completeness
from siemlib.model.timespan import render_millis, to_millis
from siemlib.report.controls.evidenced import State
from siemlib.report.repeated import shown, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from siemlib.report.live import LiveView
    from siemlib.report.page import Page
    from siemlib.report.record import RunView

_LIVE_ROW = re.compile(r'<tr><th scope="row"><a href="#(R\d+)">.*?</tr>', re.DOTALL)
_VOUCHES = re.compile(r"<details><summary>What vouches for (R\d+)</summary>.*?</details>", re.DOTALL)
_CONTROL = re.compile(r'<tr>\s*<th scope="row"><span class="code">([^<]+)</span>.*?</tr>', re.DOTALL)
_SHOWING = re.compile(r"<caption>Controls, showing (\d+) of (\d+)</caption>")
_MOMENT = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
_SPAN = re.compile(rf"Timespan: ({_MOMENT}) to ({_MOMENT}) UTC\.")
_RUNS = re.compile(r"([\d,]+) runs?; the least complete of them: ([a-z]+)\.")
_LIVE = re.compile(
    r"([\d,]+) live runs? rests? on ([\d,]+) (?:query|queries) of the service(?:, ([\d,]+) of them to count)?"
    r"(?:; the spool answered ([\d,]+) of them)?"
)
_OUTSIDE = re.compile(rf"(.+) holds events outside the timespan \(from ({_MOMENT}) to ({_MOMENT}) UTC\)", re.DOTALL)


def misrepeated(page: Page, sections: Mapping[str, str]) -> Iterator[str]:
    """What parts of a rendered page say otherwise than its record, as sentences.

    ``sections`` are its parts as HTML by the ids of their headings.
    """
    yield from _limitations(page, text_of(sections.get("limitations", "")))
    provenance = sections.get("provenance", "")
    yield from _certificates(page.record.live, provenance)
    yield from _missing(_sentences(page, "cloudtrail"), text_of(provenance), "Provenance")
    if page.record.live:
        yield from _missing(_sentences(page, "provenance"), text_of(provenance), "Provenance")
    yield from _controls(page, sections.get("controls", ""))
    for name in page.record.sections:
        for sentence in _sentences(page, name):
            if wrong := _of_runs(sentence, page) or _of_groups(sentence, page):
                yield f"the section {name} says otherwise than {wrong}: {sentence}"


def _sentences(page: Page, section: str) -> list[str]:
    return [str(sentence) for sentence in page.record.sections.get(section, {}).get("sentences", ())]


def _missing(sentences: Sequence[str], part: str, name: str) -> Iterator[str]:
    for sentence in sentences:
        if shown(sentence) not in part:
            yield f"{name} does not say what is recorded: {sentence}"


def _limitations(page: Page, part: str) -> Iterator[str]:
    record = page.record
    told = _sentences(page, "not-examined") or record.unread
    readings = [f"{exhibit.code} {exhibit.data['title']}: {exhibit.data['reading']}" for exhibit in page.not_examined]
    yield from _missing([*told, *readings, *record.assumed], part, "Limitations")


def _certificates(live: Sequence[LiveView], provenance: str) -> Iterator[str]:
    rows = {each[1]: text_of(each[0]) for each in _LIVE_ROW.finditer(provenance)}  # the last of a run is of its answers
    vouched = {each[1]: text_of(each[0]) for each in _VOUCHES.finditer(provenance)}
    for each in live:
        words = (_utc(each.asked), each.queries, f"{each.returned:,}", each.checks, each.cost, f"{each.files:,}")
        if not rows.get(each.code, "").endswith("".join(map(shown, words))):
            yield f"what Provenance says of the answers of {each.code} is not what its certificate says"
        sentences = [str(sentence) for sentence in each.certificate["sentences"]]
        yield from _missing(sentences, vouched.get(each.code, ""), f"What vouches for {each.code}")


def _controls(page: Page, part: str) -> Iterator[str]:
    if not page.controls:
        return
    number = str(len(page.controls))
    if (told := _SHOWING.search(part)) is None or told.groups() != (number, number):
        yield f"Controls does not show all {number} controls"
    rows = {each[1]: text_of(each[0]) for each in _CONTROL.finditer(part)}
    complete = {exhibit.code: exhibit.complete for exhibit in page.record.exhibits}
    for control in page.controls:
        bearings = [f"{piece.code} {piece.title}" for piece in control.pieces]
        words = [control.id, control.title, control.state, *bearings, *(shows for shows, _, _ in control.bearings)]
        if not all(shown(word) in rows.get(control.id, "") for word in words):
            yield f"what Controls says of {control.id} is not what is recorded of it"
        for piece in control.pieces:
            if piece.code and piece.state is State.EVIDENCED and not complete.get(piece.code):
                yield f"Controls says that {piece.code} evidences {control.id}, and it is not complete"


def _of_runs(sentence: str, page: Page) -> str:
    """With what of the runs a sentence of a section disagrees; empty where it does with nothing."""
    runs = page.record.runs
    if told := _SPAN.search(sentence):
        case = page.record.case or {"timespan": {}}
        ends = tuple(_second(end) for end in (case["timespan"].get("start"), case["timespan"].get("end")) if end)
        return "" if not ends or told.groups() == ends else "the period of the case"
    if told := _RUNS.fullmatch(sentence):
        number = _number(told[1])
        worst = Completeness.worst(run.completeness for run in runs[:number])
        return "" if number <= len(runs) and told[2] == worst else "the records of the runs"
    if told := _LIVE.match(sentence):
        live = [run for run in runs if run.live][: _number(told[1])]
        right = [len(live), *_asked(live)]
        return "" if [_number(each) for each in told.groups()] == right else "the certificates of the runs"
    return ""


def _asked(live: Sequence[RunView]) -> tuple[int, int, int]:
    """How many queries of the service their certificates name, how many of them counted, and how many were spooled."""
    asked: list[Mapping[str, Any]] = [each for run in live for each in run.data["certificate"]["slices"]]
    return len(asked), sum(each["why"] == COUNT for each in asked), sum(bool(each["from_spool"]) for each in asked)


def _of_groups(sentence: str, page: Page) -> str:
    told = _OUTSIDE.match(sentence)
    for group in (page.record.case or {}).get("log_groups", ()):
        if told and group["name"] == told[1] and group["first"] and group["last"]:
            ends = tuple(_second(group[end]) for end in ("first", "last"))
            return "" if told.groups()[1:] == ends else f"the record of the log group {group['name']}"
    return ""


def _number(text: str | None) -> int:
    return int((text or "0").replace(",", ""))


def _second(text: str) -> str:
    """As sections write it."""
    return _utc(text).partition(".")[0]


def _utc(text: str) -> str:
    return render_millis(to_millis(datetime.fromisoformat(text))).removesuffix(".000")
