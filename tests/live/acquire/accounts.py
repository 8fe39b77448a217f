"""An account to acquire from: an endpoint over an archive of some hundred events, and what an archive then holds."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from siemlib.archive import Archive, load
from siemlib.live.acquire.account import Account, open_account
from siemlib.live.acquire.run import Acquisition, Watching, Wish, acquire
from siemlib.live.decode import page_of
from siemlib.live.governor import Governor, Timing
from siemlib.local.engine import open_local
from siemlib.model.timespan import TimeSpan, parse_time
from siemlib.settings import ArchiveSettings, CostSettings, LiveSettings, Settings
from tests.archive.deliveries import record
from tests.fixtures_serve import lead_boto3_to

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from siemlib.live.acquire.fetched import Step
    from siemlib.live.service import EventPage, Page, Service
    from tests.fixtures_serve import Endpoint

SPAN = TimeSpan(parse_time("2026-03-04T10:00Z")[0], parse_time("2026-03-04T11:00Z")[0])
TRAIL, APP = "cloudtrail", "/ecs/app"
TRAIL_EVENTS, APP_EVENTS = 300, 3600 // 80 * 9
"""In the hour of ``SPAN``."""
LONG = 5
"""Of the events of ``APP``."""


def app_event(number: int) -> dict[str, Any]:
    """Nine events every eighty seconds, of two streams; three of them are equal, and happened three times.

    One in ninety is longer than a hundred characters.
    """
    turn, place = divmod(number, 9)
    text = "2026-03-04 same \x1b[31m" if place < 3 else f"2026-03-04 line {number} é"
    text += " " + "long" * 20 if number % 90 == 4 else ""
    ten = parse_time("2026-03-04T10:00Z")[0]
    millis = int(ten.timestamp()) * 1000 + turn * 80_000 + (0 if place < 3 else place)
    stream = "web/1" if place % 2 == 0 or place < 3 else "web/2"
    return {"timestamp": millis, "ingestionTime": millis + 5000, "logStreamName": stream, "message": text}


def source_archive(folder: Path) -> Path:
    """The archive that the account holds; one log group goes on after the hour."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "app.json").write_text(
        json.dumps({"events": [app_event(n) for n in range(APP_EVENTS + 50)]}), encoding="utf-8"
    )
    lines = [record(12 * n) for n in range(TRAIL_EVENTS)]
    (folder / "trail.ndjson").write_text("\n".join(lines) + "\n", encoding="utf-8")
    archive = folder / "archive"
    load([folder / "app.json"], archive, log_group=APP, source="plain", settings=ArchiveSettings())
    load([folder / "trail.ndjson"], archive, log_group=TRAIL)
    return archive


def account_at(endpoint: Endpoint, folder: Path, patch: pytest.MonkeyPatch, *, fresh: bool = False) -> Account:
    """The account that is served, asked as fast as it answers; its spool is in ``folder``."""
    lead_boto3_to(patch, endpoint)
    live = LiveSettings(spool=str(folder / "spool"), starts_per_second=1000, results_per_second=1000, run_seconds=600)
    account = open_account("live:us-east-1", Settings(live=live, cost=CostSettings()), fresh=fresh)
    return replace(account, governor=Governor(live, timing=Timing(sleep=lambda seconds: time.sleep(seconds / 100))))


def acquired(account: Account, archive: Path, wish: Wish, steps: list[Step] | None = None) -> dict[str, Acquisition]:
    """What came of each log group. Raises what one of them failed with."""
    done: dict[str, Acquisition] = {}
    watching = Watching(steps.append) if steps is not None else Watching()
    for each in acquire(account, wish, archive, watching):
        if not isinstance(each, Acquisition):
            raise each.error
        done[each.record.log_group] = each
    return done


def events_of(archive: Path, log_group: str) -> list[tuple[str, ...]]:
    """Time, stream and text of every event in ``SPAN``, by its own ends, sorted."""
    query = "fields @timestamp, @ingestionTime, @logStream, @message"
    found = open_local(archive).run(query, SPAN, [log_group], every_row=True)
    return sorted(tuple(row.get(name, "") for name in ("@timestamp", "@logStream", "@message")) for row in found.rows)


def duplicates_in(archive: Path) -> int:
    """Events that were delivered again."""
    return sum(file.duplicates for each in Archive.open(archive).loads() for file in each.files)


def events_in(archive: Path) -> int:
    """All events of an archive."""
    return sum(group.events or 0 for group in Archive.open(archive).log_groups())


class Watched:
    """The service with smaller pages of FilterLogEvents, messages that are cut short, and a break where it is told.

    What goes over the network is as it is; only what is made of the answers changes.
    """

    def __init__(self, service: Service, *, most: int = 10_000, cut: int | None = None) -> None:
        self._service = service
        self.most = most
        self.cut = cut
        self.before: Callable[[int], None] = lambda _: None
        """Called before each FilterLogEvents with its number, from 1."""
        self.filtered: list[dict[str, Any]] = []

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the service has
        return getattr(self._service, name)

    def filter_events(self, log_group: str, **given: Any) -> EventPage:  # noqa: ANN401 - as the service takes it
        """FilterLogEvents."""
        self.filtered.append(given)
        self.before(len(self.filtered))
        return self._service.filter_events(log_group, **given, most=self.most)

    def results(self, query_id: str, **given: Any) -> Page:  # noqa: ANN401 - as the service takes it
        """GetQueryResults, its messages cut."""
        page = self._service.results(query_id, **given)
        if self.cut is None:
            return page
        document = json.loads(page.body)
        for pair in (pair for row in document["results"] for pair in row if pair["field"] == "@message"):
            pair["value"] = pair["value"][: self.cut]
        return page_of(json.dumps(document).encode())


def watched(account: Account, **more: Any) -> tuple[Account, Watched]:  # noqa: ANN401 - as above
    """The account, asked through :class:`Watched`."""
    service = Watched(account.service, **more)
    return replace(account, service=cast("Service", service)), service
