"""Faults of the service inside a whole report: it becomes a good one, or says in plain words what it is.

Real kernels, a real endpoint on a real socket; what goes wrong is planned there. Every report asks the same questions,
one after the other, and two of them side by side.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import partial
from html import unescape
from typing import TYPE_CHECKING, Any

import nbformat
import pandas as pd
import pytest

from siemlib.archive.load import load
from siemlib.case import Answer
from siemlib.case.record import ENVIRONMENT
from siemlib.cli.report import warn
from siemlib.errors import ExitCode, SiemError
from siemlib.evidence.verify import verify_report
from siemlib.report.build import Built, Request, build_report
from siemlib.report.definition import read_definition
from siemlib.report.execute import Execution, Failure
from siemlib.report.summary import Status
from siemlib.serve.faults import CutBody, Drop, End, HalfBody, HttpError, Refuse, Stay
from siemlib.serve.limits import Limits
from tests.fixtures_serve import lead_boto3_to, serving
from tests.report.notebook import write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from siemlib.case import Case
    from siemlib.case.display import Exhibit
    from siemlib.serve.faults import WireFault
    from tests.fixtures_serve import Endpoint

pytestmark = pytest.mark.xdist_group("report")
START_QUERY, RESULTS = "StartQuery", "GetQueryResults"
LINES = [f"2026-03-04T13:{n:02d}:00Z user{n % 4} did thing {n}" for n in range(40)]
PARAMETERS = 'engine: str = ""  # where\nstart: str = ""\nend: str = ""'
OPENING = """\
from siemlib.case import open_case
from tests.report.test_faults import shown
case = open_case(engine=engine, start=start, end=end, title="Faults")
case"""
QUESTIONS = (
    "fields @timestamp, @message",
    "stats count(*) as things by bin(10m) as t | sort t",
    "pattern @message | display @sampleCount",
    "parse @message '* * did *' as at, who, what | stats count(*) as things by who | sort who",
    "fields @message | filter @message like 'user2' | limit 5",
)
"""They are asked in this order; the last two side by side."""
CELLS = (
    *(("code", f"shown(case, {query!r})") for query in QUESTIONS[:3]),
    ("code", f"shown(case, *{QUESTIONS[3:]!r})"),
    ("code", "case.show(case.searched())"),
    ("markdown", "## Not examined"),
    ("code", "case.not_examined()"),
    ("markdown", "## Provenance"),
    ("code", "case.provenance()"),
)
SETTINGS = "[live]\nstarts_per_second = 1000\nresults_per_second = 1000\n"


def shown(case: Case, *queries: str) -> list[Exhibit]:
    """For the notebook: the answers to questions that are asked side by side."""
    results = case.together(*(partial(case.run, query, ["app"]) for query in queries))
    told = zip(queries, results, strict=True)
    return [case.show(Answer("found", query, result.frame, query, "In app.", (result.run,))) for query, result in told]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("faults")
    (folder / "app.log").write_text("\n".join(LINES) + "\n")
    (folder / "siem.toml").write_text(SETTINGS)
    assert not load([folder / "app.log"], folder / "archive", log_group="app").refused
    return folder


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[Endpoint]:
    limits = Limits(rows_of_a_page=9, starts_per_second=None, results_per_second=None)
    with serving(folder / "archive", limits=limits) as endpoint:
        yield endpoint


@dataclass(frozen=True)
class Reporting:
    """Builds the report over an endpoint."""

    folder: Path
    endpoint: Endpoint
    build: Callable[[], Built]


@pytest.fixture
def reporting(
    folder: Path, served: Endpoint, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Reporting]:
    served.faults.clear()
    served.state.log.clear()
    lead_boto3_to(monkeypatch, served)
    monkeypatch.setenv("PYTHONPATH", str(project))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.chdir(folder)
    path = write_notebook(tmp_path / "notebooks" / "faults.ipynb", *CELLS, parameters=PARAMETERS, opening=OPENING)
    span = ("2026-03-04T13:00:00Z", "2026-03-04T14:00:00Z")
    request = Request(read_definition(path), {}, "live:us-east-1", *span, date(2026, 3, 4))
    yield Reporting(folder, served, lambda: build_report(request, tmp_path / "reports", lambda _done, _total: None))
    assert not served.running_queries()


def page_of(built: Built) -> str:
    return unescape(built.html.read_text("utf-8"))


def runs_of(built: Built) -> dict[str, dict[str, Any]]:
    """The records of the runs, by their queries."""
    runs = [json.loads(path.read_text()) for path in (built.folder / "data" / "runs").glob("*.json")]
    return {run["query"]: run for run in runs}


def check_is_kept(built: Built, status: Status, code: ExitCode) -> None:
    """Page, summary and exit code say the same, and the folder verifies."""
    assert (built.status, built.exit_code) == (status, code)
    assert json.loads((built.folder / "data" / "report.json").read_text())["status"] == status.value
    assert verify_report(built.folder).failed == ()


def test_what_passes_leaves_a_good_report(reporting: Reporting) -> None:
    faults = reporting.endpoint.faults
    throttled = Refuse("ThrottlingException", "Rate exceeded")
    passing: tuple[WireFault, ...] = (throttled, HttpError(500), HttpError(503), Drop(), HalfBody(), CutBody())
    for place, fault in enumerate(passing):
        # Not twice in a row: the pauses in between are real.
        faults.add(START_QUERY, fault, after=2 * place)
        faults.add(RESULTS, fault, after=2 * place + 1)
    # The second question is one that takes the service too long as a whole.
    faults.add(START_QUERY, End("Timeout", 1), after=1)
    built = reporting.build()
    check_is_kept(built, Status.COMPLETE, ExitCode.DONE)
    lines, bins, patterns, users, limited = QUESTIONS
    assert column(built, lines, "@message") == LINES[::-1]
    assert column(built, bins, "things") == [10, 10, 10, 10]
    assert column(built, users, "who") == ["user0", "user1", "user2", "user3"]
    assert column(built, users, "things") == [10, 10, 10, 10]
    assert sum(column(built, patterns, "@sampleCount")) == len(LINES)
    assert column(built, limited, "@message") == [line for line in LINES[::-1] if "user2" in line][:5]
    assert "its time was asked again in halves" in page_of(built)


def column(built: Built, query: str, name: str) -> list[Any]:
    """A column of the exhibit that answers a question, as the folder keeps it."""
    (path,) = (built.folder / "data" / "exhibits").glob(f"E{QUESTIONS.index(query) + 1:02d}-*.parquet")
    return list(pd.read_parquet(path)[name])


UNWELL = {"Failed": "partial", "Unknown": "unknown", "Timeout": "timed out", "Cancelled": "partial"}


def test_what_the_service_does_not_end_well_is_an_incomplete_report(
    reporting: Reporting, capsys: pytest.CaptureFixture[str]
) -> None:
    # One for each question in turn; what times out is what cannot be asked again in parts.
    for place, status in enumerate(UNWELL):
        reporting.endpoint.faults.add(START_QUERY, End(status, place + 1), after=place)
    built = reporting.build()
    check_is_kept(built, Status.UNKNOWN, ExitCode.INCOMPLETE)
    runs = runs_of(built)
    assert [runs[query]["completeness"] for query in QUESTIONS[:3]] == list(UNWELL.values())[:3]
    # Which of the two that are asked side by side comes first is not known.
    assert sorted(runs[query]["completeness"] for query in QUESTIONS[3:]) == ["complete", "partial"]
    page = page_of(built)
    assert "was not asked again in parts: how the service finds patterns is its own" in page
    for status, completeness in UNWELL.items():
        assert f"ended as {status}: " in page
        assert f"is {completeness}: what it left out was not examined" in page
    warn(built)
    assert capsys.readouterr().err.splitlines()[0] == "siem: the report is not known to be complete: unknown"


@dataclass(frozen=True)
class Broken:
    """A fault that stays, and what is said of it."""

    fault: Refuse
    words: str
    hint: str


EXPIRED = Broken(
    Refuse("ExpiredTokenException", "The security token is expired"),
    "the credentials of this environment: the session has expired",
    "run aws sso login, or renew the credentials that you have",
)
GONE = Broken(
    Refuse("ResourceNotFoundException", "Log group 'app' does not exist for account ID '000000000000'"),
    "the log group is not there in us-east-1",
    "",
)
DENIED = Broken(
    Refuse("AccessDeniedException", "User: x is not authorized to perform: logs:StartQuery on resource: y"),
    "the credentials of this environment lack the permission logs:StartQuery",
    "siem policy analyst (scheduled, acquire) prints the policy that is needed",
)


def check_is_failed(reporting: Reporting, broken: Broken, capsys: pytest.CaptureFixture[str]) -> None:
    """Of two questions that are asked side by side one runs for ever, and the other cannot be asked any more."""
    reporting.endpoint.faults.add(START_QUERY, Stay(), after=3)
    reporting.endpoint.faults.add(START_QUERY, broken.fault, times=None, after=4)
    built = reporting.build()
    check_is_kept(built, Status.FAILED, ExitCode.FAILED)
    assert built.folder.name == "faults-FAILED"
    assert not reporting.endpoint.running_queries()
    warn(built)
    for told in (capsys.readouterr().err, page_of(built)):
        assert broken.words in told
        assert broken.hint in told
    # What was answered before stays.
    assert column(built, QUESTIONS[0], "@message") == LINES[::-1]
    assert len(runs_of(built)) == 3


def test_a_session_that_expires_in_the_middle_is_a_failed_report(
    reporting: Reporting, capsys: pytest.CaptureFixture[str]
) -> None:
    check_is_failed(reporting, EXPIRED, capsys)


@pytest.mark.parametrize("broken", [GONE, DENIED], ids=["the log group is deleted", "the permission is taken away"])
def test_what_is_taken_away_in_the_middle_is_a_failed_report(
    reporting: Reporting, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, broken: Broken
) -> None:
    monkeypatch.setattr("siemlib.report.build.execute", executed_here)  # another kernel would show nothing new
    check_is_failed(reporting, broken, capsys)


def executed_here(
    notebook: Path, parameters: Mapping[str, Any], *, record: Path, progress: Callable[[int, int], None]
) -> Execution:
    """As a kernel does it, to the first cell that fails."""
    del progress
    made: Any = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    names: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(ENVIRONMENT, str(record))
        for place, cell in enumerate(made.cells):
            if cell.cell_type == "code":
                try:
                    exec(compile(cell.source, "cell", "exec"), names)  # noqa: S102 - our own notebook
                except SiemError as error:
                    return Execution(made, Failure(place, type(error).__name__, str(error)))
                if "parameters" in cell.metadata.get("tags", []):
                    names |= parameters
    return Execution(made, None)
