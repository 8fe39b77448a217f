"""Every question of the page, where there is little or nothing to answer with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.case import open_case
from siemlib.errors import UsageError
from siemlib.investigate import traffic
from siemlib.model.run import Completeness
from tests.investigate.incident import Log
from tests.investigate.traffic.net import empty, network

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from siemlib.case import Answer, Case

    Question = Callable[[Case], Answer]

QUESTIONS: dict[str, Question] = {name: getattr(traffic, name) for name in traffic.__all__ if name != "of_port"} | {
    "of_port": lambda case: traffic.of_port(case, 22)
}
every_question = pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS.keys())


@every_question
def test_without_flow_logs_it_is_not_examined_and_that_is_not_nothing(question: Question, quiet: Case) -> None:
    answer = question(quiet)

    assert answer.reading == "Not examined: no log group holds VPC flow logs."
    assert answer.completeness is Completeness.UNKNOWN
    assert answer.frame.empty
    assert len(answer.frame.columns) > 2


@every_question
def test_a_window_without_records_says_so(question: Question, net: Case) -> None:
    later = open_case(engine=net.engine.url, start="2026-03-04T02:59:00", end="2026-03-04T03:00:00")

    answer = question(later)

    assert answer.reading.startswith("No flow record in vpc, 2026-03-04 02:59:00 to 2026-03-04 03:00:00 UTC.") or (
        answer.name == "compared"
    )
    assert answer.completeness is Completeness.COMPLETE


@every_question
def test_a_log_of_an_idle_interface_is_no_missing_log(question: Question, tmp_path: Path) -> None:
    idle = network(tmp_path, Log("vpc", "vpc_flow", [empty(0, "NODATA"), empty(60, "NODATA")]))

    answer = question(idle)

    assert "No flow record" not in answer.reading
    assert "not examined" not in answer.reading.lower()


@every_question
def test_what_was_found_rests_on_complete_runs_over_the_whole_window(question: Question, net: Case) -> None:
    answer = question(net)

    assert answer.completeness is Completeness.COMPLETE
    assert "log group vpc, 2026-03-04 02:00:00 to 2026-03-04 03:00:00 UTC" in answer.searched.replace("groups", "group")


@pytest.mark.parametrize("number", [0, -1, 65_536])
def test_what_is_no_port_is_refused(number: int, net: Case) -> None:
    with pytest.raises(UsageError, match="not a port"):
        traffic.of_port(net, number)
