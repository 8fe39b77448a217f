"""The account's quotas are kept, and what was refused is tried again: every request to the service goes through here.

*Rates.* Each operation has its pace (requests a second). A request takes its turn in the order of asking, then waits
for it, so that nobody is passed over. After ThrottlingException the pace of that operation falls to 0.7 of itself, at
most once a second, and comes back by a thirtieth of its full value each second: others use the account's quota as well.

*Queries at once.* A query of the service holds a slot while it runs. LimitExceededException takes a quarter of the
slots away, at most once in five seconds; one comes back every ten seconds.

*Trying again.* After an error that may pass, exponentially longer pauses with full jitter (a random part of them, so
that many clients do not come back at one moment), until the deadline. Only a service that gives no answer at all is
given up earlier: after a minute, or after four attempts if it has never answered.

A request that is under way is not cut off: it ends by the timeouts of the client.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter, deque
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from siemlib.errors import SiemError
from siemlib.live.errors import BusyError, DeadlineError, LiveError, ThrottledError, UnavailableError
from siemlib.live.stopping import check_stop, current

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from siemlib.settings import LiveSettings

T = TypeVar("T")

_OTHERS_PER_SECOND = 5.0
"""Of operations whose quota is not documented, and a fair share of those that have one of 10 a second or more."""
_OF_S3 = {"ListObjectsV2": 50.0, "GetObject": 200.0}
"""A share of the 5,500 a second that S3 answers for each prefix."""
_BURST = 2.0
"""Requests that may follow each other at once after a pause."""
_SLOWER, _SLOWEST, _RECOVERY_SECONDS, _ONE_WAVE = 0.7, 0.05, 30.0, 1.0
_FEWER, _SLOT_BACK_SECONDS, _ONE_BUSY_WAVE = 0.75, 10.0, 5.0
_FIRST_PAUSE, _FIRST_BUSY_PAUSE, _LONGEST_PAUSE = 0.25, 1.0, 20.0
_TRIES_WITHOUT_ANY_ANSWER, _SILENCE_SECONDS = 4, 60.0
_NEAR = 0.05
"""Seconds; a deadline as near as this is reached."""
_LOOK_SECONDS = 0.1
"""How often one who waits for a slot looks at the clock, besides being told."""


def _sleep(seconds: float) -> None:
    stop = current()
    if stop is None:
        time.sleep(seconds)
    else:
        stop.wait(seconds)


@dataclass(frozen=True, slots=True)
class Timing:
    """A clock; tests have one that does not wait."""

    monotonic: Callable[[], float] = time.monotonic
    """Seconds since some moment."""
    sleep: Callable[[float], None] = _sleep
    """May return early when the thread is asked to stop."""
    random: Callable[[], float] = random.random
    """In ``[0, 1)``."""


SYSTEM = Timing()


class _Pace:
    """When the next request of one operation may go. Not locked: the governor holds its lock."""

    def __init__(self, full: float) -> None:
        self.full = full
        self._rate = full
        self._since = float("-inf")
        self._lowered = float("-inf")
        self._next = float("-inf")

    def rate(self, now: float) -> float:
        """Requests a second at this moment."""
        if self._rate < self.full:
            self._rate = min(self.full, self._rate + self.full / _RECOVERY_SECONDS * max(0.0, now - self._since))
        self._since = now
        return self._rate

    def turn(self, now: float, until: float) -> float | None:
        """Take the next turn; gives its moment, or ``None`` and takes none where it is after ``until``."""
        step = 1 / self.rate(now)
        at = max(now, self._next - (_BURST - 1) * step)
        if at > until:
            return None
        self._next = max(now, self._next) + step
        return at

    def crowded(self, now: float) -> float:
        """Seconds until a request need not wait for its turn; ``0``: it need not now."""
        return max(0.0, self._next - (_BURST - 1) / self.rate(now) - now)

    def refused(self, now: float) -> None:
        """ThrottlingException: many that were sent at the same time are one reason to slow down."""
        rate = self.rate(now)
        if now - self._lowered >= _ONE_WAVE:
            self._rate, self._lowered = max(rate * _SLOWER, self.full * _SLOWEST), now


class _Slots:
    """How many queries may run at once. Not locked: the governor holds its lock."""

    def __init__(self, full: int) -> None:
        self.full = full
        self.taken = 0
        self.queue: deque[object] = deque()
        self._most = float(full)
        self._since = float("-inf")
        self._lowered = float("-inf")

    def most(self, now: float) -> int:
        """How many at this moment."""
        if self._most < self.full:
            self._most = min(float(self.full), self._most + max(0.0, now - self._since) / _SLOT_BACK_SECONDS)
        self._since = now
        return int(self._most)

    def refused(self, now: float) -> None:
        """LimitExceededException: those that run now, less one in four, are what the account has room for."""
        most = self.most(now)
        if now - self._lowered >= _ONE_BUSY_WAVE:
            self._most, self._lowered = float(max(1, int(min(most, max(1, self.taken)) * _FEWER))), now


class Governor:
    """Keeps to the rates and numbers of the settings. One for an account and Region; any thread may use it."""

    def __init__(self, settings: LiveSettings, *, timing: Timing = SYSTEM) -> None:
        self.timing = timing
        starts, results = settings.starts_per_second, settings.results_per_second
        self._rates = {**_OF_S3, "StartQuery": starts, "GetQueryResults": results}
        self._paces: dict[str, _Pace] = {}
        self._slots = _Slots(settings.queries_at_once)
        self._lock = threading.Lock()
        self._freed = threading.Condition(self._lock)
        self._answered = False
        self.requests: Counter[str] = Counter()
        """Requests that were sent, by operation, those that were refused among them."""
        self.refusals: Counter[str] = Counter()
        """Requests that were refused and tried again, by operation."""
        self.typical = 0.0
        """Seconds that the queries of late have taken; told by who waits for them."""

    def now(self) -> float:
        """The moment on this governor's clock, in seconds; what ``until`` is compared with."""
        return self.timing.monotonic()

    def rate(self, operation: str) -> float:
        """Requests of ``operation`` a second, at this moment."""
        with self._lock:
            return self._pace(operation).rate(self.now())

    @property
    def running(self) -> int:
        """How many slots are taken."""
        with self._lock:
            return self._slots.taken

    @property
    def most(self) -> int:
        """How many slots there are, at this moment."""
        with self._lock:
            return self._slots.most(self.now())

    def pause(self, seconds: float) -> None:
        """Wait. Raises StoppedError when the thread is asked to stop."""
        check_stop()
        if seconds > 0:
            self.timing.sleep(seconds)
            check_stop()

    # ── requests ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def call(
        self, operation: str, request: Callable[[], T], *, until: float, tries: int | None = None, yielding: float = 0
    ) -> T:
        """The answer to ``request``, sent when it is its turn, and again after errors that may pass.

        ``until`` is a moment of :meth:`now`; ``tries`` of them at most, where it is given. For ``yielding`` seconds all
        others go first, who want the same operation. Raises DeadlineError, which names the operation and what was
        refused last; StoppedError; and at once every error that will not pass.
        """
        attempt, since, last = 0, self.now(), None
        self._yield(operation, min(since + yielding, until - _NEAR))
        while True:
            self._wait_turn(operation, until, last)
            try:
                answer = self._send(operation, request)
            except LiveError as error:
                attempt += 1
                if not error.again or attempt == tries or self._given_up(error, attempt, since):
                    raise
                last = error
                self._wait_again(operation, error, attempt, until)
            else:
                self._answered = True
                return answer

    def _send(self, operation: str, request: Callable[[], T]) -> T:
        with self._lock:
            self.requests[operation] += 1
        try:
            return request()
        except SiemError as error:
            now = self.now()
            with self._lock:
                self._answered |= not isinstance(error, UnavailableError)
                self.refusals[operation] += isinstance(error, LiveError) and error.again
                if isinstance(error, ThrottledError):
                    self._pace(operation).refused(now)
                elif isinstance(error, BusyError):
                    self._slots.refused(now)
            raise

    def _wait_turn(self, operation: str, until: float, last: LiveError | None) -> None:
        check_stop()
        now = self.now()
        if now > until - _NEAR:
            raise _late(operation, last) from last
        with self._lock:
            at = self._pace(operation).turn(now, until)
        if at is None:
            raise _late(operation, last) from last
        self.pause(at - now)

    def _yield(self, operation: str, until: float) -> None:
        while (now := self.now()) < until:
            with self._lock:
                seconds = self._pace(operation).crowded(now)
            if not seconds:
                return
            # A little later than the turn that has just become free: those who wait for theirs have been told of it.
            self.pause(min(seconds * (1 + self.timing.random()), until - now))

    def _wait_again(self, operation: str, error: LiveError, attempt: int, until: float) -> None:
        left = until - self.now()
        if left <= _NEAR:
            raise _late(operation, error) from error
        first = _FIRST_BUSY_PAUSE if isinstance(error, BusyError) else _FIRST_PAUSE
        most = min(_LONGEST_PAUSE, first * 2.0 ** min(attempt, 10))
        # Half of what is left at most, so that a pause does not itself use up the time that would have been enough.
        self.pause(min(self.timing.random() * most, left / 2))

    def _given_up(self, error: LiveError, attempt: int, since: float) -> bool:
        """Whether a service that does not answer has been tried for long enough."""
        if not isinstance(error, UnavailableError) or attempt < _TRIES_WITHOUT_ANY_ANSWER:
            return False
        return not self._answered or self.now() - since >= _SILENCE_SECONDS

    def _pace(self, operation: str) -> _Pace:
        if operation not in self._paces:
            self._paces[operation] = _Pace(self._rates.get(operation, _OTHERS_PER_SECOND))
        return self._paces[operation]

    # ── queries at once ──────────────────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def slot(self, *, until: float) -> Iterator[None]:
        """One of the queries that may run at once; they are given in the order of asking.

        Raises DeadlineError where none becomes free until then, StoppedError when the thread is asked to stop.
        """
        self._take(until)
        try:
            yield
        finally:
            with self._freed:
                self._slots.taken -= 1
                self._freed.notify_all()

    def _take(self, until: float) -> None:
        me, slots = object(), self._slots
        with self._freed:
            slots.queue.append(me)
            try:
                while slots.queue[0] is not me or slots.taken >= slots.most(self.now()):
                    if self.now() > until - _NEAR:
                        raise DeadlineError(
                            f"no query could be started in time: {slots.taken} of ours run, which is as many as may",
                            hint="raise queries_at_once or run_seconds under [live] in siem.toml",
                        )
                    check_stop()
                    self._freed.wait(_LOOK_SECONDS)
                slots.taken += 1
            finally:
                slots.queue.remove(me)
                self._freed.notify_all()


def _late(operation: str, last: LiveError | None) -> DeadlineError:
    """The error that says what was not done in time, and why."""
    if last is None:
        return DeadlineError(f"{operation}: its turn did not come in the time that was given")
    return DeadlineError(f"{operation}: refused until the time that was given was over; last: {last.message}")
