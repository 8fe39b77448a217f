"""What ``SOURCE`` means where the log groups are known: their names, and the span of time."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from siemlib.errors import UsageError
from siemlib.model.timespan import TimeSpan
from siemlib.ql.diagnostic import CompileError, Diagnostic
from siemlib.ql.parameters import inner_queries
from siemlib.ql.rewrite import map_inner
from siemlib.ql.selection import MOST_GROUPS
from siemlib.sources.data_sources import DATA_SOURCES, KNOWN_ELSEWHERE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siemlib.engine.protocol import LogGroup
    from siemlib.ql.ast import Query
    from siemlib.ql.selection import Groups, Moment, Selection

_LISTED = 10


@dataclass(frozen=True, slots=True)
class Chosen:
    """The log groups of a selection, by name, and what a reader must know of the choice, as sentences."""

    names: tuple[str, ...]
    notes: tuple[str, ...] = ()


def choose(selection: Selection, known: Sequence[LogGroup], text: str) -> Chosen:
    """The log groups of ``known`` that ``selection``, which stands in ``text``, means.

    Raises CompileError for a group that there is not, for what this store cannot know, and where nothing matches.
    """
    choice = _Choice(known, [])
    names = choice.named(selection) if selection.names else choice.matching(selection)
    if choice.errors:
        raise CompileError(text, choice.errors)
    return Chosen(names, _notes(selection, [group for group in known if group.name in names]))


def span_of(selection: Selection | None, given: TimeSpan | None, now: int, text: str) -> TimeSpan:
    """The span of time: that of the query's own text, else the one that was ``given``.

    ``now`` is the moment of the query in epoch milliseconds. Raises CompileError for a span that is empty or in no
    calendar, UsageError where nobody says a time.
    """
    if selection is None or selection.start is None:
        if given is None:
            raise UsageError("no time is given", hint="give a span of time, or write it: SOURCE 'group' START=… END=…")
        return given
    start = _millis(selection.start, now)
    # Inclusive, to the millisecond, as DescribeQueries writes it.
    end = now if selection.end is None else _millis(selection.end, now) + 1
    try:
        return TimeSpan.of_millis(start, end)
    except UsageError as error:
        problem = error.message
    except OverflowError:
        problem = "this time is in no calendar"
    raise CompileError(text, [Diagnostic(problem, selection.start.span)])


def chosen_inside(query: Query, known: Sequence[LogGroup], text: str) -> tuple[Query, tuple[str, ...]]:
    """The query, whose inner queries name their log groups, and the notes of the choice. Raises as :func:`choose`."""
    notes: dict[str, None] = {}
    if not any(inner.selection for inner in inner_queries(query)):
        return query, ()

    def named(inner: Query) -> Query:
        if inner.selection is None:
            return inner
        chosen = choose(inner.selection, known, text)
        notes.update(dict.fromkeys(chosen.notes))
        return replace(inner, source=chosen.names, selection=None)

    return map_inner(query, named), tuple(notes)


def replaced(
    selection: Selection | None,
    groups: Sequence[str],
    asked_groups: Sequence[str] | None,
    span: TimeSpan,
    asked_span: TimeSpan | None,
) -> tuple[str, ...]:
    """What the query's own SOURCE took the place of, as sentences."""
    if selection is None:
        return ()
    notes = []
    if asked_groups is not None and set(groups) != set(asked_groups):
        notes.append("The log groups are those that the query's SOURCE names, not those that were given beside it.")
    if asked_span is not None and span != asked_span:
        notes.append(f"The span of time is that of the query's SOURCE, {span}, not the one given beside it.")
    return tuple(notes)


def _millis(moment: Moment, now: int) -> int:
    return now - moment.millis if moment.before_now else moment.millis


@dataclass(slots=True)
class _Choice:
    """One choice; ``errors`` are of the query's text."""

    known: Sequence[LogGroup]
    errors: list[Diagnostic]

    def named(self, selection: Selection) -> tuple[str, ...]:
        """The groups that are named, each once, in the order of the text."""
        names = [_without_arn(name) for name in selection.names]
        there = {group.name for group in self.known}
        for name in dict.fromkeys(names):
            if name not in there:
                self._complain(f"no log group named '{name}'", selection, self._near(name))
        return tuple(dict.fromkeys(names))

    def matching(self, selection: Selection) -> tuple[str, ...]:
        """The groups that meet every selector."""
        groups = selection.groups
        if selection.tags:
            tags = ", ".join(f"'{tag.key}'" for tag in selection.tags)
            hint = "choose by name: SOURCE logGroups(namePrefix: ['…'])"
            message = f"the tags of log groups are not known here, so {tags} can choose none"
            self.errors.append(Diagnostic(message, selection.tags[0].span, hint))
            return ()
        sources = self._sources(selection)
        found = list(self.known)
        if groups is not None:
            found = self._of(groups, selection)
        if sources is not None:
            found = [group for group in found if sources & set(group.sources)]
        if not found and not self.errors:
            self._complain("SOURCE matches no log group", selection, self._listed())
        if len(found) > MOST_GROUPS:
            self._complain(f"SOURCE matches {len(found):,} log groups; {MOST_GROUPS:,} are allowed", selection)
        return tuple(group.name for group in found)

    def _of(self, groups: Groups, selection: Selection) -> list[LogGroup]:
        if groups.classes and "STANDARD" not in groups.classes:
            hint = "leave the class out: every log group here is of the class STANDARD"
            self._complain(f"there is no log group of the class {' or '.join(groups.classes)}", selection, hint)
        for account in groups.accounts:
            if not any(account in group.accounts for group in self.known):
                accounts = sorted({account for group in self.known for account in group.accounts})
                hint = f"the accounts known here are {', '.join(accounts)}" if accounts else "no account is known here"
                self._complain(f"no log group is known to be of the account {account}", selection, hint)
        return [
            group
            for group in self.known
            if (not groups.prefixes or group.name.startswith(groups.prefixes))
            and (not groups.accounts or set(groups.accounts) & set(group.accounts))
        ]

    def _sources(self, selection: Selection) -> set[str] | None:
        """Our names of the data sources; ``None`` where the query does not choose by them."""
        if not selection.data:
            return None
        for name in selection.data:
            if name.lower() in DATA_SOURCES:
                continue
            if name.lower() in KNOWN_ELSEWHERE:
                self._complain(f"logs of the data source '{name}' are not told apart here", selection, self._kinds())
                continue
            near = difflib.get_close_matches(name.lower(), DATA_SOURCES, n=1)
            hint = f"did you mean '{near[0]}'?" if near else self._kinds()
            self._complain(f"there is no data source '{name}'", selection, hint)
        return {DATA_SOURCES[name.lower()] for name in selection.data if name.lower() in DATA_SOURCES}

    def _kinds(self) -> str:
        return f"there are {', '.join(DATA_SOURCES)}; other logs are chosen by the names of their groups"

    def _near(self, name: str) -> str:
        folded = {group.name.lower(): group.name for group in self.known}
        near = difflib.get_close_matches(name.lower(), folded, n=1, cutoff=0.5)
        return f"did you mean '{folded[near[0]]}'?" if near else self._listed()

    def _listed(self) -> str:
        names = [group.name for group in self.known]
        more = " …" if len(names) > _LISTED else ""
        return f"there are: {', '.join(names[:_LISTED])}{more}" if names else "there is no log group at all"

    def _complain(self, message: str, selection: Selection, hint: str | None = None) -> None:
        self.errors.append(Diagnostic(message, selection.span, hint))


def _without_arn(name: str) -> str:
    """The name in the ARN of a log group; a name as it is."""
    if not name.startswith("arn:"):
        return name
    return name.partition(":log-group:")[2].removesuffix(":*") or name


def _notes(selection: Selection, groups: Sequence[LogGroup]) -> tuple[str, ...]:
    """``dataSource`` chooses whole log groups here, and says which hold something else as well."""
    if not selection.data:
        return ()
    wanted = {DATA_SOURCES[name.lower()] for name in selection.data}
    mixed = [group.name for group in groups if not set(group.sources) <= wanted]
    notes = (
        [f"dataSource chooses whole log groups; other kinds of log are also in {', '.join(mixed)}."] if mixed else []
    )
    if len({name.lower() for name in selection.data if name.lower().startswith("aws_cloudtrail.")}) == 1:
        notes.append("CloudTrail's data and management events are not told apart by dataSource; eventCategory does.")
    return tuple(notes)
