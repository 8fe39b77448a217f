"""Small notebooks for the tests of reports, over the engine of ``tests/case/engine.py``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(2)</script>",
    "{{7*7}} {% raw %} ${7*7}",
    "[click](javascript:alert(3)) ![i](http://192.0.2.1/p.png) **bold**",
    "<a href='javascript:alert(4)'>link</a><b>bold</b>",
    "a\x1b[31mred\u202eevil\x00",
    '=HYPERLINK("http://192.0.2.1")',
)
"""What an attacker would like a user name to be."""

PARAMETERS = '''\
engine: str = "local:archive"  # where the logs are
ip: str = "192.0.2.7"  # the address to look for
rows: int = 3  # rows to show
start: str = ""
end: str = ""'''

OPEN = """\
from siemlib.case.open import case_over
from siemlib.case import Answer, Chart
from siemlib.model.run import Completeness
from tests.case.engine import engine as fixed
from tests.report.notebook import HOSTILE, named
import plotly.graph_objects as go
case = case_over(fixed(engine, named(HOSTILE)), start=start, end=end, title="A case of " + HOSTILE[0])
case"""

ASK = """\
result = case.run("fields user, events", ["OSSEC"], parameters={"user": HOSTILE[0]})
reading = "Most active: " + " ".join(HOSTILE)
answer = Answer("users", "Users " + HOSTILE[4], result.frame, reading, "In " + HOSTILE[1], (result.run,))
figure = go.Figure(go.Bar(x=result.frame["user"], y=result.frame["events"]), {"title": {"text": HOSTILE[4]}})
case.show(Chart(answer, figure, "Bars of " + HOSTILE[0]), key=True)"""


MANY = """\
import pandas as pd
numbers = range(1200)
many = pd.DataFrame({"events": [7 * n % 1200 for n in numbers], "message": [f"{n} " + "x" * 300 for n in numbers]})
case.show(Answer("many", "Many", many, "There are many.", "In OSSEC.", (result.run,)))"""


def named(users: Sequence[str]) -> list[dict[str, str]]:
    """One row for each user."""
    return [
        {"@timestamp": f"2026-03-04 13:55:{place:02d}.000", "user": user, "events": str(place + 1)}
        for place, user in enumerate(users)
    ]


def write_notebook(path: Path, *cells: tuple[str, str], parameters: str = PARAMETERS, opening: str = OPEN) -> Path:
    """A notebook of ``(type, source)`` cells after a title, the parameters and the opening of the case."""
    head = [
        nbformat.v4.new_markdown_cell(
            "# What did it do?\n\nA *lead* <script>alert(5)</script> ![i](http://192.0.2.1/p.png)"
        ),
        nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(opening),
    ]
    make = {"markdown": nbformat.v4.new_markdown_cell, "code": nbformat.v4.new_code_cell}
    notebook = nbformat.v4.new_notebook(cells=[*head, *(make[kind](source) for kind, source in cells)])
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


WHOLE = (
    ("markdown", "## Which users?\n\nUsers in the alerts."),
    ("code", ASK),
    ("markdown", "## Scope\n\nWhat was there."),
    ("code", "case.show(case.searched())"),
    ("markdown", "## A table without rows"),
    (
        "code",
        'case.show(Answer("none", "Nothing", result.frame.head(0), "Found nothing.", "In OSSEC.", (result.run,)))',
    ),
    ("markdown", "## A long table"),
    ("code", MANY),
    ("code", "print('\\x1b[31mprinted', HOSTILE[0])"),
    ("markdown", "## Not examined\n\nWhat it cannot know."),
    ("code", "case.not_examined()"),
    ("markdown", "## Provenance"),
    ("code", "case.provenance()"),
)
"""The cells of a report that goes well."""
