"""What the page says, in its order: made from the executed notebook and the record of its case."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt
from markupsafe import Markup

from siemlib.evidence.visible import visible
from siemlib.model.run import Completeness
from siemlib.report.summary import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import nbformat

    from siemlib.evidence.chain import Link
    from siemlib.evidence.seal_files import SealPlan
    from siemlib.report.controls.evidenced import Evidenced
    from siemlib.report.execute import Failure
    from siemlib.report.record import ExhibitView, FindingView, Record
    from siemlib.report.redacted import Redacted

MOST_LINES = 5
NOTHING = (
    "No log group holds any event in the period: nothing could be found, and nothing is ruled out."
    " Was the right period asked for, and were its logs loaded?"
)
"""The answer of a report over a span without events, whatever its exhibits say."""
_NOT_EXAMINED = "Not examined"
"""How a reading begins that answers nothing."""
_ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$", re.MULTILINE)
_OWN_SECTIONS = {"scope": "scope", "not examined": "not-examined", "provenance": "provenance"}
_ALIGNED = {"text-align:right": "number", "text-align:center": "center"}
_FINDINGS_LEVEL = 2  # of the heading over everything that the notebook says


@dataclass(frozen=True, slots=True)
class Prose:
    """The words of a markdown cell, as safe HTML."""

    html: Markup
    kind: str = "prose"


@dataclass(frozen=True, slots=True)
class Code:
    """The source of a code cell."""

    number: int
    source: str
    kind: str = "code"


@dataclass(frozen=True, slots=True)
class Output:
    """Plain text that a cell wrote."""

    text: str
    kind: str = "output"


@dataclass(frozen=True, slots=True)
class Shown:
    """An exhibit, in its place; ``level`` is that of its heading."""

    exhibit: ExhibitView
    level: int
    kind: str = "exhibit"


@dataclass(frozen=True, slots=True)
class Broken:
    """Where the report failed."""

    failure: Failure
    trace: str
    kind: str = "failure"


Block = Prose | Code | Output | Shown | Broken


@dataclass(frozen=True, slots=True)
class About:
    """What a report is called, and what was asked for. ``built`` is an ISO 8601 time, UTC."""

    name: str
    date: str
    built: str
    parameters: dict[str, str]

    @property
    def identifier(self) -> str:
        """Name, date and subject: what tells this report from every other one."""
        words = (f"{name}={visible(value)}" for name, value in self.parameters.items())
        return " ".join([self.name, self.date, *words])


@dataclass(frozen=True, slots=True)
class Page:
    """A whole report, ready for the template."""

    about: About
    title: str
    lead: Markup
    status: Status
    record: Record
    answer: tuple[tuple[ExhibitView, str], ...]
    coverage: tuple[ExhibitView, ...]
    blocks: tuple[Block, ...]
    asides: dict[str, tuple[Markup, ...]]
    """What the notebook says under headings that the page has too: *Scope*, *Not examined*, *Provenance*."""
    failure: Failure | None
    not_run: int
    """Code cells after the one that failed."""
    previous: Link | None = None
    """The report of this name and these parameters before it."""
    seal: SealPlan | None = None
    """How it will be sealed; the time stamp may yet turn out not to be had."""
    controls: tuple[Evidenced, ...] = ()
    """What it evidences of each control of the catalogue."""
    refused: tuple[str, ...] = ()
    """Why it was not let through the gate, as sentences."""
    redacted: Redacted | None = None
    """Of what it is a copy in which users and internal addresses have pseudonyms."""

    @property
    def not_examined(self) -> tuple[ExhibitView, ...]:
        """Exhibits that rest on no run."""
        return tuple(exhibit for exhibit in self.record.exhibits if not exhibit.examined)

    @property
    def untraced(self) -> tuple[str, ...]:
        """The numbers of its sentences that were not found in the data, and disagree with nothing there either."""
        items: tuple[ExhibitView | FindingView, ...] = (*self.record.exhibits, *self.record.findings)
        return tuple(
            f"the {number['in']} of {item.data['id']} says {number['text']!r}:"
            f" {around(_said(item.data, number), number)}"
            for item in items
            for number in item.data.get("numbers", ())
            if not number["is"] and not number.get("against")
        )

    @property
    def colour(self) -> str:
        """How the status looks: not green where a number was not found, or files of CloudTrail are not proven.

        Whether these are as they were delivered is told by :mod:`siemlib.case.integrity`.
        """
        state = self.record.sections.get("cloudtrail", {}).get("state")
        if state == "wrong":
            return "red"
        doubtful = state == "not proven" or self.untraced
        return "amber" if doubtful and self.status is Status.COMPLETE else self.status.colour

    @property
    def caveats(self) -> tuple[str, ...]:
        """What belongs beside the status, each sentence once; nothing where the status says that nothing is there."""
        if self.status is Status.EMPTY:
            return ()
        parts = (*(exhibit.data for exhibit in self.record.exhibits), *self.record.sections.values())
        told = (str(part.get("caveat", "")) for part in parts)
        return tuple(dict.fromkeys(sentence for sentence in told if sentence))

    @property
    def lines(self) -> tuple[str, ...]:
        """The answer as sentences alone."""
        found = tuple(line for _, line in self.answer)
        return (NOTHING, *found) if self.status is Status.EMPTY else found

    @property
    def has_charts(self) -> bool:
        """Whether the page needs plotly.js."""
        return any(exhibit.figure for exhibit in self.record.exhibits)


def around(text: str, number: Mapping[str, Any]) -> str:
    """A number of a sentence with what stands to both sides of it."""
    start, end = number["span"]
    low, high = max(0, start - 30), end + 30
    return f"“{'…' if low else ''}{text[low:high]}{'…' if high < len(text) else ''}”"


def _said(data: Mapping[str, Any], number: Mapping[str, Any]) -> str:
    """The sentence that a number is in; of a finding ``for 2`` is the second fact for it."""
    side, _, place = str(number["in"]).partition(" ")
    return str(data[side][int(place) - 1] if place else data[side])


def markdown() -> MarkdownIt:
    """The renderer of prose: no HTML, and no image, which could fetch something."""
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def status_of(record: Record, failure: Failure | None) -> Status:
    """The status of a report: that of its worst run, or exhibit that rests on a run; without any run, unknown.

    What was not examined, for want of logs, is no incomplete answer: the page names it beside the status. Where that is
    the whole answer, the status is unknown: a count of events, or what stands beside the question, answers none.
    """
    exhibits = [exhibit.completeness for exhibit in record.exhibits if exhibit.examined]
    states = [*(run.completeness for run in record.runs), *exhibits]
    if (asked := _asked(record)) and not any(_is_answered(exhibit) for exhibit in asked):
        states.append(Completeness.UNKNOWN)
    return Status.of(states, failed=failure is not None, empty=_is_empty(record))


def _is_empty(record: Record) -> bool:
    """Whether the count of events by log group, which gives a row for each group with any, gave none.

    A count that ended early, or that nothing vouches for, proves no absence.
    """
    counts = [run for exhibit in record.exhibits if exhibit.data["name"] == "searched" for run in exhibit.runs]
    sound = (Completeness.COMPLETE, Completeness.PARTIAL)
    return bool(counts) and all(r.completeness in sound and not r.data["statistics"]["rows"] for r in counts)


def answer_of(record: Record) -> tuple[tuple[ExhibitView, str], ...]:
    """The exhibits whose readings are the answer: those marked as key, else the first; one line for each answer."""
    lines: dict[str, ExhibitView] = {}
    for exhibit in _asked(record):
        lines.setdefault(str(exhibit.data["reading"]), exhibit)
    return tuple((exhibit, reading) for reading, exhibit in list(lines.items())[:MOST_LINES])


def _asked(record: Record) -> list[ExhibitView]:
    """The exhibits that answer what the report asks: those marked as key, else all but the count of events."""
    candidates = [exhibit for exhibit in record.exhibits if exhibit.data["name"] != "searched"]
    return [exhibit for exhibit in candidates if exhibit.data["key"]] or candidates


def _is_answered(exhibit: ExhibitView) -> bool:
    # A first look rests on the runs of every question, also where none of its own could be asked.
    return exhibit.examined and not str(exhibit.data["reading"]).startswith(_NOT_EXAMINED)


class PageMaker:
    """Walks through the cells once and sorts what they hold into the parts of a page."""

    def __init__(self, record: Record, failure: Failure | None) -> None:
        self._exhibits = {exhibit.code: exhibit for exhibit in record.exhibits}
        self._failure = failure
        self._markdown = markdown()
        self._placed: set[str] = set()
        self._section = ""
        self._level = _FINDINGS_LEVEL
        self.title = ""
        self.lead = Markup("")
        self.blocks: list[Block] = []
        self.asides: dict[str, list[Markup]] = {section: [] for section in _OWN_SECTIONS.values()}
        self.not_run = 0

    def walk(self, notebook: nbformat.NotebookNode) -> None:
        """Sort every cell; exhibits that no cell displayed come last, so that none is lost."""
        number = 0
        for place, cell in enumerate(notebook.cells):
            number += cell.cell_type == "code"
            if self._failure and place > self._failure.cell:
                self.not_run += cell.cell_type == "code"
            elif cell.cell_type == "markdown":
                self._prose(cell.source)
            elif cell.cell_type == "code":
                self._code(place, number, cell)
        for code, exhibit in self._exhibits.items():
            if code not in self._placed and exhibit.data["name"] != "searched":
                self.blocks.append(Shown(exhibit, _FINDINGS_LEVEL + 1))

    def _prose(self, source: str) -> None:
        heading = _HEADING.search(source)
        if not self.title and heading and heading[1] == "#":
            self.title = heading[2]
            self.lead = self._html(source[: heading.start()] + source[heading.end() :])
            return
        if heading:
            self._section = _OWN_SECTIONS.get(heading[2].strip().lower(), "")
        if self._section:
            words = source[: heading.start()] + source[heading.end() :] if heading else source
            if words.strip():
                self.asides[self._section].append(self._html(words))
            return
        self.blocks.append(Prose(self._html(source)))

    def _html(self, source: str) -> Markup:
        tokens = self._markdown.parse(source)
        for token in tokens:
            align = str(token.attrs.pop("style", ""))  # of a column of a table; the page allows no style but its own
            if token.type in ("th_open", "td_open") and align in _ALIGNED:
                token.attrs["class"] = _ALIGNED[align]
            if token.type == "th_open":
                token.attrs["scope"] = "col"
            if token.type in ("heading_open", "heading_close"):
                # The page has the title and its parts as h1 and h2; a notebook's own headings begin below them.
                level = min(max(int(token.tag[1:]), 2) + 1, self._level + 1, 6)
                token.tag = f"h{level}"
                if token.type == "heading_open":
                    self._level = level
        rendered = self._markdown.renderer.render(tokens, self._markdown.options, {})
        return Markup(rendered)  # noqa: S704 - made by markdown-it with HTML off, from the notebook's own words

    def _code(self, place: int, number: int, cell: nbformat.NotebookNode) -> None:
        # The code of the page's own parts is in the notebook beside it.
        if cell.source.strip() and not self._section:
            self.blocks.append(Code(number, visible(cell.source)))
        for output in cell.outputs:
            self.blocks.extend(self._output(place, output))
        if self._failure and place == self._failure.cell and not any(o.output_type == "error" for o in cell.outputs):
            self.blocks.append(Broken(self._failure, ""))

    def _output(self, place: int, output: nbformat.NotebookNode) -> Iterator[Block]:
        mark: dict[str, Any] = output.get("metadata", {}).get("siem", {})
        if output.output_type == "error":
            if self._failure and place == self._failure.cell:
                yield Broken(self._failure, plain("\n".join(output.traceback)))
        elif code := mark.get("exhibit"):
            exhibit = self._exhibits.get(code)
            if exhibit and code not in self._placed:
                self._placed.add(code)
                if exhibit.data["name"] != "searched":
                    yield Shown(exhibit, min(self._level + 1, 6))
        # Findings stand before the exhibits, and sections in parts of their own.
        elif not (mark.get("section") or mark.get("finding")) and (
            text := plain(output.get("text") or _plain_data(output)).strip()
        ):
            yield Output(text)


def plain(text: str) -> str:
    """Text of a terminal as text of a page: no colours, no control characters."""
    return visible(_ANSI.sub("", text))


def _plain_data(output: nbformat.NotebookNode) -> str:
    return str(output.get("data", {}).get("text/plain", ""))


def make_page(
    notebook: nbformat.NotebookNode,
    record: Record,
    failure: Failure | None,
    about: About,
    previous: Link | None = None,
) -> Page:
    """The page of an executed notebook."""
    maker = PageMaker(record, failure)
    maker.walk(notebook)
    return Page(
        about=about,
        title=maker.title or about.name,
        lead=maker.lead,
        status=status_of(record, failure),
        record=record,
        answer=answer_of(record),
        coverage=tuple(exhibit for exhibit in record.exhibits if exhibit.data["name"] == "searched"),
        blocks=tuple(maker.blocks),
        asides={section: tuple(words) for section, words in maker.asides.items()},
        failure=failure,
        not_run=maker.not_run,
        previous=previous,
    )
