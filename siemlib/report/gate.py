"""The gate before publication: what is wrong with a report that nobody should read as if it were right.

A report is refused whose chart is blank, that lacks a section, or a line on what a log group held that it has read,
that has a sentence with a number that is another one than its data hold, an exhibit without a run or a reason, a part
that says otherwise of runs and log groups than their records, or an incomplete run that is not marked in every place
where a reader could miss it. No browser is needed: page, record and data are read.

A sentence is refused where a rule of ours counts its number and comes to another one (:mod:`siemlib.report.trace`),
or, in what analysts write, where it names a column of its own table and nothing there comes to it. What no rule counts
and no search finds is not known to be wrong, nor may it look right. Nor is it known which of the two is wrong where a
rule disagrees and the search finds the very number in the same exhibit. Such a report is amber, tells each of these
numbers beside its status and under *Limitations*, and the program says so and exits as for an incomplete one. What the
gate asks is that this stands there.

That is so because rules are written by people who know some data. When a number that is found nowhere was refused too,
6 of 120 reports were refused over real logs that no rule had been tried on (4 of them for a bar of a day, whose
sentence did not say on which day it ends), and 44 of 142 over made-up ones with users, actions and groups of names such
as ``5 failed``. With the rules as they are mended since none is, and about one in six of the latter is amber. What it
costs: of 113 numbers of right reports over real logs, made wrong, 83 had the report refused, 30 made it amber, and none
went unnoticed; before, nine in ten were refused. A refused report is not lost: it stands beside the others, with the
reasons on top.

What the page repeats beside its exhibits is held to the record word by word: of runs, log groups and exhibits
(:mod:`siemlib.report.repeated`), in *Limitations*, *Controls*, what vouches for live runs, and sections
(:mod:`siemlib.report.restated`). So are the answers in tables of questions, to the readings whose words they have and
to the rules (:mod:`siemlib.report.trace.cells`): of 1,642 numbers of theirs in right reports over the sample, made
wrong, 97 of a hundred had the report refused, and none of 291 right reports was.

Prose of the notebook is not traced: it is there before any result is, and of what it says only the parameters, which
the page tells by themselves, come from a report.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from siemlib.case.figure import NOT_COMPLETE
from siemlib.report.drawn import agrees, marks
from siemlib.report.page import around
from siemlib.report.repeated import misstated, shown, text_of
from siemlib.report.restated import misrepeated
from siemlib.report.summary import Status
from siemlib.report.trace.cells import misanswered
from siemlib.report.trace.table import read_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from siemlib.report.page import Page
    from siemlib.report.record import ExhibitView, RunView

SECTIONS = {
    "answer": "the answer",
    "scope": "scope and coverage",
    "findings": "findings",
    "exhibits": "exhibits",
    "method": "method",
    "provenance": "provenance and how to verify",
    "limitations": "limitations, what was not examined",
    "glossary": "glossary",
}
"""The parts of a report, by their ids on the page, in the order in which they stand."""
_HEADING = re.compile(r'<h2\b[^>]*\bid="([a-z-]+)"[^>]*>.*?</h2>', re.DOTALL)
_STATUS = re.compile(r'<div class="status is-(\w+)" role="note"[^>]*>(.*?)</div>', re.DOTALL)
_PART = re.compile(r'href="#([a-z-]+)"')
_EXHIBIT = re.compile(r'<section class="exhibit[^"]*" id="([A-Z]\d+)"')


@dataclass(frozen=True, eq=False)
class Looked:
    """A rendered report with its record."""

    page: Page
    html: str
    data: Path

    @cached_property
    def sections(self) -> dict[str, str]:
        """What stands under each heading of the page, as HTML."""
        found = list(_HEADING.finditer(self.html))
        end_of_all = self.html.rfind("</main>")
        ends = [*(each.start() for each in found[1:]), end_of_all if end_of_all > 0 else len(self.html)]
        return {each[1]: self.html[each.end() : end] for each, end in zip(found, ends, strict=True)}

    @cached_property
    def exhibits(self) -> dict[str, str]:
        """The part of the page about each exhibit, as HTML; the last of a section ends where the next one begins."""
        found = list(_EXHIBIT.finditer(self.html))
        edges = sorted([*(each.start() for each in (*found, *_HEADING.finditer(self.html))), len(self.html)])
        return {each[1]: self.html[each.start() : edges[bisect_right(edges, each.start())]] for each in found}

    @cached_property
    def texts(self) -> dict[str, str]:
        """What a reader reads in each of them."""
        return {code: text_of(part) for code, part in self.exhibits.items()}

    @property
    def failed(self) -> bool:
        """Whether the report says of itself that it did not run to its end."""
        return self.page.failure is not None


def refusals(page: Page, html: str, data: Path) -> list[str]:
    """Why a report is not to be published, as sentences; none where it may be.

    ``html`` is its page, ``data`` the folder of its record. Of a report that failed, and must say so, nothing is asked
    that it may never have come to, such as what was there to be searched.
    """
    looked = Looked(page, html, data)
    return [reason for check in CHECKS for reason in check(looked)]


def _sections(looked: Looked) -> Iterator[str]:
    """Title, period, status, and every part with something in it, in order."""
    html, page = looked.html, looked.page
    if not re.search(r"<h1[^>]*>\s*[^<\s]", html):
        yield "it has no title"
    if page.record.case and "<dt>Period</dt><dd>" not in html:
        yield "it does not say over which period"
    status = _STATUS.search(html)
    if status is None or not text_of(status[2]):
        yield "it does not say its status"
    elif status[1] != page.colour:
        yield f"its status is {page.status} and does not look so"
    nav = re.search(r"<nav\b.*?</nav>", html, re.DOTALL)
    named = {name: name for name in _PART.findall(nav[0] if nav else "")}
    for name, words in {**named, **SECTIONS}.items():
        if name not in looked.sections:
            yield f"the section is missing: {words}"
        elif not text_of(looked.sections[name]):
            yield f"the section is empty: {words}"
    if [name for name in looked.sections if name in SECTIONS] != [n for n in SECTIONS if n in looked.sections]:
        yield "its sections do not stand in their order"


def _failure(looked: Looked) -> Iterator[str]:
    """A report that failed says so above, where it failed, and under limitations."""
    if not looked.failed:
        return
    status = _STATUS.search(looked.html)
    if looked.page.status is not Status.FAILED or status is None or "FAILED" not in status[2]:
        yield "it failed, and its status does not say so"
    if "failed" not in text_of(looked.sections.get("limitations", "")):
        yield "it failed, and its limitations do not say so"


def _charts(looked: Looked) -> Iterator[str]:
    """Every chart of rows has marks, is the recorded one, and draws what its table holds."""
    for exhibit in looked.page.record.exhibits:
        if exhibit.data["kind"] != "chart":
            continue
        part, code = looked.exhibits.get(exhibit.code, ""), exhibit.code
        drawn = re.search(rf'<script type="application/json" data-chart="{code}-chart">(.*?)</script>', part, re.DOTALL)
        figure = _json(drawn[1]) if drawn else None
        if exhibit.figure is None or figure is None or f'id="{code}-chart"' not in part:
            yield f"the chart of {code} is not on the page"
        elif figure != exhibit.figure:
            yield f"the chart of {code} is not the one that was recorded"
        elif exhibit.data["rows"] and not marks(figure):
            yield f"the chart of {code} is blank, and its table has {exhibit.data['rows']:,} rows"
        elif exhibit.data["rows"] and not agrees(figure, read_table(code, looked.data / exhibit.files["parquet"])):
            yield f"the chart of {code} does not draw what its table holds"
        elif not str(exhibit.data["sentence"] or "").strip():
            yield f"no sentence says what the chart of {code} shows"


def _coverage(looked: Looked) -> Iterator[str]:
    """Every log group that a run has read has a line: how many events, the first and the last."""
    if looked.failed or not looked.page.record.case:
        return
    coverage = [looked.texts.get(exhibit.code, "") for exhibit in looked.page.coverage]
    told = "".join(coverage) if coverage else text_of(looked.sections.get("scope", ""))
    lines = {line.group: line for line in coverage_lines(looked)}
    for group in _read(looked.page.record.runs):
        line = lines.get(group)
        if line is None:
            yield f"no line says what the log group {group} held: add a cell with case.show(case.searched())"
        elif not all(shown(word) in told for word in [group, *line.words]):
            yield f"the line on what the log group {group} held is not on the page"


def _read(runs: tuple[RunView, ...]) -> list[str]:
    groups = (group for run in runs for name in ("log_groups", "inner_log_groups") for group in run.data.get(name, ()))
    return list(dict.fromkeys(groups))


@dataclass(frozen=True, slots=True)
class Line:
    """What one log group held. ``words`` stand on the page."""

    group: str
    words: list[str] = field(default_factory=list)


def coverage_lines(looked: Looked) -> Iterator[Line]:
    """From the exhibit of what was searched; without one, from what the engine knew when the case was opened."""
    if looked.page.coverage:
        for exhibit in looked.page.coverage:
            for row in exhibit.table.rows:
                held = dict(zip(exhibit.table.header, row, strict=True))
                ends = [held.get("first (UTC)", ""), held.get("last (UTC)", "")]
                if held.get("events") == "0" or any(ends):
                    yield Line(held.get("log group", ""), [held.get("events", ""), *filter(None, ends)])
        return
    for group in (looked.page.record.case or {}).get("log_groups", []):
        if group["events"] == 0 or (group["events"] is not None and group["first"] and group["last"]):
            yield Line(group["name"], [f"{group['events']:,}"])


def _sentences(looked: Looked) -> Iterator[str]:
    """No number of a sentence disagrees with its data, and the sentence is on the page as it was recorded."""
    for exhibit in looked.page.record.exhibits:
        part = looked.texts.get(exhibit.code, "")
        for name in ("reading", "sentence"):
            said = exhibit.data.get(name)
            if said and shown(said) not in part:
                yield f"the {name} of {exhibit.code} is not on the page as it was recorded"
        for number in exhibit.data.get("numbers", ()):
            if not number["is"] and number.get("against"):
                said = around(exhibit.data[number["in"]], number)
                yield f"{_where(exhibit.code, number)} is not in its data ({number['against']}): {said}"
    for finding in looked.page.record.findings:
        for number in finding.data.get("numbers", ()):
            if not number["is"] and number.get("against"):
                against = number["against"]
                yield f"{_where(finding.data['id'], number)} is not in what the finding rests on ({against})"


def _repeated(looked: Looked) -> Iterator[str]:
    """What the page says of runs, log groups and exhibits is what their records say."""
    if not looked.failed:
        yield from misstated(looked.page, looked.html, looked.sections, looked.texts)
        yield from misrepeated(looked.page, looked.sections)
        yield from misanswered(looked.data, looked.page.about.parameters)


def _untraced(looked: Looked) -> Iterator[str]:
    """A number that was not found is told under limitations, and the status does not look as if all were."""
    limits, status = text_of(looked.sections.get("limitations", "")), _STATUS.search(looked.html)
    for words in looked.page.untraced:
        if shown(words) not in limits or (status and status[1] == "green"):
            yield f"it is not told under limitations, or the status looks as if it were known: {words}"


def _where(code: str, number: dict[str, Any]) -> str:
    return f"the {number['in']} of {code} says {number['text']!r}, which"


def _grounds(looked: Looked) -> Iterator[str]:
    """Every exhibit rests on runs that are recorded, or says why it rests on none, and is on the page."""
    for exhibit in looked.page.record.exhibits:
        if exhibit.code not in looked.exhibits:
            yield f"the exhibit {exhibit.code} is not on the page"
        if not exhibit.data["reading"].strip():
            yield f"no sentence says how {exhibit.code} is to be read"
        if len(exhibit.runs) != len(exhibit.data["runs"]):
            yield f"a run of {exhibit.code} is not recorded"
        elif not exhibit.runs and not exhibit.data["searched"].strip():
            yield f"{exhibit.code} rests on no run, and does not say why"


def _completeness(looked: Looked) -> Iterator[str]:
    """An incomplete run is marked in the banner, in every exhibit that rests on it, and under limitations."""
    limits = looked.sections.get("limitations", "")
    status = _STATUS.search(looked.html)
    incomplete = [run for run in looked.page.record.runs if not run.complete]
    if incomplete and status and status[1] == "green":
        yield "a run is not complete, and the status looks as if all were"
    for run in incomplete:
        if f'href="#{run.code}"' not in limits or shown(run.words) not in text_of(limits):
            yield f"{run.code} is {run.completeness}, and is not named under limitations"
    for exhibit in looked.page.record.exhibits:
        worst = [run for run in exhibit.runs if not run.complete]
        if worst and exhibit.complete:
            state = worst[0].completeness
            yield f"{exhibit.code} rests on {worst[0].code}, which is {state}, and says that it is complete"
        elif not exhibit.complete and exhibit.runs:
            yield from _marked(exhibit, looked.exhibits.get(exhibit.code, ""), looked.texts.get(exhibit.code, ""))


def _marked(exhibit: ExhibitView, part: str, text: str) -> Iterator[str]:
    words = shown(exhibit.words)
    caption = re.search(r"<caption>(.*?)</caption>", part, re.DOTALL)
    if caption and ("amber" not in caption[1] or words not in text_of(caption[1])):
        yield f"{exhibit.code} is {exhibit.completeness}, and the caption of its table does not say so"
    if f"Completeness:{words}" not in text or "amber" not in part:
        yield f"{exhibit.code} is {exhibit.completeness}, and does not say so"
    title = ((exhibit.figure or {}).get("layout", {}).get("title") or {}).get("text", "")
    if exhibit.figure and NOT_COMPLETE not in title:
        yield f"{exhibit.code} is {exhibit.completeness}, and the title of its chart does not say so"


CHECKS: tuple[Callable[[Looked], Iterator[str]], ...] = (
    _sections,
    _failure,
    _grounds,
    _charts,
    _coverage,
    _completeness,
    _sentences,
    _untraced,
    _repeated,
)


def _json(text: str) -> Any:  # noqa: ANN401 - any JSON value
    try:
        return json.loads(text)
    except ValueError:
        return None
