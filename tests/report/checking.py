"""The lines that a page prints to be checked with, run as a reader would."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from tests.evidence.sealing import run_line

if TYPE_CHECKING:
    from pathlib import Path

_PART = re.compile(r'<h3 id="verify">.*?</section>', re.DOTALL)
_LINES = re.compile(r"<pre><code>(.*?)</code></pre>", re.DOTALL)


def printed_lines(page: str) -> list[str]:
    """Every line of the part of a page on how to check it, in order."""
    part = _PART.search(page)
    assert part is not None
    blocks = [html.unescape(block) for block in _LINES.findall(part[0])]
    return [line for block in blocks for line in block.splitlines() if line]


def run_printed_lines(folder: Path) -> dict[str, str]:
    """What each line prints in the folder of a report; all must succeed."""
    lines = printed_lines((folder / "data" / "report.html").read_text("utf-8"))
    said = {}
    for line in lines:
        code, said[line] = run_line(line, folder)
        assert code == 0, (line, said[line])
    return said
