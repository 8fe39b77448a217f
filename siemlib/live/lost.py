"""A query whose StartQuery was answered to nobody: the connection broke, or Ctrl-C came, after it had been sent.

It may run, and cost, without anybody knowing its id. DescribeQueries is asked for it: one with the same text over the
same time, which runs, was made after we sent ours, and is none that we know. It is taken over rather than started
again; where nobody wants it any more, it is stopped. A query of somebody else with the same text, over the same
seconds, made in the same minute, cannot be told from it. Where DescribeQueries is not permitted, such a query runs to
its own end, and the error that is raised says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from siemlib.errors import SiemError
from siemlib.live.errors import GoneError, InvalidError, LiveError, UnavailableError
from siemlib.live.service import Status
from siemlib.live.stopping import ended, listening, running, started
from siemlib.model import clock

if TYPE_CHECKING:
    from siemlib.live.governor import Governor
    from siemlib.live.service import Ask, Service

_OTHER_CLOCK_MS = 60_000
"""The service's clock may be so far from ours."""
_SECONDS_TO_STOP = 20.0


class Start:
    """One query being started, until its id is known."""

    def __init__(self, service: Service, governor: Governor, ask: Ask) -> None:
        self._service, self._governor, self._ask = service, governor, ask
        self._sent_at = clock.now().timestamp() * 1000
        self._lost = 0
        """Requests that may have started a query without our knowing it."""
        self._blind = False
        """Whether DescribeQueries could not tell."""

    def start(self, *, until: float) -> str:
        """Its id. Raises as :meth:`Governor.call`; whatever was started without an answer is then stopped."""
        try:
            return self._governor.call("StartQuery", self._request, until=until)
        except BaseException as error:
            if self._lost:
                self._stop_lost(error)
            raise

    def _request(self) -> str:
        query_id = found[0] if self._lost and (found := self._candidates()) else self._send()
        started(self._service, query_id)
        self._lost -= 1
        return query_id

    def _send(self) -> str:
        self._lost += 1
        try:
            return self._service.start_query(self._ask)
        except UnavailableError:
            raise
        except SiemError:
            # A refusal is an answer: nothing was started.
            self._lost -= 1
            raise

    def _candidates(self) -> list[str]:
        """Ids of the queries that may be ours, the latest first. Raises an error that may pass; others say: none."""
        known = {each.query_id for each in running()}
        try:
            found = [*self._described(Status.RUNNING), *self._described(Status.SCHEDULED)]
        except SiemError as error:
            if isinstance(error, LiveError) and error.again:
                raise
            self._blind = True
            return []
        ours = [item for item in found if self._is_ours(item) and item.get("queryId") not in known]
        return [str(item["queryId"]) for item in sorted(ours, key=_made, reverse=True)]

    def _described(self, status: Status) -> list[dict[str, Any]]:
        return self._governor.call(
            "DescribeQueries",
            lambda: list(self._service.queries(status=status)),
            until=self._governor.now() + _SECONDS_TO_STOP,
            tries=3,
        )

    def _is_ours(self, item: dict[str, Any]) -> bool:
        """The service shows the text behind ``SOURCE "group" START=…000 END=…999 |`` (recorded on AWS)."""
        shown, text = str(item.get("queryString", "")).strip(), self._ask.text.strip()
        if _made(item) < self._sent_at - _OTHER_CLOCK_MS or not shown.endswith(text):
            return False
        before = shown.removesuffix(text)
        return not before.strip() or f"START={self._ask.start}000 END={self._ask.end}999" in before

    def _stop_lost(self, error: BaseException) -> None:
        with listening(None):
            try:
                lost = self._candidates()[: self._lost]
            except SiemError:
                lost, self._blind = [], True
            for query_id in lost:
                started(self._service, query_id)
                tell(error, query_id, stop_query(self._service, self._governor, query_id))
        if self._blind:
            add_hint(error, "a query may have been started without an answer; it then runs until it ends by itself")


def tell(error: BaseException, query_id: str, problem: str | None) -> None:
    """Let ``error`` say that a query could not be stopped; ``None`` where it could."""
    if problem is not None:
        add_hint(error, f"the query {query_id} may still run, since it could not be stopped: {problem}")


def add_hint(error: BaseException, words: str) -> None:
    """Let ``error`` say more, where it is one for people."""
    if isinstance(error, SiemError):
        error.hint = f"{error.hint}; {words}" if error.hint else words


def stop_query(service: Service, governor: Governor, query_id: str) -> str | None:
    """StopQuery, tried for some seconds whatever else is being stopped; gives why it could not be, where it could not.

    A query that has ended, or that there is not, is stopped.
    """
    with listening(None):
        try:
            governor.call(
                "StopQuery", lambda: service.stop_query(query_id), until=governor.now() + _SECONDS_TO_STOP, tries=8
            )
        except (GoneError, InvalidError):
            pass
        except SiemError as error:
            return error.message
    ended(service, query_id)
    return None


def _made(item: dict[str, Any]) -> float:
    """When a query was made, in epoch milliseconds."""
    try:
        return float(item.get("createTime", 0))
    except (TypeError, ValueError):
        return 0.0
