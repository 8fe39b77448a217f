"""One acquisition, log group after log group: count, bring, load, compare, record."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from siemlib.archive.acquired import Acquired, Gap, Way, twice_sentences, write_acquired
from siemlib.archive.places import prepare
from siemlib.archive.store import Archive
from siemlib.engine.asked import check_groups
from siemlib.errors import UsageError
from siemlib.evidence.custody import user
from siemlib.live.acquire.by_filter import by_filter
from siemlib.live.acquire.by_insights import by_insights, counted
from siemlib.live.acquire.by_s3 import FromS3, by_s3
from siemlib.live.acquire.fetched import Wanted
from siemlib.live.acquire.formats import formats_of
from siemlib.live.acquire.keys import parse_place
from siemlib.live.acquire.loading import Loaded, bring_in, kind_of, missing_by_time, sample_of
from siemlib.live.answers import is_arn
from siemlib.live.asks import Asks
from siemlib.live.certificate import Book
from siemlib.live.cost import enter, estimate
from siemlib.live.errors import CeilingError, CredentialsError, LiveError
from siemlib.live.groups import Groups
from siemlib.live.spool import SpoolError
from siemlib.live.stopping import StoppedError
from siemlib.model import clock
from siemlib.model.run import Completeness
from siemlib.model.timespan import from_millis, to_millis
from siemlib.sources.delays import longest_delay
from siemlib.sources.vpc_flow import VPC_FLOW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from siemlib.archive import Progress
    from siemlib.archive.layouts import Layouts
    from siemlib.live.acquire.account import Account, Stored
    from siemlib.live.acquire.fetched import Counted, Fetched, Step
    from siemlib.live.acquire.formats import Formats
    from siemlib.live.groups import Known
    from siemlib.model.timespan import TimeSpan
    from siemlib.settings import Settings

_INFREQUENT = "INFREQUENT_ACCESS"
_OTHER_KIND = "No field is named, as the events of this log group are taken for {} here; name them in another archive."
_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asked for."""

    log_groups: tuple[str, ...]
    span: TimeSpan
    way: Way = "insights"
    pattern: str | None = None
    """Of FilterLogEvents."""
    place: str | None = None
    """``s3://bucket/prefix``."""
    source: str | None = None
    count: bool = True
    """Whether the service is asked how many events there are; that is charged as any query."""
    fresh: bool = False
    name_fields: bool = False
    """Whether the archive names the fields of flow records whose layout is not the default."""

    def __post_init__(self) -> None:
        """Refuse what contradicts itself. Raises UsageError."""
        if not self.log_groups:
            raise UsageError("no log group is named", hint="--log-group says which, and where the events go")
        if self.pattern is not None and self.way != "filter":
            raise UsageError("a filter pattern needs FilterLogEvents", hint="add --by filter, or leave --filter out")
        if (self.place is None) == (self.way == "s3"):
            raise UsageError("--by s3 and --s3 s3://BUCKET/PREFIX belong together")
        if self.name_fields and self.way == "s3":
            raise UsageError("what a flow log writes is asked of the account, not of S3", hint="leave --by s3 out")
        if self.place is not None and len(self.log_groups) != 1:
            raise UsageError("files in S3 go to one log group", hint="name it with one --log-group")


@dataclass(frozen=True, slots=True)
class Acquisition:
    """What became of one log group."""

    record: Acquired
    kinds: tuple[str, ...]
    """The kinds of log that it was taken for."""
    seconds: float


@dataclass(frozen=True, slots=True)
class Failed:
    """A log group of which nothing came."""

    log_group: str
    error: LiveError


@dataclass(frozen=True)
class Watching:
    """Who is told how far it has come."""

    step: Callable[[Step], None] = lambda _: None
    load: Callable[[Progress], None] | None = None


def acquire(account: Account, wish: Wish, archive: Path, watching: Watching) -> Iterator[Acquisition | Failed]:
    """Acquire each log group; each is recorded before the next.

    Raises UsageError for what is wrong before anything is asked, and LiveError where no log group would fare better.
    """
    if wish.way == "s3":
        raise UsageError("files in S3 are asked of S3, not of the account")
    live = account.settings.live.model_copy(update={"log_groups": wish.log_groups})
    groups = Groups(account.service, account.governor, live)
    check_groups(wish.log_groups, groups.plain)
    for name in wish.log_groups:
        _check(groups.known[name], wish)
    prepare(archive)
    for name in dict.fromkeys(wish.log_groups):
        try:
            yield _One(account, wish, archive, watching, groups, name).run()
        except (StoppedError, CredentialsError, CeilingError, SpoolError):
            raise
        except LiveError as error:
            yield Failed(name, error)


def acquire_stored(stored: Stored, wish: Wish, archive: Path, watching: Watching) -> Acquisition:
    """Acquire the files of a place in S3 into one log group. Raises as :func:`acquire`."""
    bucket, prefix = parse_place(wish.place or "")
    prepare(archive)
    governor, (log_group,) = stored.governor, wish.log_groups
    until = governor.now() + stored.settings.live.run_seconds
    record = _begun(wish, log_group, engine=stored.url, account=None, region=stored.region)
    wanted = FromS3(stored.storage, bucket, prefix, log_group, wish.span, governor, until, watching.step, wish.fresh)
    fetched = by_s3(wanted, archive)
    return _loaded(record, fetched, wish.source, stored.settings, watching)


def _check(known: Known, wish: Wish) -> None:
    """Refuse what FilterLogEvents cannot do. Raises UsageError."""
    if wish.way != "filter":
        return
    if any(group.log_class == _INFREQUENT for group in known.groups):
        raise UsageError(f"{known.name} is of the infrequent-access class, which FilterLogEvents does not read",
                         hint="leave --by filter out")  # fmt: skip
    if len(known.groups) > 1:
        raise UsageError(f"several linked accounts have a log group {known.name}", hint="leave --by filter out")


def _begun(wish: Wish, log_group: str, **where: Any) -> Acquired:  # noqa: ANN401 - members of the record
    started = clock.now()
    return Acquired(
        id=f"{started:%Y%m%dT%H%M%S%fZ}-{secrets.token_hex(3)}",
        who=user(),
        log_group=log_group,
        start=wish.span.start_ms,
        end=wish.span.end_ms,
        way=wish.way,
        pattern=wish.pattern,
        place=wish.place,
        started=to_millis(started),
        **where,
    )


@dataclass
class _One:
    """One log group of the account."""

    account: Account
    wish: Wish
    archive: Path
    watching: Watching
    groups: Groups
    name: str

    def run(self) -> Acquisition:
        """Bring its events, load and record them."""
        account, wish = self.account, self.wish
        record = _begun(wish, self.name, engine=account.url, account=account.name, region=account.service.region)
        asks = self._asks(record)
        try:
            count = counted(asks, self._wanted()) if self._counts else None
            fetched = self._fetched(asks, count)
        finally:
            cost = asks.meter.cost
            if paid := asks.book.paid(cost):
                enter(account.spool.folder, {"acquire": self.name, "account": account.name, **paid})
        if count is not None and fetched.received is not None:
            asks.book.check("events", fetched.received, count.events, by="stats count(*)")
        told: dict[str, Any] = {
            "counted": None if count is None else count.events,
            "scanned_bytes": cost.bytes,
            "cost": cost.dollars,
        }
        if asks.book.slices:
            told["certificate"] = asks.book.certificate(cost=cost).document()
        open_time = self._open_time(record)
        fetched = replace(fetched, gaps=(*fetched.gaps, *open_time), notes=(*fetched.notes, *self._expired(record)))
        source = wish.source or next(iter(self.groups.kinds([self.name])), None)
        formats = self._formats(fetched)
        told |= {"flow_logs": formats.flow_logs}
        fetched = replace(fetched, notes=(*fetched.notes, *formats.notes))
        record = record.model_copy(update=told)
        return _loaded(record, fetched, source, account.settings, self.watching, count, formats.layouts)

    def _formats(self, fetched: Fetched) -> Formats:
        sample = sample_of(fetched.files, self.account.settings.archive)
        linked = is_arn(self.groups.asked([self.name])[0])
        return formats_of(self.account, self.name, sample, linked=linked, name=self.wish.name_fields)

    @property
    def _counts(self) -> bool:
        return self.wish.way == "insights" or (self.wish.count and self.wish.pattern is None)

    def _fetched(self, asks: Asks, count: Counted | None) -> Fetched:
        wanted, closed_at = self._wanted(), self.wish.span.end_ms + self._delay_ms
        if self.wish.way == "filter" or count is None:
            return by_filter(wanted, self.archive, closed_at=closed_at)
        return by_insights(wanted, asks, self.archive, count, closed_at=closed_at)

    def _wanted(self) -> Wanted:
        account, wish = self.account, self.wish
        governor = account.governor
        return Wanted(
            service=account.service,
            governor=governor,
            log_group=self.name,
            identifier=self.groups.asked([self.name])[0],
            span=wish.span,
            until=governor.now() + account.settings.live.run_seconds,
            tell=self.watching.step,
            pattern=wish.pattern,
            fresh=wish.fresh,
        )

    def _asks(self, record: Acquired) -> Asks:
        account, span = self.account, self.wish.span
        live, meter = account.settings.live, account.budget.meter()
        if self._counts:
            queries = 2 if self.wish.way == "insights" else 1
            known = self.groups.known[self.name].groups
            meter.expect(queries * estimate(known, span.start_ms, span.end_ms, record.started))
        return Asks(
            service=account.service,
            governor=account.governor,
            spool=account.spool,
            book=Book(from_millis(record.started), span, self.groups.kinds([self.name]), live.delays),
            meter=meter,
            identifiers=self.groups.asked,
            until=account.governor.now() + live.run_seconds,
            query_seconds=live.query_seconds,
        )

    @property
    def _delay_ms(self) -> int:
        return longest_delay(self.groups.kinds([self.name]), self.account.settings.live.delays)[0] * 1000

    def _open_time(self, record: Acquired) -> tuple[Gap, ...]:
        """The end of the span, where it is so near that events of it may still be on their way."""
        settled = max(record.started - self._delay_ms, record.start)
        if settled >= record.end:
            return ()
        return (Gap(start=settled, end=record.end, why="events may still arrive; acquire the same later"),)

    def _expired(self, record: Acquired) -> Iterator[str]:
        """That events of the span are gone from the service, as a sentence."""
        days = [group.retention_days for group in self.groups.known[self.name].groups]
        for kept in {each for each in days if each is not None}:
            first = record.started - kept * _DAY_MS
            if record.start < first:
                yield (
                    f"The log group keeps events for {kept:,} days: those before"
                    f" {from_millis(first):%Y-%m-%d %H:%M} UTC were gone from the service."
                )


def _loaded(  # noqa: PLR0913, PLR0917 - what was brought, and what is known of it
    begun: Acquired,
    fetched: Fetched,
    told: str | None,
    settings: Settings,
    watching: Watching,
    count: Counted | None = None,
    layouts: Layouts | None = None,
) -> Acquisition:
    """Load what was brought, compare it with the count, and record both."""
    archive, group = fetched.place.archive, begun.log_group
    source = told
    if begun.way != "s3" and fetched.files:
        guess = VPC_FLOW.name if layouts else None
        source = kind_of(fetched.files, archive, group, told=told, settings=settings.archive, guess=guess)
    if layouts is not None and source != VPC_FLOW.name:
        unnamed = tuple(each.model_copy(update={"named": False}) for each in begun.flow_logs)
        begun = begun.model_copy(update={"flow_logs": unnamed})
        fetched = replace(fetched, notes=(*fetched.notes, _OTHER_KIND.format(source)))
    record = begun.model_copy(update={"source": source, "received": fetched.received or 0})
    if fetched.files:
        write_acquired(archive, record)
    loaded = bring_in(fetched, group, source=source, settings=settings.archive, progress=watching.load, layouts=layouts)
    received = loaded.held if fetched.received is None else fetched.received
    gaps = fetched.gaps
    if count is not None and count.events > received and not gaps:
        gaps = missing_by_time(archive, group, record.span, count)
    incomplete = (*fetched.incomplete, *loaded.incomplete, *_short(loaded, received, record.counted))
    whole = not gaps and not incomplete
    finished = clock.now()
    record = record.model_copy(
        update={
            "finished": to_millis(finished),
            "received": received,
            "loaded": loaded.added,
            "duplicates": loaded.duplicates,
            "rejected": loaded.rejected,
            "completeness": Completeness.COMPLETE if whole else Completeness.PARTIAL,
            "gaps": gaps,
            "notes": (*incomplete, *fetched.notes, *loaded.notes),
            "files": dict(loaded.digests),
        }
    )
    others = (each for each in Archive.open(archive).acquired() if each.id != record.id and each.log_group == group)
    record = record.model_copy(update={"notes": (*record.notes, *twice_sentences((*others, record)))})
    write_acquired(archive, record)
    return Acquisition(record, loaded.kinds, (record.finished or 0) / 1000 - record.started / 1000)


def _short(loaded: Loaded, received: int, counted_events: int | None) -> Iterator[str]:
    if loaded.rejected:
        yield f"{loaded.rejected:,} texts could not be read as events"
    if loaded.held < received:
        yield f"{received - loaded.held:,} of {received:,} events did not reach the archive"
    if counted_events is not None and counted_events > received:
        yield f"{received:,} of {counted_events:,} events came"
