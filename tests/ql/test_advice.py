"""What is said of queries that are no errors but may not be meant."""

from __future__ import annotations

import pytest

from siemlib.ql.advice import advice
from siemlib.ql.parser import parse


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("filter @message like '%error%'", "'%' is no wildcard"),
        ("filter a not like 'adm%'", "'%' is no wildcard"),
        ("filter a like '*.example.com'", "'*' is no wildcard in 'like'"),
        ("filter @timestamp > '2026-03-04'", "A time is no text"),
        ("sort @timestamp desc | limit 20 | filter a = 1", "sees only the rows that the limit left"),
        ("filter 'error'", 'filter @message like "error"'),
        ("fields @timestmp", "did you mean '@timestamp'?"),
        ("stats count(*) by @logstream", "did you mean '@logStream'?"),
        ("sort @mesage desc", "did you mean '@message'?"),
        ("dedup @logstream", "did you mean '@logStream'?"),
        ("fields if(a like '%x%', 1, 2) as b", "'%' is no wildcard"),
    ],
)
def test_a_habit_that_means_something_else_here_is_told(query: str, said: str) -> None:
    (sentence,) = advice(parse(query))
    assert said in sentence


@pytest.mark.parametrize(
    "query",
    [
        "filter @message like 'error' | sort @timestamp desc",
        "filter a like '100 % sure' or a like /%x%/ or a = '%x%' or a like '%'",
        "filter @duration > 5 and @requestId = 'x' and @entity.KeyAttributes.Name = 'y' and @mine = 1",
        "filter toMillis(@timestamp) > 1772582400000 | stats count(*) by bin(5m)",
        "parse @message '% *' as x | limit 3",
    ],
)
def test_what_is_meant_gets_no_advice(query: str) -> None:
    assert advice(parse(query)) == ()


def test_each_thing_is_told_once_and_nothing_hostile_is_repeated_as_it_is() -> None:
    sentences = advice(parse("filter a like '%\x1b[2J' | filter b like '%\x1b[2J' or a like '%y'"))
    assert len(sentences) == 2
    assert "\x1b" not in "".join(sentences)
