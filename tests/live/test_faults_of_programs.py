"""What a person sees of a fault who runs ``siem query``: a line that says what it is, an exit code, no traceback."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from bench.synthetic import GROUP, START, Synthetic, even
from siemlib.cli.app import run
from siemlib.model.timespan import TimeSpan
from siemlib.serve.faults import CutBody, Drop, End, HttpError, Refuse, Skew, Stay
from siemlib.serve.limits import Limits
from tests.fixtures_serve import lead_boto3_to, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from siemlib.serve.faults import Fault
    from tests.fixtures_serve import Endpoint

ROWS = 10
START_QUERY, RESULTS, ANY = "StartQuery", "GetQueryResults", "*"
EXPIRED = Refuse("ExpiredTokenException", "The security token included in the request is expired")
THROTTLED = Refuse("ThrottlingException", "Rate exceeded")
DENIED = Refuse("AccessDeniedException", "User: x is not authorized to perform: logs:StartQuery on resource: y")
GONE = Refuse("ResourceNotFoundException", "Log group 'synthetic' does not exist for account ID '000000000000'")
OLD_TOKEN = Refuse("InvalidParameterException", "The specified nextToken is invalid or has expired.")


@pytest.fixture(scope="module")
def served() -> Iterator[Endpoint]:
    limits = Limits(rows_of_a_page=4, starts_per_second=None, results_per_second=None)
    with serving(Synthetic(even(ROWS, 3600)), limits=limits) as endpoint:
        yield endpoint


@pytest.fixture
def endpoint(served: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Endpoint:
    """Asked by settings with little patience."""
    lead_boto3_to(monkeypatch, served)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "siem.toml").write_text(f"[live]\nquery_seconds = 1\nrun_seconds = 2\nspool = '{tmp_path / 'spool'}'\n")
    served.faults.clear()
    return served


def query(group: str = GROUP) -> int:
    span = TimeSpan.of_millis(START, START + 3_600_000)
    times = ("--from", span.start.isoformat(), "--to", span.end.isoformat())
    asked = ("--engine", "live:us-east-1", "--log-group", group, *times, "--format", "ndjson")
    return run(["query", "fields @message", *asked])


@dataclass(frozen=True)
class Bad:
    """A fault that stays, behind so many requests, and what is said of it."""

    operation: str
    fault: Fault
    words: str
    after: int = 0


LASTING = {
    "an expired session": Bad(RESULTS, EXPIRED, "the session has expired"),
    "no permission": Bad(START_QUERY, DENIED, "this environment lack the permission logs:StartQuery"),
    "dropped connections": Bad(RESULTS, Drop(), "broke"),
    "HTTP 500": Bad(START_QUERY, HttpError(500), "HTTP 500"),
    "HTTP 503": Bad(RESULTS, HttpError(503), "HTTP 503"),
    "half a JSON body": Bad(RESULTS, CutBody(), "is no JSON"),
    "throttling": Bad(RESULTS, THROTTLED, "no more requests a second"),
    "a query that stays running": Bad(START_QUERY, Stay(), "the query still ran|its turn did not come"),
    "a query that fails": Bad(START_QUERY, End("Failed"), "ended as Failed"),
    "a clock that is behind": Bad(ANY, Skew(3600), "the clock of this machine"),
    "a log group that was deleted": Bad(START_QUERY, GONE, "the log group is not there"),
    "another service than ours": Bad(ANY, HttpError(200, b"<html>"), "is no JSON"),
}


@pytest.mark.parametrize("bad", LASTING.values(), ids=LASTING)
def test_what_lasts_is_an_error_in_words_and_leaves_nothing_running(
    endpoint: Endpoint, capfd: pytest.CaptureFixture[str], bad: Bad
) -> None:
    endpoint.faults.add(bad.operation, bad.fault, times=None, after=bad.after)
    assert query() == 1
    said = capfd.readouterr()
    assert said.out == ""
    assert said.err.startswith("siem: ")
    assert re.search(bad.words, said.err)
    assert len(said.err.splitlines()) <= 2, "no traceback"
    assert not endpoint.running_queries()


def test_a_part_of_the_answer_is_given_and_called_a_part(endpoint: Endpoint, capfd: pytest.CaptureFixture[str]) -> None:
    endpoint.faults.add(START_QUERY, End("Unknown", 3))
    assert query() == 3
    said = capfd.readouterr()
    assert len(said.out.splitlines()) == 3
    assert "ended as Unknown: 3 rows of it came, and others may be missing" in said.err


def test_what_took_too_long_is_asked_again_in_parts(endpoint: Endpoint, capfd: pytest.CaptureFixture[str]) -> None:
    endpoint.faults.add(START_QUERY, End("Timeout", 3))
    assert query() == 0
    assert len(capfd.readouterr().out.splitlines()) == ROWS


@pytest.mark.parametrize("fault", [Drop(), OLD_TOKEN], ids=repr)
def test_what_passes_is_not_even_mentioned(endpoint: Endpoint, capfd: pytest.CaptureFixture[str], fault: Fault) -> None:
    endpoint.faults.add(RESULTS, fault, after=1)
    assert query() == 0
    said = capfd.readouterr()
    assert len(said.out.splitlines()) == ROWS
    assert said.err == "10 rows · 10 of 10 events matched · complete\n"


def test_an_unknown_log_group_and_no_credentials_are_told_before_anything_is_asked(
    endpoint: Endpoint, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint.state.log.clear()
    assert query("synthetik") == 2
    assert "synthetic" in capfd.readouterr().err
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert query() == 1
    assert "credentials" in capfd.readouterr().err
    assert endpoint.asked(START_QUERY) == []
