"""Numbers that the page itself writes, beside those of sentences: of runs, log groups and exhibits, as recorded.

They need no search: each is looked for as it must stand, with the words around it, in the part where it belongs.
"""

from __future__ import annotations

import html as markup
import re
from datetime import datetime
from typing import TYPE_CHECKING

from siemlib.evidence.visible import visible
from siemlib.model.certificate import many
from siemlib.model.timespan import render_millis, to_millis

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from siemlib.report.page import Page
    from siemlib.report.record import RunView

_TAG = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL)
_BLANK = re.compile(r"\s+")
_RUNS = re.compile(r"Each of its <a [^>]*>(\d+)</a> runs")
_PERIOD = re.compile(r"<dt>Period</dt><dd>(.*?)</dd>", re.DOTALL)
_RUN = re.compile(r'<section id="(R\d+)".*?</section>', re.DOTALL)
_ROW = re.compile(r'<tr><th scope="row"><a href="#(R\d+)">.*?</tr>', re.DOTALL)


def misstated(page: Page, html: str, sections: Mapping[str, str], exhibits: Mapping[str, str]) -> Iterator[str]:
    """What a rendered page says otherwise than its record, as sentences.

    ``sections`` are its parts as HTML by the ids of their headings, ``exhibits`` the text of each exhibit.
    """
    if (told := _RUNS.search(html)) and int(told[1]) != len(page.record.runs):
        yield f"its status tells of {told[1]} runs, and {len(page.record.runs)} are recorded"
    yield from _scope(page, html, text_of(sections.get("scope", "")))
    methods = {each[1]: text_of(each[0]) for each in _RUN.finditer(sections.get("method", ""))}
    # Of a run on the live service a second table tells what was asked; what must be there stands in the first.
    rows = {each[1]: text_of(each[0]) for each in reversed([*_ROW.finditer(sections.get("provenance", ""))])}
    for run in page.record.runs:
        if not all(shown(words) in methods.get(run.code, "") for words in _of_run(run)):
            yield f"what Method says of {run.code} is not what its record says"
        if not all(shown(words) in rows.get(run.code, "") for words in _of_row(run)):
            yield f"what Provenance says of {run.code} is not what its record says"
    for exhibit in page.record.exhibits:
        if exhibit.table.rows and shown(exhibit.table.showing) not in exhibits.get(exhibit.code, ""):
            yield f"{exhibit.code} does not say how many of its {exhibit.data['rows']:,} rows it shows"


def _scope(page: Page, html: str, scope: str) -> Iterator[str]:
    case = page.record.case
    if not case:
        return
    period = _PERIOD.search(html)
    ends = [_utc(case["timespan"][end]) for end in ("start", "end")]
    if period and not all(shown(end) in text_of(period[1]) for end in ends):
        yield "the period that it tells is not the one that was searched"
    for group in case["log_groups"]:
        events = "" if group["events"] is None else f" ({many(group['events'], 'event', 'events')})"
        if shown(f"{group['name']}{events}") not in scope:
            yield f"Scope does not say of the log group {group['name']} what its record says"


def _of_run(run: RunView) -> tuple[str, str]:
    counts = run.data["statistics"]
    matched = f"Events matched: {counts['records_matched']:,} of {counts['records_scanned']:,} scanned."
    return f"Rows: {counts['rows']:,}.", matched


def _of_row(run: RunView) -> tuple[str, ...]:
    return _utc(run.data["started"]), f"{run.data['statistics']['rows']:,}", run.data["id"], run.data["rows_sha256"]


def _utc(text: str) -> str:
    return render_millis(to_millis(datetime.fromisoformat(text))).removesuffix(".000")


def text_of(html: str) -> str:
    """What a reader reads of HTML: no tags, scripts and styles, and no blanks, which tags may add or take."""
    return _BLANK.sub("", markup.unescape(_TAG.sub("", html)))


def shown(text: str) -> str:
    """``text`` as :func:`text_of` gives it back from a page."""
    return _BLANK.sub("", visible(text))
