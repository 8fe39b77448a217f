"""The relation of events that queries run over: what a store gives, as SQL and a description of its columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from siemlib.ql.sql.writer import literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siemlib.database.connection import Connection
    from siemlib.model.event import FieldPath, FieldType
    from siemlib.model.timespan import TimeSpan

ACCOUNT: FieldPath = ("@aws", "account")
"""The system field that holds the account of the log group, where that is known; else it is absent."""

SYSTEM_COLUMNS = ("timestamp", "ingestion_time", "log_group", "log_stream", "message", "event_id")
"""The columns that every event relation begins with: two BIGINT of epoch milliseconds, then four VARCHAR.

``log_group`` is as ``@log`` shows it, ``123456789012:/group`` where the store knows the account (:func:`shown_log`).
"""


@dataclass(frozen=True, slots=True)
class FieldColumn:
    """A discovered field as a column of the relation.

    ``column`` is its SQL name. The SQL type follows ``type``: ``TEXT`` and ``DYNAMIC`` are VARCHAR, ``INTEGER`` is
    BIGINT, ``BOOLEAN`` is BOOLEAN. A column is INTEGER only if every text it stands for is a plain integer (no ``007``,
    no ``+1``), because being stored must not change an answer; for the same reason a column is never ``NUMBER``:
    ``1.0`` and ``1.00`` are different texts.
    """

    path: FieldPath
    column: str
    type: FieldType
    missing_text: str | None = None
    """What ``NULL`` in the column reads as: ``-`` in flow records. ``None``: ``NULL`` is a field that is not there."""


@dataclass(frozen=True, slots=True)
class EventRelation:
    """``sql`` is a SELECT that yields :data:`SYSTEM_COLUMNS`, then the columns of ``fields``, in order."""

    sql: str
    fields: tuple[FieldColumn, ...]
    bytes: int = 0
    """Bytes of the uncompressed messages, as far as the store knows without reading them."""
    scanned: int | None = None
    """Events in the relation, where the store knows without counting."""
    count_sql: str | None = None
    """Counts them, where that is quicker than to count the rows of ``sql``."""
    newest_from: int | None = None
    """Epoch milliseconds. From here on lie some of the newest events: where to look first for the newest rows."""
    oldest_to: int | None = None
    """The same for the oldest: they lie up to here."""


def shown_log(account: str | None) -> str:
    """The column ``log_group`` as ``@log`` shows it (specification 4.1): behind the account, if that is known."""
    return "log_group" if account is None else f"{literal(f'{account}:')} || log_group AS log_group"


def account_text(account: str | None) -> str:
    """The account as SQL."""
    return "CAST(NULL AS VARCHAR)" if account is None else literal(account)


class EventStore(Protocol):
    """Whatever holds events."""

    def relation(
        self, connection: Connection, log_groups: Sequence[str], timespan: TimeSpan, paths: Sequence[FieldPath]
    ) -> EventRelation:
        """The events of ``log_groups`` in ``timespan`` with a column for each of ``paths``, in that order."""
