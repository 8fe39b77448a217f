"""Who is named in the record of a report: values of the fields that its sources, runs and exhibits have for users."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from siemlib.evidence.redact import ACCESS_KEY
from siemlib.evidence.rows import read_rows, rows_beside
from siemlib.model.observable import Address, ObservableKind
from siemlib.report.redact.fields import is_user_field, user_columns
from siemlib.report.redact.kept import KEPT
from siemlib.sources import SOURCES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from siemlib.sources.source import LogSource

_ARN = re.compile(r"arn:aws[\w-]*:(?:iam|sts)::\d*:(?:user|role|assumed-role|federated-user|group)/([\w+=,.@/-]+)")
_MESSAGES = frozenset({"@message", "message", "summary", "example", "line", "full_log"})
_FEWEST_DIGITS, _ACCOUNT_DIGITS = 6, 12
_TOLD = re.compile(
    r"/(?:home|Users)/([A-Za-z_][\w.-]*\w)(?=[/\s\"':;,)]|$)"
    r"|[A-Z]:\\+Users\\+([^\\\s\"':;,)]+)"
    r"|(?<![\w.+-])([A-Za-z0-9][\w.+-]*)@(?:[A-Za-z0-9-]+\.)+(?:[A-Za-z]{2,}|\d{1,3}(?![\w.]))"
)
"""Whose home a path leads to, and who has an address of mail, or an account on a host."""
_OTHER = re.compile(r"/.*|(?:ami|eni|fl|i|sg|subnet|vol|vpc)-[0-9a-f]{8,17}|" + ACCESS_KEY, re.DOTALL)
"""Log groups, resources of EC2; and access keys and ids of principals, which have pseudonyms of their own."""
_OF_THE_WEB = " HTTP/"
"""In the lines of web servers such a path is one of pages."""


@dataclass(frozen=True, slots=True)
class Named:
    """Who is named in a record: ``users`` to replace, and ``kept`` names that are nobody's."""

    users: frozenset[str]
    kept: frozenset[str]


def named_in(data: Path, parameters: Mapping[str, str]) -> Named:
    """Every user that the record in ``data`` names."""
    found: set[str] = set()
    for name, value in parameters.items():
        if is_user_field(name):
            found.update(part for each in value.split(",") for part in _names(each.strip()))
    groups = _sources(data)
    for path in sorted(data.glob("runs/*.json")):
        run = json.loads(path.read_bytes())
        sources = {source.name: source for group in run["log_groups"] for source in groups.get(group, ())}
        found.update(_in_rows(rows_beside(path), user_columns(run), tuple(sources.values())))
    for path in sorted(data.glob("exhibits/*.parquet")):
        found.update(_in_exhibit(path))
    kept = frozenset(name.casefold() for name in found) & KEPT
    return Named(frozenset(name for name in found if _is_telling(name)), kept)


def _sources(data: Path) -> dict[str, list[LogSource]]:
    """The kinds of log in each log group."""
    case = data / "case.json"
    groups = json.loads(case.read_bytes()).get("log_groups", []) if case.is_file() else []
    return {
        group["name"]: [source for source in SOURCES if source.name in group.get("sources", ())] for group in groups
    }


def _in_rows(path: Path, fields: set[str], sources: tuple[LogSource, ...]) -> Iterator[str]:
    for row in read_rows(path):
        for name, value in row.items():
            yield from _in_cell(name, value, name in fields, sources)


def _in_exhibit(path: Path) -> Iterator[str]:
    with pq.ParquetFile(path) as file:
        for name in file.schema_arrow.names:
            column = file.read([name]).column(0)
            kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
            if pa.types.is_string(kind) or pa.types.is_large_string(kind):
                for value in column.unique().to_pylist():
                    if value is not None:
                        yield from _in_cell(name, value, is_user_field(name), ())


def _in_cell(name: str, value: str, named: bool, sources: tuple[LogSource, ...]) -> Iterator[str]:  # noqa: FBT001 - of the cell
    if named:
        yield from (part for each in value.split(", ") for part in _names(each))
    if "arn:aws" in value:
        for tail in _ARN.findall(value):
            yield from _names_of_path(tail)
    if ("@" in value or "/" in value or "\\" in value) and _OF_THE_WEB not in value:
        for told in _TOLD.findall(value):
            yield from filter(None, told)
    if name in _MESSAGES:
        for source in sources:
            told = source.observables(value)
            yield from (part for each in told if each.kind is ObservableKind.PRINCIPAL for part in _names(each.value))
        if value.startswith("{"):
            yield from _in_json(value)


def _in_json(text: str) -> Iterator[str]:
    try:
        waiting = [json.loads(text)]
    except (ValueError, RecursionError):
        return
    while waiting:
        value = waiting.pop()
        members: Iterable[Any] = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        waiting += [member for member in members if isinstance(member, (dict, list))]
        if isinstance(value, dict):
            for name, member in value.items():
                if isinstance(member, str) and is_user_field(name):
                    yield from _names(member)


def _names(value: str) -> Iterator[str]:
    """The names in the value of a field: of an ARN, of a principal id, of an e-mail address, of a domain's account."""
    value = value.strip(" \t<>\"'")
    if value.startswith("arn:"):
        yield from (name for tail in _ARN.findall(value) for name in _names_of_path(tail))
        return
    for part in value.split(":") if re.match(r"A[A-Z]{3}[A-Z0-9]{12,}:", value) else [value]:
        local = part.rpartition("\\")[2]
        yield local.partition("@")[0] if re.fullmatch(r"[^@\s]+@[^@\s]+", local) else local


def _names_of_path(tail: str) -> Iterator[str]:
    parts = [part for part in tail.split("/") if part]
    yield from (name for part in parts if part != "aws-service-role" for name in _names(part))


def _is_telling(name: str) -> bool:
    """Whether it is somebody's, and long enough that to look for it in text makes sense."""
    if len(name) < 2 or not re.search(r"[^\W_]", name) or name.casefold() in KEPT:  # noqa: PLR2004 - one letter is a word
        return False
    if name.isdecimal():
        return len(name) >= _FEWEST_DIGITS and len(name) != _ACCOUNT_DIGITS
    return not (_OTHER.fullmatch(name) or name.endswith(".amazonaws.com") or Address.read(name))
