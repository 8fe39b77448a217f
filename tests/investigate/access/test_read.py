"""A log that is read line by line gives the same sums as one that a query sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from siemlib.investigate.access.read import Read
from siemlib.investigate.access.witnesses import witnesses
from siemlib.investigate.ask import typed
from tests.investigate.access.lines import HOME, accepted, failed, over_sshd
from tests.investigate.incident import START

if TYPE_CHECKING:
    from siemlib.investigate.access.witness import Witness

ATTEMPTS = [
    *((n * 37, f"u{n % 4}", f"198.51.100.{n % 3}", "failure") for n in range(60)),
    *((n * 400 + 5, f"u{n % 2}", f"198.51.100.{n % 4}", "success") for n in range(8)),
    (2300, "u0", HOME, "failure"),
    (2300, "u0", HOME, "success"),
]
PASSED = sorted({address for _, _, address, outcome in ATTEMPTS if outcome == "success"})


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Witness, Witness]:
    """The same attempts, summed by queries and read."""
    lines = [
        (accepted if outcome == "success" else failed)(second, user, address)
        for second, user, address, outcome in ATTEMPTS
    ]
    case = over_sshd(tmp_path_factory.mktemp("both"), *lines)
    rows = [(START + pd.Timedelta(seconds=s), user, address, how, 1) for s, user, address, how in sorted(ATTEMPTS)]
    columns = {"time": "time", "user": "text", "address": "text", "outcome": "text", "times": "count"}
    return witnesses(case).all[0], Read("sshd", typed(rows, columns), ("auth",), ())


def check_same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    """The same rows, in whatever order."""
    order = list(one.columns)
    pd.testing.assert_frame_equal(
        one.sort_values(order, ignore_index=True), other[order].sort_values(order, ignore_index=True)
    )
    assert len(one)


@pytest.mark.parametrize("by", [(), ("user",), ("address",)])
def test_sums_are_the_same(both: tuple[Witness, Witness], by: tuple[str, ...]) -> None:
    check_same(both[0].sums(*by), both[1].sums(*by))


def test_successes_are_the_same(both: tuple[Witness, Witness]) -> None:
    check_same(both[0].passed(), both[1].passed())


@pytest.mark.parametrize("period", ["1m", "10m", "1h", "1d", "7d", "28d"])
def test_bins_are_the_same(both: tuple[Witness, Witness], period: str) -> None:
    check_same(both[0].over_time(period), both[1].over_time(period))


def test_rates_are_the_same(both: tuple[Witness, Witness]) -> None:
    check_same(both[0].rates(), both[1].rates())


@pytest.mark.parametrize("unit", ["1s", "1m"])
def test_steps_are_the_same(both: tuple[Witness, Witness], unit: str) -> None:
    for asked, read in zip(both[0].steps(unit, PASSED), both[1].steps(unit, PASSED), strict=True):
        check_same(asked, read)


def test_steps_of_chosen_minutes_are_the_same(both: tuple[Witness, Witness]) -> None:
    minutes = [int(START.timestamp()) // 60 + n for n in (0, 6, 38)]

    chosen = [witness.steps("1s", PASSED, minutes) for witness in both]
    for asked, read, whole in zip(*chosen, both[0].steps("1s", PASSED), strict=True):
        check_same(asked, read)
        assert len(asked) < len(whole)


def test_more_addresses_than_a_query_names_give_the_same_steps(
    both: tuple[Witness, Witness], monkeypatch: pytest.MonkeyPatch
) -> None:
    named = both[0].steps("1s", PASSED)
    monkeypatch.setattr("siemlib.investigate.access.asked.MOST_NAMED", 1)

    for one, other in zip(named, both[0].steps("1s", PASSED), strict=True):
        check_same(one, other)
