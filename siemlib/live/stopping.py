"""That nothing is left running: who is asked to stop, and which queries of the service run for us at this moment.

Two things are kept here. A :class:`Stop` is how the jobs of :func:`siemlib.live.together.together` hear that they are
to end; every wait of the governor listens to the one of its thread. The list of running queries is what is stopped when
everything else failed: it is emptied by :func:`stop_all`, which also runs when Python ends (a notebook's kernel that is
shut down). A process that is killed cannot stop anything; its queries end by themselves, within the service's hour.
"""

from __future__ import annotations

import atexit
import threading
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from siemlib.errors import SiemError
from siemlib.live.errors import GoneError, InvalidError, LiveError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siemlib.live.service import Service

_AT_THE_END_TRIES = 3


class StoppedError(LiveError):
    """Another job failed or was interrupted, so this one ended as well; it is never what a person is shown."""


class Stop:
    """Asks the jobs of one group to end, and those of the groups that they have made."""

    def __init__(self, parent: Stop | None = None) -> None:
        self._event = threading.Event()
        self._inner: list[Stop] = []
        self._lock = threading.Lock()
        self.parent = parent
        if parent is not None:
            parent._adopt(self)  # noqa: SLF001 - one of its own kind

    def _adopt(self, inner: Stop) -> None:
        with self._lock:
            self._inner.append(inner)
            asked = self.asked
        if asked:
            inner.ask()

    def ask(self) -> None:
        """Ask everybody to end; more than once does no harm."""
        with self._lock:
            self._event.set()
            inner = tuple(self._inner)
        for each in inner:
            each.ask()

    def close(self) -> None:
        """The group is over."""
        if self.parent is not None:
            with self.parent._lock:  # noqa: SLF001 - one of its own kind
                self.parent._inner.remove(self)  # noqa: SLF001 - the same

    @property
    def asked(self) -> bool:
        """Whether everybody was asked to end."""
        return self._event.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait so long, or until everybody is asked to end; gives whether they are."""
        return self._event.wait(seconds)

    def within(self, other: Stop | None) -> bool:
        """Whether this is ``other``, or belongs to a group inside it."""
        here: Stop | None = self
        while here is not None and here is not other:
            here = here.parent
        return here is not None


_CURRENT: ContextVar[Stop | None] = ContextVar("siemlib_live_stop", default=None)


def current() -> Stop | None:
    """The stop that the code of this thread must listen to; ``None`` where nobody can ask it to end."""
    return _CURRENT.get()


@contextmanager
def listening(stop: Stop | None) -> Iterator[None]:
    """The code inside listens to ``stop``; with ``None`` it goes on to its end, as what stops a query must."""
    before = _CURRENT.set(stop)
    try:
        yield
    finally:
        _CURRENT.reset(before)


def check_stop() -> None:
    """Raises StoppedError when this thread was asked to end."""
    stop = current()
    if stop is not None and stop.asked:
        raise StoppedError("stopped, because another part of the same work ended before")


# ── the queries that run ─────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Running:
    """A query of the service that was started by us and has not been seen to end."""

    service: Service
    query_id: str
    stop: Stop | None = field(default_factory=current)


_RUNNING: dict[tuple[int, str], Running] = {}
_LOCK = threading.Lock()


def started(service: Service, query_id: str) -> None:
    """Remember a query that runs now."""
    with _LOCK:
        _RUNNING[id(service), query_id] = Running(service, query_id)


def ended(service: Service, query_id: str) -> None:
    """Forget one that has ended, or was stopped."""
    with _LOCK:
        _RUNNING.pop((id(service), query_id), None)


def running(service: Service | None = None, *, stop: Stop | None = None) -> tuple[Running, ...]:
    """The queries that run: of one service or of all, and of a group of jobs where ``stop`` is given."""
    with _LOCK:
        found = tuple(_RUNNING.values())
    of_service = (each for each in found if service is None or each.service is service)
    return tuple(each for each in of_service if stop is None or (each.stop is not None and each.stop.within(stop)))


def stop_all(service: Service | None = None, *, stop: Stop | None = None) -> tuple[str, ...]:
    """Stop every query that runs, without waiting for a rate; gives the ids of those that could not be stopped."""
    return tuple(each.query_id for each in running(service, stop=stop) if not _stopped(each))


def _stopped(query: Running) -> bool:
    for _ in range(_AT_THE_END_TRIES):
        try:
            query.service.stop_query(query.query_id)
        except (GoneError, InvalidError):
            break
        except SiemError as error:
            if not (isinstance(error, LiveError) and error.again):
                return False
        else:
            break
    else:
        return False
    ended(query.service, query.query_id)
    return True


atexit.register(stop_all)
