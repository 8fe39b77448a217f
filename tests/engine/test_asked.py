"""What a call of an engine asks is read in one way, whichever engine is asked."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from siemlib.engine import LogGroup
from siemlib.engine.asked import Asked, check_groups, inner_groups, read_question
from siemlib.errors import UsageError
from siemlib.model.timespan import TimeSpan
from siemlib.ql.parser import parse

START = 1_700_000_000_000
SPAN = TimeSpan.of_millis(START, START + 60_000)
KNOWN = [LogGroup(name, (), 0, None, None) for name in ("OSSEC", "syslog", "vpc")]
NOW = datetime(2024, 1, 1, tzinfo=UTC)


def read(query: str, span: TimeSpan | None = SPAN, groups: list[str] | None = None, **parameters: str) -> Asked:
    """The question, of these log groups."""
    return read_question(query, span, groups, parameters=parameters, known=KNOWN, saved_queries=dict, now=NOW)


def test_without_names_every_log_group_is_asked_and_each_name_counts_once() -> None:
    assert read("limit 1").log_groups == ("OSSEC", "syslog", "vpc")
    assert read("limit 1", groups=["vpc", "OSSEC", "vpc"]).log_groups == ("vpc", "OSSEC")


def test_parameters_are_bound_and_the_moment_is_in_milliseconds() -> None:
    asked = read("filter a = {{x}}", x="y")
    assert asked.query == parse('filter a = "y"')
    assert asked.now == int(NOW.timestamp()) * 1000


def test_source_takes_the_place_of_what_is_given_beside_it_and_that_is_told() -> None:
    asked = read(f"SOURCE 'vpc' START={START} END={START + 999} | limit 1", groups=["OSSEC"])
    assert asked.log_groups == ("vpc",)
    assert (asked.timespan.start_ms, asked.timespan.end_ms) == (START, START + 1000)
    assert len(asked.notes) == 2


def test_the_log_groups_of_queries_inside_are_known_or_refused() -> None:
    asked = read("filter a in (SOURCE 'vpc' | fields b)")
    assert inner_groups(asked.query) == ("vpc",)
    with pytest.raises(UsageError, match="no log group named 'vcp'"):
        read("filter a in (SOURCE 'vcp' | fields b)")


@pytest.mark.parametrize(
    ("names", "message", "hint"),
    [
        ([], "no log group to query", "there are: OSSEC, syslog, vpc"),
        (["ossec"], "no log group named 'ossec'", "did you mean 'OSSEC'?"),
        (["zzz"], "no log group named 'zzz'", "there are: OSSEC, syslog, vpc"),
    ],
)
def test_a_log_group_that_there_is_not_is_refused_with_the_nearest_name(
    names: list[str], message: str, hint: str
) -> None:
    with pytest.raises(UsageError) as refused:
        check_groups(names, KNOWN)
    assert (refused.value.message, refused.value.hint) == (message, hint)


def test_without_any_time_nothing_is_asked() -> None:
    with pytest.raises(UsageError, match="no time is given"):
        read("limit 1", None)
