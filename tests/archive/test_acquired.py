"""What an archive says of the acquisitions that filled it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from siemlib.archive import Archive, load
from siemlib.archive.acquired import Acquired, FlowFormat, Gap, faulty, path_of, read_acquired, write_acquired
from siemlib.errors import InputError
from siemlib.local.engine import open_local
from siemlib.model.run import Completeness
from tests.archive.deliveries import ALWAYS, ndjson, record

if TYPE_CHECKING:
    from pathlib import Path

TEN = 1_772_618_400_000
"""2026-03-04 10:00:00 UTC."""
HOUR = 3_600_000


def acquired(name: str = "a", **more: Any) -> Acquired:  # noqa: ANN401 - any member of the record
    usual = {
        "id": name,
        "who": "ann",
        "engine": "live:eu-central-1",
        "account": "111122223333",
        "region": "eu-central-1",
        "log_group": "g",
        "start": TEN,
        "end": TEN + HOUR,
        "way": "insights",
        "started": TEN + 24 * HOUR,
        "finished": TEN + 25 * HOUR,
        "counted": 20,
        "received": 20,
        "completeness": Completeness.COMPLETE,
    }
    return Acquired.model_validate(usual | more)


PARTIAL: dict[str, Any] = {
    "completeness": Completeness.PARTIAL,
    "received": 12,
    "gaps": (Gap(start=TEN, end=TEN + 60_000, why="the query ended Timeout", expected=9, received=1),),
}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    load([ndjson(tmp_path / "1.ndjson", [record(1)])], folder, log_group="g")
    load([ndjson(tmp_path / "2.ndjson", [record(2)])], folder, log_group="other")
    return folder


def test_what_was_gone_from_the_account_is_said_with_where_the_events_came_from(archive: Path) -> None:
    write_acquired(archive, acquired(notes=("The log group keeps events for 30 days: those before were gone.",)))

    (sentence,) = Archive.open(archive).assumed()
    assert sentence.endswith("those before were gone.")


def test_an_archive_says_where_its_events_came_from(archive: Path) -> None:
    write_acquired(archive, acquired())
    opened = Archive.open(archive)
    assert opened.acquired() == (acquired(),)
    (sentence,) = opened.assumed()
    assert sentence == (
        "Log group g, 2026-03-04 10:00:00 to 2026-03-04 11:00:00 UTC: 20 events were acquired from account"
        " 111122223333 in eu-central-1 by Logs Insights, begun 2026-03-05 10:00:00 UTC; the service counted 20 there."
    )
    assert opened.unread() == ()


def test_a_record_tells_of_flow_logs_only_where_there_are_some_so_that_earlier_versions_read_the_others(
    archive: Path,
) -> None:
    flows = acquired(
        "b", flow_logs=(FlowFormat(id="fl-1", format="${srcaddr}", named=True), FlowFormat(id="fl-2", format="x"))
    )
    for each in (acquired(), flows):
        write_acquired(archive, each)
    assert "flow_logs" not in json.loads(path_of(archive, acquired()).read_bytes())
    assert json.loads(path_of(archive, flows).read_bytes())["flow_logs"][0]["format"] == "${srcaddr}"
    assert read_acquired(archive) == (acquired(), flows)
    assert Archive.open(archive).assumed()[1].endswith("names in the format of fl-1.")


def test_an_acquisition_that_is_not_complete_makes_every_answer_over_its_log_group_partial(archive: Path) -> None:
    write_acquired(archive, acquired(**PARTIAL))
    sentence = (
        "The acquisition of log group g, 2026-03-04 10:00:00 to 2026-03-04 11:00:00 UTC, is not complete: missing from"
        " 2026-03-04 10:00:00.000 to 2026-03-04 10:01:00.000 UTC (1 of 9 events; the query ended Timeout)."
    )
    engine = open_local(archive)
    run = engine.run("stats count(*)", ALWAYS, ["g"]).run
    assert run.completeness is Completeness.PARTIAL
    assert sentence in run.notes
    other = engine.run("stats count(*)", ALWAYS, ["other"]).run
    assert other.completeness is Completeness.COMPLETE
    assert other.notes == ()


def test_one_that_never_came_to_its_end_is_not_complete(archive: Path) -> None:
    write_acquired(archive, acquired(finished=None, completeness=Completeness.UNKNOWN))
    (sentence,) = Archive.open(archive).unread(["g"])
    assert "it did not come to its end" in sentence


@pytest.mark.parametrize(
    ("first", "later", "left"),
    [
        (PARTIAL, {}, []),
        (PARTIAL, PARTIAL, ["a", "b"]),
        (PARTIAL, {"end": TEN + HOUR - 1}, ["a"]),
        (PARTIAL, {"start": TEN - HOUR, "end": TEN + 2 * HOUR}, []),
        (PARTIAL, {"log_group": "other"}, ["a"]),
        (PARTIAL, {"way": "filter", "pattern": "ERROR"}, ["a", "b"]),
        ({"way": "filter", "pattern": "ERROR"}, {}, []),
        ({"way": "filter", "pattern": "ERROR"}, {"way": "filter", "pattern": "ERROR"}, ["a", "b"]),
        (PARTIAL, {"way": "s3", "place": "s3://b/p"}, ["a"]),
        (PARTIAL | {"way": "s3", "place": "s3://b/p"}, {"way": "s3", "place": "s3://b/p"}, []),
    ],
)
def test_a_later_acquisition_of_all_of_it_heals_one(
    first: dict[str, Any], later: dict[str, Any], left: list[str]
) -> None:
    records = (acquired("a", **first), acquired("b", **later))
    assert [each.id for each in faulty(records)] == left


def test_that_only_some_events_were_asked_for_is_said(archive: Path) -> None:
    write_acquired(archive, acquired(way="filter", pattern="ERROR", counted=None))
    opened = Archive.open(archive)
    assert opened.unread(["g"]) == (
        "Of log group g, 2026-03-04 10:00:00 to 2026-03-04 11:00:00 UTC, only events that match 'ERROR' were acquired.",
    )


def test_a_load_leaves_the_records_alone_and_a_damaged_one_is_no_silence(archive: Path, tmp_path: Path) -> None:
    write_acquired(archive, acquired())
    load([ndjson(tmp_path / "3.ndjson", [record(3)])], archive, log_group="g")
    assert Archive.open(archive).acquired() == (acquired(),)
    path_of(archive, acquired()).write_text('{"version": 1}', encoding="utf-8")
    with pytest.raises(InputError, match="damaged"):
        Archive.open(archive)
