"""What is held, against what a policy wants: an archive proves what it holds, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from siemlib.archive.load import load
from siemlib.case import Case, open_case
from siemlib.errors import UsageError
from siemlib.investigate import retention
from siemlib.model.run import Completeness
from siemlib.model.timespan import TimeSpan
from tests.investigate.incident import CALLS, QUIET, Log, call, case_over

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.engine import Engine, LogGroup

END = datetime(2026, 3, 4, tzinfo=UTC)
LOGS = "logs.amazonaws.com"


def daily(folder: Path, days: int, missing: tuple[int, ...] = (), start: str = "") -> Case:
    """A case over one log group with an event at noon of each of the last ``days`` days before END."""
    folder.mkdir(exist_ok=True)
    kept = [number for number in range(days) if number not in missing]
    times = [END - timedelta(days=number, hours=12) for number in reversed(kept)]
    events = [{"timestamp": int(time.timestamp() * 1000), "message": f"event {time:%j}"} for time in times]
    (folder / "delivered.json").write_text(json.dumps({"events": events}), encoding="utf-8")
    assert not load([folder / "delivered.json"], folder / "archive", log_group="app", source="plain").refused
    return open_case(engine=f"local:{folder / 'archive'}", start=start, end=END.isoformat())


def states(case: Case, online: int = 10, kept: int = 20) -> dict[str, object]:
    """The one row of the answer."""
    return retention.against_policy(case, online, kept).frame.to_dict("records")[0]


def test_an_archive_that_starts_later_than_the_policy_proves_nothing(tmp_path: Path) -> None:
    answer = retention.against_policy(daily(tmp_path, 12), 10, 20)

    row = answer.frame.to_dict("records")[0]
    assert (row["online"], row["kept"], row["days held"]) == ("every day", "not provable", 11)
    assert "20 days kept: of 1 log group, 1 not provable from what is held" in answer.reading
    assert " met" not in answer.reading


def test_days_without_events_are_counted_and_not_called_kept_every_day(tmp_path: Path) -> None:
    row = states(daily(tmp_path, 30, missing=(2, 3, 15)))

    assert (row["online"], row["silent days, online"]) == ("with silent days", 2)
    assert (row["kept"], row["silent days, kept"]) == ("with silent days", 3)


def test_a_policy_of_one_day_is_not_met_by_a_day_that_was_not_looked_at(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    daily(folder, 3)
    until = (END + timedelta(hours=11)).isoformat()
    case = open_case(engine=f"local:{folder / 'archive'}", start=(END - timedelta(days=3)).isoformat(), end=until)

    # From 11:00 to 11:00 there is no whole day; that of the end has no event.
    row = states(case, 1, 1)
    assert (row["online"], row["silent days, online"]) == ("with silent days", 1)
    assert (
        "1 day online: of 1 log group, 1 reach back that far, with days" in retention.against_policy(case, 1, 1).reading
    )


def test_a_timespan_shorter_than_the_policy_does_not_show_every_day(tmp_path: Path) -> None:
    start = (END - timedelta(days=12)).isoformat()

    row = states(daily(tmp_path, 30, start=start))

    assert (row["online"], row["kept"]) == ("every day", "before the timespan")


def test_a_call_that_shortens_retention_is_against_the_policy(tmp_path: Path) -> None:
    def put(seconds: float, group: str, days: int, **rest: object) -> tuple[float, str]:
        asked = {"logGroupName": group, "retentionInDays": days}
        return call(
            seconds, "PutRetentionPolicy", "deploy", "192.0.2.7", eventSource=LOGS, requestParameters=asked, **rest
        )

    calls = Log("cloudtrail", "cloudtrail", [put(10, "bastion", 30), put(20, "app", 7, errorCode="AccessDenied")])
    case = case_over(tmp_path, calls, QUIET, Log("app", "plain", [(5, "x")]))

    frame = retention.against_policy(case, 7, 365).frame.set_index("log group")
    told = retention.recorded(case)

    assert frame["kept"].to_dict() == {"app": "not provable", "bastion": "against policy", "cloudtrail": "not provable"}
    assert frame.loc["bastion", "online"] == "not provable"
    assert frame.loc["bastion", "told by CloudTrail"] == "PutRetentionPolicy events end after 30 days"
    assert list(told.frame["outcome"]) == ["success", "failure"]
    assert "2 calls: 1 succeeded, 1 failed. Ends set: bastion at 2026-03-04 02:00:10 UTC by deploy" in told.reading


def test_lifecycle_exports_and_fetches_from_cold_storage_are_told(tmp_path: Path) -> None:
    rules = [
        {
            "ID": "old",
            "Status": "Enabled",
            "Expiration": {"Days": 400},
            "Transition": {"StorageClass": "GLACIER", "Days": 30},
        },
        {"ID": "off", "Status": "Disabled", "Expiration": {"Days": "1"}},
    ]
    asked = {"bucketName": "logs", "LifecycleConfiguration": {"Rule": rules}}
    lines = [
        call(1, "PutBucketLifecycle", "ann", "192.0.2.7", eventSource="s3.amazonaws.com", requestParameters=asked),
        call(2, "CreateExportTask", "ann", "192.0.2.7", eventSource=LOGS, requestParameters={"destination": "logs"}),
        call(3, "RestoreObject", "ann", "192.0.2.7", eventSource="s3.amazonaws.com", requestParameters={"key": "a/b"}),
        call(4, "DeleteLogGroup", "ann", "192.0.2.7", eventSource=LOGS, requestParameters={"logGroupName": "app"}),
        call(
            5, "DeleteLogGroup", "ann", "192.0.2.7", eventSource=LOGS, requestParameters=None, errorCode="AccessDenied"
        ),
    ]

    answer = retention.recorded(case_over(tmp_path, Log("cloudtrail", "cloudtrail", lines)))

    old = "rule old: objects end after 400 days, moved to GLACIER after 30 days"
    assert list(answer.frame["what"].iloc[:3]) == [
        f"{old}; rule off (disabled): objects end after 1 day",
        "export to logs",
        "fetched from cold storage: a/b",
    ]
    assert answer.frame["days"].iloc[0] == 400
    assert "Deleted: app at 2026-03-04 02:00:04 UTC by ann (DeleteLogGroup)." in answer.reading
    assert "is not known from an archive" in answer.reading


def test_without_cloudtrail_export_and_glacier_are_not_known(tmp_path: Path) -> None:
    answer = retention.recorded(case_over(tmp_path, QUIET))

    assert answer.reading.startswith("Not examined: no log group holds CloudTrail.")
    assert "Glacier" in answer.reading
    assert answer.completeness is Completeness.UNKNOWN


def test_files_are_listed_with_their_digests_and_what_was_rejected(tmp_path: Path) -> None:
    (tmp_path / "bad.log").write_text("2026-03-04T10:00:00Z fine\n" + "x" * 2_000_000 + "\n", encoding="utf-8")
    load([tmp_path / "bad.log"], tmp_path / "archive", log_group="app", source="plain")
    case = open_case(engine=f"local:{tmp_path / 'archive'}", start="", end="")

    answer = retention.files(case)

    row = answer.frame.to_dict("records")[0]
    assert (row["file"], row["events"], row["rejected"]) == ("bad.log", 1, 1)
    assert row["SHA-256"] == next(iter(case.origin.sources))
    assert "1 text could not be read as events and is kept in rejected/: app 1." in answer.reading


def test_held_counts_within_the_timespan_and_tells_of_the_rest(tmp_path: Path) -> None:
    case = daily(tmp_path, 30, start=(END - timedelta(days=3)).isoformat())

    row = retention.held(case).frame.to_dict("records")[0]

    assert (row["events"], row["days with events"]) == (3, 3)
    assert row["held from"] == END - timedelta(days=29, hours=12)


def test_a_timespan_without_events_says_so(tmp_path: Path) -> None:
    daily(tmp_path, 3)
    case = open_case(engine=f"local:{tmp_path / 'archive'}", start="2001-01-01", end="2001-01-02")

    assert retention.first_look(case).reading.startswith("No log group holds an event")
    assert states(case)["kept"] == "not provable"


@pytest.mark.parametrize(("online", "kept"), [(0, 365), (-1, 5), (90, 30)])
def test_a_policy_that_is_none_is_refused(tmp_path: Path, online: int, kept: int) -> None:
    with pytest.raises(UsageError, match="not a policy"):
        retention.against_policy(case_over(tmp_path, CALLS), online, kept)


class Account:
    """An engine that knows of its log groups what a service knows, and answers as the one over an archive."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the engine has
        return getattr(self._engine, name)

    def log_groups(self) -> tuple[LogGroup, ...]:
        """Without what only an archive counts."""
        found = self._engine.log_groups()
        return tuple(replace(each, events=None, first=None, last=None, retention_days=30) for each in found)


def test_of_an_account_it_says_when_events_are_deleted_and_not_that_none_is_held(tmp_path: Path) -> None:
    engine = cast("Engine", Account(daily(tmp_path, 3).engine))

    answer = retention.held(Case(engine, TimeSpan(END - timedelta(days=5), END)))
    assert answer.reading.endswith("By its setting now, an event is deleted after 30 days from app.")

    silent = retention.held(Case(engine, TimeSpan(END - timedelta(days=50), END - timedelta(days=40))))
    assert "what is held before and after it is not known." in silent.reading
    assert "none is held" not in silent.reading
