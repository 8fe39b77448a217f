"""The truth as data: what is packaged is what the generator counts, and counting an address is exact."""

from __future__ import annotations

import re
from importlib import resources
from typing import TYPE_CHECKING

import pytest

from siemlib.model.timespan import render_millis
from siemlib.sample import LOG_GROUPS, Truth
from siemlib.sample.truth import Tally, names_attacker

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sample.conftest import Events


def test_the_packaged_truth_is_the_one_that_the_generator_counts_byte_for_byte(sample: Path) -> None:
    packaged = resources.files("siemlib.sample").joinpath("truth.json").read_bytes()
    assert packaged == (sample / "truth.json").read_bytes(), "see siemlib/sample/truth.py for how to renew it"


def test_a_truth_that_is_written_and_read_is_the_same(truth: Truth) -> None:
    assert Truth.from_json(truth.to_json()) == truth


@pytest.mark.parametrize(
    ("message", "names"),
    [
        ("from 203.0.113.66 port 22", True),
        ("10.0.1.10:22->203.0.113.66:51514", True),
        ("::ffff:203.0.113.66", True),
        ("banned 203.0.113.66. Ticket 4", True),
        ("203.0.113.66", True),
        ("203.0.113.6", False),
        ("203.0.113.166", False),
        ("agent 203.0.113.660", False),
        ("agent 1203.0.113.66", False),
        ("7.203.0.113.66", False),
        ("203.0.113.66.7", False),
    ],
)
def test_the_address_is_counted_where_it_stands_alone_and_not_inside_longer_numbers(
    message: str, *, names: bool
) -> None:
    assert names_attacker(message) is names


@pytest.mark.parametrize("folder", LOG_GROUPS)
def test_the_attackers_events_are_those_in_which_one_word_is_the_address(
    folder: str, written: dict[str, Events], truth: Truth
) -> None:
    """Found by cutting the text into words of digits and dots, another way than the generator's."""
    named = [
        (time, message)
        for time, message in written[folder]
        if "203.0.113.66" in {word.strip(".") for word in re.split(r"[^0-9.]+", message)}
    ]
    if folder == "cloudtrail":  # delivered twice, counted once; two equal lines of a web log are two events
        named = sorted(set(named))
    told = truth.log_groups[LOG_GROUPS[folder]].attacker
    if told is None:
        assert named == []
        return
    assert len(named) == told.events
    assert render_millis(min(named)[0]) == told.first
    assert render_millis(max(named)[0]) == told.last


def test_searching_for_a_part_of_the_text_would_find_too_much(written: dict[str, Events], truth: Truth) -> None:
    told = truth.log_groups["syslog"].attacker
    assert told is not None
    assert sum("203.0.113.66" in message for _, message in written["syslog"]) > told.events


def test_a_second_delivery_is_counted_apart(truth: Truth) -> None:
    assert truth.log_groups["cloudtrail"].duplicates == 26


def test_first_and_last_are_kept_when_events_come_out_of_order() -> None:
    tally = Tally()
    for millis in (2_000, 1_000, 3_000):
        tally.event("g", millis, "from 203.0.113.66" if millis == 2_000 else "from 203.0.113.6")
    group = tally.truth(1).log_groups["g"]
    assert (group.all.events, group.all.first, group.all.last) == (
        3,
        "1970-01-01 00:00:01.000",
        "1970-01-01 00:00:03.000",
    )
    assert group.attacker is not None
    assert (group.attacker.events, group.attacker.first) == (1, "1970-01-01 00:00:02.000")
