"""What vouches for a live run: complete is a promise, everything else is said by time and number."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from siemlib.model.certificate import (
    Certificate,
    Check,
    Cost,
    Gap,
    SliceRecord,
    Watermark,
    cost_sentence,
    money,
    size,
    watermark_at,
)
from siemlib.model.run import Completeness

ASKED = datetime(2026, 3, 5, 7, 15, 12, tzinfo=UTC)
DAY = 1772582400  # 2026-03-04 00:00:00 UTC
WHOLE = SliceRecord(
    why="whole",
    text="fields @message",
    log_groups=("sshd",),
    start=DAY,
    end=DAY + 86399,
    limit=10_001,
    query_id="q-1",
    status="Complete",
    matched=120,
    scanned=4000,
    bytes=812_345,
    skipped_events=0,
    skipped_bytes=0,
    returned=120,
    expected=120,
    pages=1,
    started=ASKED,
    finished=ASKED + timedelta(seconds=1),
)
GOOD = Certificate(ASKED, (WHOLE,), (Check("events", 120, 120, "an independent count"),))


def test_all_of_it_asked_and_counted_is_complete_and_needs_no_note() -> None:
    assert GOOD.completeness is Completeness.COMPLETE
    assert GOOD.notes == ()
    assert GOOD.sentences() == (
        "This rests on 1 query of the service, asked from 2026-03-05 07:15:12 UTC on.",
        "120 events were collected, as many as an independent count says.",
    )


@pytest.mark.parametrize(
    ("status", "completeness"),
    [
        ("Timeout", Completeness.TIMED_OUT),
        ("Failed", Completeness.PARTIAL),
        ("Cancelled", Completeness.PARTIAL),
        ("Unknown", Completeness.UNKNOWN),
        ("Running", Completeness.UNKNOWN),
        ("Paused", Completeness.UNKNOWN),
    ],
)
def test_a_query_that_did_not_end_well_says_how_and_over_which_time(status: str, completeness: Completeness) -> None:
    told = replace(GOOD, slices=(WHOLE, replace(WHOLE, status=status, returned=7)))
    assert told.completeness is completeness
    (note,) = told.notes
    assert note == (
        f"A query over 2026-03-04 00:00:00 to 2026-03-04 23:59:59.999 UTC ended as {status}: 7 rows of it came,"
        " and others may be missing."
    )


@pytest.mark.parametrize(
    ("returned", "completeness"),
    [(119, Completeness.PARTIAL), (121, Completeness.UNKNOWN), (120, Completeness.COMPLETE)],
)
def test_rows_that_the_service_tells_of_and_does_not_give_are_missing(
    returned: int, completeness: Completeness
) -> None:
    told = replace(GOOD, slices=(replace(WHOLE, returned=returned),))
    assert told.completeness is completeness
    assert bool(told.notes) == (completeness is not Completeness.COMPLETE)


def test_a_service_that_tells_no_number_of_rows_is_believed() -> None:
    assert replace(GOOD, slices=(replace(WHOLE, expected=None),)).completeness is Completeness.COMPLETE


@pytest.mark.parametrize(
    ("collected", "counted", "open_", "completeness", "words"),
    [
        (119, 120, False, Completeness.PARTIAL, "1 is missing"),
        (119, 120, True, Completeness.PARTIAL, "1 is missing"),
        (121, 120, False, Completeness.UNKNOWN, "one of the two is wrong"),
        (121, 120, True, Completeness.PARTIAL, "events came in between"),
    ],
)
def test_a_count_that_differs_is_told(
    collected: int,
    counted: int,
    open_: bool,  # noqa: FBT001 - a case
    completeness: Completeness,
    words: str,
) -> None:
    mark = Watermark(ASKED, 300) if open_ else None
    told = replace(GOOD, checks=(Check("events", collected, counted, "a count"),), watermark=mark)
    assert told.completeness is completeness
    assert any(words in note for note in told.notes)


@pytest.mark.parametrize(
    ("collected", "completeness", "words"),
    [
        (100, Completeness.TRUNCATED, "100 events were collected and 20 left out, together as many as a count says."),
        (99, Completeness.PARTIAL, "99 events were collected and 20 left out, but a count says 120: 1 is missing."),
        (101, Completeness.UNKNOWN, "101 events were collected and 20 left out, more than the 120 that a count says"),
    ],
)
def test_what_a_gap_names_as_left_out_is_not_missing_besides(
    collected: int, completeness: Completeness, words: str
) -> None:
    gap = Gap(DAY * 1000, DAY * 1000 + 1, "20 more are left out", Completeness.TRUNCATED)
    told = replace(GOOD, gaps=(gap,), checks=(Check("events", collected, 120, "a count", left_out=20),))
    assert told.completeness is completeness
    assert any(sentence.startswith(words) for sentence in told.sentences())
    one = replace(GOOD, slices=(replace(WHOLE, skipped_events=1),)).sentences()
    assert "About 1 event was skipped, which by the field indexes cannot match." in one


def test_the_first_rows_of_a_query_without_limit_are_not_all() -> None:
    told = replace(GOOD, first_rows=10_000)
    assert told.completeness is Completeness.TRUNCATED
    assert told.notes == ("The query has no limit: these are the first 10,000 rows, and there are more.",)
    assert told.notes[0] in told.sentences()
    assert told.document()["completeness"] == "truncated"


def test_a_count_alone_vouches_for_nothing() -> None:
    assert Certificate(ASKED, ()).completeness is Completeness.UNKNOWN
    assert Certificate(ASKED, (replace(WHOLE, why="count"),)).completeness is Completeness.UNKNOWN


def test_a_count_that_failed_takes_nothing_from_the_rows() -> None:
    told = Certificate(ASKED, (WHOLE, replace(WHOLE, why="count", status="Failed", returned=0)))
    assert told.completeness is Completeness.COMPLETE
    assert "ended as Failed" in told.notes[0], "but it is told"


def test_what_overflowed_is_named_by_its_time() -> None:
    gap = Gap(DAY * 1000, DAY * 1000 + 1, "100,000 of 120,000 events came", Completeness.TRUNCATED)
    told = replace(GOOD, gaps=(gap,))
    assert told.completeness is Completeness.TRUNCATED
    assert told.notes == ("From 2026-03-04 00:00:00 to 2026-03-04 00:00:00.001 UTC, 100,000 of 120,000 events came.",)


def test_many_faults_are_told_in_few_sentences() -> None:
    gaps = tuple(Gap(DAY * 1000 + n, DAY * 1000 + n + 1, "x", Completeness.PARTIAL) for n in range(40))
    bad = (replace(WHOLE, status="Failed"),) * 40
    notes = replace(GOOD, gaps=gaps, slices=bad).notes
    assert len(notes) == 12
    assert any("35 more stretches of time" in note for note in notes)
    assert any("35 more of its queries" in note for note in notes)


# ── what is still on its way ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_span_that_reaches_past_the_watermark_is_partial_and_says_from_when_on() -> None:
    asked = int(ASKED.timestamp() * 1000)
    mark = watermark_at(asked, asked, 900, ("cloudtrail", "vpc_flow"))
    told = replace(GOOD, watermark=mark)
    assert told.completeness is Completeness.PARTIAL
    (note,) = told.notes
    assert note == (
        "Events after 2026-03-05 07:00:12 UTC may still be missing: cloudtrail and vpc_flow logs may take 15 minutes to"
        " arrive. An answer that is final ends there, or is asked later."
    )


@pytest.mark.parametrize(("late", "open_"), [(0, False), (1, True), (-1, False)])
def test_a_span_is_closed_when_it_ends_at_the_watermark(late: int, open_: bool) -> None:  # noqa: FBT001 - a case
    assert (watermark_at(1_000_000, 700_000 + late, 300, ()) is not None) == open_


# ── from the spool ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_answer_from_the_spool_says_when_it_was_asked() -> None:
    old = replace(WHOLE, from_spool=True, started=ASKED - timedelta(days=2))
    (note,) = replace(GOOD, slices=(old,)).notes
    assert note == (
        "This rests on 1 query of the service; the spool answered all of it, as asked on 2026-03-03 07:15:12 UTC."
    )
    older = replace(old, started=ASKED - timedelta(days=3))
    (note,) = replace(GOOD, slices=(WHOLE, old, older, replace(WHOLE, why="count"))).notes
    assert note == (
        "This rests on 4 queries of the service, 1 of them to count; the spool answered 2 of them, as asked"
        " between 2026-03-02 07:15:12 and 2026-03-03 07:15:12 UTC."
    )


def test_twice_and_skipped_are_told_and_are_no_loss() -> None:
    told = replace(GOOD, duplicates=3, slices=(replace(WHOLE, skipped_events=1234),))
    assert told.completeness is Completeness.COMPLETE
    assert told.notes == ()
    assert "3 rows came twice and counted once, by @ptr." in told.sentences()
    assert any("1,234 events were skipped" in sentence and "cannot match" in sentence for sentence in told.sentences())


# ── what it cost, and as a document ──────────────────────────────────────────────────────────────────────────────────


def test_the_cost_is_told_with_price_and_estimate() -> None:
    costs = [Cost(12_300_000_000, 0.005, 15_000_000_000), Cost(700_000_000, 0.005, 1_000_000_000)]
    assert cost_sentence(costs) == (
        "The service scanned 13 GB for it, which costs about $0.07 at $0.005 a gigabyte."
        " The estimate beforehand was 16 GB, about $0.08."
    )
    assert cost_sentence([Cost(0, 0.0076)]) == ("The service scanned nothing for it.")


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "nothing"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (812_345, "812 kB"),
        (4_700_000_000_000, "4.7 TB"),
    ],
)
def test_sizes_for_people(count: int, text: str) -> None:
    assert size(count) == text


@pytest.mark.parametrize(
    ("dollars", "text"), [(0, "nothing"), (0.004, "less than a cent"), (1234.5, "about $1,234.50")]
)
def test_money_for_people(dollars: float, text: str) -> None:
    assert money(dollars) == text


def test_the_document_is_json_and_holds_every_slice_with_its_times() -> None:
    mark = watermark_at(0, 1, 60, ())
    told = replace(GOOD, gaps=(Gap(1, 2, "x", Completeness.TRUNCATED),), watermark=mark, cost=Cost(5, 0.005))
    document = json.loads(json.dumps(told.document()))
    assert document["completeness"] == "partial"
    assert document["asked"] == "2026-03-05T07:15:12+00:00"
    assert document["gaps"] == [{"start": 1, "end": 2, "why": "x", "completeness": "truncated"}]
    assert document["slices"][0]["text"] == "fields @message"
    assert document["slices"][0]["started"] == "2026-03-05T07:15:12+00:00"
    assert (document["slices"][0]["start"], document["slices"][0]["end"]) == (DAY, DAY + 86399)
    assert document["watermark"]["settled"] == "1969-12-31T23:59:00+00:00"
    assert document["cost"] == {"bytes": 5, "price": 0.005, "estimated": None}
    assert document["sentences"] == list(told.sentences())
