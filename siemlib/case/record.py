"""The record of a case, written as it happens, so that an interrupted one is not lost.

::

    case.json                    title, engine, timespan, notes, inventory, and every log group that the engine knows
    origin.json                  what of the loaded files could not be read, and what was assumed in reading them
    sources-sha256.txt           digest and name of each file that the archive was loaded from
    runs/<id>.json               one run, as the table below says
    runs/<id>.rows.jsonl         its rows in canonical form: the SHA-256 of this file is rows_sha256
    spool/<key>/<asking>/        an asking of the live service: ask.json, its answers byte for byte, end.json
    exhibits/E01-<name>.parquet  the exact rows of an exhibit
    exhibits/E01-<name>.csv      the same for people; no cell can become a formula
    exhibits/E01-<name>.json     title, reading, what was searched, runs, completeness, rows, columns, digests
    exhibits/E01-<name>.figure.json   the figure of a chart, its text escaped
    findings/F01.json            a claim, the facts for and against it, the exhibits, runs and events that support it
    sections/<section>.json      sentences about the case: what was not examined, provenance, CloudTrail's digest files

A run has the members

=================== ====================================================================================================
id                  the first 32 hexadecimal digits of the SHA-256 of what was asked (:func:`question_id`), so that a
                    second report of the same has the same ids; ``-2`` follows where a case asked it a second time
sequence            its place among the runs of the case, from 1
engine              ``local:`` and the name of the archive's folder, or ``live:`` and the region
accounts, region    AWS accounts: the one asked, or those that the archive's events name; the region, or null
query, parameters   as they were asked; every_row: whether all rows were asked for, not only the first 10,000
filled              the query with its parameters and saved queries filled in; null where that changes nothing
details             what was sent or run for it: ``sent``, the queries of the service, or ``sql``; of a live run also
                    ``execution``, its name in the ledger of costs
timespan            start and end, ISO 8601, UTC; the end is the first instant after it
log_groups          those that were asked; inner_log_groups: those that only queries inside the query read
started, finished   ISO 8601, UTC
statistics          records matched and scanned, bytes scanned, rows
completeness        complete, truncated, partial, timed out, unknown; notes: what a reader must know, as sentences
columns             name and type of each, in order
rows_sha256         the digest of its rows in canonical form, rows_bytes long; rows_form says which form that is
rows_file           where they are
software            versions of what made it
query_ids           of the service, in the order of the slices; none for an archive
certificate         of a live run: each query of the service (slices), checks, gaps (:mod:`siemlib.model.certificate`)
answers             of a live run: the files of the service's answers, by the name of the asking
=================== ====================================================================================================

The digest of a run's rows is the SHA-256 of their canonical form: each row one RFC 8785 JSON object of strings,
followed by a line feed, in the order of the result (:mod:`siemlib.evidence.digest`). No record holds a path of the
machine: the engine is named by the folder of its archive.
"""

from __future__ import annotations

import json
import platform
import re
from collections import Counter
from contextlib import suppress
from dataclasses import asdict, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import PurePath
from threading import Lock
from typing import TYPE_CHECKING, Any

import pandas as pd

from siemlib import __version__
from siemlib.case.answer import Chart
from siemlib.case.cells import header_of, rows_of
from siemlib.case.figure import chart_json
from siemlib.case.shown import Room, shown_record
from siemlib.case.vouched import keep_answers
from siemlib.evidence.digest import ROWS_FORM, sha256_file
from siemlib.evidence.manifest import encode_name
from siemlib.evidence.question import question_id
from siemlib.evidence.rows import SUFFIX, write_rows
from siemlib.evidence.scrub import path_words, recorded_url, scrub
from siemlib.evidence.spreadsheet import csv_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from siemlib.case.display import Exhibit, Panel
    from siemlib.engine import LogGroup, Result
    from siemlib.model.finding import Finding
    from siemlib.model.run import Run
    from siemlib.model.timespan import TimeSpan

ENVIRONMENT = "SIEM_RECORD"
"""The environment variable that names the folder of the record."""


_FILE_NAME = re.compile(r"[A-Za-z0-9_-]+")


SOURCES = "sources-sha256.txt"
"""Written as ``sha256sum`` does, so that whoever holds the delivered files can check them."""


class Recorder:
    """Writes the record of one case into ``folder``."""

    def __init__(
        self, folder: Path, engine_url: str, answers: Callable[[str], Mapping[str, Path]] | None = None
    ) -> None:
        """``answers`` gives the files of one asking of the live service, by their names."""
        self._folder = folder
        self._answers = answers
        self._engine = recorded_url(engine_url)
        self._runs = 0
        self._asked: Counter[str] = Counter()
        self._lock = Lock()
        self._room = Room()
        self._words = {engine_url: self._engine, **path_words(engine_url)}

    def case(
        self, title: str, timespan: TimeSpan, notes: Sequence[str], groups: Sequence[LogGroup], *, inventory: str = ""
    ) -> None:
        """Record what was opened; ``inventory`` is the sentence about the inventory."""
        self._write(
            "case.json",
            {
                "title": title,
                "engine": self._engine,
                "timespan": _span(timespan),
                "notes": list(notes),
                "inventory": inventory,
                "log_groups": [
                    {
                        "name": group.name,
                        "sources": list(group.sources),
                        "events": group.events,
                        "rejected": group.rejected,
                        "first": group.first.isoformat() if group.first else None,
                        "last": group.last.isoformat() if group.last else None,
                    }
                    for group in groups
                ],
            },
        )

    def origin(self, unread: Sequence[str], assumed: Sequence[str]) -> None:
        """Record how well the files behind the archive were read."""
        self._write("origin.json", {"unread": list(unread), "assumed": list(assumed)})

    def sources(self, digests: Mapping[str, str]) -> None:
        """Record the files behind the archive, by digest. Of a name that says where on a machine, the end is kept."""
        names = sorted((_short(name), digest) for digest, name in digests.items())
        text = "".join(f"{digest}  {encode_name(name)}\n" for name, digest in names)
        self._path(SOURCES).write_text(text, encoding="utf-8", errors="surrogatepass", newline="\n")

    def named(self, result: Result, *, every_row: bool) -> Result:
        """The same result, its run named by what was asked; its engine named it as it pleased.

        Of several threads that ask the same at once, which comes first is not told: they differ in nothing else.
        """
        run = result.run
        question = question_id(
            {
                "engine": self._engine,
                "every_row": every_row,
                "inner_log_groups": list(run.inner_log_groups),
                "log_groups": list(run.log_groups),
                "parameters": dict(run.parameters),
                "query": run.query,
                "timespan": _span(run.timespan),
            }
        )
        with self._lock:
            self._asked[question] += 1
            times = self._asked[question]
        own = {"execution": run.id} if run.certificate else {}
        name = f"{question}-{times}" if times > 1 else question
        return replace(result, run=replace(run, id=name, details={**run.details, **own}))

    def run(self, result: Result, *, every_row: bool) -> None:
        """Record one run, and its rows before it. Raises ValueError for a run id that cannot name a file."""
        run = result.run
        if not _FILE_NAME.fullmatch(run.id):
            message = f"a run id is letters, digits, hyphens and underscores, not {run.id!r}"
            raise ValueError(message)
        rows = f"runs/{run.id}{SUFFIX}"
        kept = write_rows(self._path(rows), result.rows)
        self._runs += 1
        record = {
            "id": run.id,
            "sequence": self._runs,
            "engine": self._engine,
            "accounts": list(run.accounts),
            "region": run.region or None,
            "query": run.query,
            "parameters": dict(run.parameters),
            "filled": run.filled or None,
            "every_row": every_row,
            "timespan": _span(run.timespan),
            "log_groups": list(run.log_groups),
            "inner_log_groups": list(run.inner_log_groups),
            "started": run.started.isoformat(),
            "finished": run.finished.isoformat(),
            "statistics": {
                "records_matched": run.statistics.records_matched,
                "records_scanned": run.statistics.records_scanned,
                "bytes_scanned": run.statistics.bytes_scanned,
                "rows": run.statistics.rows,
            },
            "completeness": run.completeness.value,
            "notes": [scrub(note, self._words) for note in run.notes],
            "details": {name: scrub(value, self._words) for name, value in run.details.items()},
            "columns": [{"name": column.name, "type": column.type.value} for column in result.columns],
            "rows_sha256": kept.sha256,
            "rows_form": ROWS_FORM,
            "rows_file": rows,
            "rows_bytes": kept.bytes,
            "software": _software(run),
            "query_ids": [each.query_id for each in run.certificate.slices] if run.certificate else [],
            **({"lookup_tables": [asdict(table) for table in run.lookup_tables]} if run.lookup_tables else {}),
            **self._certificate(run),
        }
        self._write(f"runs/{run.id}.json", record)

    def _certificate(self, run: Run) -> dict[str, Any]:
        """What vouches for a live run, and the files of the answers that it rests on, which are kept before it."""
        if run.certificate is None:
            return {}
        files = keep_answers(self._folder, run.certificate, self._answers) if self._answers else {}
        return {"certificate": run.certificate.document(), "answers": files}

    def exhibit(self, exhibit: Exhibit) -> None:
        """Record the data, the words and the figure of an exhibit."""
        answer, item = exhibit.answer, exhibit.item
        frame = answer.frame.reset_index(drop=isinstance(answer.frame.index, pd.RangeIndex))
        stem = f"exhibits/{exhibit.id}-{answer.name}"
        figure = chart_json(item) if isinstance(item, Chart) else None
        record = {
            "id": exhibit.id,
            "name": answer.name,
            "kind": "chart" if isinstance(item, Chart) else "table",
            "key": exhibit.key,
            "title": answer.title,
            "reading": answer.reading,
            "sentence": item.sentence if isinstance(item, Chart) else None,
            "searched": scrub(answer.searched, self._words),
            "caveat": answer.caveat,
            **({"given": dict(answer.given)} if answer.given else {}),
            "runs": [run.id for run in answer.runs],
            "completeness": answer.completeness.value,
            "rows": len(frame),
            # What was searched stands there whole: each log group has its line.
            "page": shown_record(frame, figure, self._room.rows(frame, figure, whole=answer.name == "searched")),
            "columns": [
                {"name": str(name), "type": str(kind)} for name, kind in zip(frame.columns, frame.dtypes, strict=True)
            ],
        }
        table, exact = self._path(f"{stem}.csv"), self._path(f"{stem}.parquet")
        table.write_text(csv_text(header_of(frame), rows_of(frame)), encoding="utf-8", newline="")
        _storable(frame).to_parquet(exact, index=False)
        digests = {"csv_sha256": sha256_file(table), "parquet_sha256": sha256_file(exact)}
        if figure is not None:
            self._write(f"{stem}.figure.json", figure)
            digests["figure_sha256"] = sha256_file(self._path(f"{stem}.figure.json"))
        self._write(f"{stem}.json", {**record, **digests})

    def finding(self, finding: Finding) -> None:
        """Record a claim and what it rests on."""
        record = {
            "id": finding.id,
            "claim": finding.claim,
            "for": list(finding.facts_for),
            "against": list(finding.facts_against),
            "exhibits": list(finding.exhibits),
            "runs": list(finding.runs),
            "events": list(finding.events),
            **({"given": dict(finding.given)} if finding.given else {}),
            "completeness": finding.completeness.value,
        }
        self._write(f"findings/{finding.id}.json", record)

    def section(self, panel: Panel) -> None:
        """Record a section about the case."""
        record = {"section": panel.section, "title": panel.title, "sentences": list(panel.sentences)}
        self._write(f"sections/{panel.section}.json", record | {"state": panel.state, "caveat": panel.caveat})

    def _path(self, name: str) -> Path:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def _write(self, name: str, record: dict[str, Any]) -> None:
        text = json.dumps(record, indent=2, ensure_ascii=False)
        self._path(name).write_text(text + "\n", encoding="utf-8", errors="surrogatepass")


def _software(run: Run) -> dict[str, str]:
    """Versions of what made a run and its exhibits."""
    found = {"siemlib": __version__, "python": platform.python_version()}
    for name in ("duckdb", "pandas", "pyarrow", *(["boto3"] if run.certificate else [])):
        with suppress(PackageNotFoundError):  # some are installed without what tells their version
            found[name] = version(name)
    return found


def _short(name: str) -> str:
    path = PurePath(name)
    return path.name if path.is_absolute() or ".." in path.parts else path.as_posix()


def _span(timespan: TimeSpan) -> dict[str, str]:
    return {"start": timespan.start.isoformat(), "end": timespan.end.isoformat()}


def _storable(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with columns of mixed Python objects as text, which Parquet needs; typed columns as they are."""
    mixed = [name for name in frame.columns if frame[name].dtype == object]
    texts = {name: pd.Series(_texts(frame, name), index=frame.index, dtype="string") for name in mixed}
    return frame.assign(**texts) if texts else frame


def _texts(frame: pd.DataFrame, name: str) -> list[str | None]:
    cells = (row[0] for row in rows_of(frame[[name]]))
    return [None if missing else cell for cell, missing in zip(cells, frame[name].isna(), strict=True)]
