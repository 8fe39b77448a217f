"""Several jobs side by side, of which none is left behind: when one fails, or on Ctrl-C, all others end as well.

Jobs are made of requests through the governor, whose every wait listens to the group's :class:`Stop`. So the others end
within a request's time, and stop their queries on the way out. A job that hangs in the network is not waited for: its
query is stopped from here.
"""

from __future__ import annotations

import threading
from contextvars import copy_context
from typing import TYPE_CHECKING, Generic, TypeVar

from siemlib.live.stopping import Stop, StoppedError, current, listening, stop_all

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

_LOOK_SECONDS = 0.2
_GRACE_SECONDS = 10.0


def together(jobs: Sequence[Callable[[], T]], *, most: int) -> list[T]:
    """The answers of ``jobs`` in their order, at most ``most`` of them at work at the same time.

    The first error that is raised in one of them, or KeyboardInterrupt here, stops all others and is raised here.
    Within a job it may be called again.
    """
    if len(jobs) == 1 or most == 1:
        return [job() for job in jobs]
    return _Group(jobs, min(most, len(jobs))).run() if jobs else []


class _Group(Generic[T]):
    def __init__(self, jobs: Sequence[Callable[[], T]], workers: int) -> None:
        self._jobs = jobs
        self._answers: dict[int, T] = {}
        self._errors: list[BaseException] = []
        self._next = iter(range(len(jobs)))
        self._stop = Stop(current())
        self._changed = threading.Condition()
        self._working = workers

    def run(self) -> list[T]:
        """Start the workers, and wait for them."""
        for _ in range(self._working):
            # Daemons: a job that hangs in the network must not keep Python from ending.
            threading.Thread(target=copy_context().run, args=(self._work,), daemon=True).start()
        try:
            self._wait()
        except BaseException:
            self._end()
            raise
        finally:
            self._stop.close()
        error = self._first_error()
        if error is not None:
            raise error
        return [self._answers[place] for place in range(len(self._jobs))]

    def _work(self) -> None:
        with listening(self._stop):
            while (place := self._take()) is not None:
                try:
                    answer = self._jobs[place]()
                except BaseException as error:  # noqa: BLE001 - it is raised where the jobs were given
                    self._failed(error)
                else:
                    self._answers[place] = answer
        with self._changed:
            self._working -= 1
            self._changed.notify_all()

    def _take(self) -> int | None:
        with self._changed:
            return None if self._stop.asked else next(self._next, None)

    def _failed(self, error: BaseException) -> None:
        with self._changed:
            self._errors.append(error)
        self._stop.ask()

    def _wait(self) -> None:
        """Until every worker has ended; when they were asked to, only for so long."""
        with self._changed:
            while self._working and not self._stop.asked:
                self._changed.wait(_LOOK_SECONDS)
        if self._stop.asked:
            self._end()

    def _end(self) -> None:
        """Ask all to end; after a while stop the queries of those that hang."""
        self._stop.ask()
        with self._changed:
            self._changed.wait_for(lambda: not self._working, timeout=_GRACE_SECONDS)
        stop_all(stop=self._stop)

    def _first_error(self) -> BaseException | None:
        """The first that is a reason, not a consequence."""
        told = [error for error in self._errors if not isinstance(error, StoppedError)]
        return next(iter(told or self._errors), None)
