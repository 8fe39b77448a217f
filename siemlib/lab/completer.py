"""Completion in cells of ``%%insights``, as IPython asks for it; JupyterLab shows what it gives."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher

from siemlib.case import Case, open_engine
from siemlib.errors import SiemError
from siemlib.evidence.scrub import archive_of
from siemlib.lab.options import read
from siemlib.lab.words import is_insights, offers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from IPython.core.interactiveshell import InteractiveShell

    from siemlib.engine import Engine
    from siemlib.model.timespan import TimeSpan

PATIENCE = 0.8
"""Seconds that one completion waits for the fields of log groups; JupyterLab itself waits for one. What is known by
then is offered, the looking goes on beside the notebook, and a later Tab offers the rest."""

_LONGEST = 200
"""Characters of a name that is offered."""
_MATCHERS: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
# The fields of a group do not change: a case is over fixed evidence and a fixed timespan.
_FIELDS: WeakKeyDictionary[Case, dict[str, Future[tuple[str, ...]]]] = WeakKeyDictionary()
_WORKER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="siem-fields")


class Held:
    """What the notebook holds, for :func:`~siemlib.lab.words.offers`."""

    def __init__(self, names: Mapping[str, object], line: str) -> None:
        self._names = names
        self._case = _case(names, line)

    def groups(self) -> Sequence[str]:
        """The log groups of the case; none without one."""
        return [name for name in self._case.log_groups() if harmless(name)] if self._case else ()

    def cases(self) -> Sequence[str]:
        """The variables that hold a case, but for IPython's own."""
        return [name for name, value in self._names.items() if isinstance(value, Case) and not name.startswith("_")]

    def fields(self, groups: Sequence[str]) -> Sequence[str]:
        """The fields that queries find in these groups, or in all, as far as known in time."""
        if self._case is None:
            return ()
        looked = _FIELDS.setdefault(self._case, {})
        wanted = [group for group in self._case.log_groups() if not groups or group in groups]
        for group in wanted:
            if group not in looked:
                looked[group] = _WORKER.submit(_fields, self._case.engine, group, self._case.timespan)
        done, _ = wait([looked[group] for group in wanted], timeout=max(PATIENCE, 0))
        return list(dict.fromkeys(name for group in wanted if looked[group] in done for name in looked[group].result()))


def add_completer(shell: InteractiveShell) -> None:
    """Ask us about cells of ``%%insights``, before everybody else."""
    remove_completer(shell)

    @context_matcher()  # type: ignore[untyped-decorator]
    def insights_matcher(context: CompletionContext) -> SimpleMatcherResult:
        return _matched(shell, context)

    _MATCHERS[shell] = insights_matcher
    shell.Completer.custom_matchers.insert(0, insights_matcher)


def remove_completer(shell: InteractiveShell) -> None:
    """Ask us no more."""
    matcher = _MATCHERS.pop(shell, None)
    shell.Completer.custom_matchers[:] = [each for each in shell.Completer.custom_matchers if each is not matcher]


def _matched(shell: InteractiveShell, context: CompletionContext) -> SimpleMatcherResult:
    code = context.full_text
    if not is_insights(code):
        return SimpleMatcherResult(completions=[], suppress=False)
    lines = code.split("\n")
    cursor = sum(len(line) + 1 for line in lines[: context.cursor_line]) + context.cursor_position
    first = next(line for line in lines if line.strip())
    found = offers(code, cursor, Held(shell.user_ns, first))
    if found is None:
        return SimpleMatcherResult(completions=[], suppress=False)
    offered = [SimpleCompletion(offer.text, type=offer.kind) for offer in found.offers]
    return SimpleMatcherResult(
        # Names of Python are no part of a query, also where we have nothing to offer; but IPython suppresses them only
        # for something that is offered. What stands there already changes nothing.
        completions=offered or [SimpleCompletion(found.fragment, type="nothing")],
        matched_fragment=found.fragment,
        ordered=True,
        suppress=True,
    )


def _case(names: Mapping[str, object], line: str) -> Case | None:
    try:
        name = read(line.strip().partition(" ")[2]).case
    except SiemError:  # the line is being written
        name = "case"
    case = names.get(name)
    return case if isinstance(case, Case) else None


def _fields(engine: Engine, group: str, timespan: TimeSpan) -> tuple[str, ...]:
    try:
        # Over an archive an engine of its own: the case's may be answering a cell.
        asked = engine if archive_of(engine.url) is None else open_engine(engine.url)
        found = asked.fields(group, timespan)
    except SiemError:
        return ()
    return tuple(each.written for each in (*found.system, *found.fields) if each.written and harmless(each.written))


def harmless(name: str) -> bool:
    """Whether a name may be offered: who writes log lines names the fields of JSON, and a front end draws the offer.

    Any other name can still be typed.
    """
    return name.isprintable() and len(name) <= _LONGEST and not set(name) & set("<>&")
