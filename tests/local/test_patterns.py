"""Patterns over an archive: counts, order, extracted values, metrics."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from siemlib.archive import load
from siemlib.archive.store import Archive
from siemlib.errors import UsageError
from siemlib.local.patterns import find, measure
from siemlib.model.timespan import TimeSpan
from siemlib.patterns import parse
from siemlib.patterns.metric import MetricTransformation, datapoints

START = 1_700_000_000_000
MESSAGES = [f"level {n % 4} done" if n % 3 else "nothing" for n in range(40)]
EVENTS = [(START + n * 10_000, message) for n, message in enumerate(MESSAGES)]
SPAN = TimeSpan(datetime(2023, 11, 14, tzinfo=UTC), datetime(2023, 11, 15, tzinfo=UTC))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    folder = tmp_path_factory.mktemp("patterns")
    file = folder / "events.json"
    events = [{"timestamp": time, "message": message} for time, message in EVENTS]
    file.write_text(json.dumps({"events": events, "nextForwardToken": "f/1", "nextBackwardToken": "b/1"}), "utf-8")
    assert load([file], folder / "archive", log_group="app", source="plain").refused == ()
    return Archive.open(folder / "archive")


def test_every_match_is_counted_and_the_first_in_time_are_given(archive: Archive) -> None:
    found = find(archive, parse("[w, n > 1, ...]"), ["app"], SPAN, limit=3)
    expected = [message for message in MESSAGES if message.startswith(("level 2", "level 3"))]
    assert (found.matched, found.scanned, found.completeness) == (len(expected), 40, "truncated")
    assert [match.message for match in found.matches] == expected[:3]
    assert dict(found.matches[0].values) == {"$w": "level", "$n": expected[0].split()[1], "$3": "done"}


def test_terms_extract_nothing(archive: Archive) -> None:
    found = find(archive, parse("nothing"), ["app"], SPAN)
    assert (found.matched, found.completeness) == (MESSAGES.count("nothing"), "complete")
    assert {len(match.values) for match in found.matches} == {0}


@pytest.mark.parametrize(
    ("pattern", "transformation"),
    [
        ("[w, n > 1, ...]", MetricTransformation("$n", default_value=0)),
        ("[w, n > 1, ...]", MetricTransformation("$n", dimensions={"Level": "$n"})),
        ("-done", MetricTransformation("2", default_value=-1)),
        ("level", MetricTransformation()),
        ("", MetricTransformation(default_value=0)),
    ],
)
def test_a_metric_of_an_archive_is_that_of_its_events(
    archive: Archive, pattern: str, transformation: MetricTransformation
) -> None:
    metric = measure(archive, parse(pattern), transformation, ["app"], SPAN)
    assert list(metric.datapoints) == datapoints(parse(pattern), transformation, EVENTS)
    assert metric.datapoints
    assert metric.completeness == "complete"


def test_a_metric_that_cannot_be_and_a_group_that_is_not_there_are_told(archive: Archive) -> None:
    with pytest.raises(UsageError, match="the pattern has no field"):
        measure(archive, parse("[w]"), MetricTransformation("$x"), ["app"], SPAN)
    with pytest.raises(UsageError, match="no log group 'other'"):
        find(archive, parse("x"), ["other"], SPAN)
