"""What the operations work on: the engine, the archive behind it, and the queries that were started."""

from __future__ import annotations

import re
import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from siemlib.serve.definitions import Definitions
from siemlib.serve.faults import Faults
from siemlib.serve.limits import Limits
from siemlib.serve.protocol import Document, RefusedError, missing
from siemlib.serve.queries import Queries
from siemlib.serve.reading import Reader
from siemlib.serve.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from siemlib.archive.store import Archive
    from siemlib.engine import Engine, LogGroup
    from siemlib.ql.call_nodes import Definition


_ARN = re.compile(r"arn:[^:]+:logs:([^:]+):([^:]+):log-group:([^:]+)(?::\*)?")


class Entry(NamedTuple):
    """A request that came; ``time`` is that of ``time.monotonic``."""

    time: float
    operation: str
    request: Document


@runtime_checkable
class Interruptible(Protocol):
    """An engine whose work can be ended."""

    def interrupt(self, thread: int) -> None:
        """End what the thread of this identity runs there; it fails."""


@dataclass
class Endpoint:
    """One endpoint. ``archive`` is what engines do not tell: events one by one, in the order of their streams."""

    engine: Engine
    archive: Archive | None = None
    limits: Limits = field(default_factory=Limits)
    faults: Faults = field(default_factory=Faults)
    account: str = "000000000000"
    region: str = "us-east-1"
    logged: int = 100_000
    """Requests that are remembered."""
    saved_queries: Callable[[], Mapping[str, Definition]] = dict
    """Gives what ``$Name()`` calls, as query definitions that can only be read."""

    def __post_init__(self) -> None:
        """Begin without a query."""
        self.log: deque[Entry] = deque(maxlen=self.logged)
        """The requests that came, also those that were refused; the oldest are forgotten."""
        engine = self.engine
        self.queries = Queries(self.limits, engine.interrupt if isinstance(engine, Interruptible) else None)
        self.reader = None if self.archive is None else Reader(self.archive)
        self.definitions = Definitions(self.saved_queries)
        self.tokens = Tokens(self.limits.token_seconds)

    def arn(self, log_group: str) -> str:
        """The ARN of a log group, without ``:*``."""
        return f"arn:aws:logs:{self.region}:{self.account}:log-group:{log_group}"

    def log_group(self, name_or_arn: str) -> LogGroup:
        """The log group of this name or ARN. Raises RefusedError for one that there is not."""
        return self.log_groups([name_or_arn])[0]

    def log_groups(self, names_or_arns: list[str]) -> list[LogGroup]:
        """The log groups of these names or ARNs. Raises RefusedError for the first that there is not."""
        known = {group.name: group for group in self.engine.log_groups()}
        return [self._of(each, known) for each in names_or_arns]

    def _of(self, name_or_arn: str, known: dict[str, LogGroup]) -> LogGroup:
        name, account, region = name_or_arn, self.account, self.region
        if found := _ARN.fullmatch(name_or_arn):
            region, account, name = found.groups()
        group = known.get(name)
        if group is None or region != self.region or account not in {self.account, *group.accounts}:
            raise unknown_group(name, account)
        return group


def unknown_group(name: str, account: str) -> RefusedError:
    """ResourceNotFoundException for a log group that there is not, in the service's words (validated facts, A4)."""
    told = f"Service: AWSLogs; Status Code: 400; Error Code: ResourceNotFoundException; Request ID: {uuid.uuid4()}"
    return missing(f"Log group '{name}' does not exist for account ID '{account}' ({told}; Proxy: null)")
