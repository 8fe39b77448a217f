"""The record of a small case, as a notebook leaves it, with the summary that a report adds."""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any
from weakref import finalize

import pandas as pd
import plotly.graph_objects as go
import pytest

from siemlib.case import Answer, Chart
from siemlib.case.open import case_over
from siemlib.case.record import ENVIRONMENT
from siemlib.evidence.building import write_build
from siemlib.model.finding import Finding
from siemlib.model.run import Completeness
from tests.case.engine import engine

if TYPE_CHECKING:
    from collections.abc import Callable

KINDS = pd.DataFrame(
    {
        "when": pd.to_datetime(pd.Series(["2026-03-04T13:55:00.25Z", None, "1969-12-31T23:59:59.001Z"]), utc=True),
        "whole": pd.Series([1, None, -5], dtype="Int64"),
        "part": pd.Series([0.5, None, 1e300], dtype="Float64"),
        "plain": [3.0, float("nan"), -0.0],
        "holds": pd.Series([True, None, False], dtype="boolean"),
        "text": pd.Series(['=1+1 "a",b\r\n', None, "\u202eevil\x00 \U0001f40d"], dtype="string"),
        "mixed": [["a", 2], None, {"z"}],
    }
)
"""Every kind of value that an exhibit may have, with hostile text."""


def _record(data: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(ENVIRONMENT, str(data))
        case = case_over(engine("local:archive"), start="2026-03-04", end="2026-03-05", title="Why?")
        result = case.run("fields user, events", ["OSSEC"])
        users = Answer("users", "Users", result.frame, "Most active: violet.", "In OSSEC.", (result.run,))
        case.show(Chart(users, go.Figure(go.Bar(x=[1, 2], y=[3, 4])), "Bars."), key=True)
        other = case.run("fields user", ["vpc"])
        case.show(Answer("kinds", "Kinds", KINDS, "Three.", "In vpc.", (other.run,)))
        case.show(Answer("none", "None", KINDS.head(0), "None.", "In vpc.", (result.run, other.run)))
        runs = (result.run.id,)
        case.keep(Finding("It was violet.", runs, exhibits=("E01",), completeness=Completeness.COMPLETE, id="F01"))
        case.not_examined()
        case.provenance()
    summary = {
        "status": "complete",
        "built": "2026-03-05T06:00:00+00:00",
        "start": "2026-03-04T00:00:00+00:00",
        "end": "2026-03-05T00:00:00+00:00",
        "engine": "local:archive",
        "exhibits": 3,
        "runs": 2,
        "answer": ["Most active: violet."],
    }
    (data / "report.json").write_text(json.dumps(summary))
    (data / "report.html").write_text("<p>built 2026-03-05 06:00:00 UTC</p>")
    write_build(data)


@cache
def _made() -> Path:
    folder = Path(mkdtemp(prefix="siem-test-"))
    finalize(_made, rmtree, folder)
    _record(folder / "data")
    return folder / "data"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A record that agrees with itself, to be changed."""
    return copytree(_made(), tmp_path / "data")


def edit(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change a document in place."""
    document = json.loads(path.read_text("utf-8"))
    change(document)
    path.write_text(json.dumps(document), "utf-8")


def keep_packed(data: Path) -> None:
    """Keep the rows as reports of the first versions did: packed by gzip."""
    for record in (data / "runs").glob("*.json"):
        plain, packed = record.with_suffix(".rows.jsonl"), record.with_suffix(".rows.jsonl.gz")
        packed.write_bytes(gzip.compress(plain.read_bytes(), mtime=0))
        plain.unlink()
        edit(record, lambda run, name=packed.name: run.update(rows_file=f"runs/{name}"))  # type: ignore[misc]


def run_of(data: Path, sequence: int) -> Path:
    """The record of a run by its place."""
    found = (path for path in (data / "runs").glob("*.json") if json.loads(path.read_text())["sequence"] == sequence)
    return next(found)
