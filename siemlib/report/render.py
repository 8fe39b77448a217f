"""Pages as HTML: Jinja2 with escaping on, one style sheet, one script, and no network.

Everything that is put into a page passes :func:`siemlib.evidence.visible.visible` and is escaped, whatever it is; only
prose that markdown-it made with HTML off, and our own style and script, are put in as they are.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from siemlib import __version__
from siemlib.case.shown import figure_text
from siemlib.evidence.visible import visible
from siemlib.model.certificate import many
from siemlib.model.timespan import render_millis, to_millis
from siemlib.report.assets import HEAD, TAIL, packed, plotly_asset, plotly_source, style_ids
from siemlib.report.columns import PRINTED_ROWS, column_rules
from siemlib.report.controls.catalogue import CATALOGUE
from siemlib.report.marked import marked
from siemlib.report.page import NOTHING
from siemlib.report.sealing import lines_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from siemlib.evidence.paging import Asset
    from siemlib.report.controls.day import DayControl
    from siemlib.report.entry import Entry
    from siemlib.report.page import Page
    from siemlib.report.record import ExhibitView, FindingView

GLOSSARY = (
    ("event", "one log event: its time, message, log group and log stream; it is never changed"),
    ("log group", "where events of one origin are kept together in Amazon CloudWatch Logs"),
    ("engine", "what ran the queries: local is an archive of logs at rest, live is CloudWatch itself"),
    ("archive", "events at rest, with the digests of the files that they came from"),
    ("run", "one execution of one query over one span of time"),
    ("completeness", "whether the answer of a run holds everything that was asked for"),
    ("exhibit", "a table or chart of this report, with its data files"),
    ("finding", "a claim that somebody made, with the exhibits and runs that support it"),
    ("digest", "SHA-256 of exact bytes: another byte, another digest"),
    ("manifest", "the list of digests of every file of this report"),
    ("custody log", "who made and sealed this report, when and why; each line holds the digest of the one before"),
)

_CODE = re.compile(r"[EFR]\d+")

_SCRIPTS = ("common.js", "draw.js", "tables.js", "check.js")
"""The parts of the page's script, in the order in which they rest on each other."""


def _sha256(text: str) -> str:
    """The digest of a style as a policy names it."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


_DRAWN = (_sha256("font-weight:bold"), _sha256(""))
"""plotly.js writes ``<b>`` of a label as this style attribute, and under the pointer an empty one; no other passes."""


@dataclass(frozen=True, slots=True)
class Making:
    """How a page is made. ``asset`` is what its charts are drawn with; ``alone`` puts that inside the page."""

    asset: Asset | None = None
    alone: bool = False
    paper: str = ""
    """The size of paper of a page that is printed at once, ``A4`` or ``letter``; empty: whoever prints it says so."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 of the files beside the page, by their paths from it, which a reader may have the page check."""


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("siemlib.report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["script_json"] = script_json
    environment.filters["utc"] = _utc
    environment.filters["check_lines"] = lines_of
    environment.filters["traced"] = _traced
    environment.filters["many"] = many
    return environment


def _finalize(value: object) -> object:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _utc(text: str) -> str:
    return render_millis(to_millis(datetime.fromisoformat(text))).removesuffix(".000")


def _traced(text: str, item: ExhibitView | FindingView, part: str, *, coded: bool = True) -> Markup:
    """A sentence of an exhibit or finding, its numbers linked to where they are from; ``coded`` says that in print."""
    code = item.data["id"]
    numbers = (number for number in item.data.get("numbers", ()) if number["in"] == part)
    spans = [(*number["span"], _anchor(number["of"]), number["is"]) for number in numbers]
    found = [span for span in spans if span[2]]
    return marked(text, found, lambda target: (item.printed_code if target == code else target) if coded else "")


def _anchor(origin: str) -> str:
    """The id of what a number is from; empty where that is no part of the page, such as what was given."""
    return origin if _CODE.fullmatch(origin) else {"case": "scope"}.get(origin, "")


def script_json(value: Any) -> Markup:  # noqa: ANN401 - any JSON value
    """JSON that cannot end the script element that holds it, nor begin a comment in it."""
    return Markup(figure_text(value))  # noqa: S704 - what is special to HTML was taken out


def _asset(name: str) -> Markup:
    text = files("siemlib.report").joinpath("templates", name).read_text("utf-8")
    return Markup(text)  # noqa: S704 - a file of ours


@cache
def _css() -> Markup:
    text = _asset("page.css").replace("PRINTED", str(PRINTED_ROWS + 1))
    return Markup(text + column_rules())  # noqa: S704 - a file of ours, and numbers


@cache
def _script() -> Markup:
    return Markup("").join(map(_asset, _SCRIPTS))


def css_string(text: str) -> Markup:
    """``text`` as a string of CSS: what is no letter or digit is written as its number (CSS Syntax 3, 4.3.7)."""
    shown = (c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in visible(text, keep=""))
    return Markup('"' + "".join(shown) + '"')  # noqa: S704 - only letters, digits, backslashes and blanks are left


def render_report(page: Page, making: Making | None = None) -> str:
    """The page of one report."""
    making = making or Making()
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            page=page,
            making=making,
            asset=(making.asset or plotly_asset()) if page.has_charts else None,
            css=_css(),
            css_string=css_string,
            script=_script(),
            styles=style_ids() if page.has_charts else (),
            drawn=_DRAWN,
            plotly=_inside(making) if page.has_charts else None,
            wrapped={"head": HEAD, "tail": TAIL},
            glossary=GLOSSARY,
            catalogue=CATALOGUE,
            nonce=_nonce(page),
            nothing=NOTHING,
            printed=PRINTED_ROWS,
            version=__version__,
        )
    )


def _inside(making: Making) -> Markup | None:
    """What stands in a page instead of the shared asset; a page that is printed at once cannot wait for unpacking."""
    if making.paper:
        return Markup(plotly_source().replace("</script", r"<\/script").replace("<!--", r"<\!--"))  # noqa: S704 - plotly.js
    return Markup(packed()) if making.alone else None  # noqa: S704 - base64


def render_index(entries: Sequence[Entry]) -> str:
    """The page that lists every report."""
    text = _environment().get_template("index.html.j2")
    return text.render(entries=entries, css=_css(), style=_sha256(_css()), version=__version__)


def render_controls(day: str, controls: Sequence[DayControl]) -> str:
    """The page of the controls of one date."""
    text = _environment().get_template("controls_day.html.j2")
    return text.render(
        day=day, controls=controls, css=_css(), style=_sha256(_css()), version=__version__, catalogue=CATALOGUE
    )


def _nonce(page: Page) -> str:
    """The word that our own scripts and style carry, and that the page's policy asks for.

    Whoever writes logs cannot know it beforehand: it depends on the ids and rows of every run. A random one would make
    two builds of one report differ. A nonce also lets through the script beside the page, which 'self' and integrity
    hashes do not do in every browser for a page that was opened as a file.
    """
    runs = "".join(f"{run.data['id']} {run.data['rows_sha256']}\n" for run in page.record.runs)
    digest = hashlib.sha256(f"{page.about.built}\n{runs}".encode()).digest()
    return base64.b64encode(digest).decode()
