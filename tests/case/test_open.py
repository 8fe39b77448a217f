"""Cases and engines are opened from what people write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from siemlib.case import open_engine
from siemlib.case.open import case_over
from siemlib.errors import UsageError
from tests.case.engine import FIRST, LAST, engine

if TYPE_CHECKING:
    from siemlib.engine import LogGroup


class Empty:
    """An engine over an archive without events."""

    url = "local:empty"

    def log_groups(self) -> tuple[LogGroup, ...]:
        """None at all."""
        return ()


@pytest.mark.parametrize("url", ["", "local", "local:", "ftp:archive", "archive", ":x"])
def test_what_names_no_engine_is_refused_with_the_form_of_one_that_does(url: str) -> None:
    with pytest.raises(UsageError, match="not an engine") as refused:
        open_engine(url)
    assert refused.value.hint is not None
    assert "local:FOLDER" in refused.value.hint


def test_an_address_of_the_account_is_read_before_anything_is_asked() -> None:
    with pytest.raises(UsageError, match="must hold no credentials") as refused:
        open_engine("live:eu-central-1?secret_access_key=abc123")
    assert "abc123" not in str(refused.value)


def test_times_that_are_left_out_are_those_of_the_archive_and_the_case_says_so() -> None:
    case = case_over(engine(), start="", end="")
    assert case.timespan.start == FIRST.replace(day=3)
    assert case.timespan.end == LAST + timedelta(milliseconds=1)
    assert [note.split(":")[0] for note in case.notes] == ["No start was given", "No end was given"]


def test_a_time_without_a_zone_is_utc_and_the_case_says_so() -> None:
    case = case_over(engine(), start="2026-03-04 12:00", end="2026-03-04T15:00:00+01:00")
    assert case.timespan.start == datetime(2026, 3, 4, 12, tzinfo=UTC)
    assert case.timespan.end == datetime(2026, 3, 4, 14, tzinfo=UTC)
    assert case.notes == ("The start was given without a time zone and is taken as UTC.",)


def test_an_empty_archive_gives_no_timespan() -> None:
    with pytest.raises(UsageError, match="holds no events"):
        case_over(Empty(), start="", end="")  # type: ignore[arg-type]


def test_a_timespan_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(UsageError, match="before it starts"):
        case_over(engine(), start="2026-03-05", end="2026-03-04")
