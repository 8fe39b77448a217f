"""Small archives of three days, records of what was asked of them, and archives that have changed since."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING, Any

import pytest

from siemlib.archive.load import load
from siemlib.case.open import case_over, open_case
from siemlib.case.record import ENVIRONMENT
from siemlib.model.run import Completeness
from tests.case.engine import ROWS, FixedEngine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from siemlib.engine import Engine, Result

DAYS = ("2026-03-03", "2026-03-04", "2026-03-05")
EACH = 20
"""Events of a day in each log group."""
QUERIES: tuple[tuple[str, tuple[str, ...] | None, dict[str, str]], ...] = (
    ("fields @timestamp, @message | filter @message like 'user'", ("app",), {}),
    ("stats count(*) as lines by bin(1d) as day | sort day asc", ("app",), {}),
    ("stats count(*) as lines by @log", None, {}),
    ("filter @message like {{word}} | stats count(*) as lines", ("web",), {"word": "page 1"}),
)
SPAN = {"start": "2026-03-03", "end": "2026-03-06"}


def write_archive(folder: Path) -> Path:
    """An archive with the log groups ``app`` and ``web``."""
    for group, word in (("app", "user"), ("web", "page")):
        lines = [f"{day}T13:00:{n:02d}Z {word} {n} <b>\x1b[31m" for day in DAYS for n in range(EACH)]
        (folder / f"{group}.log").write_text("\n".join(lines) + "\n")
        assert not load([folder / f"{group}.log"], folder / "archive", log_group=group).refused
    return folder / "archive"


def record(engine: str | Engine, data: Path, queries: Sequence[object] = QUERIES) -> Path:
    """The record of a case that asked :data:`QUERIES`, or these, of an engine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(ENVIRONMENT, str(data))
        case = open_case(engine=engine, **SPAN) if isinstance(engine, str) else case_over(engine, **SPAN)
        for each in queries:
            query, groups, parameters = each if isinstance(each, tuple) else (each, None, {})
            case.run(query, groups, parameters=parameters)
    return data


class Service(FixedEngine):
    """Answers with its rows, but that no event came late."""

    def run(self, query: str, *args: Any, **kw: Any) -> Result:  # noqa: ANN401 - as the engine that it is made of
        """No row where late events are asked for."""
        result = super().run(query, *args, **kw)
        return replace(result, rows=[]) if "@ingestionTime" in query else result


def service(rows: list[dict[str, str]] | None = None) -> Service:
    """A live engine that answers any query with these rows."""
    return Service("live:eu-central-1", ROWS if rows is None else rows, Completeness.COMPLETE)


def changed(archive: Path, place: Path) -> Path:
    """A copy of an archive, to be changed; it has the same name."""
    return Path(copytree(archive, place / archive.name))


def edit_loads(archive: Path, change: Callable[[dict[str, list[dict[str, object]]]], None]) -> None:
    """Change what an archive knows of each of its loads."""
    for path in (archive / "loads").glob("*.json"):
        document = json.loads(path.read_text())
        change(document)
        path.write_text(json.dumps(document))


def without_day(archive: Path, day: str, group: str = "app") -> Path:
    """Take a day out of a log group."""

    def change(document: dict[str, list[dict[str, object]]]) -> None:
        kept = [part for part in document["parts"] if (part["day"], part["log_group"]) != (day, group)]
        document["parts"] = kept

    edit_loads(archive, change)
    return archive


def renamed(archive: Path, before: str, after: str) -> Path:
    """Call a log group otherwise."""

    def change(document: dict[str, list[dict[str, object]]]) -> None:
        for each in (*document["parts"], *document["files"]):
            each["log_group"] = after if each["log_group"] == before else each["log_group"]

    edit_loads(archive, change)
    return archive


def late(archive: Path, ingested: int | None = None) -> Path:
    """Load one more event of the second day; ``ingested``: when the service took it in, epoch milliseconds."""
    file = archive.parent / "late.json"
    event = {"timestamp": 1_772_630_000_000, "message": "2026-03-04T13:13:20Z user late", "ingestionTime": ingested}
    file.write_text(json.dumps({"events": [event], "searchedLogStreams": []}))
    assert not load([file], archive, log_group="app").refused
    return archive
