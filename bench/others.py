"""What awswrangler, the batch tool of the awslabs MCP server and our live engine make of the same questions.

    python bench/others.py

One endpoint over two log groups, of 25,000 and 250,000 events; each program asks it in a process of its own. A row is
right if it is asked for and comes once. Seconds are without the pauses that theirs make before they look for an answer
(1 s, and 5 s), which change no answer; how long a million rows take with quotas and pauses, ``live.py`` measures.
Ours has to be right each time.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT))


from siemlib.archive.store import Archive  # noqa: E402 - behind the line above, as all that follow
from siemlib.errors import SiemError  # noqa: E402
from siemlib.local.engine import open_local  # noqa: E402
from siemlib.model.timespan import TimeSpan  # noqa: E402
from siemlib.serve.app import app  # noqa: E402
from siemlib.serve.faults import End, Faults  # noqa: E402
from siemlib.serve.limits import UNLIMITED  # noqa: E402
from siemlib.serve.server import LOOPBACK, Serving, bound  # noqa: E402
from siemlib.settings import Settings  # noqa: E402
from tests.others.events import END, EVENTS, LARGE, SMALL, START, message, write_events  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siemlib.serve.endpoint import Endpoint

PYTHON = ROOT / ".others" / "bin" / "python"
PROGRAMS = ROOT / "tests" / "others" / "programs"
SPAN = TimeSpan.of_millis(START * 1000, END * 1000)
PATIENCE = 5
"""Seconds after which a call that was told ``Timeout`` is given up."""
NOBODY = {
    "AWS_ACCESS_KEY_ID": "nobody",
    "AWS_SECRET_ACCESS_KEY": "nothing",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}


@dataclass(frozen=True)
class Question:
    """What is asked, which column of the answer is compared, and what is right there, in any order."""

    name: str
    log_group: str
    query: str
    column: str
    right: Sequence[str]
    times_out: bool = False


QUESTIONS = (
    Question("25,000 rows", SMALL, "fields n", "n", [str(n) for n in range(EVENTS[SMALL])]),
    Question("250,000 rows", LARGE, "fields n", "n", [str(n) for n in range(EVENTS[LARGE])]),
    Question("one count(*)", SMALL, "stats count(*) as events", "events", [str(EVENTS[SMALL])]),
    Question(
        "limit 20",
        SMALL,
        "fields n | sort @timestamp desc | limit 20",
        "n",
        [str(EVENTS[SMALL] - n) for n in range(1, 21)],
    ),
    Question(
        "@message beside a field message",
        SMALL,
        "fields @message, message | sort @timestamp asc | limit 3",
        "@message",
        [message(n) for n in range(3)],
    ),
    Question("a query that ends Timeout", SMALL, "stats count(*) as late", "late", [], times_out=True),
)


def verdict(question: Question, rows: Sequence[str | None]) -> str:
    """What these rows are worth."""
    right, found = Counter(question.right), Counter(row for row in rows if row is not None)
    if found == right and len(rows) == len(question.right):
        return f"right ({len(rows):,})"
    twice = (found & right).total() and sum(found.values()) - len(found)
    return (
        f"wrong: {len(rows):,} rows for {len(question.right):,}, {(found & right).total():,} of them right"
        f"{f', {twice:,} twice' if twice else ''}"
    )


def times() -> dict[str, str]:
    """The span, as the programs of others take it."""
    moments = (datetime.fromtimestamp(each, UTC).isoformat() for each in (START, END))
    return dict(zip(("start_time", "end_time"), moments, strict=True))


def theirs(program: str, job: dict[str, Any]) -> dict[str, Any]:
    """What a program of others answers."""
    ran = subprocess.run(
        [PYTHON, PROGRAMS / f"{program}.py"],
        input=json.dumps([job]),
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
    )
    answer: dict[str, Any] = json.loads(ran.stdout)[0]
    return answer


def awswrangler(question: Question) -> tuple[str, float]:
    """The verdict on it, and its seconds."""
    arguments = {"query": question.query, "log_group_names": [question.log_group], **times()}
    # It takes the @ away from names.
    job = {"call": "read_logs", "arguments": arguments, "only": question.column.removeprefix("@")}
    answer = theirs("wrangler", {**job, "patience": PATIENCE} if question.times_out else job)
    if "waiting" in answer:
        return f"wrong: had not returned after {PATIENCE} s", PATIENCE
    return verdict(question, answer["rows"]), answer["seconds"]


def batch_tool(question: Question) -> tuple[str, float]:
    """The verdict on it, and its seconds."""
    job = {"query_string": question.query, "log_group_names": [question.log_group], "only": question.column}
    answer = theirs("batch", {**job, **times()})
    summary = answer["summary"]
    if question.times_out:
        said = "right: says so" if summary["warnings"] or summary["failed_chunks"] else "wrong: says nothing"
        return f"{said}, with {len(answer['rows'])} rows", answer["seconds"]
    told = "" if summary["failed_chunks"] else ", no part failed"
    return f"{verdict(question, answer['rows'])}{told}", answer["seconds"]


def ours(question: Question) -> tuple[str, float]:
    """The verdict on ours, and its seconds."""
    from siemlib.live.open import open_live  # noqa: PLC0415 - the environment must name the endpoint before

    with tempfile.TemporaryDirectory() as folder:
        rates = {"starts_per_second": 1000, "results_per_second": 1000}
        engine = open_live("live:us-east-1", Settings.model_validate({"live": {"spool": folder, **rates}}))
        before = time.perf_counter()
        try:
            result = engine.run(question.query, SPAN, [question.log_group], every_row=True)
        except SiemError as error:
            said = "right: says so" if question.times_out else f"wrong: {error.message}"
            return said, time.perf_counter() - before
        finally:
            engine.close()
        seconds = time.perf_counter() - before
    return f"{verdict(question, [row.get(question.column) for row in result.rows])}, {result.completeness}", seconds


def main() -> int:
    """Print a line for each question and program; the exit code says whether ours was right each time."""
    if not PYTHON.exists():
        print("the programs of others are not installed: make setup")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        archive = write_events(Path(folder))
        faults = Faults()
        application = app(open_local(archive), Archive.open(archive), limits=UNLIMITED, faults=faults)
        serving = Serving(application, bound(LOOPBACK, 0))
        serving.start()
        os.environ.pop("AWS_PROFILE", None)
        os.environ.update(NOBODY, AWS_ENDPOINT_URL=serving.url)
        wrong = [each.name for each in QUESTIONS if not compared(each, application.state.endpoint, faults)]
        serving.stop()
    return 1 if wrong else 0


def compared(question: Question, endpoint: Endpoint, faults: Faults) -> bool:
    """Ask all three; gives whether ours was right."""
    right = False
    for program in (awswrangler, batch_tool, ours):
        faults.clear()
        if question.times_out:
            faults.add("StartQuery", End("Timeout"), times=None)
        before = _queries(endpoint)
        said, seconds = program(question)
        right = said.startswith("right")
        queries = _queries(endpoint) - before
        print(f"{question.name} | {program.__name__} | {said} | {seconds:.1f} s | queries: {queries}", flush=True)
    return right


def _queries(endpoint: Endpoint) -> int:
    return sum(entry.operation == "StartQuery" for entry in list(endpoint.log))


if __name__ == "__main__":
    sys.exit(main())
