"""What can be made to go wrong, for tests: on the wire, or with a query."""

from __future__ import annotations

import threading
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HttpError:
    """An answer with this status, which may be no JSON at all."""

    status: int
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Refuse:
    """An error of the service: ExpiredTokenException, ThrottlingException, AccessDeniedException, and so on."""

    code: str
    message: str = ""
    status: int = 400


@dataclass(frozen=True, slots=True)
class Drop:
    """The connection is closed without an answer."""


@dataclass(frozen=True, slots=True)
class HalfBody:
    """The connection is closed in the middle of the answer. botocore takes that for an answer without members."""


@dataclass(frozen=True, slots=True)
class CutBody:
    """Half of the JSON comes as if it were all: a whole answer of HTTP that is no JSON."""


@dataclass(frozen=True, slots=True)
class Wait:
    """The answer comes so many seconds later."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Skew:
    """The service's clock is so many seconds ahead of ours: above 300, either way, signatures are refused."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Stay:
    """The query stays ``Running`` until it is stopped, or times out. Of StartQuery."""


@dataclass(frozen=True, slots=True)
class End:
    """The query ends with this status and so many rows. Of StartQuery; of GetQueryResults: it has ended so just now."""

    status: str
    rows: int = 0


WireFault = HttpError | Refuse | Drop | HalfBody | CutBody | Wait | Skew
QueryFault = Stay | End
Fault = WireFault | QueryFault

EVERY = "*"
"""Every operation."""


@dataclass(slots=True)
class _Plan:
    operation: str
    fault: Fault
    times: int | None
    after: int

    def due(self) -> bool:
        """Whether it happens to the request that has just come, which is counted."""
        if self.after > 0:
            self.after -= 1
            return False
        return self.times is None or self.times > 0


class Faults:
    """Faults that were planned; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._plans: list[_Plan] = []

    def add(self, operation: str, fault: Fault, *, times: int | None = 1, after: int = 0) -> None:
        """Let ``fault`` happen to the next ``times`` requests of an operation, behind ``after`` others.

        The operation ``"*"`` is any, and ``None`` times are all. Of several that are due at once the first that was
        added happens.
        """
        with self._lock:
            self._plans.append(_Plan(operation, fault, times, after))

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        with self._lock:
            self._plans.clear()

    def of_wire(self, operation: str) -> WireFault | None:
        """What happens to this request on the wire. To be asked once for a request."""
        fault = self._take(operation, of_query=False)
        return None if isinstance(fault, QueryFault) else fault

    def of_query(self, operation: str) -> QueryFault | None:
        """What happens to the query of this request. To be asked once for a request."""
        fault = self._take(operation, of_query=True)
        return fault if isinstance(fault, QueryFault) else None

    def _take(self, operation: str, *, of_query: bool) -> Fault | None:
        with self._lock:
            plans = [
                plan
                for plan in self._plans
                if plan.operation in {operation, EVERY} and isinstance(plan.fault, QueryFault) is of_query
            ]
            due = [plan for plan in plans if plan.due()]
            if not due:
                return None
            first = due[0]
            if first.times is not None:
                first.times -= 1
            return first.fault
