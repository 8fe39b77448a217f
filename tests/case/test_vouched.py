"""Of a live run the record keeps the certificate and the service's own answers; the rows can be computed from them."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from siemlib.case import Answer
from siemlib.case.open import case_over
from siemlib.case.record import ENVIRONMENT
from siemlib.live.certificate import Book, answered
from siemlib.live.cost import Budget
from siemlib.live.spool import Spool
from siemlib.live.spooled import DamagedError
from siemlib.model.run import Completeness
from siemlib.report.record import read_record
from siemlib.settings import CostSettings
from tests.case.engine import FixedEngine
from tests.live.spooling import ASK, outcome, page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from siemlib.case import Case
    from siemlib.engine import Result
    from siemlib.live.running import Outcome
    from siemlib.live.service import Ask, Counts, Page
    from siemlib.model.timespan import TimeSpan

LATER = datetime(2026, 3, 6, tzinfo=UTC)
PAGES = (page("a", "<b>"), page("\x1b[31mü"))


def _send(
    ask: Ask,
    on_page: Callable[[Page], None],
    on_restart: Callable[[], None],
    watch: Callable[[Counts], None] | None,
) -> Outcome:
    del on_restart
    for each in PAGES:
        on_page(each)
    done = outcome(3, ask=ask)
    counts = replace(done.counts, bytes=4_000_000_000)
    if watch:
        watch(counts)
    return replace(done, counts=counts, pages=2)


class VouchedEngine(FixedEngine):
    """Answers every query with the rows of a service that was asked through a real spool."""

    def __init__(self, spool: Spool, asked: datetime = LATER) -> None:
        super().__init__("live:eu-central-1?profile=secret-profile", [], Completeness.COMPLETE)
        self._spool, self._asked = spool, asked
        self._budget = Budget(CostSettings(), "eu-central-1")

    def run(
        self,
        query: str,
        timespan: TimeSpan,
        log_groups: Sequence[str],
        *,
        parameters: Mapping[str, str] | None = None,
        every_row: bool = False,
    ) -> Result:
        """The rows of the pages, and the certificate of the asking."""
        result = super().run(query, timespan, log_groups, parameters=parameters, every_row=every_row)
        book, meter = Book(self._asked, timespan, ["sshd"], {}), self._budget.meter()
        meter.expect(6_000_000_000)
        ask = replace(ASK, text=query)
        spooled = answered(ask, why="whole", spool=self._spool, book=book, send=_send, meter=meter)
        rows = [
            {name: value for name, value in zip(each.names, values, strict=True) if value is not None}
            for each in spooled.pages()
            for values in zip(*each.columns, strict=True)
        ]
        book.check("rows", len(rows), 3, by="the service")
        vouched = book.certificate(cost=meter.cost)
        run = replace(
            result.run, certificate=vouched, completeness=vouched.completeness, notes=vouched.notes, details={}
        )
        return replace(result, rows=rows, run=run)

    def answers(self, name: str) -> Mapping[str, Path]:
        """From the spool."""
        return self._spool.files(name)


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", account="1", region="eu-central-1")


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path / "record"))
    return tmp_path / "record"


def case_of(engine: FixedEngine) -> Case:
    return case_over(engine, start="2026-03-04", end="2026-03-05")


def rows_of_an_auditor(record: Path, run: dict[str, object]) -> list[dict[str, str]]:
    """What gunzip and a reader of JSON make of the answers that a run names; no code of ours."""
    rows = []
    for files in run["answers"].values():  # type: ignore[attr-defined]
        end = json.loads((record / next(name for name in files if name.endswith("/end.json"))).read_text())
        pages = sorted(name for name in files if name.endswith(".gz"))
        for told, name in zip(end["pages"], pages, strict=True):
            packed = (record / name).read_bytes()
            assert hashlib.sha256(packed).hexdigest() == told["file_sha256"]
            body = gzip.decompress(packed)
            assert hashlib.sha256(body).hexdigest() == told["sha256"]
            results = json.loads(body)["results"]
            rows += [{pair["field"]: pair["value"] for pair in row} for row in results]
    return rows


def test_an_auditor_computes_the_rows_again_from_the_answers_in_the_record(spool: Spool, record: Path) -> None:
    case_of(VouchedEngine(spool)).run("fields @message", ["OSSEC"])
    (path,) = (record / "runs").glob("*.json")
    run = json.loads(path.read_text())
    rows = rows_of_an_auditor(record, run)
    assert [row["@message"] for row in rows] == ["a", "<b>", "\x1b[31mü"]
    lines = [json.dumps(dict(sorted(row.items())), ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows]
    assert hashlib.sha256("".join(lines).encode()).hexdigest() == run["rows_sha256"]


def test_the_record_names_what_it_rests_on_and_no_path_and_no_profile(spool: Spool, record: Path) -> None:
    case_of(VouchedEngine(spool)).run("fields @message", ["OSSEC"])
    (path,) = (record / "runs").glob("*.json")
    text = path.read_text()
    run = json.loads(text)
    (slice_,) = run["certificate"]["slices"]
    assert list(run["answers"]) == [slice_["evidence"]]
    assert all((record / name).is_file() for files in run["answers"].values() for name in files)
    texts = [*(each.read_text() for each in record.rglob("*.json")), text]
    assert not any(str(spool.folder.parent) in each or "secret-profile" in each for each in texts)


def test_runs_that_rest_on_one_asking_keep_it_once(spool: Spool, record: Path) -> None:
    case = case_of(VouchedEngine(spool))
    for _ in range(2):
        case.run("fields @message", ["OSSEC"])
    assert len(list((record / "spool").glob("*/*"))) == 1
    assert len(list((record / "runs").glob("*.json"))) == 2


def test_clearing_the_spool_or_changing_it_leaves_the_record_as_it_was(spool: Spool, record: Path) -> None:
    case_of(VouchedEngine(spool)).run("fields @message", ["OSSEC"])
    for path in (spool.folder / "asks").rglob("*.gz"):
        path.write_bytes(b"changed")
    (path,) = (record / "runs").glob("*.json")
    assert len(rows_of_an_auditor(record, json.loads(path.read_text()))) == 3


def test_answers_that_are_gone_before_they_are_kept_are_an_error(spool: Spool) -> None:
    with pytest.raises(DamagedError, match="is gone"):
        spool.files("none/none")


def test_a_run_over_an_archive_has_neither(record: Path) -> None:
    case_of(FixedEngine("local:archive", [], Completeness.COMPLETE)).run("fields @message", ["OSSEC"])
    (path,) = (record / "runs").glob("*.json")
    assert not {"certificate", "answers"} & set(json.loads(path.read_text()))
    assert read_record(record).live == ()


def test_the_provenance_of_a_case_tells_queries_counts_watermark_and_cost(spool: Spool) -> None:
    asked = datetime(2026, 3, 5, 0, 4, tzinfo=UTC)  # four minutes after the span has ended
    case = case_of(VouchedEngine(spool, asked))
    case.run("fields @message", ["OSSEC"])
    case.run("fields @message | limit 5", ["OSSEC"])
    sentences = case.provenance().sentences
    assert "2 live runs rest on 2 queries of the service." in sentences
    assert "What came was checked against 2 counts made apart from it; 2 of them agree." in sentences
    assert any(told.startswith("Events after 2026-03-04 23:59:00 UTC may still be missing") for told in sentences)
    scanned = "The service scanned 8 GB for these runs, which costs about $0.04 at $0.005 a gigabyte"
    assert f"{scanned}. The estimate beforehand was 12 GB, about $0.06." in sentences


def test_runs_that_only_wait_for_the_newest_events_are_one_sentence(spool: Spool, record: Path) -> None:
    case = case_of(VouchedEngine(spool, datetime(2026, 3, 5, 0, 4, tzinfo=UTC)))
    case.run("fields @message", ["OSSEC"])
    later = VouchedEngine(spool, datetime(2026, 3, 5, 0, 4, 30, tzinfo=UTC))
    asked = later.run("fields @message | limit 5", case.timespan, ["OSSEC"])
    later_run = replace(asked, run=replace(asked.run, id="later"))
    case.rests_on(later_run, every_row=False)
    short = replace(later_run.run, id="short", completeness=Completeness.TRUNCATED)
    assert later_run.run.certificate is not None
    full = replace(later_run.run, id="full", certificate=replace(later_run.run.certificate, first_rows=10_000))
    limited = replace(later_run.run, id="limited", statistics=replace(short.statistics, rows=10_000))
    for run in (short, full, limited):
        case.rests_on(replace(later_run, run=run), every_row=False)
    mark = "Events after 2026-03-04 23:59:00 UTC may still be missing: sshd logs may take 5 minutes to arrive."
    assert case.not_examined().sentences[-4:-1] == (
        "Run short is truncated: what it left out was not examined.",
        "Run full is partial: what it left out was not examined.",
        f"3 runs are partial for this alone: {mark} An answer that is final ends there, or is asked later.",
    )
    answer = Answer("users", "Users", asked.frame, "Some.", "In OSSEC.", case.runs[:2])
    case.show(answer)
    (exhibit,) = read_record(record).exhibits
    assert [note for note in exhibit.notes if "may still be missing" in note] == [
        f"{mark} An answer that is final ends there, or is asked later."
    ]


def test_the_provenance_says_when_the_spool_was_filled(spool: Spool) -> None:
    for _ in range(2):
        case = case_of(VouchedEngine(spool))
        case.run("fields @message", ["OSSEC"])
    sentences = case.provenance().sentences
    assert (
        "1 live run rests on 1 query of the service; the spool answered 1 of them, as asked from 2026-03-05 07:15:12"
        " to 2026-03-05 07:15:12 UTC." in sentences
    )
    assert any("scanned nothing for these runs." in told for told in sentences)


def test_the_page_shows_each_live_run_with_its_counts(spool: Spool, record: Path) -> None:
    case_of(VouchedEngine(spool)).run("fields @message", ["OSSEC"])
    (live,) = read_record(record).live
    assert (live.code, live.queries, live.returned, live.checks) == ("R01", "1", 3, "3 of 3 rows")
    assert (live.agrees, live.cost, live.files) == (True, "4 GB, about $0.02", 2)
    assert live.asked == "2026-03-05T07:15:12.345000+00:00"
