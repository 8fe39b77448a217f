"""Pages, outcomes and kept askings for the tests of what is built on the spool."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from siemlib.live.decode import page_of
from siemlib.live.running import Outcome
from siemlib.live.service import Ask, Counts, Status

if TYPE_CHECKING:
    from siemlib.live.service import Page
    from siemlib.live.spool import Spool
    from siemlib.live.spooled import Spooled

ASKED = datetime(2026, 3, 5, 7, 15, 12, 345000, tzinfo=UTC)
ASK = Ask("fields @message | filter user = 'bob'", 1772582400, 1772668799, ("sshd", "OSSEC"), 10_001)


def body_of(rows: list[dict[str, str]], status: str = "Complete") -> bytes:
    """The body of a page, as a service could write it."""
    results = [[{"field": name, "value": value} for name, value in row.items()] for row in rows]
    # Bytes that our own writer of JSON would write otherwise: the spool keeps what came, not what it means.
    text = json.dumps({"status": status, "results": results, "statistics": {}}, indent=3, ensure_ascii=False)
    return text.encode()


def page(*messages: str) -> Page:
    """A page of such events."""
    return page_of(body_of([{"@message": message, "@ptr": f"p-{message}"} for message in messages]))


def outcome(
    rows: int, *, ask: Ask = ASK, status: Status = Status.COMPLETE, asked: datetime = ASKED, of: int | None = None
) -> Outcome:
    """An outcome that gave ``rows`` of the ``of`` that the service tells of."""
    counts = Counts(matched=rows, scanned=50, bytes=4321, rows=rows if of is None else of)
    return Outcome(ask, "q-1", status, counts, rows, 1, asked, asked + timedelta(seconds=2))


def keep(spool: Spool, *pages: Page, ask: Ask = ASK, closed: bool = True, **told: object) -> Spooled:
    """Keep an asking of these pages; ``told`` as :func:`outcome` takes it."""
    with spool.keep(ask) as keeper:
        for each in pages:
            keeper.add(each)
        rows = sum(each.rows for each in pages)
        return keeper.end(outcome(rows, ask=ask, **told), closed=closed)  # type: ignore[arg-type]
