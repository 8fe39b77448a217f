"""Runs with their rows, and exhibits with their data, redacted: every digest in their records is made anew."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from siemlib.case.shown import PAGE_ROWS, shown_record
from siemlib.evidence.digest import sha256_file
from siemlib.evidence.exhibit_csv import csv_pieces
from siemlib.evidence.question import question_id
from siemlib.evidence.rows import SUFFIX, read_rows, rows_beside, write_rows
from siemlib.report.redact import documents
from siemlib.report.redact.numbers import redact_numbers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_PANDAS = b"pandas"
_ID = re.compile(r"(?<![0-9a-zA-Z])[0-9a-f]{32}(?:-[1-9]\d{0,5})?(?![0-9a-zA-Z])")


class Ids:
    """What runs are called in the copy: a run's id is the digest of its question, which may have named a user."""

    def __init__(self) -> None:
        self._new: dict[str, str] = {}

    def add(self, old: str, question: str) -> str:
        """The id of a run in the copy, whose question has this digest there."""
        taken, name, number = set(self._new.values()), question, 2
        while name in taken:
            name, number = f"{question}-{number}", number + 1
        self._new[old] = name
        return name

    def text(self, text: str) -> str:
        """``text`` with the new ids."""
        return _ID.sub(lambda match: self._new.get(match[0], match[0]), text)

    def within(self, record: dict[str, Any]) -> dict[str, Any]:
        """The record of an exhibit or a finding that rests on the runs of the copy."""
        return {**record, "runs": [self._new.get(run, run) for run in record["runs"]]} if "runs" in record else record


def write(path: Path, value: Any) -> None:  # noqa: ANN401 - any JSON value
    """As records are written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(value, indent=2, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8", errors="surrogatepass", newline="\n")


def redact_run(path: Path, data: Path, text: Callable[[str], str], ids: Ids) -> None:
    """The run recorded in ``path``, and its rows, into ``data``.

    The answers of the service are left out, and so no slice of a live run names one; and so is the SQL that an archive
    was asked in, which follows from the query.
    """
    record = documents.walk(json.loads(path.read_bytes()), text, documents.RUN)
    record["details"].pop("sql", None)  # it writes addresses as numbers
    if "certificate" in record:
        for one in record["certificate"].get("slices", []):
            one["evidence"] = ""
        record["answers"] = {}
    record["id"] = ids.add(record["id"], question_id(record))
    record["rows_file"] = f"runs/{record['id']}{SUFFIX}"
    record["columns"] = _renamed(record["columns"], text)
    (data / "runs").mkdir(exist_ok=True)
    rows = ({text(name): text(value) for name, value in row.items()} for row in read_rows(rows_beside(path)))
    kept = write_rows(data / record["rows_file"], rows)
    record |= {"rows_sha256": kept.sha256, "rows_bytes": kept.bytes}
    write(data / "runs" / f"{record['id']}.json", record)


def _renamed(columns: list[dict[str, Any]], text: Callable[[str], str]) -> list[dict[str, Any]]:
    """Columns with their own names: an analyst may count by ``sum(user = "anna") as anna``."""
    return [{**column, "name": text(column["name"])} for column in columns]


def redact_exhibit(path: Path, data: Path, text: Callable[[str], str], ids: Ids) -> None:
    """The exhibit recorded in ``path``, and its data, into ``data``."""
    told = json.loads(path.read_bytes())
    record = ids.within(documents.walk(told, text, documents.EXHIBIT)) | {"numbers": redact_numbers(told, text)}
    place = data / "exhibits"
    place.mkdir(exist_ok=True)
    exact, table = place / f"{path.stem}.parquet", place / f"{path.stem}.csv"
    with pq.ParquetFile(path.with_suffix(".parquet")) as file:
        redacted = _columns(file.read(), text)
    pq.write_table(redacted, exact)
    with table.open("wb") as file:
        file.writelines(csv_pieces(exact))
    figure = None
    if path.with_suffix(".figure.json").is_file():
        figure = documents.figure(json.loads(path.with_suffix(".figure.json").read_bytes()), text)
        write(place / f"{path.stem}.figure.json", figure)
        record["figure_sha256"] = sha256_file(place / f"{path.stem}.figure.json")
    record["columns"] = _renamed(record["columns"], text)
    record["page"] = shown_record(redacted.slice(0, PAGE_ROWS).to_pandas(), figure)
    record |= {"csv_sha256": sha256_file(table), "parquet_sha256": sha256_file(exact)}
    write(place / path.name, record)


def _columns(table: pa.Table, text: Callable[[str], str]) -> pa.Table:
    for place, field in enumerate(table.schema):
        column = table.column(place)
        kind = field.type
        plain = column.cast(kind.value_type) if pa.types.is_dictionary(kind) else column
        if pa.types.is_string(plain.type) or pa.types.is_large_string(plain.type):
            known: dict[str | None, str | None] = {None: None}
            values = [
                known[each] if each in known else known.setdefault(each, text(each)) for each in plain.to_pylist()
            ]
            table = table.set_column(place, field, pa.chunked_array([pa.array(values, plain.type).cast(kind)]))
    names, metadata = [text(name) for name in table.column_names], _metadata(table.schema, text)
    return table.rename_columns(names).replace_schema_metadata(metadata)


def _metadata(schema: pa.Schema, text: Callable[[str], str]) -> dict[bytes, bytes] | None:
    """What pandas keeps there of its types, of the columns with their new names. Nothing else is kept."""
    kept = (schema.metadata or {}).get(_PANDAS)
    if kept is None:
        return None
    told = json.loads(kept)
    told["columns"] = [
        {**column, **{key: text(column[key]) for key in ("name", "field_name") if column.get(key)}}
        for column in told["columns"]
    ]
    return {_PANDAS: json.dumps(told).encode()}
