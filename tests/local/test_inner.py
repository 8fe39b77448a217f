"""What the record of a run says of the log groups that queries in parentheses read."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

from siemlib.archive import load
from siemlib.errors import UsageError
from siemlib.local.engine import open_local
from siemlib.model.run import Completeness
from tests.archive.deliveries import ALWAYS

if TYPE_CHECKING:
    from pathlib import Path

JOIN = "join left=a right=b where a.id=b.id (SOURCE 'right')"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Two log groups, of which ``right`` was cut off."""
    lines = [json.dumps({"time": "2024-05-01T00:00:00Z", "id": n, "name": f"user {n}"}) for n in range(400)]
    (tmp_path / "left.json").write_text("\n".join(lines[:3]) + "\n", "utf-8")
    (tmp_path / "right.json.gz").write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0)[:-30])
    load([tmp_path / "left.json"], tmp_path / "a", log_group="left")
    load([tmp_path / "right.json.gz"], tmp_path / "a", log_group="right")
    return tmp_path / "a"


@pytest.mark.parametrize(
    "query",
    [
        f"{JOIN} | display a.id, b.name",
        "filter id in (SOURCE 'right' | fields id) | fields id",
        "stats count(*) as n by id | appendcols (SOURCE 'right' | stats count(*) as all)",
    ],
)
def test_a_log_group_that_is_read_inside_counts_as_read(archive: Path, query: str) -> None:
    engine = open_local(archive)
    run = engine.run(query, ALWAYS, ["left"]).run
    assert (run.log_groups, run.inner_log_groups) == (("left",), ("right",))
    assert run.completeness is Completeness.PARTIAL
    assert any(note.startswith("right.json.gz, loaded into right, is not complete") for note in run.notes)
    alone = engine.run("fields id", ALWAYS, ["left"]).run
    assert (alone.completeness, alone.inner_log_groups) == (Completeness.COMPLETE, ())
    assert run.statistics.records_scanned > alone.statistics.records_scanned == 3
    assert run.statistics.bytes_scanned > alone.statistics.bytes_scanned


def test_a_join_over_an_archive_finds_what_belongs_together(archive: Path) -> None:
    rows = open_local(archive).run(f"{JOIN} | display a.id, b.name | sort a.id", ALWAYS, ["left"]).rows
    assert [(row["a.id"], row["b.name"]) for row in rows] == [(str(n), f"user {n}") for n in range(3)]


@pytest.mark.parametrize("query", [JOIN, "appendcols (SOURCE 'right')", "filter id in (SOURCE 'right' | fields id)"])
def test_a_log_group_that_there_is_not_is_refused_inside_as_well(archive: Path, query: str) -> None:
    with pytest.raises(UsageError, match="no log group named 'rigth'"):
        open_local(archive).run(query.replace("'right'", "'rigth'"), ALWAYS, ["left"])


def test_without_a_source_the_log_groups_are_those_of_the_query(archive: Path) -> None:
    result = open_local(archive).run("stats count(*) as n | appendcols (stats max(id) as most)", ALWAYS, ["left"])
    assert result.rows == [{"n": "3", "most": "2"}]
    assert result.run.inner_log_groups == ()
