"""What a metric filter reports."""

from __future__ import annotations

import json

import pytest

from siemlib.errors import UsageError
from siemlib.patterns import parse
from siemlib.patterns.metric import MINUTE, Datapoint, MetricTransformation, datapoints

NOON = 1_772_625_600_000


def events(*messages: tuple[int, object]) -> list[tuple[int, str]]:
    """Messages at seconds after noon."""
    return [(NOON + second * 1000, m if isinstance(m, str) else json.dumps(m)) for second, m in messages]


def test_matches_are_added_up_by_the_minute_and_an_empty_minute_reports_nothing() -> None:
    found = datapoints(
        parse("ERROR"),
        MetricTransformation(),
        events((59, "ERROR"), (0, "ERROR"), (1, "fine"), (180, "ERROR"), (240, "fine")),
    )
    assert [(point.minute - NOON, point.sum, point.count) for point in found] == [(0, 2, 2), (3 * MINUTE, 1, 1)]


def test_the_default_stands_for_minutes_with_events_but_no_match() -> None:
    found = datapoints(
        parse("ERROR"), MetricTransformation(default_value=0), events((0, "ERROR"), (60, "fine"), (180, "fine"))
    )
    assert [(point.minute - NOON, point.sum, point.count) for point in found] == [
        (0, 1, 1),
        (MINUTE, 0, 0),
        (3 * MINUTE, 0, 0),
    ]


def test_a_json_field_is_published_with_its_dimensions() -> None:
    transformation = MetricTransformation("$.latency", dimensions={"Code": "$.code"})
    found = datapoints(
        parse("{ $.latency = * }"),
        transformation,
        events(
            (0, {"latency": 50, "code": 200}),
            (1, {"latency": 70.5, "code": 200}),
            (2, {"latency": 9, "code": "500"}),
            (3, {"latency": 1}),
            (4, {"latency": "slow", "code": 200}),
        ),
    )
    assert found == [
        Datapoint(NOON, {"Code": "200"}, 120.5, 50, 70.5, 2),
        Datapoint(NOON, {"Code": "500"}, 9, 9, 9, 1),
    ]


def test_a_word_is_published_by_name_or_by_number() -> None:
    line = '1.2.3.4 - - [10/Oct/2000:13:25:15 -0700] "GET / HTTP/1.0" 200 1534'
    for value in ("$bytes", "$7"):
        pattern = parse("[ip, ..., code, bytes]" if value == "$bytes" else "[ip, ...]")
        assert datapoints(pattern, MetricTransformation(value), events((0, line)))[0].sum == 1534


@pytest.mark.parametrize(
    ("pattern", "transformation", "message"),
    [
        ("[a, b]", MetricTransformation(default_value=0, dimensions={"A": "$a"}), "a metric has a default value or"),
        ("[a, b]", MetricTransformation(dimensions=dict.fromkeys("ABCD", "$a")), "a metric has at most 3 dimensions"),
        ("x", MetricTransformation(dimensions={"A": "$a"}), "a pattern of terms gives no dimensions"),
        ("x", MetricTransformation("bytes"), "not a metric value: 'bytes'"),
        ("x", MetricTransformation("$a"), "a pattern of terms has no '$a'"),
        ("[a]", MetricTransformation("$b"), "the pattern has no field '$b'"),
        ("[a]", MetricTransformation("$.b"), "the pattern has no field '$.b'"),
        ("{ $.a = 1 }", MetricTransformation("$.a[*]"), "not a single field: '$.a[*]'"),
        ("{ $.a = 1 }", MetricTransformation("$.a b"), "not a single field: '$.a b'"),
        ("{ $.a = 1 }", MetricTransformation("$a"), "a JSON pattern has no '$a'"),
    ],
)
def test_what_the_service_refuses_is_refused(pattern: str, transformation: MetricTransformation, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        datapoints(parse(pattern), transformation, [])
    assert refused.value.message.startswith(message)
