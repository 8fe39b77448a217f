"""FilterLogEvents: legs of pages that are taken up again by token or by time."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from siemlib.archive.acquired import read_acquired
from siemlib.live.acquire.run import Wish
from siemlib.live.errors import DeniedError, LiveError, TokenExpiredError
from siemlib.model.run import Completeness
from tests.live.acquire.accounts import (
    APP,
    APP_EVENTS,
    SPAN,
    Watched,
    acquired,
    duplicates_in,
    events_in,
    events_of,
    watched,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from siemlib.live.acquire.account import Account
    from siemlib.live.service import Service

WISH = Wish((APP,), SPAN, "filter", count=False)
PAGE = 40
PAGES = -(-APP_EVENTS // PAGE)
"""Nine events every eighty seconds, three of them equal: every few pages end between equal ones."""


def at(page: int, error: BaseException) -> Callable[[int], None]:
    def raised(number: int) -> None:
        if number == page:
            raise error

    return raised


def check_all(source: Path, archive: Path) -> None:
    """Every event of the hour is in the archive, once."""
    assert events_of(archive, APP) == events_of(source, APP)
    assert events_in(archive) == APP_EVENTS


def delivered(archive: Path) -> list[Path]:
    return sorted((archive / "acquired" / "delivered").rglob("*.gz"))


@pytest.fixture
def asked(account: Account) -> tuple[Account, Watched]:
    return watched(account, most=PAGE)


def test_equal_events_at_the_edges_of_pages_all_happened(
    asked: tuple[Account, Watched], source: Path, tmp_path: Path
) -> None:
    account, service = asked
    record = acquired(account, tmp_path / "a", WISH)[APP].record
    assert (record.received, record.duplicates, record.completeness) == (APP_EVENTS, 0, Completeness.COMPLETE)
    check_all(source, tmp_path / "a")
    assert len(service.filtered) == PAGES
    assert {(given["start"], given["end"]) for given in service.filtered} == {(SPAN.start_ms, SPAN.end_ms - 1)}


def test_pages_are_kept_as_they_came(asked: tuple[Account, Watched], tmp_path: Path) -> None:
    acquired(asked[0], tmp_path / "a", WISH)
    (file,) = delivered(tmp_path / "a")
    pages = [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]
    assert [len(page["events"]) for page in pages] == [PAGE] * (PAGES - 1) + [APP_EVENTS - PAGE * (PAGES - 1)]
    assert all(page["searchedLogStreams"] == [] for page in pages)


def test_one_that_was_killed_goes_on_by_its_token(asked: tuple[Account, Watched], source: Path, tmp_path: Path) -> None:
    account, service = asked
    service.before = at(9, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        acquired(account, tmp_path / "a", WISH)
    assert read_acquired(tmp_path / "a") == ()
    # A process that is killed while it writes leaves half a page behind.
    with delivered(tmp_path / "a")[0].open("ab") as file:
        file.write(b"\x1f\x8b\x08half")
    record = acquired(account, tmp_path / "a", WISH)[APP].record
    assert len(service.filtered) == PAGES + 1
    assert (record.received, record.duplicates, record.completeness) == (APP_EVENTS, 0, Completeness.COMPLETE)
    assert len(record.files) == 1
    check_all(source, tmp_path / "a")


@pytest.mark.parametrize("page", [2, 8])
def test_a_token_that_expires_lets_a_new_leg_begin_at_the_last_time(
    asked: tuple[Account, Watched], source: Path, tmp_path: Path, page: int
) -> None:
    account, service = asked
    service.before = at(page, TokenExpiredError("expired"))
    record = acquired(account, tmp_path / "a", WISH)[APP].record
    assert (record.received, record.completeness) == (APP_EVENTS, Completeness.COMPLETE)
    assert len(record.files) == 2
    assert 0 < duplicates_in(tmp_path / "a") <= 3
    check_all(source, tmp_path / "a")
    begun = service.filtered[page]
    assert begun["token"] is None
    assert begun["start"] == max(
        event["timestamp"]
        for line in gzip.decompress(delivered(tmp_path / "a")[0].read_bytes()).splitlines()
        for event in json.loads(line)["events"]
    )


def test_a_token_that_nobody_gave_back_is_no_endless_loop(asked: tuple[Account, Watched], tmp_path: Path) -> None:
    account, service = asked

    def always(number: int) -> None:
        if number > 3:
            raise TokenExpiredError("expired")

    service.before = always
    record = acquired(account, tmp_path / "a", WISH)[APP].record
    assert record.completeness is Completeness.PARTIAL
    assert len(service.filtered) == 5


def test_what_came_before_an_error_is_loaded_and_the_rest_is_a_gap_until_the_next_run(
    asked: tuple[Account, Watched], source: Path, tmp_path: Path
) -> None:
    account, service = asked
    service.before = at(8, DeniedError("no permission"))
    record = acquired(account, tmp_path / "a", WISH)[APP].record
    assert (record.received, record.loaded) == (7 * PAGE, 7 * PAGE)
    (gap,) = record.gaps
    assert (gap.why, gap.end) == ("no permission", SPAN.end_ms)
    second = acquired(account, tmp_path / "a", WISH)[APP].record
    assert (second.received, second.completeness) == (APP_EVENTS, Completeness.COMPLETE)
    assert len(second.files) == 2
    check_all(source, tmp_path / "a")


def test_where_nothing_came_the_error_is_told(asked: tuple[Account, Watched], tmp_path: Path) -> None:
    account, service = asked
    service.before = at(1, DeniedError("no permission"))
    with pytest.raises(DeniedError):
        acquired(account, tmp_path / "a", WISH)


def test_a_page_that_comes_again_counts_once(asked: tuple[Account, Watched], source: Path, tmp_path: Path) -> None:
    account, service = asked
    plain: dict[str, Any] = {}

    class Repeating(Watched):
        def filter_events(self, log_group: str, **given: Any) -> Any:  # noqa: ANN401 - a page
            page = super().filter_events(log_group, **given)
            plain.setdefault("second", page) if len(self.filtered) == 2 else None
            return replace(plain["second"], token=page.token) if len(self.filtered) == 3 else page

    again = Repeating(service._service, most=PAGE)
    # The third page is lost and the second comes twice: the events that are missing are found by the count.
    record = acquired(replace(account, service=again), tmp_path / "a", replace(WISH, count=True))[APP].record
    assert record.counted == APP_EVENTS
    assert events_in(tmp_path / "a") == APP_EVENTS - PAGE
    assert record.completeness is Completeness.PARTIAL
    assert sum((gap.expected or 0) - (gap.received or 0) for gap in record.gaps) == PAGE
    del source


def test_tokens_that_lead_nowhere_end(asked: tuple[Account, Watched], tmp_path: Path) -> None:
    account, service = asked

    class Stuck(Watched):
        def filter_events(self, log_group: str, **given: Any) -> Any:  # noqa: ANN401 - a page
            page = super().filter_events(log_group, **given)
            return replace(page, events=(), token="again")  # noqa: S106 - no secret

    stuck = Stuck(service._service, most=PAGE)
    with pytest.raises(LiveError, match="the token of the next page"):
        acquired(replace(account, service=stuck), tmp_path / "a", WISH)


class Late(Watched):
    """Every tenth event came late: FilterLogEvents does not give it until then."""

    late = True

    def filter_events(self, log_group: str, **given: Any) -> Any:  # noqa: ANN401 - a page
        """FilterLogEvents."""
        page = super().filter_events(log_group, **given)
        if not self.late:
            return page
        document = json.loads(page.body)
        kept = [event for event in document["events"] if not _is_late(event["message"])]
        body = json.dumps({**document, "events": kept}).encode()
        return replace(page, events=tuple(each for each in page.events if not _is_late(each.message)), body=body)


def _is_late(message: str) -> bool:
    return "line" in message and "4 " in message


@pytest.mark.parametrize("broken", [None, 8])
def test_what_came_late_is_there_when_the_same_is_acquired_after_its_time(
    account: Account, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: int | None
) -> None:
    service = Late(account.service, most=PAGE)
    account = replace(account, service=cast("Service", service))
    minute = 60_000
    # Begun as if none of the span were over; again when all of it was.
    monkeypatch.setattr("siemlib.live.acquire.by_filter._moment", lambda: SPAN.start_ms)
    if broken:
        service.before = at(broken, KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            acquired(account, tmp_path / "a", WISH)
    else:
        assert acquired(account, tmp_path / "a", WISH)[APP].record.received < APP_EVENTS
    service.late, service.before = False, lambda _: None
    monkeypatch.setattr("siemlib.live.acquire.by_filter._moment", lambda: SPAN.end_ms + 60 * minute)
    record = acquired(account, tmp_path / "a", WISH)[APP].record
    check_all(source, tmp_path / "a")
    assert (record.received, record.completeness) == (APP_EVENTS, Completeness.COMPLETE)
    asked = len(service.filtered)
    assert acquired(account, tmp_path / "a", WISH)[APP].record.received == APP_EVENTS
    assert len(service.filtered) == asked


def test_only_what_could_still_have_come_is_asked_for_again(
    asked: tuple[Account, Watched], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, service = asked
    delay = 300_000
    monkeypatch.setattr("siemlib.live.acquire.by_filter._moment", lambda: SPAN.end_ms)
    acquired(account, tmp_path / "a", WISH)
    monkeypatch.setattr("siemlib.live.acquire.by_filter._moment", lambda: SPAN.end_ms + delay)
    record = acquired(account, tmp_path / "a", WISH)[APP].record
    assert service.filtered[PAGES]["start"] == SPAN.end_ms - delay
    assert (record.received, record.loaded, record.completeness) == (APP_EVENTS, 0, Completeness.COMPLETE)


def test_a_state_that_cannot_be_read_or_a_file_that_is_gone_begins_anew(
    asked: tuple[Account, Watched], source: Path, tmp_path: Path
) -> None:
    account, service = asked
    acquired(account, tmp_path / "a", WISH)
    delivered(tmp_path / "a")[0].unlink()
    acquired(account, tmp_path / "a", WISH)
    assert len(service.filtered) == 2 * PAGES
    (state,) = (tmp_path / "a" / "acquired").rglob("state.json")
    state.write_text("{", encoding="utf-8")
    record = acquired(account, tmp_path / "a", WISH)[APP].record
    assert len(service.filtered) == 3 * PAGES
    assert (record.loaded, record.completeness) == (0, Completeness.COMPLETE)
    check_all(source, tmp_path / "a")
