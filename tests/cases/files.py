"""The cases of ``tests/cases/answers``: how a file is read, asked, compared and written.

A file is one case, JSON with these keys, in this order:

``reason``    why the answer is right
``query``     the query, and ``events``, what it is asked of
``context``   lookup tables, log groups, the span of time; left out where nothing is said
``expected``  the rows, with ``ordered``, ``numeric`` and ``compare`` as the given cases have them
``error``     instead of rows: the drawing of the error, line by line
``sql``       the SQL, line by line, over a table ``archive`` and without its macros; nothing where the query is refused

A person writes the first three and what must come out; ``make cases`` completes and rewrites the rest.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from siemlib.database.memory import MemoryEvent, MemoryStore
from siemlib.errors import QueryError
from siemlib.ql.sql.expressions import Moment
from siemlib.ql.sql.shown import shown
from siemlib.queries.library import defined
from tests.database.language import MINUTE, START, ask, plan_of, without_ptr

if TYPE_CHECKING:
    from siemlib.database.run import Answer

ANSWERS = Path(__file__).parent / "answers"
GIVEN = Path(__file__).parents[3] / "shared" / "cases" / "insights.jsonl"

Case = dict[str, Any]

_ORDER = (
    *("reason", "query", "events", "context", "expected", "ordered", "numeric", "compare"),
    *("expect_error", "error", "sql"),
)
_REFUSED = "MalformedQueryException"


def given_cases() -> list[Case]:
    """The cases beside the project; none where the folder is not there."""
    if not GIVEN.is_file():
        return []
    return [json.loads(line) for line in GIVEN.read_text("utf-8").splitlines()]


def our_cases() -> list[Case]:
    """Our own, with the names of their files as ``id``."""
    return [{"id": path.stem, **read(path)} for path in our_files()]


def our_files() -> list[Path]:
    """The files of our own cases, by name."""
    return sorted(ANSWERS.glob("*.json"))


def read(path: Path) -> Case:
    """The case in a file, as it stands there."""
    case: Case = json.loads(path.read_text("utf-8"))
    return case


def written(case: Case) -> str:
    """The one way to write a case down. What is not ASCII is an escape, so that no character can hide."""
    known = {key: case[key] for key in _ORDER if key in case}
    unknown = {key: case[key] for key in sorted(set(case) - set(_ORDER) - {"id"})}
    return json.dumps(known | unknown, indent=2) + "\n"


@dataclass(frozen=True)
class Asked:
    """What the program says to a case: an answer, or the drawing of an error."""

    answer: Answer | None
    drawing: str
    sql: str


def asked(case: Case, folder: Path) -> Asked:
    """Ask the query of the events. ``folder`` takes the lookup tables."""
    context = case.get("context", {})
    given = [_event(event) for event in case["events"]]
    span = _span(context, [event.timestamp for event in given])
    tables = {name: folder / f"{name}.csv" for name in context.get("lookup_tables", {})}
    for name, path in tables.items():
        path.write_text(context["lookup_tables"][name], "utf-8")
    groups = context.get("query_log_groups") or sorted({event.log_group for event in given})
    saved = {name: defined(text) for name, text in context.get("saved_queries", {}).items()}
    # An index changes what is read and never what is found, so "indexed_fields" has no part here.
    store = MemoryStore(given, account=context.get("account_id"))
    try:
        answer = ask(case["query"], store, span=span, log_groups=groups, lookup_tables=tables, saved_queries=saved)
    except QueryError as error:
        return Asked(None, error.message, "")
    plan = plan_of(case["query"], tables, saved)
    return Asked(answer, "", shown(plan, Moment(span[0], span[1] - 1, START + 100_000)).sql)


def _event(event: dict[str, Any]) -> MemoryEvent:
    ingested = event.get("ingestionTime_ms")
    return MemoryEvent(event["timestamp_ms"], event["message"], event["logGroup"], event["logStream"], ingested)


def _span(context: dict[str, Any], times: list[int]) -> tuple[int, int]:
    """Epoch milliseconds, the end exclusive; the service's whole seconds end with their last millisecond."""
    if "api_start_s" in context or "api_end_s" in context:
        first = context.get("api_start_s", (min(times) - MINUTE) // 1000)
        last = context.get("api_end_s", (max(times) + MINUTE) // 1000)
        return first * 1000, last * 1000 + 1000
    return context.get("start_ms", min(times) - MINUTE), context.get("end_ms", max(times) + MINUTE) + 1


def differences(case: Case, said: Asked) -> tuple[Any, Any] | None:
    """What was given and what was expected where they are not the same; ``None`` where they are.

    Rows are compared as ``cases/README.md`` beside the specification says.
    """
    if case.get("expect_error") or said.answer is None:
        same = bool(case.get("expect_error")) and said.answer is None
        return None if same else (said.drawing or said.answer, case.get("expect_error") or case["expected"])
    numeric = case.get("numeric", [])
    got = [_comparable(row, numeric) for row in said.answer.rows]
    expected = [_comparable(row, numeric) for row in case["expected"]]
    if case.get("compare") == "subset":
        got = [{k: v for k, v in row.items() if k in expected[0]} for row in got]
    if not case.get("ordered", True):
        got, expected = sorted(got, key=str), sorted(expected, key=str)
    return None if got == expected else (got, expected)


def check_case(case: Case, folder: Path) -> None:
    """Fail with both where the answer is not the expected one."""
    found = differences(case, asked(case, folder))
    assert found is None, found


def completed(case: Case, folder: Path) -> Case:
    """The case as the program answers it: rows that are right stand as they were written."""
    said = asked(case, folder)
    whole = {key: value for key, value in case.items() if key not in {"error", "sql", "expect_error", "id"}}
    if said.answer is None:
        for key in ("expected", "ordered", "numeric", "compare"):
            whole.pop(key, None)
        return {**whole, "expect_error": _REFUSED, "error": said.drawing.split("\n")}
    whole.setdefault("ordered", True)
    if "expected" not in case or differences(case, said) is not None:
        whole["expected"] = [without_ptr(row) for row in said.answer.rows]
    return {**whole, "sql": said.sql.split("\n")}


def _comparable(row: dict[str, str], numeric: list[str]) -> dict[str, Any]:
    shown_row = without_ptr(row)
    return {name: float(shown_row[name]) if name in numeric else shown_row[name] for name in sorted(shown_row)}
