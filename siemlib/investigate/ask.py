"""How the pivots ask a case: each question once, of the log groups that can answer it."""

from __future__ import annotations

from concurrent.futures import Future
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakKeyDictionary

import pandas as pd

from siemlib.case.answer import Answer
from siemlib.case.branch import branching
from siemlib.sources import SOURCES, source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from siemlib.case import Case
    from siemlib.case.branch import Asked
    from siemlib.engine import Result

K = TypeVar("K")
T = TypeVar("T")
Memo = WeakKeyDictionary["Case", dict[K, "Future[tuple[T, Asked]]"]]
"""What was made once for a case, and what was asked for it, by keys."""
# The first look asks what the sections below it ask again. A case is over fixed evidence and a fixed timespan, so that
# the second answer is the first one; asking once keeps the report's list of queries as long as its list of questions.
_ASKED: Memo[tuple[str, tuple[str, ...]], Result] = WeakKeyDictionary()
_LOCK = Lock()

OTHER = "other"
"""What a timeline calls a log group whose kind is not known to us."""


def ask(case: Case, query: str, log_groups: Iterable[str]) -> Result:
    """Run ``query`` over ``log_groups``, every row of it, unless this case has the result already.

    Where another thread is just asking the same, its answer is waited for.
    """
    groups = tuple(log_groups)
    return once(_ASKED, case, (query, groups), lambda: case.run(query, groups, every_row=True))


def once(memo: Memo[K, T], case: Case, key: K, make: Callable[[], T]) -> T:
    """What ``make`` gives, made once for a case and a key; another thread that wants the same waits for it.

    What ``make`` asks is recorded where each part wants it: which of them came first to make it does not tell.
    """
    with _LOCK:
        made = memo.setdefault(case, {})
        mine = key not in made
        answer = made.setdefault(key, Future())
    if mine:
        asked: Asked = []
        try:
            with branching(asked):
                answer.set_result((make(), asked))
        except BaseException as error:
            with _LOCK:
                del made[key]  # another time it may succeed
            answer.set_exception(error)
            _record(case, asked)
            raise
    found, asked = answer.result()
    _record(case, asked)
    return found


def _record(case: Case, asked: Asked) -> None:
    for result, every_row in tuple(asked):
        case.rests_on(result, every_row=every_row)


def ask_each(case: Case, queries: Iterable[tuple[str, Iterable[str]]]) -> list[Result]:
    """The same for several queries, each with its log groups: side by side where the engine can, recorded in order."""
    return case.together(*(partial(ask, case, query, groups) for query, groups in queries))


def kinds(case: Case) -> dict[tuple[str, ...], tuple[str, ...]]:
    """The log groups of the case by the sources that they hold: ``{("sshd", "syslog"): ("auth",), (): ("other",)}``."""
    by_group = {
        group: tuple(known.name for known in SOURCES if group in case.log_groups(known.name))
        for group in case.log_groups()
    }
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for group, sources in by_group.items():
        found[sources] = (*found.get(sources, ()), group)
    return found


def held(case: Case) -> tuple[str, ...]:
    """The names of the sources that the case holds at all."""
    return tuple(known.name for known in SOURCES if case.log_groups(known.name))


def group_name(log: str) -> str:
    """The log group of a value of ``@log``, which the service writes as ``account:group``."""
    account, separator, name = log.partition(":")
    return name if separator and account.isdigit() else log


def source_title(name: str) -> str:
    """What people call a source."""
    return source(name).title if any(known.name == name for known in SOURCES) else "other logs"


def searched(case: Case, log_groups: Sequence[str], what: str) -> str:
    """The sentence under every answer: where and when it was searched, and for what."""
    noun = "log group" if len(log_groups) == 1 else "log groups"
    return f"{noun} {', '.join(log_groups)}, {case.timespan}, for {what}." if log_groups else "no log group."


def not_held(name: str, title: str, kind: str, columns: Mapping[str, str], *labelled: str) -> Answer:
    """The answer to a question that nobody could look into: no log group holds the ``kind`` of log.

    That is not the same as "nothing found", and its completeness is unknown. Behind a column of ``labelled`` stands
    what the inventory would say of its addresses.
    """
    columns = {
        name: kind
        for column, own in columns.items()
        for name, kind in [(column, own), (f"{column} is", "text")][: 2 if column in labelled else 1]
    }
    reading = f"Not examined: no log group holds {source_title(kind)}."
    return Answer(name, title, typed([], columns), reading, "no log group.", ())


def typed(rows: Iterable[Sequence[object]], columns: Mapping[str, str]) -> pd.DataFrame:
    """A frame whose columns have their types also when there is no row. Types: ``text``, ``count``, ``time``."""
    frame = pd.DataFrame(list(rows), columns=list(columns), dtype="object")
    return pd.DataFrame({name: as_type(frame[name], kind) for name, kind in columns.items()})


def as_type(values: pd.Series, kind: str) -> pd.Series:
    """A column as text, as whole numbers, or as aware UTC times, from what an engine gave."""
    if kind == "time":
        return times(values)
    return values.astype("Int64" if kind == "count" else "string")


def times(values: pd.Series) -> pd.Series:
    """Aware UTC times from ``YYYY-MM-DD HH:MM:SS.mmm`` or epoch milliseconds: ``min(@timestamp)`` may be either."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        return values.astype("datetime64[ms, UTC]")
    parsed = [_time(value) for value in values]
    return pd.Series(pd.to_datetime(pd.Series(parsed, dtype="object", index=values.index), utc=True)).astype(
        "datetime64[ms, UTC]"
    )


def _time(value: object) -> pd.Timestamp | None:
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, pd.Timestamp):
        return value if value.tzinfo else value.tz_localize("UTC")
    try:
        return pd.Timestamp(int(float(str(value))), unit="ms", tz="UTC")
    except ValueError:
        return pd.Timestamp(str(value), tz="UTC")
