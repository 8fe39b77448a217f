"""The record of a case, written as it happens, so that an interrupted one is not lost.

::

    case.json                    title, engine, timespan, notes, inventory, and every log group that the engine knows
    origin.json                  what of the loaded files could not be read, and what was assumed in reading them
    sources-sha256.txt           digest and name of each file that the archive was loaded from
    runs/<run id>.json           one run: query, parameters, log groups, times, statistics, completeness, digest of rows
                                 and, of a live one, its certificate, which names each asking that it rests on
    spool/<key>/<asking>/        an asking of the live service: ask.json, its answers byte for byte, end.json
    exhibits/E01-<name>.parquet  the exact rows of an exhibit
    exhibits/E01-<name>.csv      the same for people; no cell can become a formula
    exhibits/E01-<name>.json     title, reading, what was searched, runs, completeness, rows, columns
    exhibits/E01-<name>.figure.json   the figure of a chart, its text escaped
    findings/F01.json            a claim, the facts for and against it, the exhibits, runs and events that support it
    sections/<section>.json      sentences about the case: what was not examined, provenance

The digest of a run's rows is the SHA-256 of their canonical form: each row one RFC 8785 JSON object of strings,
followed by a line feed, in the order of the result (:mod:`siemlib.evidence.digest`). No record holds a path of the
machine: the engine is named by the folder of its archive.
"""

from __future__ import annotations

import json
import platform
import re
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import pandas as pd

from siemlib import __version__
from siemlib.case.answer import Chart
from siemlib.case.cells import header_of, rows_of
from siemlib.case.figure import figure_json
from siemlib.case.vouched import keep_answers
from siemlib.evidence.digest import ROWS_FORM, sha256_rows
from siemlib.evidence.manifest import encode_name
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

    def run(self, result: Result, *, every_row: bool) -> None:
        """Record one run and the digest of its rows. Raises ValueError for a run id that cannot name a file."""
        run = result.run
        if not _FILE_NAME.fullmatch(run.id):
            message = f"a run id is letters, digits, hyphens and underscores, not {run.id!r}"
            raise ValueError(message)
        self._runs += 1
        record = {
            "id": run.id,
            "sequence": self._runs,
            "engine": self._engine,
            "query": run.query,
            "parameters": dict(run.parameters),
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
            "rows_sha256": sha256_rows(result.rows),
            "rows_form": ROWS_FORM,
            "software": {"siemlib": __version__, "python": platform.python_version()},
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
            "runs": [run.id for run in answer.runs],
            "completeness": answer.completeness.value,
            "rows": len(frame),
            "columns": [
                {"name": str(name), "type": str(kind)} for name, kind in zip(frame.columns, frame.dtypes, strict=True)
            ],
        }
        self._path(f"{stem}.csv").write_text(csv_text(header_of(frame), rows_of(frame)), encoding="utf-8", newline="")
        _storable(frame).to_parquet(self._path(f"{stem}.parquet"), index=False)
        if isinstance(item, Chart):
            self._write(f"{stem}.figure.json", figure_json(item.figure))
        self._write(f"{stem}.json", record)

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
            "completeness": finding.completeness.value,
        }
        self._write(f"findings/{finding.id}.json", record)

    def section(self, panel: Panel) -> None:
        """Record a section about the case."""
        self._write(
            f"sections/{panel.section}.json",
            {"section": panel.section, "title": panel.title, "sentences": list(panel.sentences)},
        )

    def _path(self, name: str) -> Path:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def _write(self, name: str, record: dict[str, Any]) -> None:
        text = json.dumps(record, indent=2, ensure_ascii=False)
        self._path(name).write_text(text + "\n", encoding="utf-8", errors="surrogatepass")


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
