"""What a run leaves out it calls so alike everywhere: in the run, in its certificate, and in the sentences of both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.database.memory import MemoryEvent
from siemlib.live import answering, asks
from siemlib.live.open import open_live
from siemlib.model.run import Completeness
from siemlib.model.timespan import TimeSpan
from siemlib.serve.limits import Limits
from siemlib.settings import Settings
from tests.fixtures_serve import lead_boto3_to, serving
from tests.live.memory_service import START, MemoryService

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from siemlib.live.engine import LiveEngine

MOST, CROWDED, OTHERS = 20, 33, 30
SPAN = TimeSpan.of_millis(START, START + 600_000)
LIMITS = Limits(rows_of_a_query=MOST, rows_of_a_page=25, starts_per_second=None, results_per_second=None)
EVENTS = [
    *(MemoryEvent(START + 300_000, f"crowded {n}") for n in range(CROWDED)),
    *(MemoryEvent(START + 1_000 * n, f"alone {n}") for n in range(OTHERS)),
]


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveEngine]:
    with serving(MemoryService(EVENTS, most=MOST).engine, limits=LIMITS) as endpoint:
        lead_boto3_to(monkeypatch, endpoint)
        for module in (answering, asks):
            monkeypatch.setattr(module, "MOST_ROWS", MOST)
        live = {"spool": str(tmp_path), "starts_per_second": 1000, "results_per_second": 1000}
        engine = open_live("live:us-east-1", Settings.model_validate({"live": live}))
        yield engine
        engine.close()


@pytest.mark.parametrize("query", ["fields @message", "stats count(*) as n by @message"], ids=["rows", "events"])
def test_a_millisecond_that_overflows_is_truncated_everywhere(live: LiveEngine, query: str) -> None:
    found = live.run(query, SPAN, ["memory"], every_row=True)
    assert len(found.rows) == OTHERS + MOST
    assert found.completeness is Completeness.TRUNCATED
    assert found.run.certificate is not None
    assert found.run.certificate.completeness is Completeness.TRUNCATED
    (check,) = found.run.certificate.checks
    assert (check.collected, check.left_out, check.counted) == (OTHERS + MOST, CROWDED - MOST, OTHERS + CROWDED)
    (gap,) = found.run.certificate.gaps
    assert (gap.start, gap.end) == (START + 300_000, START + 300_001)
    assert any("13 more left out" in note for note in found.run.notes)
    assert all("missing" not in note for note in found.run.notes)
