"""Flow records of another layout than the default: their format is kept, and named only where that is asked for."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from siemlib.archive import Archive, load
from siemlib.archive.acquired import FlowFormat, read_acquired
from siemlib.errors import UsageError
from siemlib.live.acquire.formats import formats_of
from siemlib.live.acquire.run import Wish
from siemlib.live.errors import DeniedError
from siemlib.live.flow_logs import FlowLog
from siemlib.live.open import open_live
from siemlib.live.stopping import StoppedError
from siemlib.local.engine import open_local
from siemlib.model.timespan import to_millis
from siemlib.sources.vpc_flow import VPC_FLOW, layout_of_format, parse_line
from tests.fixtures_serve import serving
from tests.live.acquire.accounts import SPAN, account_at, acquired
from tests.live.flow_logs import MADE, NARROW, SWAPPED, WIDE, flow_logs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from siemlib.live.acquire.account import Account
    from siemlib.live.flow_logs import FlowLogs
    from tests.fixtures_serve import Endpoint

GROUP = "net"
WISH = Wish((GROUP,), SPAN)
NAMED = replace(WISH, name_fields=True)
MADE_MS = to_millis(MADE)
BEFORE, AFTER = MADE_MS - 60_000, MADE_MS + 60_000
BY_SOURCE = "stats sum(bytes) as total by srcAddr, flowDirection | sort srcAddr asc"


def wide(number: int, second: int) -> str:
    return (
        f"123456789012 eni-0123456789abcdef{number} 10.0.0.{number} 10.0.9.9 443 {100 * number} {second} ACCEPT egress"
    )


def narrow(number: int) -> str:
    return f"10.0.1.{number} 10.0.9.9 {100 * number} vpc-0123456789abcdef0"


RECORDS = [
    (BEFORE, wide(1, BEFORE // 1000)),
    (AFTER, wide(1, AFTER // 1000)),
    (AFTER, wide(2, AFTER // 1000)),
    (AFTER, narrow(3)),
]


@pytest.fixture(scope="module")
def flows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """An account whose log group holds records of two formats."""
    folder = tmp_path_factory.mktemp("flows")
    events = [
        {"timestamp": time, "ingestionTime": time + 60_000, "logStreamName": "eni", "message": text}
        for time, text in RECORDS
    ]
    (folder / "net.json").write_text(json.dumps({"events": events}), encoding="utf-8")
    load([folder / "net.json"], folder / "archive", log_group=GROUP, source="plain")
    with serving(folder / "archive") as endpoint:
        yield endpoint


@dataclass
class Described:
    """EC2 with flow logs of these formats, or to someone who may not ask it."""

    formats: tuple[str, ...] = ()
    endpoint: str = "http://stand-in"
    denied: bool = False

    def writing_to(self, log_group: str) -> Iterator[FlowLog]:
        """DescribeFlowLogs."""
        assert log_group == GROUP
        if self.denied:
            raise DeniedError("the credentials of this environment lack the permission ec2:DescribeFlowLogs: no.")
        yield from (FlowLog(f"fl-{number}", written, MADE_MS, 60) for number, written in enumerate(self.formats))


def account_with(flows: Endpoint, folder: Path, patch: pytest.MonkeyPatch, *formats: str) -> Account:
    """The account, and EC2 with flow logs of these formats."""
    return replace(account_at(flows, folder, patch), flow_logs=lambda: Described(formats))


def totals(archive: Path, query: str = BY_SOURCE) -> list[tuple[str | None, ...]]:
    rows = open_local(archive).run(query, SPAN, [GROUP]).rows
    return [tuple(row.get(name) for name in ("srcAddr", "flowDirection", "total")) for row in rows]


def test_the_format_is_kept_and_its_line_gives_the_same_on_the_account_and_in_the_archive(
    flows: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = account_with(flows, tmp_path, monkeypatch, WIDE)
    record = acquired(account, tmp_path / "a", WISH)[GROUP].record
    assert record.flow_logs == (FlowFormat(id="fl-0", format=WIDE, created=MADE_MS, interval=60, named=False),)
    assert read_acquired(tmp_path / "a") == (record,)
    line = next(note for note in record.notes if "parse @message" in note).partition("engine: ")[2].rstrip(".")
    engines = open_local(tmp_path / "a"), open_live("live:us-east-1", account.settings)
    for engine in engines:
        unnamed = engine.run(BY_SOURCE, SPAN, [GROUP])
        assert [row.get("srcAddr") for row in unnamed.rows] == [None]
    here, there = (engine.run(f"{line} | {BY_SOURCE}", SPAN, [GROUP]).rows for engine in engines)
    assert here == there
    assert [(row.get("srcAddr"), row.get("total")) for row in here] == [
        ("10.0.0.1", "200"),
        ("10.0.0.2", "200"),
        (None, None),
    ]


def test_fields_are_named_where_that_is_asked_for_but_not_those_from_before_the_flow_log(
    flows: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with flow_logs(monkeypatch, GROUP, [WIDE, NARROW]) as client:
        client.endpoint = "http://stand-in"
        account = replace(account_at(flows, tmp_path, monkeypatch), flow_logs=lambda: client)
        done = acquired(account, tmp_path / "a", NAMED)[GROUP]
    assert done.record.source == VPC_FLOW.name
    assert [each.named for each in done.record.flow_logs] == [True, True]
    assert totals(tmp_path / "a") == [
        ("10.0.0.1", "egress", "100"),
        ("10.0.0.2", "egress", "200"),
        ("10.0.1.3", None, "300"),
        (None, None, None),
    ]
    assert Archive.open(tmp_path / "a").log_groups()[0].events == len(RECORDS)
    assert done.record.completeness == "complete"
    assert f"the names in the format of {', '.join(each.id for each in done.record.flow_logs)}." in done.record.origin()
    assert any("2026-03-04 10:30" in note and "finds nothing on the account" in note for note in done.record.notes)


def test_of_two_formats_with_as_many_words_no_field_is_named_and_the_others_are(
    flows: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = account_with(flows, tmp_path, monkeypatch, NARROW, SWAPPED, WIDE)
    record = acquired(account, tmp_path / "a", NAMED)[GROUP].record
    assert {each.format: each.named for each in record.flow_logs} == {NARROW: False, SWAPPED: False, WIDE: True}
    assert [row[0] for row in totals(tmp_path / "a")] == ["10.0.0.1", "10.0.0.2", None]
    assert any("4 words" in note and "cannot be told" in note for note in record.notes)


@pytest.mark.parametrize(
    ("ec2", "said"),
    [
        (lambda: Described(denied=True), "ec2:DescribeFlowLogs"),
        (lambda: Described((WIDE,), endpoint=""), "Amazon's own is not asked"),
        (None, "Amazon's own is not asked"),
        (Described, "no flow log of this account"),
    ],
)
def test_what_cannot_be_asked_takes_nothing_from_the_acquisition_and_is_told(
    flows: Endpoint,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ec2: Callable[[], FlowLogs] | None,
    said: str,
) -> None:
    account = replace(account_at(flows, tmp_path, monkeypatch), flow_logs=ec2)
    record = acquired(account, tmp_path / "a", NAMED)[GROUP].record
    assert (record.completeness, record.received, record.flow_logs) == ("complete", len(RECORDS), ())
    (note,) = record.notes
    assert "keep no names" in note
    assert said in note
    assert note.endswith(".")
    assert ".." not in note
    assert said in (tmp_path / "a" / "acquired" / f"{record.id}.json").read_text()


def test_a_linked_accounts_flow_logs_are_not_taken_for_those_of_this_account(
    flows: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = account_with(flows, tmp_path, monkeypatch, WIDE)
    found = formats_of(account, GROUP, [narrow(1)], linked=True, name=True)
    assert (found.flow_logs, found.layouts) == ((), None)
    assert "linked account" in found.notes[0]


def test_where_nobody_answers_for_ec2_the_acquisition_does_not_wait_long(
    flows: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = account_at(flows, tmp_path, monkeypatch)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    started = time.monotonic()
    found = formats_of(account, GROUP, [narrow(1)], linked=False, name=False)
    assert time.monotonic() - started < 10
    assert "could not be asked for" in found.notes[0]


def test_who_is_stopped_stops(flows: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped() -> FlowLogs:
        raise StoppedError("stopped")

    account = replace(account_at(flows, tmp_path, monkeypatch), flow_logs=stopped)
    with pytest.raises(StoppedError):
        formats_of(account, GROUP, [narrow(1)], linked=False, name=False)


def test_nobody_is_asked_of_logs_that_hold_no_such_records(account: Account, tmp_path: Path) -> None:
    def asked() -> FlowLogs:
        pytest.fail("EC2 was asked")

    record = acquired(replace(account, flow_logs=asked), tmp_path / "a", Wish(("cloudtrail", "/ecs/app"), SPAN))
    assert all(each.record.notes == () for each in record.values())


def test_a_log_group_that_was_taken_for_another_kind_keeps_it_and_says_so(
    flows: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = account_with(flows, tmp_path, monkeypatch, WIDE)
    assert acquired(account, tmp_path / "a", WISH)[GROUP].record.source == "plain"
    record = acquired(account, tmp_path / "a", replace(NAMED, way="filter"))[GROUP].record
    assert (record.source, record.loaded, record.flow_logs[0].named) == ("plain", 0, False)
    assert any("taken for plain" in note for note in record.notes)


def test_every_field_of_a_flow_log_can_be_read_by_its_line(tmp_path: Path) -> None:
    names = [field.name for field in VPC_FLOW.stored]
    event = {"timestamp": AFTER, "logStreamName": "s", "message": " ".join(f"v{n}" for n in range(len(names)))}
    (tmp_path / "one.json").write_text(json.dumps({"events": [event]}), encoding="utf-8")
    load([tmp_path / "one.json"], tmp_path / "a", log_group=GROUP, source="plain")
    (row,) = open_local(tmp_path / "a").run(f"{parse_line(names)} | display {', '.join(names)}", SPAN, [GROUP]).rows
    assert [row[name] for name in names] == [f"v{n}" for n in range(len(names))]


def test_files_in_s3_are_not_named_by_the_account() -> None:
    with pytest.raises(UsageError, match="not of S3"):
        Wish((GROUP,), SPAN, way="s3", place="s3://b/p", name_fields=True)


def test_the_formats_of_these_tests_are_as_long_as_their_records() -> None:
    assert layout_of_format(WIDE) is not None
    assert len(wide(1, 1).split()) == len(WIDE.split())
    assert len(narrow(1).split()) == len(NARROW.split())
