"""The account's log groups: which there are, and the kinds of log that they hold.

The service knows names, sizes and retention (DescribeLogGroups). What is in a log group only its events say: some of
the oldest and some of the newest are looked at (FilterLogEvents, which scans nothing that is paid for), once for each
engine. ``[live.sources]`` in the settings says it without a look.

A name that several linked accounts have is one log group here, as it is in the rows of a query without its account.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from siemlib.engine.protocol import LogGroup
from siemlib.live.errors import DeniedError, GoneError
from siemlib.live.together import together
from siemlib.model import clock
from siemlib.model.timespan import from_millis, to_millis
from siemlib.sources import recognise, source

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from siemlib.live.governor import Governor
    from siemlib.live.service import Group, LogEvent, Service
    from siemlib.settings import LiveSettings

_LOOKED_AT = 50
"""Events at either end of a log group."""
_MOST_PAGES = 5
"""Of FilterLogEvents: a page may be empty, and another follow; then the look gives up."""
_SECONDS = 120.0
_AT_ONCE = 8
_NEWEST_FROM = 1_704_067_200_000
"""Epoch milliseconds: before 2024 the service gives the oldest events first only."""
_A_DAY_AHEAD = 86_400_000
"""Milliseconds: the service takes events of up to two hours ahead; clocks of machines may be wrong."""


@dataclass(frozen=True, slots=True)
class Known:
    """A log group by name, in every account that has it."""

    name: str
    groups: tuple[Group, ...]

    @property
    def stored_bytes(self) -> int:
        """As the service says; it lags behind."""
        return sum(group.stored_bytes for group in self.groups)


@dataclass
class _Look:
    """What a look at a log group has found. Times are epoch milliseconds."""

    sources: set[str] = field(default_factory=set)
    first: int | None = None
    last: int | None = None
    empty: bool = False
    denied: str = ""


class Groups:
    """The log groups that the settings choose. Asked once; any thread may use it."""

    def __init__(self, service: Service, governor: Governor, settings: LiveSettings) -> None:
        self._service, self._governor, self._settings = service, governor, settings
        self._lock = threading.Lock()
        self._known: dict[str, Known] | None = None
        self._described: tuple[LogGroup, ...] | None = None
        self._denied: str = ""

    @property
    def known(self) -> dict[str, Known]:
        """By name, sorted. Raises LiveError where they cannot be listed."""
        with self._lock:
            if self._known is None:
                self._known = self._listed()
            return self._known

    @property
    def plain(self) -> tuple[LogGroup, ...]:
        """What is known of them without a look at their events."""
        return tuple(_described(known, self._told(name), None) for name, known in self.known.items())

    def described(self) -> tuple[LogGroup, ...]:
        """With the kinds of log that they hold, and when their events begin and end, where a look could find it."""
        known = self.known
        with self._lock:
            if self._described is None:
                jobs = [partial(self._look, each) for each in known.values()]
                looks = together(jobs, most=_AT_ONCE)
                self._denied = next((look.denied for look in looks if look.denied), "")
                self._described = tuple(
                    _described(each, self._told(each.name) or tuple(sorted(look.sources)), look)
                    for each, look in zip(known.values(), looks, strict=True)
                )
            return self._described

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know of :meth:`described`, as sentences."""
        if not self._denied:
            return ()
        known = "The kinds of log are known only as the settings say them ([live.sources] in siem.toml)"
        return (f"{known}, because the events may not be looked at: {self._denied}",)

    def asked(self, names: Sequence[str]) -> tuple[str, ...]:
        """What StartQuery is given for these names: an ARN where the log group is of a linked account."""
        own = self._service.account()
        found = (group for name in names for group in self.known[name].groups)
        return tuple(group.name if _account(group) in {own, ""} else group.arn for group in found)

    def kinds(self, names: Sequence[str]) -> tuple[str, ...]:
        """The kinds of log in these log groups, as far as that is known by now; nothing is asked."""
        described = {group.name: group.sources for group in self._described or ()}
        kinds = (kind for name in names for kind in described.get(name) or self._told(name))
        return tuple(dict.fromkeys(kinds))

    # ── which there are ──────────────────────────────────────────────────────────────────────────────────────────────

    def _listed(self) -> dict[str, Known]:
        wanted = self._settings.log_groups
        until = self._governor.now() + _SECONDS
        prefixes = _prefixes(wanted) if wanted else [None]
        found: dict[str, dict[str, Group]] = defaultdict(dict)
        for prefix in prefixes:
            for group in self._governor.call("DescribeLogGroups", partial(self._all, prefix), until=until):
                if not wanted or any(_means(pattern, group.name) for pattern in wanted):
                    found[group.name][group.arn] = group
        return {name: Known(name, tuple(found[name].values())) for name in sorted(found)}

    def _all(self, prefix: str | None) -> list[Group]:
        return list(self._service.log_groups(prefix=prefix, linked=True))

    # ── what they hold ───────────────────────────────────────────────────────────────────────────────────────────────

    def _told(self, name: str) -> tuple[str, ...]:
        """The kinds of log that the settings say. Raises UsageError for a kind that there is not."""
        exact = self._settings.sources.get(name)
        if exact is None:
            near = [pattern for pattern in self._settings.sources if _means(pattern, name)]
            exact = self._settings.sources[max(near, key=len)] if near else ()
        return tuple(sorted(source(kind).name for kind in exact))

    def _look(self, known: Known) -> _Look:
        look = _Look()
        own = self._service.account()
        for group in known.groups:
            identifier = group.name if _account(group) in {own, ""} else group.arn
            try:
                oldest, seen = self._events(identifier, newest=False)
                newest, _ = self._events(identifier, newest=True) if oldest else ([], True)
            except GoneError:
                continue  # deleted since it was listed
            except DeniedError as error:
                look.denied = error.message
                continue
            look.empty = seen and not oldest
            look.sources |= set(_kinds((*oldest, *newest)))
            if oldest:
                look.first = min(filter(None, (look.first, oldest[0].time)))
            if newest:
                look.last = max(look.last or newest[-1].time, *(event.time for event in newest))
        return look

    def _events(self, identifier: str, *, newest: bool) -> tuple[list[LogEvent], bool]:
        """Some events of one end of a log group, and whether the service has looked into all of it."""
        until, token = self._governor.now() + _SECONDS, None
        end = to_millis(clock.now()) + _A_DAY_AHEAD
        start = _NEWEST_FROM if newest else 0
        for _ in range(_MOST_PAGES):
            request = partial(
                self._service.filter_events, identifier, start=start, end=end, most=_LOOKED_AT, newest=newest
            )
            page = self._governor.call("FilterLogEvents", partial(request, token=token), until=until)
            if page.events or page.token is None:
                return list(page.events), page.token is None
            token = page.token
        return [], False


def _described(known: Known, sources: tuple[str, ...], look: _Look | None) -> LogGroup:
    accounts = sorted({account for group in known.groups if (account := _account(group))})
    days = [group.retention_days for group in known.groups]
    return LogGroup(
        name=known.name,
        sources=sources,
        events=0 if look and look.empty and not look.denied else None,
        first=None if look is None or look.first is None else from_millis(look.first),
        last=None if look is None or look.last is None else from_millis(look.last),
        accounts=tuple(accounts),
        retention_days=min((each for each in days if each is not None), default=None),
    )


def _kinds(events: Iterable[LogEvent]) -> Iterable[str]:
    """The kinds of log of these events, told for each log stream: a log group may hold several."""
    streams: dict[str, dict[str, str]] = defaultdict(dict)
    for event in events:
        if event.message.strip():
            streams[event.stream][event.id] = event.message
    for messages in streams.values():
        found = recognise(list(messages.values()))
        if found is not None:
            yield found.name


def _account(group: Group) -> str:
    parts = group.arn.split(":")
    return parts[4] if len(parts) > 5 else ""  # noqa: PLR2004 - arn:aws:logs:REGION:ACCOUNT:log-group:NAME


def _means(pattern: str, name: str) -> bool:
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern


def _prefixes(patterns: Sequence[str]) -> list[str | None]:
    """The beginnings to list, without those that another one covers."""
    heads = sorted({pattern.removesuffix("*") for pattern in patterns})
    kept: list[str | None] = []
    for head in heads:
        if not kept or not head.startswith(str(kept[-1])):
            kept.append(head or None)
    return kept if None not in kept else [None]
