"""The cases of ``tests/cases/errors`` and ``wanting``: a query, a line ``---``, the drawing of its errors.

Those of ``explain`` are a query, the same line, and what ``siem explain`` says about it.
Files are read byte by byte, because queries come with carriage returns and other characters that cannot be seen.
"""

from __future__ import annotations

from pathlib import Path

from siemlib.errors import QueryError
from siemlib.ql.analyse import analyse
from siemlib.ql.explain import explain
from siemlib.ql.parser import parse
from siemlib.ql.sql.shown import shown

ERRORS = Path(__file__).parent / "errors"
WANTING = Path(__file__).parent / "wanting"
EXPLAINED = Path(__file__).parent / "explain"
_RULE = "\n---\n"


def query_of(path: Path) -> str:
    """The query of a case."""
    return path.read_bytes().decode().partition(_RULE)[0]


def drawn(path: Path) -> str:
    """The whole file as it would be written today."""
    text = query_of(path)
    return f"{text}{_RULE}{drawing(text)}\n"


def drawing(text: str) -> str:
    """The drawing of a query's errors; a sentence where there is none."""
    try:
        analyse(parse(text), {}, text)
    except QueryError as error:
        return error.message
    return "the query is fine"


def explained(path: Path) -> str:
    """The whole file of an explained query as it would be written today."""
    text = query_of(path)
    plan = analyse(parse(text), {}, text)
    return f"{text}{_RULE}{explain(text, plan, shown(plan))}"
