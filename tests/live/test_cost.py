"""What queries cost: refused when it is too much before, stopped when it gets too much, entered when it is over."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

import pytest

from siemlib.errors import ExitCode
from siemlib.live.cost import LEDGER, Budget, Meter, enter, estimate, ledger, price_of
from siemlib.live.errors import CeilingError
from siemlib.live.service import Counts, Group
from siemlib.live.spool import SpoolError
from siemlib.settings import CostSettings

if TYPE_CHECKING:
    from pathlib import Path

DAY = 86_400_000
NOW = 100 * DAY
GB = 1_000_000_000


def group(stored: int, *, created: int = 0, retention: int | None = None) -> Group:
    return Group("g", "arn:aws:logs:r:1:log-group:g", stored, created, retention)


def expecting(budget: Budget, estimated: int) -> Meter:
    meter = budget.meter()
    meter.expect(estimated)
    return meter


# ── before ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("held", "start", "end", "bytes_"),
    [
        (group(1000 * GB), 90 * DAY, NOW, 100 * GB),  # a tenth of the time since it was made
        (group(1000 * GB), 0, NOW, 1000 * GB),
        (group(1000 * GB, retention=20), 90 * DAY, NOW, 500 * GB),  # half of what is still kept
        (group(1000 * GB, retention=20), 0, 90 * DAY, 500 * GB),  # what is kept no longer is not scanned
        (group(1000 * GB, retention=20), 0, 80 * DAY, 0),
        (group(1000 * GB, created=50 * DAY, retention=90), 50 * DAY, 75 * DAY, 500 * GB),
        (group(1000 * GB), NOW, NOW + DAY, 0),  # nothing is there yet
        (group(1000 * GB), 90 * DAY, NOW + 50 * DAY, 100 * GB),
        (group(7, created=NOW), NOW - 1, NOW + 1, 0),  # made this moment
        (group(7, created=NOW + DAY), 0, NOW, 0),  # a clock behind the service's
        (group(0), 0, NOW, 0),
    ],
)
def test_the_estimate_is_the_share_of_the_time_that_is_kept(held: Group, start: int, end: int, bytes_: int) -> None:
    assert estimate([held], start, end, NOW) == bytes_


def test_log_groups_are_added_up() -> None:
    assert estimate([group(10 * GB), group(20 * GB)], 0, NOW // 2, NOW) == 15 * GB


def test_prices_are_by_region_then_the_default_then_the_list_price() -> None:
    given = CostSettings(prices={"eu-central-1": 0.0063, "default": 0.01})
    assert price_of("eu-central-1", given) == 0.0063
    assert price_of("us-east-1", given) == 0.01
    assert price_of("us-east-1", CostSettings()) == 0.005


def test_what_is_estimated_above_the_ceiling_is_refused_with_the_numbers() -> None:
    budget = Budget(CostSettings(per_query=5), "us-east-1")
    expecting(budget, 1000 * GB).watch()  # exactly five dollars
    with pytest.raises(CeilingError) as error:
        expecting(budget, 1200 * GB).watch()
    assert error.value.message == (
        "not asked: it would scan about 1.2 TB, about $6.00 at $0.005 a gigabyte, and [cost] per_query allows $5.00"
    )
    assert error.value.exit_code == ExitCode.INCOMPLETE
    assert error.value.hint is not None
    assert "raise per_query under [cost]" in error.value.hint


def test_what_is_refused_once_is_refused_to_all_that_run_side_by_side() -> None:
    meter = expecting(Budget(CostSettings(per_query=5), "us-east-1"), 1200 * GB)
    for _ in range(3):
        with pytest.raises(CeilingError, match="not asked"):
            meter.watch()


def test_what_is_spent_already_counts_for_the_ceiling_of_a_case() -> None:
    budget = Budget(CostSettings(per_report=5), "us-east-1")
    budget.meter().watch()(Counts(bytes=800 * GB))
    expecting(budget, 200 * GB).watch()
    with pytest.raises(CeilingError, match=r"per_report allows \$5\.00, of which about \$4\.00 is spent"):
        expecting(budget, 300 * GB).watch()


def test_what_the_spool_answers_is_not_expected_to_cost() -> None:
    meter = expecting(Budget(CostSettings(per_query=5), "us-east-1"), 1200 * GB)
    meter.spare(Counts(bytes=300 * GB))
    meter.watch()
    assert meter.cost.estimated == 1200 * GB


def test_a_run_that_has_begun_is_stopped_by_what_it_scans_not_by_the_estimate() -> None:
    meter = Budget(CostSettings(per_query=5), "us-east-1").meter()
    meter.watch()
    meter.expect(1200 * GB)
    meter.watch()(Counts(bytes=1000 * GB))


def test_without_a_ceiling_everything_is_asked_and_counted() -> None:
    meter = Budget(CostSettings(), "us-east-1").meter()
    meter.expect(10**18)
    meter.watch()(Counts(bytes=2 * GB))
    assert (meter.cost.bytes, meter.cost.price, meter.cost.estimated) == (2 * GB, 0.005, 10**18)
    assert meter.cost.dollars == pytest.approx(0.01)


# ── during ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_looks_at_one_query_do_not_add_up_and_queries_do() -> None:
    meter = Budget(CostSettings(), "us-east-1").meter()
    first, second = meter.watch(), meter.watch()
    for told in (1, 5, 5, 7):
        first(Counts(bytes=told))
    second(Counts(bytes=10))
    first(Counts())  # a page that tells nothing
    first(Counts(bytes=7))
    assert meter.bytes == 17


def test_a_query_that_is_run_again_is_paid_again() -> None:
    meter = Budget(CostSettings(), "us-east-1").meter()
    watch = meter.watch()
    for told in (3, 7, 2, 7):
        watch(Counts(bytes=told))
    assert meter.bytes == 14


def test_the_ceiling_of_a_run_stops_the_query_that_passes_it() -> None:
    meter = Budget(CostSettings(per_query=1), "us-east-1").meter()
    first, second = meter.watch(), meter.watch()
    first(Counts(bytes=150 * GB))
    second(Counts(bytes=50 * GB))
    with pytest.raises(CeilingError) as error:
        second(Counts(bytes=90 * GB))
    assert error.value.message == (
        "stopped: the service scanned 240 GB for this run, about $1.20, and [cost] per_query allows $1.00;"
        " this run gives no result"
    )
    assert meter.bytes == 240 * GB, "what was scanned is paid, result or not"


def test_the_ceiling_of_a_case_stops_the_run_that_passes_it() -> None:
    budget = Budget(CostSettings(per_report=1), "us-east-1")
    budget.meter().watch()(Counts(bytes=150 * GB))
    with pytest.raises(CeilingError, match="for all runs of this case"):
        budget.meter().watch()(Counts(bytes=51 * GB))


def test_queries_side_by_side_lose_no_byte() -> None:
    meter = Budget(CostSettings(), "us-east-1").meter()

    def look() -> None:
        watch = meter.watch()
        for told in range(1, 501):
            watch(Counts(bytes=told))

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert meter.bytes == 4000


# ── after ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_ledger_is_added_to_and_each_entry_is_a_line(tmp_path: Path) -> None:
    enter(tmp_path, {"run": "1", "bytes": 5, "query": "a\nb"})
    enter(tmp_path, {"run": "2", "bytes": 6})
    lines = (tmp_path / LEDGER).read_bytes().splitlines()
    assert [json.loads(line)["run"] for line in lines] == ["1", "2"]
    assert [entry["bytes"] for entry in ledger(tmp_path)] == [5, 6]
    assert all(entry["time"].endswith("+00:00") for entry in ledger(tmp_path))


def test_half_a_line_of_a_killed_writer_loses_no_other_entry(tmp_path: Path) -> None:
    enter(tmp_path, {"run": "1"})
    with (tmp_path / LEDGER).open("ab") as file:
        file.write(b'{"run": "2", "byt')
    enter(tmp_path, {"run": "3"})
    assert [entry["run"] for entry in ledger(tmp_path)] == ["1", "3"]


def test_a_ledger_that_cannot_be_written_is_an_error_for_people(tmp_path: Path) -> None:
    (tmp_path / LEDGER).mkdir()
    with pytest.raises(SpoolError, match="the ledger cannot be written"):
        enter(tmp_path, {})
    assert list(ledger(tmp_path / "none")) == []
