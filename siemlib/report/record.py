"""Reading the record of a case back, as what the page shows: runs, exhibits, and what was said of the case."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from siemlib.case.cells import header_of, numeric_columns, shown_rows_of
from siemlib.case.display import completeness_words, showing, state_words
from siemlib.case.record import SOURCES
from siemlib.case.shown import page_rows
from siemlib.evidence.manifest import decode_name
from siemlib.model.run import Completeness, LookupTable
from siemlib.report.columns import column_looks
from siemlib.report.live import LiveView, one_watermark

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class RunView:
    """One run. ``code`` (``R01``) is its name on the page and in print."""

    code: str
    file: str
    data: dict[str, Any]

    @property
    def complete(self) -> bool:
        """Whether its answer is everything that was asked for."""
        return self.completeness is Completeness.COMPLETE

    @property
    def completeness(self) -> Completeness:
        """As recorded."""
        return Completeness(self.data["completeness"])

    @property
    def lookup_tables(self) -> tuple[str, ...]:
        """Those that it has read, each as a sentence without its end."""
        return tuple(LookupTable(**told).sentence for told in self.data.get("lookup_tables", ()))

    @property
    def words(self) -> str:
        """The completeness in a reader's words."""
        return completeness_words(self.completeness)

    @property
    def live(self) -> LiveView | None:
        """What vouches for a live run; an archive vouches for itself."""
        certificate = self.data.get("certificate")
        return LiveView(self.code, certificate, self.data.get("answers", {})) if certificate else None


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of an exhibit that the page shows."""

    header: list[str]
    numeric: list[bool]
    rows: list[list[str]]
    showing: str

    @property
    def looks(self) -> str:
        """How its columns are set."""
        return column_looks(self.header, self.numeric, self.rows)


@dataclass(frozen=True, slots=True)
class ExhibitView:
    """One exhibit; ``files`` maps what a data file is to its path from the page."""

    data: dict[str, Any]
    table: Table
    figure: dict[str, Any] | None
    files: dict[str, str]
    runs: tuple[RunView, ...]

    @property
    def code(self) -> str:
        """``E01``."""
        return str(self.data["id"])

    @property
    def completeness(self) -> Completeness:
        """As recorded."""
        return Completeness(self.data["completeness"])

    @property
    def complete(self) -> bool:
        """Whether it rests on complete runs alone, and on one at least."""
        return self.completeness is Completeness.COMPLETE

    @property
    def examined(self) -> bool:
        """Whether it rests on any run; without the logs for it, an exhibit rests on none."""
        return bool(self.data["runs"])

    @property
    def printed_code(self) -> str:
        """What stands in print for a link to it: its code and that of its run, ``E03, R07``; of many, of the first."""
        more = " …" if len(self.runs) > 1 else ""
        return f"{self.code}, {self.runs[0].code}{more}" if self.runs else self.code

    @property
    def queries(self) -> tuple[tuple[RunView, ...], ...]:
        """Its runs, those of one query together."""
        alike: dict[str, list[RunView]] = {}
        for run in self.runs:
            alike.setdefault(str(run.data["query"]), []).append(run)
        return tuple(map(tuple, alike.values()))

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know of its runs to read it rightly, each note once."""
        marks = [run.live.watermark for run in self.runs if run.live and run.live.watermark]
        return one_watermark([str(note) for run in self.runs for note in run.data["notes"]], marks)

    @property
    def words(self) -> str:
        """The completeness in a reader's words."""
        return state_words(self.completeness, len(self.data["runs"]))


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding: a claim, and the runs and exhibits that it rests on."""

    data: dict[str, Any]
    runs: tuple[RunView, ...]

    @property
    def printed_code(self) -> str:
        """What stands in print for a link to it."""
        return str(self.data["id"])

    @property
    def complete(self) -> bool:
        """Whether it rests on complete runs alone."""
        return Completeness(self.data["completeness"]) is Completeness.COMPLETE

    @property
    def words(self) -> str:
        """The completeness in a reader's words."""
        return completeness_words(Completeness(self.data["completeness"]))


@dataclass(frozen=True, slots=True)
class Record:
    """The whole record. ``case`` is ``None`` when the notebook failed before it opened one."""

    case: dict[str, Any] | None
    runs: tuple[RunView, ...]
    exhibits: tuple[ExhibitView, ...]
    sections: dict[str, dict[str, Any]]
    sources: tuple[tuple[str, str], ...] = ()
    """Digest and name of each file that the archive was loaded from."""
    unread: tuple[str, ...] = ()
    """What of those files could not be read."""
    assumed: tuple[str, ...] = ()
    """What was assumed in reading them."""
    findings: tuple[FindingView, ...] = ()

    @property
    def live(self) -> tuple[LiveView, ...]:
        """What vouches for each live run."""
        return tuple(run.live for run in self.runs if run.live)

    @property
    def endpoints(self) -> tuple[str, ...]:
        """Where live runs were asked, other than at the service's own endpoint."""
        return tuple(dict.fromkeys(live.endpoint for live in self.live if live.endpoint))


def read_record(folder: Path) -> Record:
    """Read what :mod:`siemlib.case.record` wrote into ``folder``."""
    case = folder / "case.json"
    records = sorted(((_json(path), path) for path in folder.glob("runs/*.json")), key=lambda pair: pair[0]["sequence"])
    runs = tuple(RunView(f"R{n:02d}", f"runs/{path.name}", data) for n, (data, path) in enumerate(records, start=1))
    by_id = {run.data["id"]: run for run in runs}
    exhibits = [
        _exhibit(path, by_id)
        for path in sorted(folder.glob("exhibits/E*.json"), key=_number)
        if not path.name.endswith(".figure.json")
    ]
    sections = {path.stem: _json(path) for path in sorted(folder.glob("sections/*.json"))}
    origin = _json(folder / "origin.json") if (folder / "origin.json").is_file() else {}
    return Record(
        _json(case) if case.is_file() else None,
        runs,
        tuple(exhibits),
        sections,
        _sources(folder),
        tuple(origin.get("unread", ())),
        tuple(origin.get("assumed", ())),
        tuple(_finding(path, by_id) for path in sorted(folder.glob("findings/F*.json"), key=_number)),
    )


def _number(path: Path) -> int:
    """The place of ``E01-peers.json`` or ``F01.json`` in the case."""
    return int(path.stem[1:].partition("-")[0])


def _finding(path: Path, runs: dict[str, RunView]) -> FindingView:
    data = _json(path)
    return FindingView(data, tuple(runs[run] for run in data["runs"] if run in runs))


def _sources(folder: Path) -> tuple[tuple[str, str], ...]:
    listed = folder / SOURCES
    lines = listed.read_text("utf-8").splitlines() if listed.is_file() else []
    return tuple((digest, decode_name(name)) for digest, _, name in (line.partition("  ") for line in lines))


def _json(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return data


def _exhibit(path: Path, runs: dict[str, RunView]) -> ExhibitView:
    data = _json(path)
    figure = path.with_suffix(".figure.json")
    files = {kind: f"exhibits/{path.stem}.{kind}" for kind in ("csv", "parquet", "json")}
    return ExhibitView(
        data,
        _table(path.with_suffix(".parquet"), data["rows"], page_rows(data)),
        _json(figure) if figure.is_file() else None,
        files,
        tuple(runs[run] for run in data["runs"] if run in runs),
    )


def _table(path: Path, rows: int, most: int) -> Table:
    with pq.ParquetFile(path) as file:
        batch = next(file.iter_batches(most), None)
        schema = file.schema_arrow
    frame = pa.Table.from_batches([] if batch is None else [batch], schema=schema).to_pandas()
    return Table(header_of(frame), numeric_columns(frame), list(shown_rows_of(frame)), showing(rows, most))
