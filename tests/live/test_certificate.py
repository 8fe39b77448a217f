"""The certificate in the making: what was asked is entered as it ends, from the service or from the spool."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from siemlib.live.certificate import Book, answered
from siemlib.live.cost import Budget
from siemlib.live.errors import CeilingError, EndedError
from siemlib.live.service import Ask, Counts, Group, Page, Status
from siemlib.live.spool import Spool, kept
from siemlib.model.run import Completeness
from siemlib.model.timespan import TimeSpan, to_millis
from siemlib.settings import CostSettings
from siemlib.sources import SOURCES
from siemlib.sources.delays import DEFAULT, DELAYS, longest_delay
from tests.live.spooling import ASK, outcome, page

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from siemlib.live.running import Outcome

SPAN = TimeSpan.of_millis(ASK.start * 1000, ASK.end * 1000 + 1000)
LATER = datetime(2026, 3, 5, 7, 15, 12, tzinfo=UTC)


def book(asked: datetime = LATER, kinds: tuple[str, ...] = ("sshd",), **delays: int) -> Book:
    return Book(asked, SPAN, kinds, delays)


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", account="1", region="r")


class Sending:
    """Stands for the service: gives pages, and remembers what it was asked."""

    def __init__(
        self, *pages: Page, status: Status = Status.COMPLETE, counts: Counts | None = None, asked: datetime = LATER
    ) -> None:
        self.pages, self.status, self.counts, self.time = pages, status, counts, asked
        self.asked: list[Ask] = []

    def __call__(
        self,
        ask: Ask,
        on_page: Callable[[Page], None],
        on_restart: Callable[[], None],
        watch: Callable[[Counts], None] | None,
    ) -> Outcome:
        """Answer, after a page that is taken back."""
        self.asked.append(ask)
        if watch and self.counts:
            watch(self.counts)
        on_page(page("lost with the token"))
        on_restart()
        for each in self.pages:
            on_page(each)
        done = outcome(sum(each.rows for each in self.pages), ask=ask, status=self.status, asked=self.time)
        return replace(done, counts=self.counts or done.counts, pages=len(self.pages))


def test_what_the_service_answered_once_it_is_not_asked_again(spool: Spool) -> None:
    send = Sending(page("a", "b"), page("c"))
    first, second = book(), book()
    one = answered(ASK, why="whole", spool=spool, book=first, send=send)
    two = answered(ASK, why="whole", spool=spool, book=second, send=send)
    assert send.asked == [ASK]
    assert list(one.pages()) == list(two.pages()) == [page("a", "b"), page("c")]
    (new,), (old,) = first.slices, second.slices
    assert (new.from_spool, old.from_spool) == (False, True)
    assert replace(old, from_spool=False) == new
    assert new.evidence == one.name == two.name
    assert (new.query_id, new.status, new.returned, new.expected, new.pages) == ("q-1", "Complete", 3, 3, 2)
    assert (new.text, new.start, new.end, new.limit) == (ASK.text, ASK.start, ASK.end, ASK.limit)


@pytest.mark.parametrize(
    ("asked", "again"),
    [
        (timedelta(seconds=300), False),  # the last event had the five minutes of a host's log to arrive
        (timedelta(seconds=299, milliseconds=999), True),
        (timedelta(0), True),
    ],
)
def test_a_time_that_was_not_closed_is_asked_again(spool: Spool, asked: timedelta, again: bool) -> None:  # noqa: FBT001
    send = Sending(page("a"))
    for _ in range(2):
        entered = book(SPAN.end + asked)
        answered(ASK, why="whole", spool=spool, book=entered, send=send)
    assert len(send.asked) == 1 + again
    assert (entered.certificate().completeness is Completeness.PARTIAL) == again
    assert len(list(kept(spool.folder))) == 1 + again, "what it rested on stays"


def test_the_slowest_kind_of_log_decides_and_the_settings_speak_first() -> None:
    assert longest_delay(["sshd", "ossec"], {}) == (300, ("ossec", "sshd"))
    assert longest_delay(["sshd", "vpc_flow", "cloudtrail"], {}) == (900, ("cloudtrail", "vpc_flow"))
    assert longest_delay(["vpc_flow", "sshd"], {"vpc_flow": 60, "default": 120}) == (120, ("sshd",))
    assert longest_delay([], {}) == (300, ())
    assert longest_delay([], {"default": 0}) == (0, ())


def test_every_kind_of_log_with_a_delay_of_its_own_is_one() -> None:
    assert set(DELAYS) - {DEFAULT} <= {source.name for source in SOURCES}


def test_the_watermark_is_the_moment_of_asking_less_the_delay() -> None:
    told = book(SPAN.end, kinds=("cloudtrail",), cloudtrail=60).certificate()
    assert told.watermark is not None
    assert told.watermark.settled == SPAN.end - timedelta(seconds=60)
    assert book(SPAN.end + timedelta(seconds=60), kinds=("cloudtrail",), cloudtrail=60).certificate().watermark is None


@pytest.mark.parametrize("status", [Status.FAILED, Status.TIMEOUT, Status.CANCELLED, Status.UNKNOWN])
def test_queries_that_all_ended_badly_with_nothing_are_an_error_that_names_the_end(
    spool: Spool, status: Status
) -> None:
    entered = book()
    answered(ASK, why="count", spool=spool, book=entered, send=Sending(page("1")))
    entered.check_ended()  # nothing but a count so far
    answered(replace(ASK, limit=7), why="slice", spool=spool, book=entered, send=Sending(status=status))
    with pytest.raises(EndedError, match=rf"ended as {status} and gave no row \(query id q-1\)") as error:
        entered.check_ended()
    assert error.value.hint
    answered(replace(ASK, limit=8), why="slice", spool=spool, book=entered, send=Sending())
    entered.check_ended()  # another slice says for good that it holds nothing
    assert entered.certificate().completeness is not Completeness.COMPLETE


def test_some_rows_of_a_query_that_timed_out_are_a_stated_part(spool: Spool) -> None:
    entered = book()
    answered(ASK, why="whole", spool=spool, book=entered, send=Sending(page("a"), status=Status.TIMEOUT))
    entered.check_ended()
    assert entered.certificate().completeness is Completeness.TIMED_OUT


def test_damage_in_the_spool_is_a_remark_of_the_run(spool: Spool) -> None:
    send = Sending(page("a"))
    (answered(ASK, why="whole", spool=spool, book=book(), send=send).folder / "page-00001.json.gz").write_bytes(b"")
    entered = book()
    answered(ASK, why="whole", spool=spool, book=entered, send=send)
    told = entered.certificate()
    assert len(send.asked) == 2
    assert told.completeness is Completeness.COMPLETE
    assert any("is damaged" in note for note in told.notes)


def test_a_query_that_the_ceiling_stopped_leaves_nothing_in_the_spool(spool: Spool) -> None:
    meter = Budget(CostSettings(per_query=0.001), "r").meter()
    send = Sending(page("a"), counts=Counts(bytes=10**9))
    with pytest.raises(CeilingError):
        answered(ASK, why="whole", spool=spool, book=book(), send=send, meter=meter)
    assert list(kept(spool.folder)) == []
    assert meter.cost.bytes == 10**9


def test_the_spool_costs_nothing(spool: Spool) -> None:
    send = Sending(page("a"), counts=Counts(bytes=10**9, rows=1))
    meters = [Budget(CostSettings(), "r").meter() for _ in range(2)]
    for meter in meters:
        answered(ASK, why="whole", spool=spool, book=book(), send=send, meter=meter)
    assert [meter.cost.bytes for meter in meters] == [10**9, 0]


def test_counts_come_first_then_slices_in_the_order_of_time(spool: Spool) -> None:
    entered = book()
    asks = [replace(ASK, start=ASK.start + n) for n in (5, 3, 4)]
    for ask in asks:
        answered(ask, why="slice", spool=spool, book=entered, send=Sending())
    answered(ASK, why="count", spool=spool, book=entered, send=Sending())
    entered.gap(9, 10, "b", Completeness.PARTIAL)
    entered.gap(1, 2, "a", Completeness.PARTIAL)
    entered.check("events", 0, 0, by="a count")
    entered.twice(2)
    told = entered.certificate()
    assert [(each.why, each.start - ASK.start) for each in told.slices] == [
        ("count", 0),
        ("slice", 3),
        ("slice", 4),
        ("slice", 5),
    ]
    assert [gap.start for gap in told.gaps] == [1, 9]
    assert (told.duplicates, len(told.checks)) == (2, 1)


# ── what is kept no longer ───────────────────────────────────────────────────────────────────────────────────────────

_DAY_MS = 86_400_000


def _group(retention: int | None, *, created: int = 0) -> Group:
    return Group("sshd", "arn:aws:logs:r:1:log-group:sshd", 5, created, retention)


@pytest.mark.parametrize(
    ("group", "end"),
    [
        (_group(None), None),
        (_group(2), None),  # everything of the day is still there
        (_group(1), to_millis(LATER) - _DAY_MS),
        (_group(1, created=to_millis(LATER) - _DAY_MS), None),  # nothing was ever there
        (replace(_group(1), name="other", arn="x"), None),
    ],
)
def test_what_a_log_group_kept_no_longer_is_a_gap(spool: Spool, group: Group, end: int | None) -> None:
    entered = book()
    entered.keeps([group])
    # The log group keeps one day, and was asked at 07:15:12 of the day after about the whole day.
    send = Sending(page("a"), asked=LATER)
    answered(ASK, why="whole", spool=spool, book=entered, send=send)
    told = entered.certificate()
    assert told.gaps == (() if end is None else (replace(told.gaps[0], start=ASK.start * 1000, end=end),))
    assert (told.completeness is Completeness.PARTIAL) == (end is not None)
    if end is not None:
        assert told.notes == (
            "From 2026-03-04 00:00:00 to 2026-03-04 07:15:12 UTC, sshd keeps events for 1 day: what it held is gone.",
        )


def test_what_was_asked_before_it_was_gone_is_there(spool: Spool) -> None:
    answered(ASK, why="whole", spool=spool, book=book(), send=Sending(page("a"), asked=SPAN.end + timedelta(minutes=6)))
    much_later = book(LATER + timedelta(days=90))
    much_later.keeps([_group(2)])
    answered(ASK, why="whole", spool=spool, book=much_later, send=Sending())
    assert much_later.certificate().completeness is Completeness.COMPLETE
