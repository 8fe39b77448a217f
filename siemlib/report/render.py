"""Pages as HTML: Jinja2 with escaping on, one style sheet, one small script, and no network.

Everything that is put into a page passes :func:`siemlib.evidence.visible.visible` and is escaped, whatever it is; only
prose that markdown-it made with HTML off, and our own style and script, are put in as they are.
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from siemlib import __version__
from siemlib.evidence.visible import visible
from siemlib.model.timespan import render_millis, to_millis
from siemlib.report.page import NOTHING
from siemlib.report.sealing import lines_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from siemlib.report.index import Entry
    from siemlib.report.page import Page

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


PRINTED_ROWS = 50
"""Rows of an exhibit that are printed; paper is not searched, and the data files hold them all."""


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
    return environment


def _finalize(value: object) -> object:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _utc(text: str) -> str:
    return render_millis(to_millis(datetime.fromisoformat(text))).removesuffix(".000")


def script_json(value: Any) -> Markup:  # noqa: ANN401 - any JSON value
    """JSON that cannot end the script element that holds it, nor begin a comment in it."""
    text = json.dumps(value, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - what is special to HTML was just taken out


def _asset(name: str) -> Markup:
    text = files("siemlib.report").joinpath("templates", name).read_text("utf-8")
    return Markup(text)  # noqa: S704 - a file of ours


def _css() -> Markup:
    return Markup(_asset("page.css").replace("PRINTED", str(PRINTED_ROWS + 1)))  # noqa: S704 - a file of ours


def render_report(page: Page) -> str:
    """The page of one report."""
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            page=page,
            css=_css(),
            draw=_asset("draw.js"),
            glossary=GLOSSARY,
            nonce=_nonce(page),
            nothing=NOTHING,
            printed=PRINTED_ROWS,
            version=__version__,
        )
    )


def render_index(entries: Sequence[Entry]) -> str:
    """The page that lists every report."""
    return _environment().get_template("index.html.j2").render(entries=entries, css=_css(), version=__version__)


def write_plotly(folder: Path) -> None:
    """Put plotly.js, as it comes with the Python package, into ``folder``."""
    from plotly.offline import get_plotlyjs  # noqa: PLC0415 - reads five megabytes, for reports with charts only

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "plotly.min.js").write_text(get_plotlyjs(), encoding="utf-8")


def _nonce(page: Page) -> str:
    """The word that our own scripts carry, and that the page's policy asks for.

    Whoever writes logs cannot know it beforehand: it depends on the ids and rows of every run. A random one would make
    two builds of one report differ. A nonce also lets through the script beside the page, which 'self' and integrity
    hashes do not do in every browser for a page that was opened as a file.
    """
    runs = "".join(f"{run.data['id']} {run.data['rows_sha256']}\n" for run in page.record.runs)
    digest = hashlib.sha256(f"{page.about.built}\n{runs}".encode()).digest()
    return base64.b64encode(digest).decode()
