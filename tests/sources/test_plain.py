"""Text of any kind, known by its time alone."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from siemlib.sources import SOURCES, source
from siemlib.sources.source import EPOCH, ISO, NAMED_ZONE
from siemlib.sources.zones import OFFSETS
from tests.sources.samples import SAMPLES

PLAIN = source("plain")


def _time(line: str, name: str) -> str | None:
    """The time of a line in UTC, as a loader would read it; without a year it is 1900."""
    times = source(name).time
    assert isinstance(times, tuple)
    for time in times:
        if found := re.search(time.pattern, line):
            if time.layout == EPOCH:
                return f"epoch {found[1]}"
            if time.layout == ISO:
                return datetime.fromisoformat(found[1].replace(",", ".").replace(" +", "+")).isoformat()
            if time.layout == NAMED_ZONE:
                clock, _, zone = found[1].rpartition(" ")
                return datetime.fromisoformat(clock + OFFSETS[zone]).isoformat()
            return datetime.strptime(found[1], time.layout).isoformat()  # noqa: DTZ007 - the zone is part of the layout
    return None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2026-03-04T10:00:00.5Z x", "2026-03-04T10:00:00.500000+00:00"),
        ("[2026-03-04T10:00:00+0100] x", "2026-03-04T10:00:00+01:00"),
        ("2026-03-04T10:00:00 x", "2026-03-04T10:00:00"),
        ("2026-03-04 10:00:01,250 x", "2026-03-04T10:00:01.250000"),
        ("2026-03-04 10:00:01.250 UTC x", "2026-03-04T10:00:01.250000+00:00"),
        ("2026-03-04 10:00:01 CET x", "2026-03-04T10:00:01+01:00"),
        ("2026-03-04 10:00:01 MET the expectations", "2026-03-04T10:00:01"),
        ("2026-03-04 10:00:01 INFO x", "2026-03-04T10:00:01"),
        ("2026-03-04 10:00:00 +0100 x", "2026-03-04T10:00:00+01:00"),
        ("2026-03-04 10:00:00.250+01:00 x", "2026-03-04T10:00:00.250000+01:00"),
        ("2026-03-04 10:00:00,250 +05:30 x", "2026-03-04T10:00:00.250000+05:30"),
        ("2026-03-04T10:00:00.123456789-03:00 stdout F x", "2026-03-04T10:00:00.123456-03:00"),
        ("2026-03-04 10:00:00 -1234 is the balance", "2026-03-04T10:00:00"),
        ("[Wed Mar 04 10:00:00.123456 2026] x", "2026-03-04T10:00:00.123456"),
        ("[Wed Mar 04 10:00:00 2026] x", "2026-03-04T10:00:00"),
        ("2026/03/04 10:00:00 [error] x", "2026-03-04T10:00:00"),
        ("03/04/2020-13:55:05.224939  [**] x", "2020-03-04T13:55:05.224939"),
        ("type=LOGIN msg=audit(1642723741.072:375): x", "epoch 1642723741.072"),
        ("1642723741 x", "epoch 1642723741"),
        ("1642723741072 x", "epoch 1642723741072"),
        ("yesterday x", None),
    ],
)
def test_a_time_is_read(line: str, expected: str | None) -> None:
    assert _time(line, "plain") == expected


@pytest.mark.parametrize(
    ("name", "line", "expected"),
    [
        ("sshd", "Mar  4 10:00:00 h sshd[1]: x", "1900-03-04T10:00:00"),
        ("syslog", "<34>1 2026-03-04T10:00:00.003Z h a - - - x", "2026-03-04T10:00:00.003000+00:00"),
        ("syslog", "2026-03-04T10:00:00+01:00 h a: x", "2026-03-04T10:00:00+01:00"),
        ("web_access", '1.1.1.1 - - [25/Oct/2015:04:11:25 +0100] "GET / HTTP/1.1" 200 1', "2015-10-25T04:11:25+01:00"),
    ],
)
def test_the_time_of_the_other_texts_is_read(name: str, line: str, expected: str) -> None:
    assert _time(line, name) == expected


def test_every_sample_of_text_has_a_time_that_can_be_read() -> None:
    texts = [known.name for known in SOURCES if isinstance(known.time, tuple)]
    assert set(texts) >= {"application_text", "auditd", "plain", "sshd", "suricata_fast", "syslog", "web_access"}
    assert set(texts) >= {"mysql", "postgresql"}
    assert all(_time(line, name) for name in texts for line in SAMPLES[name])
